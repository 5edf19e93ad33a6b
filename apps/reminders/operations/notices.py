"""What an escalation leaves on record: a numbered urging notice, a place in the bulletin."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.reminders.causes.cause import COLUMNS, Cause
from apps.reminders.ladders import Day, Rung, Rungs, bands
from apps.reminders.models import BulletinProposal, Urging
from apps.reminders.operations.owed import owed_rows, values

# Of what is owed, those at one of the steps and not on record for it yet.
AT_STEP = """
    FROM ({owed}) AS o ({columns})
    JOIN (VALUES {steps}) AS s (step, after, upto)
      ON o.owed_on_ > s.after AND o.owed_on_ <= s.upto AND NOT o.paused_
"""
URGE = f"""
    INSERT INTO {Urging._meta.db_table} (measure_id, owed_on, step, year, number, agency_id, at)
    SELECT o.measure_, o.owed_on_, s.step, %(year)s,
           (SELECT coalesce(max(number), 0) FROM {Urging._meta.db_table} WHERE year = %(year)s)
               + row_number() OVER (ORDER BY o.measure_),
           o.lead_, %(at)s
    {AT_STEP}
    WHERE NOT EXISTS (
        SELECT FROM {Urging._meta.db_table} drawn
        WHERE drawn.measure_id = o.measure_ AND drawn.owed_on = o.owed_on_
          AND drawn.step >= s.step)
"""
PROPOSE = f"""
    INSERT INTO {BulletinProposal._meta.db_table} (measure_id, owed_on, step, at)
    SELECT o.measure_, o.owed_on_, s.step, %(at)s
    {AT_STEP}
    ORDER BY o.owed_on_, o.measure_
    ON CONFLICT (measure_id, owed_on) DO NOTHING
"""


def draw_up_urgings(cause: Cause, rungs: Rungs, day: Day, *, at: datetime) -> int:
    """One notice a measure, deadline and step of escalation, numbered through the year.

    The caller holds the lock of planning: numbers have no gaps and are given once.
    """
    return _on_record(URGE, cause, rungs, day, at, lambda rung: rung.is_escalation)


def propose_for_bulletin(cause: Cause, rungs: Rungs, day: Day, *, at: datetime) -> int:
    """Once a deadline, where a step says so. The director decides."""
    return _on_record(PROPOSE, cause, rungs, day, at, lambda rung: rung.proposes_bulletin)


def _on_record(
    words: str,
    cause: Cause,
    rungs: Rungs,
    day: Day,
    at: datetime,
    wanted: Callable[[Rung], bool],
) -> int:
    climbed = bands(filter(wanted, rungs), day)
    if not climbed:
        return 0
    lines = [(band.rung.workdays, band.after, band.upto) for band in climbed]
    steps = values(("int", "date", "date"), lines)
    owed = owed_rows(cause, day)
    said: dict[str, Any] = {"at": at, "year": timezone.localdate(at).year}
    with connection.cursor() as cursor:
        cursor.execute(
            words.format(owed=owed.words, columns=", ".join(COLUMNS), steps=steps.words),
            owed.said | steps.said | said,
        )
        return int(cursor.rowcount)
