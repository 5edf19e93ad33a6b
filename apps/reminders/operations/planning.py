"""Planning: what is owed becomes rows. It can be repeated and caught up, and drops what is over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from apps.reminders.causes import BY_KEY, CAUSES, Cause
from apps.reminders.ladders import Day, Rungs, in_force
from apps.reminders.models import Reminder
from apps.reminders.models.reminder import ReminderQuerySet
from apps.reminders.operations.notices import draw_up_urgings, propose_for_bulletin
from apps.reminders.operations.owed import Statement, messages
from apps.workdays.models import current_calendar

ONE_AT_A_TIME = 0x4E3D5
"""Names the lock that whoever plans holds until it is done."""
TABLE = Reminder._meta.db_table

# Whoever was told of this step or a later one of the same fact is not told again; a message that
# was dropped, because it was not true for a while, is owed anew.
NEW = f"""
    SELECT due.* FROM ({{messages}}) AS due
    WHERE NOT EXISTS (
        SELECT FROM {TABLE} told
        WHERE told.subject_id = due.subject_id AND told.cause = %(cause)s
          AND told.recipient_id = due.recipient_id AND told.owed_on = due.owed_on
          AND told.step >= due.step AND told.state <> 'DROPPED')
"""
INSERT = f"""
    INSERT INTO {TABLE} (cause, subject_type, measure_id, subject_id, owed_on, step, recipient_id,
                         reached_as, is_escalation, facts, planned_on, state)
    SELECT %(cause)s, %(subject_type)s, measure_id, subject_id, owed_on, step, recipient_id,
           reached_as, is_escalation, facts, %(on)s, 'PLANNED'
    FROM ({{new}}) AS new
    ON CONFLICT (subject_id, cause, recipient_id, owed_on, step, subject_type) DO UPDATE
    SET state = 'PLANNED', planned_on = EXCLUDED.planned_on, digest_id = NULL,
        reached_as = EXCLUDED.reached_as, facts = EXCLUDED.facts
    WHERE {TABLE}.state = 'DROPPED'
"""
DROP = f"""
    UPDATE {TABLE} SET state = 'DROPPED', digest_id = NULL
    WHERE id = ANY(%(ids)s) AND state = 'PLANNED' AND NOT EXISTS (
        SELECT FROM ({{messages}}) AS due
        WHERE due.subject_id = {TABLE}.subject_id AND due.owed_on = {TABLE}.owed_on
          AND due.step = {TABLE}.step AND due.recipient_id = {TABLE}.recipient_id)
"""


@dataclass(frozen=True)
class Planned:
    """What a pass of planning did; nothing on a day off."""

    on: date
    messages: dict[str, int] = field(default_factory=dict)
    """By the key of the cause."""
    urgings: int = 0
    proposals: int = 0
    is_workday: bool = True

    @property
    def total(self) -> int:
        return sum(self.messages.values())


@dataclass(frozen=True)
class Message:
    """One message that would go out."""

    measure_id: int | None
    subject_id: int
    owed_on: date
    step: int
    recipient_id: int
    reached_as: str
    is_escalation: bool


@transaction.atomic
def plan(*, on: date, at: datetime) -> Planned:
    """Write down every message that is owed on that day and has not been, once.

    A day off plans nothing. Whoever was not told for some days is told the highest step alone.
    Two who plan at once wait for each other.
    """
    day = Day(on, current_calendar())
    if not day.calendar.is_workday(on):
        return Planned(on, is_workday=False)
    _wait_for_others()
    ladders = ladders_on(on)
    written = {cause.key: _plan_cause(cause, ladders[cause.key], day) for cause in CAUSES}
    urging = [cause for cause in CAUSES if cause.urges]
    return Planned(
        on,
        {key: number for key, number in written.items() if number},
        urgings=sum(draw_up_urgings(c, ladders[c.key], day, at=at) for c in urging),
        proposals=sum(propose_for_bulletin(c, ladders[c.key], day, at=at) for c in CAUSES),
    )


@transaction.atomic
def try_planning(*, on: date, at: datetime) -> Planned:
    """What a pass of planning would do; nothing stays of it."""
    planned = plan(on=on, at=at)
    transaction.set_rollback(True)
    return planned


def preview(cause: Cause, rungs: Rungs, *, on: date) -> Iterator[Message]:
    """The messages that these steps would send on that day, beyond what was sent already."""
    due = messages(cause, rungs, Day(on, current_calendar()))
    if due is None:
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(_new(due), due.said | {"cause": cause.key})
        for row in cursor:
            yield Message(*row[:7])


@transaction.atomic
def drop_untrue(reminders: ReminderQuerySet, *, on: date) -> int:
    """Drop those planned messages that are not owed any more as they stand; returns how many.

    Done, moved, paused, handed over, superseded by a later step: asked right before sending.
    Should it come true again, it is planned again.
    """
    ladders, day = ladders_on(on), Day(on, current_calendar())
    return sum(
        _drop(BY_KEY[key], ladders[key], day, ids, subjects)
        for key, ids, subjects in _by_cause(reminders.planned())
    )


def ladders_on(on: date) -> Mapping[str, Rungs]:
    """The steps in force of every cause."""
    return in_force({cause.key: cause.ladder for cause in CAUSES}, on=on)


def _plan_cause(cause: Cause, rungs: Rungs, day: Day) -> int:
    due = messages(cause, rungs, day)
    if due is None:
        return 0
    said = {"cause": cause.key, "subject_type": subject_type(cause, day)}
    return _execute(INSERT.format(new=_new(due)), due.said | said)


def subject_type(cause: Cause, day: Day) -> str:
    return str(cause.rows(day).model._meta.label_lower)


def _new(due: Statement) -> str:
    return NEW.format(messages=due.words)


def _drop(cause: Cause, rungs: Rungs, day: Day, ids: list[int], subjects: list[int]) -> int:
    due = messages(cause, rungs, day, subjects=subjects)
    if due is None:
        return Reminder.objects.filter(pk__in=ids).update(state=Reminder.State.DROPPED, digest=None)
    return _execute(DROP.format(messages=due.words), due.said | {"ids": ids})


def _by_cause(reminders: ReminderQuerySet) -> Iterator[tuple[str, list[int], list[int]]]:
    found: dict[str, dict[int, int]] = {}
    for pk, cause, subject in reminders.values_list("pk", "cause", "subject_id"):
        found.setdefault(cause, {})[pk] = subject
    for cause, subjects in found.items():
        yield cause, list(subjects), sorted(set(subjects.values()))


def _execute(words: str, said: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(words, said)
        return int(cursor.rowcount)


def _wait_for_others() -> None:
    _execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": ONE_AT_A_TIME})
