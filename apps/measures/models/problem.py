"""MeasureProblem: which bottlenecks a measure is meant to remove."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Sourced
from apps.audit.history import tracked
from apps.measures.models.measure import Measure
from apps.policies.models import Problem


@tracked()
class MeasureProblem(Sourced):
    """A measure addresses a problem. Where the text names only a group, the group is linked."""

    measure = models.ForeignKey(
        Measure, models.CASCADE, related_name="addressed_problems", verbose_name=_("measure")
    )
    problem = models.ForeignKey(
        Problem, models.PROTECT, related_name="+", verbose_name=_("problem")
    )

    class Meta:
        verbose_name = _("problem addressed")
        verbose_name_plural = _("problems addressed")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["measure", "problem"], name="problem_addressed_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} → {self.problem_id}"
