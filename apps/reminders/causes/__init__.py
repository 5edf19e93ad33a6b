"""Why people are told of something: each cause is a query over what is owed, and a ladder."""

from apps.reminders.causes.cause import Cause
from apps.reminders.causes.deadlines import DEADLINE, MILESTONE, MOVED, SUSPENSION
from apps.reminders.causes.figures import KPI_CLOSING, KPI_ENTRY, KPI_REVIEW
from apps.reminders.causes.reports import (
    ACKNOWLEDGE,
    CONFIRM,
    INSTRUCTION,
    REPORT,
    RETURNED,
    REVIEW,
)
from apps.reminders.causes.requests import COMPLETION, COORDINATION, REQUEST

CAUSES = (
    DEADLINE,
    INSTRUCTION,
    CONFIRM,
    RETURNED,
    COORDINATION,
    ACKNOWLEDGE,
    REPORT,
    MILESTONE,
    REVIEW,
    REQUEST,
    COMPLETION,
    SUSPENSION,
    MOVED,
    KPI_ENTRY,
    KPI_REVIEW,
    KPI_CLOSING,
)
"""The most urgent first: the order in which a digest groups them."""
BY_KEY = {cause.key: cause for cause in CAUSES}

__all__ = ["BY_KEY", "CAUSES", "Cause"]
