"""Forgetting what is of no use any more. Audit trail and history of rows are never pruned."""

from datetime import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session

SIGN_INS = (AccessLog, AccessFailureLog, AccessAttempt)
"""Who signed in from where, and who failed to."""


def prune_sessions(*, at: datetime) -> int:
    """Those that ran out; who was signed in by one signs in again anyway."""
    return int(Session.objects.filter(expire_date__lt=at).delete()[0])


def prune_sign_ins(*, before: datetime) -> int:
    """The log of sign-ins before that moment."""
    rows = (table.objects.filter(attempt_time__lt=before).delete()[0] for table in SIGN_INS)
    return sum(rows)
