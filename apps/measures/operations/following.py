"""What follows from a changed calendar: the stored days on which lights turn."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from apps.agencies.models import Installation
from apps.audit.operations import record
from apps.core.actor import Actor
from apps.measures import lights
from apps.measures.models import Measure, State
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import current_calendar

CHUNK = 2_000
RUNNING = (State.ISSUED, State.IN_PROGRESS, State.COMPLETING)


def follow_calendar(*, by: Actor, at: datetime) -> int:
    """Recompute the light dates of every open measure; returns how many moved.

    Done in chunks, each one statement that writes only what differs. A measure that an
    operation holds meanwhile is passed over: that operation stores its own dates.
    """
    calendar = current_calendar()
    moved = sum(_follow(ids, calendar) for ids in _chunks())
    if moved:
        here, _created = Installation.objects.get_or_create(pk=1)
        record("measures.follow_calendar", here, by=by, at=at, changes={"measures": (0, moved)})
    return moved


def _chunks() -> Iterator[list[int]]:
    """Ids of the measures whose lights can still turn, in order, so many at a time."""
    last = 0
    running = Measure.objects.filter(state__in=RUNNING).order_by("pk")
    while ids := list(running.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


@transaction.atomic
def _follow(ids: Sequence[int], calendar: Calendar) -> int:
    locked = (
        Measure.objects.filter(pk__in=ids)
        .select_for_update(skip_locked=True)
        .prefetch_related("milestones")
    )
    moved = []
    for measure in locked:
        dates = lights.dates_of(measure, list(measure.milestones.all()), calendar=calendar)
        if any(getattr(measure, column) != day for column, day in dates.items()):
            moved.append((measure.pk, dates))
    _write(moved)
    return len(moved)


def _write(moved: Sequence[tuple[int, dict[str, date | None]]]) -> None:
    """Store all of it with one UPDATE."""
    if not moved:
        return
    columns = list(lights.REASONS)
    assigned = ", ".join(f"{column} = new.{column}" for column in columns)
    arrays = ", ".join(["%s::bigint[]"] + ["%s::date[]"] * len(columns))
    table = connection.ops.quote_name(Measure._meta.db_table)
    values: list[Any] = [[pk for pk, _dates in moved]]
    values += [[dates[column] for _pk, dates in moved] for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {assigned} "
            f"FROM unnest({arrays}) AS new(id, {', '.join(columns)}) "
            f"WHERE {table}.id = new.id",
            values,
        )
