"""PeriodClosing: a period of an indicator is closed for entry, and perhaps opened again."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.models import AppendOnly
from apps.kpis.models.kpi import Kpi
from apps.kpis.models.places import written_period


class PeriodClosingQuerySet(models.QuerySet["PeriodClosing"]):
    def latest_each(self) -> "PeriodClosingQuerySet":
        """The last word on each indicator and period."""
        return self.order_by("kpi_id", "period", "-number").distinct("kpi_id", "period")


class PeriodClosing(AppendOnly):
    """Odd numbers close, even ones open again: the last word counts."""

    kpi = models.ForeignKey(
        Kpi, models.PROTECT, related_name="closings", verbose_name=_("indicator")
    )
    period = models.CharField(pgettext_lazy("figures", "period"), max_length=7)
    number = models.PositiveIntegerField(_("number"))
    is_closed = models.BooleanField(_("closed"))
    reason = models.TextField(_("reason"), blank=True)
    by_id = models.BigIntegerField(_("decided by (id)"), null=True)
    by_name = models.CharField(_("decided by"), max_length=150)
    at = models.DateTimeField(_("decided at"))

    objects = PeriodClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing of a period")
        verbose_name_plural = _("closings of periods")
        ordering = ("kpi_id", "period", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "period", "number"], name="one_closing_a_number"
            ),
            models.CheckConstraint(
                condition=Q(is_closed=True, number=F("number") / 2 * 2 + 1)
                | Q(is_closed=False, number=F("number") / 2 * 2),
                name="closing_and_opening_alternate",
            ),
            models.CheckConstraint(
                condition=Q(is_closed=True) | ~Q(reason=""), name="reopened_period_says_why"
            ),
            written_period("closing_of_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.period} #{self.number}"
