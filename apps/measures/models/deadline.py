"""DeadlineChange: the ledger of deadlines that moved. The original is never overwritten."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AppendOnly
from apps.measures.models.measure import Measure
from apps.measures.models.request import Decision, Request


class DeadlineChange(AppendOnly):
    """A deadline moved: granted by somebody, or because the calendar it was counted by changed."""

    class Cause(models.TextChoices):
        GRANTED = "GRANTED", _("Granted")
        CALENDAR = "CALENDAR", _("Calendar")

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="deadline_changes", verbose_name=_("measure")
    )
    cause = models.CharField(_("cause"), max_length=8, choices=Cause)
    old_due_on = models.DateField(_("old deadline"))
    new_due_on = models.DateField(_("new deadline"))
    request = models.ForeignKey(
        Request, models.PROTECT, null=True, related_name="+", verbose_name=_("request")
    )
    reason = models.TextField(
        _("reason"), help_text=_("Why it was granted, or the notices it is now counted by.")
    )
    milestones_after = models.PositiveSmallIntegerField(
        _("open milestones left after the new deadline"), default=0
    )
    parts_after = models.PositiveSmallIntegerField(
        _("open parts left after the new deadline"), default=0
    )
    decided_by_id = models.BigIntegerField(
        _("decided by (id)"), null=True, help_text=_("Empty where nobody decided: the calendar.")
    )
    decided_by_name = models.CharField(_("decided by"), max_length=150)
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("change of a deadline")
        verbose_name_plural = _("changes of deadlines")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(old_due_on=F("new_due_on")), name="deadline_change_moves_it"
            ),
            models.CheckConstraint(
                condition=Q(cause="CALENDAR", request__isnull=True)
                | Q(cause="GRANTED", decided_by_name__gt=""),
                name="deadline_granted_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="deadline_change_says_why"),
        ]

    @property
    def granted(self) -> Decision | None:
        """The decision that moved it; `request.decisions` are loaded. None for the calendar."""
        if self.request is None:
            return None
        found = self.request.decisions.all()
        return next((d for d in found if d.outcome == Decision.Outcome.GRANTED), None)

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.old_due_on} → {self.new_due_on}"
