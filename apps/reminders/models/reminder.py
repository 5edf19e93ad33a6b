"""Reminder: one message owed to one person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.measures.models import Measure
from apps.reminders.models.delivery import Digest


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def planned(self) -> "ReminderQuerySet":
        """Owed, and not sent yet."""
        return self.filter(state=Reminder.State.PLANNED)

    def sent_to(self, user_id: int) -> "ReminderQuerySet":
        """The person's inbox, newest first."""
        inbox = self.filter(recipient=user_id, state=Reminder.State.SENT)
        return inbox.order_by("-sent_at", "-id")

    def unread(self) -> "ReminderQuerySet":
        return self.filter(state=Reminder.State.SENT, read_at__isnull=True)

    def about(self, measure_id: int) -> "ReminderQuerySet":
        """What was sent about a measure, newest first."""
        sent = self.filter(measure=measure_id, state=Reminder.State.SENT)
        return sent.order_by("-sent_at", "-id")


class Reminder(models.Model):
    """Somebody is to be told of something owed: once a cause, subject, step and deadline.

    `owed_on` is the day of the fact itself. A deadline that moves has another, and with it
    begins anew.
    """

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("Planned")
        SENT = "SENT", _("Sent")
        DROPPED = "DROPPED", _("No longer true")

    cause = models.CharField(_("cause"), max_length=30)
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, related_name="+", verbose_name=_("measure")
    )
    subject_type = models.CharField(_("subject type"), max_length=60)
    subject_id = models.BigIntegerField(_("subject id"))
    owed_on = models.DateField(_("owed on"))
    step = models.SmallIntegerField(_("step"), help_text=_("Workdays after the day owed."))
    recipient = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recipient")
    )
    reached_as = models.CharField(
        _("reached as"), max_length=20, help_text=_("The role by which the step reached them.")
    )
    is_escalation = models.BooleanField(_("escalation"), default=False)
    planned_on = models.DateField(_("planned on"))
    facts = models.JSONField(
        _("facts of the sentence"), default=dict, help_text=_("Put in words for its reader.")
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PLANNED)
    digest = models.ForeignKey(
        Digest, models.PROTECT, null=True, related_name="reminders", verbose_name=_("digest")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("-id",)
        constraints = [
            # Also the query "was this person told of it already".
            models.UniqueConstraint(
                fields=["subject_id", "cause", "recipient", "owed_on", "step", "subject_type"],
                name="reminded_once",
            ),
            models.CheckConstraint(
                condition=Q(state="SENT", sent_at__isnull=False)
                | (~Q(state="SENT") & Q(sent_at__isnull=True, read_at__isnull=True)),
                name="sent_reminder_has_its_moment",
            ),
        ]
        indexes = [
            # The inbox, newest first, and its unread count.
            models.Index(
                fields=["recipient", "-sent_at"],
                name="reminder_inbox",
                condition=Q(state="SENT"),
            ),
            models.Index(
                fields=["recipient"],
                name="reminder_unread",
                condition=Q(state="SENT", read_at__isnull=True),
            ),
            # What is to be sent, a person at a time.
            models.Index(
                fields=["recipient", "planned_on"],
                name="reminder_planned",
                condition=Q(state="PLANNED"),
            ),
            # What was sent about a measure, and how far its deadline has escalated.
            models.Index(fields=["measure", "cause", "owed_on"], name="reminder_of_measure"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.subject_id} {self.step:+d} → {self.recipient_id}"
