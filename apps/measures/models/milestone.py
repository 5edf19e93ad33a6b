"""Milestone: the steps that progress is read off."""

from functools import cache

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.history import tracked
from apps.measures.models.measure import Measure
from apps.measures.models.request import Request


class StandingMilestones(models.Manager["Milestone"]):
    """Those that count: dropped ones stay on record, and nothing else reads them."""

    def get_queryset(self) -> "models.QuerySet[Milestone]":
        return _standing().all()


@cache
def _standing() -> "models.QuerySet[Milestone]":
    """Worked out once: a list of measures asks for its milestones measure by measure."""
    every: models.QuerySet[Milestone] = models.QuerySet(Milestone)
    return every.filter(dropped_in__isnull=True)


@tracked()
class Milestone(models.Model):
    """A dated, checkable step with a weight."""

    measure = models.ForeignKey(
        Measure, models.CASCADE, related_name="milestones", verbose_name=_("measure")
    )
    position = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    due_on = models.DateField(_("due"))
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    reached_in = models.ForeignKey(
        "measures.ProgressReport",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="reached_milestones",
        verbose_name=_("reported in"),
    )
    dropped_in = models.ForeignKey(
        Request,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("dropped by the request"),
        help_text=_("Replaced or left behind before it was reached; it no longer counts."),
    )

    objects = StandingMilestones()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("measure_id", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "position"],
                condition=Q(dropped_in__isnull=True),
                name="one_milestone_a_place",
            ),
            models.CheckConstraint(
                condition=Q(dropped_in__isnull=True) | Q(reached_in__isnull=True),
                name="reached_milestone_stays",
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="milestone_weighs_something"),
        ]

    def __str__(self) -> str:
        return self.title
