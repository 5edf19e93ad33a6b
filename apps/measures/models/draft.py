"""ReportDraft: a report in the making. It belongs to the lead agency, not to a person.

Where the agency confirms its reports, a draft that was handed in waits for the unit leader.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.measures.models.evidence import Evidence
from apps.measures.models.measure import Measure
from apps.measures.models.states import State


class ReportDraftQuerySet(models.QuerySet["ReportDraft"]):
    def standing(self) -> "ReportDraftQuerySet":
        """Drafts of the agency that leads now; another lead begins with a blank sheet."""
        return self.filter(agency=F("measure__lead"))

    def confirming(self) -> "ReportDraftQuerySet":
        """Handed in, and waiting for the unit leader of the lead."""
        in_progress = self.standing().filter(measure__state=State.IN_PROGRESS)
        return in_progress.filter(handed_at__isnull=False)

    def handed_back(self) -> "ReportDraftQuerySet":
        """The unit leader wants something done to it first."""
        in_progress = self.standing().filter(measure__state=State.IN_PROGRESS)
        return in_progress.filter(remarked_at__isnull=False, handed_at__isnull=True)


class ReportDraft(models.Model):
    """One to a measure. Anybody who writes for the lead goes on with it; gone once handed in."""

    measure = models.OneToOneField(
        Measure, models.CASCADE, related_name="report_draft", verbose_name=_("measure")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("lead agency")
    )
    content = models.JSONField(_("what is typed"), default=dict)
    saved_by_id = models.BigIntegerField(_("saved by (id)"))
    saved_by_name = models.CharField(_("saved by"), max_length=150)
    saved_at = models.DateTimeField(_("saved at"))
    evidence = models.ManyToManyField(
        Evidence, related_name="drafts", blank=True, verbose_name=_("evidence handed in")
    )
    handed_by_id = models.BigIntegerField(_("handed in by (id)"), null=True)
    handed_by_name = models.CharField(_("handed in by"), max_length=150, blank=True)
    handed_at = models.DateTimeField(_("handed in at"), null=True)
    remark = models.TextField(_("why it was handed back"), blank=True)
    remarked_by_name = models.CharField(_("handed back by"), max_length=150, blank=True)
    remarked_at = models.DateTimeField(_("handed back at"), null=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ReportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a report")
        verbose_name_plural = _("drafts of reports")
        ordering = ("measure_id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_at__isnull=True, handed_by_id__isnull=True, handed_by_name="")
                | (Q(handed_at__isnull=False, handed_by_id__isnull=False) & ~Q(handed_by_name="")),
                name="draft_handed_in_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(remarked_at__isnull=True, remark="", remarked_by_name="")
                | (Q(remarked_at__isnull=False) & ~Q(remark="") & ~Q(remarked_by_name="")),
                name="draft_handed_back_with_a_reason",
            ),
        ]
        indexes = [
            # Workbench: what waits for the unit leader.
            models.Index(
                fields=["handed_at"],
                name="draft_confirming",
                condition=Q(handed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} v{self.version}"

    @property
    def is_confirming(self) -> bool:
        return self.handed_at is not None
