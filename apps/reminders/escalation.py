"""How far the deadline that holds now has escalated, for the page of a measure and for lists."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Subquery

from apps.measures.models import Measure
from apps.measures.models.rows import MeasureQuerySet
from apps.reminders.causes.cause import day_before
from apps.reminders.causes.deadlines import DEADLINE
from apps.reminders.ladders import ONE_DAY
from apps.reminders.models import Recipient, Reminder
from apps.reminders.models.reminder import ReminderQuerySet


@dataclass(frozen=True)
class Escalation:
    """The highest step of lateness that was taken, and as what people were reached by it."""

    workdays: int
    reached: tuple[Recipient, ...]
    planned_on: date
    sent_at: datetime | None
    """None while it is on its way."""


def escalated(measures: MeasureQuerySet) -> MeasureQuerySet:
    """Those whose deadline that holds now has escalated."""
    return measures.filter(Exists(_of_deadline()))


def with_escalation(measures: MeasureQuerySet) -> MeasureQuerySet:
    """Annotates `escalated`: the highest step taken for the deadline that holds, else None."""
    highest = _of_deadline().order_by("-step").values("step")[:1]
    return measures.annotate(escalated=Subquery(highest))


def escalation_of(measure: Measure) -> Escalation | None:
    """The same of one measure, with whom it reached. One query."""
    if measure.overdue_from_on is None:
        return None
    owed_on = measure.overdue_from_on - ONE_DAY
    taken = list(_taken().filter(measure=measure, owed_on=owed_on).order_by("-step", "id"))
    if not taken:
        return None
    highest = [reminder for reminder in taken if reminder.step == taken[0].step]
    reached = {reminder.reached_as for reminder in highest}
    return Escalation(
        taken[0].step,
        tuple(recipient for recipient in Recipient if recipient in reached),
        min(reminder.planned_on for reminder in highest),
        min((reminder.sent_at for reminder in highest if reminder.sent_at), default=None),
    )


def _of_deadline() -> ReminderQuerySet:
    """What was taken for the deadline of the measure in the query around it."""
    holds = day_before(OuterRef("overdue_from_on"))
    return _taken().filter(measure=OuterRef("pk"), owed_on=holds)


def _taken() -> ReminderQuerySet:
    planned = Reminder.objects.exclude(state=Reminder.State.DROPPED)
    return planned.filter(cause=DEADLINE.key, is_escalation=True)
