"""The tables of the reminders app, split by noun."""

from apps.reminders.models.bulletin import BulletinDecision, BulletinProposal
from apps.reminders.models.delivery import Channel, Delivery, Digest
from apps.reminders.models.ladder import Ladder, Recipient, Step
from apps.reminders.models.passes import Pass
from apps.reminders.models.reminder import Reminder
from apps.reminders.models.settings import CalendarKey, Preference, Robot
from apps.reminders.models.urging import Urging, UrgingReceipt

__all__ = [
    "BulletinDecision",
    "BulletinProposal",
    "CalendarKey",
    "Channel",
    "Delivery",
    "Digest",
    "Ladder",
    "Pass",
    "Preference",
    "Recipient",
    "Reminder",
    "Robot",
    "Step",
    "Urging",
    "UrgingReceipt",
]
