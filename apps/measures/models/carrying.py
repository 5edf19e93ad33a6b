"""MeasureClause: which clauses a measure carries out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.audit.history import tracked
from apps.measures.models.measure import Decided, Measure
from apps.policies.models import Clause


@tracked()
class MeasureClause(Decided):
    """A measure carries out a clause; the quotation lets a reader trace it."""

    measure = models.ForeignKey(
        Measure, models.CASCADE, related_name="carried_clauses", verbose_name=_("measure")
    )
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="+", verbose_name=_("clause"))
    quotation = models.TextField(_("quotation"), blank=True)

    class Meta:
        verbose_name = _("clause carried out")
        verbose_name_plural = _("clauses carried out")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["measure", "clause"], name="clause_carried_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} → {self.clause_id}"
