"""Reading the inbox. Personal, and no act: what somebody reads and when is nobody's record."""

from datetime import datetime

from django.db import transaction

from apps.core.actor import Actor
from apps.reminders.models import Reminder
from apps.reminders.models.reminder import ReminderQuerySet


@transaction.atomic
def mark_read(reminders: ReminderQuerySet, *, by: Actor, at: datetime) -> int:
    """Of these messages the person's own unread ones are read from now on; returns how many."""
    own = reminders.filter(recipient=by.pk, state=Reminder.State.SENT, read_at__isnull=True)
    return own.order_by().update(read_at=at)
