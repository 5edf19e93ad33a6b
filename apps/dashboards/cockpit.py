"""How all that somebody sees stands on a day, by light, and how it stood on days before.

Headlines count top-level measures; whoever leads is counted with the parts that they lead. Every
number is of `Day.measures`, as the list is that it opens.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District
from apps.dashboards import lasting
from apps.dashboards.columns import Across, columns_of
from apps.dashboards.days import Day, Rows, sql_of
from apps.measures.filters import NONE, Place
from apps.measures.lights import Light, in_light

Tally = Counter[Light]


@dataclass(frozen=True)
class Lights:
    """Top-level measures by light: now, and on the days before."""

    now: Tally
    states: Counter[str]
    """Of the grey ones, by their state."""
    before: Mapping[date, Tally]
    turned: Mapping[date, Tally]
    """By day: those that show a light now and did not show it then, whether they were there."""

    @property
    def total(self) -> int:
        return self.now.total()


@dataclass(frozen=True)
class Led:
    """So many measures of one lead with one light, at one place."""

    lead_id: int | None
    is_top: bool
    light: Light
    count: int


# --- Lights, and what changed --------------------------------------------------------------


def lights(standing: Standing, day: Day, since: Sequence[date]) -> Lights:
    """The lights of the day and of days before it. One query."""
    found = Lights(
        Counter(), Counter(), {d: Counter() for d in since}, {d: Counter() for d in since}
    )
    for now, state, *then, count in _compared(standing, day, since):
        if now is not None:
            found.now[Light(now)] += count
            if now == Light.GREY:
                found.states[str(state)] += count
        for before, light in zip(since, then, strict=True):
            if light is not None:
                found.before[before][Light(light)] += count
            if now is not None and now != light:
                found.turned[before][Light(now)] += count
    return found


def _compared(
    standing: Standing, day: Day, since: Sequence[date]
) -> list[tuple[str | None, str | None, *tuple[str | None, ...], int]]:
    """Groups of measures that stood alike on each of the days; None: not there, or out of sight."""
    try:
        days = [_top(standing, each) for each in (day, *(Day(d, is_past=True) for d in since))]
    except EmptyResultSet:  # what the ORM says of a person who sees nothing
        return []
    said = [one for _sql, values in days for one in values]
    tables = [f"{sql} AS d{n}" for n, (sql, _values) in enumerate(days)]
    joined = tables[0]
    for n, table in enumerate(tables[1:], start=1):
        known = ", ".join(f"d{before}.row" for before in range(n))
        joined += f" FULL JOIN {table} ON d{n}.row = COALESCE({known})"
    columns = ", ".join(["d0.shown", "d0.state", *(f"d{n}.shown" for n in range(1, len(days)))])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}, count(*) FROM {joined} GROUP BY {columns}", said)
        found: list[tuple[str | None, str | None, *tuple[str | None, ...], int]] = cursor.fetchall()
    return found


def _top(standing: Standing, day: Day) -> tuple[str, tuple[Any, ...]]:
    seen = day.measures(standing).filter(parent__isnull=True)
    return sql_of(seen.values("row", "state", "shown"))


# --- Which measures ------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Which measures of a day: what the address of a list of them says."""

    light: Light | None = None
    turned_since: date | None = None
    """Showing the light now, and not on that day."""
    place: str = ""
    """A Place of the filter of measures: top-level measures, or parts of others."""
    lead: int | None = None
    district: str = ""
    policy: int | None = None
    clause: int | None = None
    """With its parts."""
    facts: tuple[lasting.Fact, ...] = ()
    """What has to stay true of them."""
    is_led: bool | None = None
    """Only those that have a lead, as the tallies of days count them; or only the others."""
    restricted: bool | None = None
    """Only the restricted ones; or only the others, as most readers' tallies count them."""


def asked_for(standing: Standing, day: Day, asked: Asked) -> Rows:
    """The measures that a number of the cockpit counted."""
    found = day.measures(standing)
    place = Place.TOP if asked.turned_since else asked.place
    if place:
        found = found.filter(is_top=place == Place.TOP)
    if asked.light:
        found = found.filter(in_light(asked.light, on=day.on))
        if asked.turned_since:
            then = Day(asked.turned_since, is_past=True).measures(
                standing, among=found.values("row")
            )
            same = then.filter(in_light(asked.light, on=asked.turned_since), parent__isnull=True)
            found = found.exclude(row__in=same.values("row"))
    found = _whose(found, asked)
    for fact in asked.facts:
        found = lasting.holding(found, fact, day)
    return _carrying(found, day, asked)


def _whose(found: Rows, asked: Asked) -> Rows:
    """Those led where it was asked for, and for whose eyes they are."""
    if asked.lead:
        found = found.led_by([asked.lead])
    if asked.is_led is not None:
        found = found.filter(lead__isnull=not asked.is_led)
    if asked.restricted is not None:
        found = found.filter(restricted=asked.restricted)
    if asked.district:
        found = found.filter(_of_district(asked.district))
    return found


def _carrying(found: Rows, day: Day, asked: Asked) -> Rows:
    """Those that carry out something of the policy, or of the clause."""
    if asked.policy:
        links = day.links().filter(clause__policy=asked.policy)
        found = found.filter(row__in=links.values("measure_id"))
    if asked.clause:
        links = day.links().filter(clause__in=day.with_parts(asked.clause))
        found = found.filter(row__in=links.values("measure_id"))
    return found


def _of_district(district: str) -> Q:
    """As the filter of measures has it: led by an agency of the district or below one."""
    agencies = Agency.objects.filter(district__isnull=False).order_by()
    if district == NONE:
        ids = list(agencies.values_list("pk", flat=True))
        return Q(lead__isnull=True) | ~Q(lead__path__overlap=ids)
    ids = list(agencies.filter(district_id=int(district)).values_list("pk", flat=True))
    return Q(lead__path__overlap=ids)


def counted(standing: Standing, day: Day, asked: Asked) -> dict[bool, Tally]:
    """What is asked for by light: top-level measures (True), parts of others (False)."""
    found: dict[bool, Tally] = {True: Counter(), False: Counter()}
    groups = asked_for(standing, day, asked).values_list("is_top", "shown")
    for is_top, light, count in groups.annotate(count=Count("row")):
        found[is_top][Light(light)] += count
    return found


# --- Who leads -----------------------------------------------------------------------------


def by_lead(standing: Standing, day: Day) -> list[Led]:
    """Everything that is led, top-level measures and parts apart. One query."""
    groups = day.measures(standing).values_list("lead_id", "is_top", "shown")
    return [
        Led(lead, is_top, Light(light), count)
        for lead, is_top, light, count in groups.annotate(count=Count("row"))
    ]


def by_district(led: Iterable[Led]) -> dict[int | None, Tally]:
    """What is led in each district, parts included; None: by none of them. Two queries."""
    counted = list(led)
    columns = columns_of((one.lead_id for one in counted), Across.DISTRICTS)
    found: dict[int | None, Tally] = defaultdict(Counter)
    for one in counted:
        for district in columns.of_lead[one.lead_id]:
            found[district][one.light] += one.count
    return found


def with_boundaries() -> list[District]:
    return list(District.objects.order_by("position", "id"))
