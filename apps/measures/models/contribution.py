"""What supporting agencies contribute, asked for or not. Text and evidence, never a percent."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.audit.models import AppendOnly
from apps.measures.models.evidence import Evidence
from apps.measures.models.measure import Measure
from apps.measures.models.states import State


class ContributionRequestQuerySet(models.QuerySet["ContributionRequest"]):
    def open(self) -> "ContributionRequestQuerySet":
        """Not answered, and the lead still owes the report that they were asked for."""
        answered = Contribution.objects.filter(request=OuterRef("pk"))
        return self.filter(
            ~Exists(answered),
            measure__state=State.IN_PROGRESS,
            period_due_on__gte=F("measure__next_report_due_on"),
        )


class ContributionRequest(AppendOnly):
    """The lead asks a supporting agency what it did in the running period."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="contribution_requests", verbose_name=_("measure")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("agency asked")
    )
    period_due_on = models.DateField(
        _("for the period due"), help_text=_("The report due date that the lead has to meet.")
    )
    question = models.TextField(_("question"), blank=True)
    wanted_on = models.DateField(_("wanted by"))
    asked_by_id = models.BigIntegerField(_("asked by (id)"))
    asked_by_name = models.CharField(_("asked by"), max_length=150)
    asked_at = models.DateTimeField(_("asked at"))

    objects = ContributionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a contribution")
        verbose_name_plural = _("requests for contributions")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.measure.code} → {self.agency} {self.wanted_on}"


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def unreported(self, measure: Measure) -> "ContributionQuerySet":
        """Those made since the last report on the measure that was not returned."""
        mine = self.filter(measure=measure)
        last = measure.reports.counting().order_by("-number").first()
        return mine.filter(at__gt=last.submitted_at) if last else mine


class Contribution(AppendOnly):
    """What a supporting agency says it did, with its evidence."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="contributions", verbose_name=_("measure")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("supporting agency")
    )
    request = models.OneToOneField(
        ContributionRequest,
        models.PROTECT,
        null=True,
        related_name="answer",
        verbose_name=_("answers the request"),
    )
    text = models.TextField(_("what was done"))
    evidence: "models.ManyToManyField[Evidence, ContributionEvidence]" = models.ManyToManyField(
        Evidence,
        through="ContributionEvidence",
        related_name="contributions",
        verbose_name=_("evidence"),
    )
    by_id = models.BigIntegerField(_("contributed by (id)"))
    by_name = models.CharField(_("contributed by"), max_length=150)
    at = models.DateTimeField(_("contributed at"))

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="contribution_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.agency} → {self.measure.code}"


class ContributionEvidence(AppendOnly):
    """A contribution hands in a piece of evidence."""

    contribution = models.ForeignKey(
        Contribution, models.PROTECT, related_name="evidence_rows", verbose_name=_("contribution")
    )
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="contribution_rows", verbose_name=_("evidence")
    )

    class Meta:
        verbose_name = _("evidence contributed")
        verbose_name_plural = _("evidence contributed")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "evidence"], name="evidence_once_a_contribution"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} + {self.evidence_id}"
