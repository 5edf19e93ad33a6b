"""What an agency leads: how that stands, and what stays true of it.

Everything is counted for one person, from the measures that this person sees. Top-level measures
and parts of others are kept apart, and agencies stand in the order of the tree: nothing is ranked.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Cast

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, AgencyQuerySet
from apps.dashboards import lasting
from apps.dashboards.days import Day, Rows
from apps.dashboards.groups import KNOWS_GAPS
from apps.measures.lights import Light

FACTS = {
    "ever_overdue": lasting.EVER_OVERDUE,
    "ever_returned": lasting.EVER_RETURNED,
    "completed": lasting.COMPLETED,
    "on_time_original": lasting.ON_TIME_ORIGINAL,
    "on_time_granted": lasting.ON_TIME_GRANTED,
}
"""Field of Led, and what it counts."""


@dataclass
class Led:
    """What is led at one place: top-level measures, or parts of others."""

    lights: Counter[Light] = field(default_factory=Counter)
    ever_overdue: int = 0
    ever_returned: int = 0
    """Measures of which a report was returned."""
    completed: int = 0
    """What the two figures after this are out of."""
    on_time_original: int = 0
    on_time_granted: int = 0


@dataclass(frozen=True)
class Figures:
    """An agency with those below it, by what they lead on the day."""

    agency: Agency
    depth: int
    """How many of the agencies listed before stand above it."""
    top: Led
    parts: Led


def pages_of(standing: Standing) -> AgencyQuerySet:
    """The agencies whose figures this person sees: one's own with those below, the leader's
    assigned ones, and all for the supervision office and auditors.
    """
    leading = Agency.objects.able_to_lead()
    if standing.holds_any(KNOWS_GAPS):
        return leading
    return leading.filter(path__overlap=standing.viewing_agencies)


def figures(
    agencies: AgencyQuerySet, standing: Standing, *, on: date, is_past: bool = False
) -> list[Figures]:
    """The figures of each agency in the order of the tree. Two queries for any number."""
    listed = {agency.pk: agency for agency in agencies}
    counted = _counted(standing, Day(on, is_past))
    return [
        Figures(agency, _depth(agency, listed), counted[agency.pk, True], counted[agency.pk, False])
        for agency in sorted(listed.values(), key=lambda each: _place(each, listed))
    ]


def _place(agency: Agency, listed: Mapping[int, Agency]) -> list[str]:
    """After those above it, else by code."""
    return [listed[pk].code for pk in agency.path if pk in listed]


def _depth(agency: Agency, listed: Mapping[int, Agency]) -> int:
    return sum(pk in listed for pk in agency.path) - 1


def _counted(standing: Standing, day: Day) -> dict[tuple[int, bool], Led]:
    """By agency and place; a measure counts for its lead and all above. One query."""
    led = day.measures(standing).filter(lead__isnull=False)
    lights = _grouped(led, F("shown"))
    facts = [_grouped(lasting.holding(led, fact, day), Value(name)) for name, fact in FACTS.items()]
    found: dict[tuple[int, bool], Led] = defaultdict(Led)
    for path, is_top, what, count in lights.union(*facts, all=True):
        for pk in path:
            one = found[pk, is_top]
            if what in Light:
                one.lights[Light(what)] += count
            else:
                setattr(one, what, getattr(one, what) + count)
    return found


def _grouped(measures: Rows, what: Any) -> "QuerySet[Any, Any]":
    """The lead's path, whether it is top-level, what is counted, and how many."""
    rows = measures.order_by().annotate(what=Cast(what, CharField()))
    groups = rows.values_list("lead__path", "is_top", "what")
    counted: QuerySet[Any, Any] = groups.annotate(count=Count("row"))
    return counted
