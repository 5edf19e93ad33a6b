"""Deadlines of measures and milestones, suspensions to review, deadlines the calendar moved."""

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from apps.measures.models import DeadlineChange, Measure, Milestone, Request, State
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.models.states import OPEN
from apps.reminders.causes.cause import Cause, day_before
from apps.reminders.causes.reach import STAFF, WRITERS
from apps.reminders.ladders import ONE_DAY, Day, Rung
from apps.reminders.models import Recipient

PAUSE_WORKDAYS = 3
"""So long after the deadline escalation waits for the answer to a timely request."""
HEADS = (*STAFF, Recipient.UNIT_HEAD, Recipient.ISSUER)
LEADERS = (*HEADS, Recipient.SUPERVISING_LEADER)


def _running(day: Day) -> MeasureQuerySet:
    """With a deadline that has to be met yet; while completion waits, it has been."""
    return Measure.objects.filter(
        state__in=(State.ISSUED, State.IN_PROGRESS), overdue_from_on__isnull=False
    )


def _extension_waits(day: Day) -> Case:
    """An extension asked for in time waits for its decision, and the pause is not over."""
    asked = Request.objects.of_kind(Request.Kind.EXTEND).waiting().filter(late=False)
    lately = Q(overdue_from_on__gt=day.reached(PAUSE_WORKDAYS + 1) + ONE_DAY)
    waits = Exists(asked.order_by().filter(measure=OuterRef("pk")))
    return Case(
        When(lately & Q(waits), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _moved(day: Day) -> "QuerySet[DeadlineChange]":
    """The deadline that holds now came by the calendar."""
    return DeadlineChange.objects.filter(
        cause=DeadlineChange.Cause.CALENDAR,
        measure__state__in=OPEN,
        measure__due_on=F("new_due_on"),
    )


def _milestones(day: Day) -> "QuerySet[Milestone]":
    return Milestone.objects.filter(reached_in__isnull=True, measure__state=State.IN_PROGRESS)


DEADLINE = Cause(
    "deadline",
    _("Deadline"),
    _("Finish, or apply for completion"),
    _running,
    day_before("overdue_from_on"),
    (
        Rung(-5, WRITERS),
        Rung(-3, WRITERS),
        Rung(-1, WRITERS),
        Rung(1, STAFF, is_escalation=True),
        Rung(3, HEADS, is_escalation=True),
        Rung(5, LEADERS, is_escalation=True, proposes_bulletin=True),
    ),
    measure="",
    paused=_extension_waits,
    urges=True,
)
MILESTONE = Cause(
    "milestone",
    _("Milestone"),
    _("Reach the milestone and report it"),
    _milestones,
    "due_on",
    (Rung(-3, WRITERS), Rung(1, WRITERS), Rung(3, STAFF, is_escalation=True)),
    facts={"milestone": "title"},
)
SUSPENSION = Cause(
    "suspension",
    _("Suspension to be reviewed"),
    _("Review the suspension"),
    lambda day: Measure.objects.resting_by_itself(),
    "review_on",
    (
        Rung(-1, (Recipient.SUPERVISOR,)),
        Rung(1, (Recipient.SUPERVISOR, Recipient.DIRECTOR)),
        Rung(3, (Recipient.SUPERVISOR, Recipient.DIRECTOR), is_escalation=True),
    ),
    measure="",
)
MOVED = Cause(
    "moved",
    _("Deadline moved with the calendar"),
    _("Take note of the new deadline"),
    _moved,
    TruncDate("decided_at"),
    (Rung(0, STAFF),),
    facts={"old": "old_due_on", "new": "new_due_on"},
)
