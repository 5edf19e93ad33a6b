"""Which measures have a cause to lie on a desk, each once, most urgent first.

All causes of a desk are one statement, with a row for each measure and cause. What is counted,
listed and said of a row is asked of the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from apps.measures.lights import Light, in_light
from apps.measures.models import Measure
from apps.web.cause import Cause
from apps.web.counting import written
from apps.web.desk import Desk

WORST_FIRST = (Light.RED, Light.YELLOW)

COUNTED = """
WITH held AS MATERIALIZED (SELECT pk, place FROM {held} AS rows)
SELECT place, count(*) FROM held GROUP BY place
UNION ALL SELECT NULL, count(DISTINCT pk) FROM held"""

MOST_URGENT = """
WITH held AS MATERIALIZED (SELECT * FROM {held} AS rows),
urgent AS (SELECT DISTINCT ON (pk) * FROM held WHERE place = ANY(%s) ORDER BY pk, place),
shown AS (SELECT * FROM urgent ORDER BY place, day, light, pk LIMIT %s)
SELECT pk, (SELECT array_agg(held.place ORDER BY held.place) FROM held WHERE held.pk = shown.pk)
FROM shown ORDER BY place, day, light, pk"""


@dataclass(frozen=True)
class Counts:
    """How many measures there are, each once, and how many have each of the causes."""

    total: int
    by_cause: dict[Cause, int]


@dataclass(frozen=True)
class Held:
    """A row for each measure and each of these causes that it has, and by what it is ordered."""

    causes: tuple[Cause, ...]

    def __call__(self, desk: Desk) -> "QuerySet[Any, Any] | None":
        if not self.causes:
            return None
        first, *more = (_held(desk, cause, n) for n, cause in enumerate(self.causes))
        return first.union(*more, all=True) if more else first


def counts_of(desk: Desk, causes: Sequence[Cause]) -> Counts:
    """One query."""
    found = _asked(COUNTED, desk, causes)
    by_place = {place: count for place, count in found if place is not None}
    total = next((count for place, count in found if place is None), 0)
    return Counts(total, {cause: by_place.get(n, 0) for n, cause in enumerate(causes)})


def most_urgent(
    desk: Desk, causes: Sequence[Cause], most: int, *, only: Cause | None = None
) -> dict[int, list[Cause]]:
    """The measures that have one of the causes, or `only` this one, by their ids, most urgent
    first, with all their causes: the one that was asked for is named first. One query.
    """
    places = [n for n, cause in enumerate(causes) if only in (None, cause)]
    found = _asked(MOST_URGENT, desk, causes, places, most)
    return {pk: _first(only, [causes[place] for place in held]) for pk, held in found}


def _first(only: Cause | None, causes: list[Cause]) -> list[Cause]:
    return sorted(causes, key=lambda cause: cause is not only) if only else causes


def _asked(question: str, desk: Desk, causes: Sequence[Cause], *more: Any) -> list[tuple[Any, ...]]:
    """The answer to a question on the rows of these causes; empty where there can be none."""
    asked = written(Held(tuple(causes)), desk)
    if asked is None:
        return []
    sql, said = asked
    with connection.cursor() as cursor:
        cursor.execute(question.format(held=sql), (*said, *more))
        return list(cursor.fetchall())


def _held(desk: Desk, cause: Cause, place: int) -> "QuerySet[Measure, Any]":
    """The measures with this cause: the day that an answer is wanted, else their deadline; on
    one day red comes before yellow, and yellow before the rest.
    """
    worst = (
        When(in_light(light, on=desk.on), then=Value(n)) for n, light in enumerate(WORST_FIRST)
    )
    return (
        cause.on(desk)
        .order_by()
        .annotate(
            place=Value(place),
            day=_day(desk, cause),
            light=Case(*worst, default=Value(len(WORST_FIRST)), output_field=IntegerField()),
        )
        .values_list("pk", "place", "day", "light")
    )


def _day(desk: Desk, cause: Cause) -> "F | Coalesce":
    if not cause.wanted:
        return F("due_key")
    wanted = cause.wanted(desk).filter(measure=OuterRef("pk")).order_by("wanted_on")
    return Coalesce(Subquery(wanted.values("wanted_on")[:1]), "due_key")


def ids_of(cause: Cause, desk: Desk) -> "QuerySet[Measure, Any]":
    return cause.on(desk).order_by().values("pk")
