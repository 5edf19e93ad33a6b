"""The recipients that ladders have in common, and the steps that several causes share."""

from apps.reminders.ladders import Rung
from apps.reminders.models import Recipient

WRITERS = (Recipient.LIAISON, Recipient.DRAFTER)
STAFF = (*WRITERS, Recipient.UNIT_LEADER)
ASKED = (Recipient.ASKED,)
ASKED_AND_DIRECTOR = (Recipient.ASKED, Recipient.DIRECTOR)

QUEUE = (
    Rung(0, ASKED),
    Rung(3, ASKED),
    Rung(5, ASKED_AND_DIRECTOR, is_escalation=True),
)
"""What waits for a decision: the queues of those who decide stop at the director."""
