"""TakenAlong and Resumption: what a granted suspension or cancellation did beyond its measure."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AppendOnly
from apps.measures.models.measure import Measure
from apps.measures.models.request import Decision, Request


class TakenAlong(AppendOnly):
    """A part was suspended or cancelled with the measure that it was broken down from."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="taken_along", verbose_name=_("decision")
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="taken_along", verbose_name=_("part")
    )

    class Meta:
        verbose_name = _("part taken along")
        verbose_name_plural = _("parts taken along")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["decision", "measure"], name="part_taken_along_once")
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} + {self.measure_id}"


class Resumption(AppendOnly):
    """The director let a suspended measure go on: when, why, and until which new deadline."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="resumptions", verbose_name=_("measure")
    )
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        related_name="resumptions",
        verbose_name=_("suspension that it ends"),
    )
    reason = models.TextField(_("reason"))
    by_id = models.BigIntegerField(_("resumed by (id)"))
    by_name = models.CharField(_("resumed by"), max_length=150)
    at = models.DateTimeField(_("resumed at"))

    class Meta:
        verbose_name = _("resumption")
        verbose_name_plural = _("resumptions")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["measure", "decision"], name="suspension_ended_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="resumed_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.at:%Y-%m-%d}"

    @property
    def request(self) -> Request:
        """What was asked for once; a deadline that is given anew refers to it."""
        return self.decision.request
