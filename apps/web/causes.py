"""Which measures have a cause to lie on a desk, each once, most urgent first."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from apps.measures.lights import Light, in_light
from apps.measures.models import Measure
from apps.measures.models.rows import MeasureQuerySet
from apps.web.cause import Cause
from apps.web.desk import Desk

WORST_FIRST = (Light.RED, Light.YELLOW)


def count_of(desk: Desk, causes: Sequence[Cause]) -> int:
    return _any_of(causes, desk).count() if causes else 0


def counts_of(desk: Desk, causes: Sequence[Cause]) -> list[int]:
    """How many measures have each of the causes. One query."""
    if not causes:
        return []
    first, *more = (
        cause.on(desk)
        .order_by()
        .values(place=Value(n))
        .annotate(found=Count("pk"))
        .values_list("place", "found")
        for n, cause in enumerate(causes)
    )
    found = dict(first.union(*more, all=True))
    return [found.get(n, 0) for n in range(len(causes))]


def waiting(desk: Desk, causes: Sequence[Cause]) -> MeasureQuerySet:
    """The measures of these causes, each once, most urgent first."""
    if not causes:
        return Measure.objects.none()
    most_urgent = Case(
        *(When(pk__in=ids_of(cause, desk), then=Value(n)) for n, cause in enumerate(causes)),
        output_field=IntegerField(),
    )
    return (
        Measure.objects.filter(pk__in=_any_of(causes, desk))
        .annotate(urgency=most_urgent)
        .order_by("urgency", _by_day(desk, causes), _by_light(desk.on), "pk")
    )


def _by_light(on: date) -> Case:
    """Of what is wanted on one day, red comes before yellow, and yellow before the rest."""
    worst = (When(in_light(light, on=on), then=Value(n)) for n, light in enumerate(WORST_FIRST))
    return Case(*worst, default=Value(len(WORST_FIRST)), output_field=IntegerField())


def _by_day(desk: Desk, causes: Sequence[Cause]) -> Coalesce:
    """Within one cause: the day an answer is wanted, else the measure's deadline."""
    days = [
        When(urgency=n, then=Subquery(_earliest(cause.wanted(desk))))
        for n, cause in enumerate(causes)
        if cause.wanted
    ]
    return (
        Coalesce(Case(*days, output_field=DateField()), "due_key")
        if days
        else Coalesce("due_key", "due_key")
    )


def _earliest(rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    mine = rows.filter(measure=OuterRef("pk")).order_by("wanted_on")
    return mine.values("wanted_on")[:1]


def causes_by_measure(
    desk: Desk, causes: Sequence[Cause], measures: Iterable[Measure]
) -> dict[int, list[Cause]]:
    """Every cause that holds for each of these measures, most urgent first. One query."""
    shown = [measure.pk for measure in measures]
    if not shown or not causes:
        return {}
    found = [
        cause.on(desk).filter(pk__in=shown).order_by().annotate(place=Value(n))
        for n, cause in enumerate(causes)
    ]
    pairs = [rows.values_list("pk", "place") for rows in found]
    held: dict[int, list[Cause]] = {}
    for pk, place in sorted(pairs[0].union(*pairs[1:]), key=itemgetter(1)):
        held.setdefault(pk, []).append(causes[place])
    return held


def _any_of(causes: Sequence[Cause], desk: Desk) -> "QuerySet[Measure, Any]":
    """The ids of the measures that have at least one of the causes, each once."""
    first, *more = (ids_of(cause, desk) for cause in causes)
    return first.union(*more) if more else first


def ids_of(cause: Cause, desk: Desk) -> "QuerySet[Measure, Any]":
    return cause.on(desk).order_by().values("pk")
