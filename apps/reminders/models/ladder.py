"""Ladder: by which steps a cause reaches whom, in versions; a past one is never changed."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AppendOnly

MOST_WORKDAYS = 60
"""A step lies no further from the day that it is about."""


class Recipient(models.TextChoices):
    """Whom a step reaches; the roles of an agency are those nearest to it in the tree."""

    LIAISON = "LIAISON", _("Liaison of the lead")
    DRAFTER = "DRAFTER", _("Drafter of the lead")
    UNIT_LEADER = "UNIT_LEADER", _("Unit leader of the lead")
    UNIT_HEAD = "UNIT_HEAD", _("Unit head of the lead")
    SUPERVISING_LEADER = "SUPERVISING_LEADER", _("Supervising leader of the lead")
    ISSUER = "ISSUER", _("Who issued it: the director; of a part, the lead of the whole")
    REVIEWER = "REVIEWER", _("Who reviews: the supervisors; of a part, the lead of the whole")
    ASKED = "ASKED", _("Whoever has to act on it")
    SUPERVISOR = "SUPERVISOR", _("Supervisors")
    DIRECTOR = "DIRECTOR", _("Director")


class LadderQuerySet(models.QuerySet["Ladder"]):
    def in_force(self, *, on: date) -> "LadderQuerySet":
        """Of each cause the version entered last among those valid on that day."""
        valid = self.filter(from_on__lte=on).order_by("cause", "-number").distinct("cause")
        return self.filter(pk__in=valid.values("pk"))


class Ladder(AppendOnly):
    """From this day a cause reaches people by these steps, until a later version says otherwise."""

    cause = models.CharField(_("cause"), max_length=30)
    number = models.PositiveIntegerField(_("version"), editable=False)
    from_on = models.DateField(_("valid from"))
    active = models.BooleanField(
        _("active"), default=True, help_text=_("An inactive ladder reaches nobody.")
    )
    reason = models.TextField(_("reason"))
    by_id = models.BigIntegerField(_("entered by (id)"), null=True, editable=False)
    by_name = models.CharField(_("entered by"), max_length=150, editable=False)
    at = models.DateTimeField(_("entered at"), editable=False)

    objects = LadderQuerySet.as_manager()

    class Meta:
        verbose_name = _("ladder of reminders")
        verbose_name_plural = _("ladders of reminders")
        ordering = ("cause", "-number")
        constraints = [
            # Also the query "the version in force".
            models.UniqueConstraint(fields=["cause", "number"], name="ladder_numbered_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="ladder_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} #{self.number}"


class Step(AppendOnly):
    """So many workdays after the day that something is owed (before it: negative), these people.

    An escalation cannot be muted. The last step of an overdue measure proposes a place in the
    next bulletin.
    """

    ladder = models.ForeignKey(
        Ladder, models.PROTECT, related_name="steps", verbose_name=_("ladder")
    )
    workdays = models.SmallIntegerField(
        _("workdays"), help_text=_("After the day; negative: before it.")
    )
    reaches = ArrayField(
        models.CharField(max_length=20, choices=Recipient), verbose_name=_("reaches")
    )
    is_escalation = models.BooleanField(
        _("escalation"), default=False, help_text=_("It cannot be muted.")
    )
    proposes_bulletin = models.BooleanField(_("proposes a place in the bulletin"), default=False)

    class Meta:
        verbose_name = _("step of a ladder")
        verbose_name_plural = _("steps of a ladder")
        ordering = ("workdays",)
        constraints = [
            models.UniqueConstraint(fields=["ladder", "workdays"], name="one_step_a_day"),
            models.CheckConstraint(condition=~Q(reaches=[]), name="step_reaches_somebody"),
            models.CheckConstraint(
                condition=Q(workdays__range=(-MOST_WORKDAYS, MOST_WORKDAYS)), name="step_is_near"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ladder_id}: {self.workdays:+d}"
