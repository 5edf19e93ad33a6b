"""Milestone: the steps that progress is read off."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.history import tracked
from apps.measures.models.measure import Measure


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

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("measure_id", "position")
        constraints = [
            models.UniqueConstraint(fields=["measure", "position"], name="one_milestone_a_place"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="milestone_weighs_something"),
        ]

    def __str__(self) -> str:
        return self.title
