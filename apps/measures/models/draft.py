"""ReportDraft: a report in the making. It belongs to the lead agency, not to a person."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.measures.models.measure import Measure


class ReportDraftQuerySet(models.QuerySet["ReportDraft"]):
    def standing(self) -> "ReportDraftQuerySet":
        """Drafts of the agency that leads now; another lead begins with a blank sheet."""
        return self.filter(agency=F("measure__lead"))


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
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ReportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a report")
        verbose_name_plural = _("drafts of reports")
        ordering = ("measure_id",)

    def __str__(self) -> str:
        return f"{self.measure_id} v{self.version}"
