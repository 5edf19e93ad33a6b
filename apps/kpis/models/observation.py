"""Observation: one figure as it was handed in; and the sheet it came with, and its review."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, NaturalKey
from apps.audit.models import AppendOnly
from apps.core.actor import Role
from apps.kpis.models.choices import Vintage
from apps.kpis.models.kpi import Kpi
from apps.kpis.models.places import KEY, Placed, one_place, written_period
from apps.measures.models.measure import Decided


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def waiting(self) -> "SubmissionQuerySet":
        """Handed in and not reviewed."""
        return self.filter(review__isnull=True)

    def for_review_by(self, standing: Standing) -> "SubmissionQuerySet":
        """What waits for this person's review: the queue, and every count of it.

        `permissions.may_review` says the same of one.
        """
        return self.reviewed_by(standing).waiting().exclude(submitted_by_id=standing.person_id)

    def reviewed_by(self, standing: Standing) -> "SubmissionQuerySet":
        """Of the indicators whose figures this person reviews, whatever became of them."""
        mine = Q(kpi__owner__path__overlap=standing.agencies_of({Role.KPI_OWNER}))
        if standing.holds_any({Role.SUPERVISOR, Role.DIRECTOR}):
            mine |= Q(kpi__owner__isnull=True)
        return self.filter(mine)

    def counting(self) -> "SubmissionQuerySet":
        """Not returned: handed in, whether approved yet or not."""
        return self.exclude(review__outcome=SubmissionReview.Outcome.RETURNED)

    def returned(self) -> "SubmissionQuerySet":
        return self.filter(review__outcome=SubmissionReview.Outcome.RETURNED)


class Submission(AppendOnly):
    """Figures of one indicator that an agency handed in together; the owner reviews them."""

    kpi = models.ForeignKey(
        Kpi, models.PROTECT, related_name="submissions", verbose_name=_("indicator")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("handed in for")
    )
    note = models.TextField(_("note"), blank=True)
    submitted_by_id = models.BigIntegerField(_("submitted by (id)"))
    submitted_by_name = models.CharField(_("submitted by"), max_length=150)
    at = models.DateTimeField(_("submitted at"))

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures handed in")
        verbose_name_plural = _("figures handed in")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kpi_id} #{self.pk}"


class SubmissionReview(AppendOnly):
    """The owner's verdict on figures handed in; there is one and it stays."""

    class Outcome(models.TextChoices):
        APPROVED = "APPROVED", _("Approved")
        RETURNED = "RETURNED", _("Returned")

    submission = models.OneToOneField(
        Submission, models.PROTECT, related_name="review", verbose_name=_("figures handed in")
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    reason = models.TextField(_("reason"), blank=True)
    by_id = models.BigIntegerField(_("reviewed by (id)"))
    by_name = models.CharField(_("reviewed by"), max_length=150)
    at = models.DateTimeField(_("reviewed at"))

    class Meta:
        verbose_name = _("review of figures")
        verbose_name_plural = _("reviews of figures")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="RETURNED") | ~Q(reason=""), name="figures_returned_say_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} #{self.submission_id}"


class ObservationQuerySet(NaturalKey, models.QuerySet["Observation"]):
    def in_effect(self, as_of: datetime | None = None) -> "ObservationQuerySet":
        """Approved by the owner, or stated by a source: then nobody handed them in.

        With `as_of`, a moment: what was known and approved then.
        """
        approved = Q(submission__review__outcome=SubmissionReview.Outcome.APPROVED)
        if as_of is not None:
            approved &= Q(submission__review__at__lte=as_of)
        stated = Q(submission__isnull=True)
        known = self if as_of is None else self.filter(at__lte=as_of)
        return known.filter(stated | approved)

    def effective(self, as_of: datetime | None = None) -> "ObservationQuerySet":
        """The one that counts of each indicator, place, part and period: the latest final, else
        the latest revised, else the latest preliminary. What was withdrawn counts as empty.
        """
        key = [*(f"{name}_id" for name in KEY), "period"]
        ranked = self.in_effect(as_of).annotate(
            rank=models.Case(
                *(models.When(vintage=v, then=models.Value(v.rank)) for v in Vintage),
                output_field=models.IntegerField(),
            )
        )
        return ranked.order_by(*key, "-rank", "-id").distinct(*key)


class Observation(Placed, AppendOnly, Decided):
    """A figure. A correction is a new row; without a value it withdraws what was said before.

    `qualifier` is printed with it where the source says so: 约, 余. `code` is that of a figure
    that came with the reference data.
    """

    code = models.CharField(
        _("code"), max_length=80, unique=True, null=True, blank=True, editable=False
    )
    period = models.CharField(pgettext_lazy("figures", "period"), max_length=7)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    qualifier = models.CharField(_("qualifier"), max_length=10, blank=True)
    vintage = models.CharField(
        _("vintage"), max_length=11, choices=Vintage, default=Vintage.PRELIMINARY
    )
    note = models.TextField(_("note"), blank=True)
    submission = models.ForeignKey(
        Submission,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("figures handed in"),
    )
    at = models.DateTimeField(_("known since"))

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ("kpi_id", "period", "id")
        constraints = [
            one_place("observation_of_one_place"),
            written_period("observation_of_a_period"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(note=""), name="withdrawn_figure_says_why"
            ),
            models.CheckConstraint(
                condition=Q(submission__isnull=False) | ~Q(sources=[]),
                name="figure_is_handed_in_or_sourced",
            ),
            models.UniqueConstraint(
                fields=["submission", *KEY[1:], "period"],
                condition=Q(submission__isnull=False),
                nulls_distinct=False,
                name="one_figure_a_cell_handed_in",
            ),
        ]
        indexes = [
            # effective(): the last figure of each cell of some indicators and periods.
            models.Index(
                fields=["kpi", "period", "district", "agency", "item"], name="observation_cell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.period} {self.value}"
