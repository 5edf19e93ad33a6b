"""GridDraft: figures being typed, kept until they are handed in."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.agencies.models import Agency
from apps.kpis.models.kpi import Kpi
from apps.kpis.models.places import written_period


class GridDraft(models.Model):
    """One to an agency, indicator and period; anybody who writes for the agency goes on with it.

    `content` is what stands in the cells, as typed: a page's own names for them, and texts.
    """

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="drafts", verbose_name=_("indicator"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("handed in for")
    )
    period = models.CharField(pgettext_lazy("figures", "period"), max_length=7)
    content = models.JSONField(_("what is typed"), default=dict)
    saved_by_id = models.BigIntegerField(_("saved by (id)"))
    saved_by_name = models.CharField(_("saved by"), max_length=150)
    saved_at = models.DateTimeField(_("saved at"))
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("draft of figures")
        verbose_name_plural = _("drafts of figures")
        ordering = ("kpi_id", "agency_id", "period")
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "agency", "period"], name="one_draft_of_figures_a_period"
            ),
            written_period("draft_of_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.period} v{self.version}"
