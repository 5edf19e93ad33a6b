"""What an indicator has to do with measures and clauses: a contribution, no proof of a cause."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.audit.history import tracked
from apps.kpis.models.kpi import Kpi
from apps.measures.models import Measure
from apps.measures.models.measure import Decided
from apps.policies.models import Clause


@tracked()
class KpiMeasure(Decided):
    """The measure is meant to move the indicator."""

    kpi = models.ForeignKey(
        Kpi, models.PROTECT, related_name="moved_by", verbose_name=_("indicator")
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="+", verbose_name=_("measure")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("measure contributing")
        verbose_name_plural = _("measures contributing")
        ordering = ("kpi_id", "id")
        constraints = [
            models.UniqueConstraint(fields=["kpi", "measure"], name="kpi_measure_linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} → {self.kpi_id}"


@tracked()
class KpiClause(Decided):
    """The clause names the indicator."""

    kpi = models.ForeignKey(
        Kpi, models.PROTECT, related_name="named_in", verbose_name=_("indicator")
    )
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="+", verbose_name=_("clause"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("clause naming it")
        verbose_name_plural = _("clauses naming it")
        ordering = ("kpi_id", "id")
        constraints = [
            models.UniqueConstraint(fields=["kpi", "clause"], name="kpi_clause_linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.clause_id} → {self.kpi_id}"
