"""Urging 催办: the numbered notice of an escalation, and its receipt. Written once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.audit.models import AppendOnly
from apps.measures.models import Measure


class Urging(AppendOnly):
    """The lead of an overdue measure is urged: one notice a measure, deadline and step."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="+", verbose_name=_("measure")
    )
    owed_on = models.DateField(_("owed on"))
    step = models.SmallIntegerField(_("workdays late"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("lead agency")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("urging notice")
        verbose_name_plural = _("urging notices")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="urging_numbered_once"),
            # Also the query "urgings on a measure".
            models.UniqueConstraint(
                fields=["measure", "owed_on", "step"], name="urged_once_a_step"
            ),
            models.CheckConstraint(condition=Q(step__gt=0), name="urged_when_late"),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.number}"


class UrgingReceipt(AppendOnly):
    """The lead has received the notice. Once."""

    urging = models.OneToOneField(
        Urging, models.PROTECT, related_name="receipt", verbose_name=_("urging notice")
    )
    by_id = models.BigIntegerField(_("acknowledged by (id)"))
    by_name = models.CharField(_("acknowledged by"), max_length=150)
    at = models.DateTimeField(_("acknowledged at"))

    class Meta:
        verbose_name = _("receipt of an urging notice")
        verbose_name_plural = _("receipts of urging notices")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.urging_id}: {self.by_name}"
