"""The one write of dashboards: tallies of days that are over, kept for trends."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.errors import RuleBroken
from apps.dashboards.models import DailyTally
from apps.dashboards.row_versions import at_end_of, first_day, measures_at_end_of
from apps.measures.lights import Light
from apps.measures.models import State

ONE_DAY = timedelta(days=1)
ONE_AT_A_TIME = 0x7A11E5
"""Names the lock that whoever writes tallies holds until it is done."""
KINDS = {
    "blue": Light.BLUE,
    "red": Light.RED,
    "yellow": Light.YELLOW,
    "green": Light.GREEN,
    "draft": State.DRAFT,
    "proposed": State.PROPOSED,
    "not_started": State.ISSUED,
    "suspended": State.SUSPENDED,
    "cancelled": State.CANCELLED,
}
"""Column of each light, and of each state that shows grey."""

# Counted and kept where the rows are: what comes out of two groupings is joined to a third.
INSERT = """
    INSERT INTO {table} ("on", {of}_id, is_top, restricted, {columns})
    SELECT %s, whose.of_id, seen.parent_id IS NULL, seen.restricted, {counts}
    FROM ({seen}) AS seen JOIN ({whose}) AS whose(measure_id, of_id)
    ON whose.measure_id = seen.pgh_obj_id
    GROUP BY 2, 3, 4
"""


def tally_missing_days(*, at: datetime) -> list[date]:
    """Tally every day that is over and has no tallies yet, oldest first; the days now tallied.

    Each day is kept by itself: whoever was stopped goes on where it was.
    """
    return [day for day in _missing_days(before=timezone.localdate(at)) if _tally_if_missing(day)]


@transaction.atomic
def tally_day(day: date, *, at: datetime) -> int:
    """Replace the tallies of a day, as it stood at its end; how many rows it has now."""
    if day >= timezone.localdate(at):
        raise RuleBroken(_("A day is tallied when it is over."))
    _wait_for_others()
    DailyTally.objects.filter(on=day).delete()
    return _insert(day)


@transaction.atomic
def _tally_if_missing(day: date) -> bool:
    _wait_for_others()
    return not DailyTally.objects.filter(on=day).exists() and _insert(day) > 0


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _missing_days(*, before: date) -> Iterator[date]:
    day = first_day() or before
    done = set(DailyTally.objects.order_by().values_list("on", flat=True).distinct())
    while day < before:
        if day not in done:
            yield day
        day += ONE_DAY


def _insert(day: date) -> int:
    return _insert_by("agency", _leads(day), day) + _insert_by("policy", _policies(day), day)


def _insert_by(of: str, whose: "QuerySet[Any, Any]", day: date) -> int:
    seen = measures_at_end_of(day).values("pgh_obj_id", "parent_id", "restricted", "shown")
    seen_sql, seen_said = seen.query.sql_with_params()
    whose_sql, whose_said = whose.query.sql_with_params()
    sql = INSERT.format(
        table=DailyTally._meta.db_table,
        of=of,
        columns=", ".join(KINDS),
        counts=", ".join(["count(*) FILTER (WHERE seen.shown = %s)"] * len(KINDS)),
        seen=seen_sql,
        whose=whose_sql,
    )
    kinds = [kind.value for kind in KINDS.values()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [day, *kinds, *seen_said, *whose_said])
        return int(cursor.rowcount)


def _leads(day: date) -> "QuerySet[Any, Any]":
    """Each measure with its lead of that day."""
    led = at_end_of(day, "measures.MeasureEvent").filter(lead__in=Agency.objects.all())
    return led.values_list("pgh_obj_id", "lead_id")


def _policies(day: date) -> "QuerySet[Any, Any]":
    """Each measure with each policy of which it carried out a clause on that day."""
    carried = at_end_of(day, "measures.MeasureClauseEvent")
    return carried.values_list("measure_id", "clause__policy_id").distinct()
