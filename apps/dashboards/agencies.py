"""What an agency leads and led: how that stands, what stays true of it, whose workdays went by.

Everything is counted for one person, from the measures that this person sees. Top-level measures
and parts of others are kept apart, and agencies stand in the order of the tree: nothing is ranked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    ExpressionWrapper,
    Prefetch,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, AgencyQuerySet
from apps.dashboards.groups import KNOWS_GAPS
from apps.measures import clock
from apps.measures.clock import Clock, turns_of
from apps.measures.lights import Light, light_expression
from apps.measures.models import LeadTerm, Measure
from apps.measures.models.rows import MeasureQuerySet
from apps.workdays.arithmetic import Calendar

CHUNK = 500
"""So many measures have their reports and requests in memory at once."""
IS_TOP = ExpressionWrapper(Q(parent__isnull=True), output_field=BooleanField())

LED = Prefetch("lead_terms", LeadTerm.objects.order_by("id"), to_attr="led_terms")


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
    """An agency with those below it, by what they lead today."""

    agency: Agency
    depth: int
    """How many of the agencies listed before stand above it."""
    top: Led
    parts: Led


@dataclass(frozen=True)
class Workdays:
    """Workdays of all measures of an agency while it led them."""

    top: Clock
    parts: Clock


def pages_of(standing: Standing) -> AgencyQuerySet:
    """The agencies whose figures this person sees: one's own with those below, the leader's
    assigned ones, and all for the supervision office and auditors.
    """
    leading = Agency.objects.able_to_lead()
    if standing.holds_any(KNOWS_GAPS):
        return leading
    return leading.filter(path__overlap=standing.viewing_agencies)


def figures(agencies: AgencyQuerySet, standing: Standing, *, on: date) -> list[Figures]:
    """The figures of each agency in the order of the tree. Two queries for any number."""
    listed = {agency.pk: agency for agency in agencies}
    counted = _counted(Measure.objects.visible_to(standing), on)
    return [
        Figures(agency, _depth(agency, listed), counted[agency.pk, True], counted[agency.pk, False])
        for agency in sorted(listed.values(), key=lambda each: _place(each, listed))
    ]


def _place(agency: Agency, listed: Mapping[int, Agency]) -> list[str]:
    """After those above it, else by code."""
    return [listed[pk].code for pk in agency.path if pk in listed]


def _depth(agency: Agency, listed: Mapping[int, Agency]) -> int:
    return sum(pk in listed for pk in agency.path) - 1


def _counted(visible: MeasureQuerySet, on: date) -> dict[tuple[int, bool], Led]:
    """By agency and place; a measure counts for its lead and all above. One query."""
    led = visible.filter(lead__isnull=False)
    lights = _grouped(led, light_expression(on=on))
    facts = [_grouped(rows, Value(name)) for name, rows in _facts(led, on).items()]
    found: dict[tuple[int, bool], Led] = defaultdict(Led)
    for path, is_top, what, count in lights.union(*facts, all=True):
        for pk in path:
            one = found[pk, is_top]
            if what in Light:
                one.lights[Light(what)] += count
            else:
                setattr(one, what, getattr(one, what) + count)
    return found


def _facts(led: MeasureQuerySet, on: date) -> dict[str, MeasureQuerySet]:
    """Field of Led, and what it counts."""
    return {
        "ever_overdue": led.ever_overdue(on=on),
        "ever_returned": led.ever_returned(),
        "completed": led.completed(),
        "on_time_original": led.on_time_original(),
        "on_time_granted": led.on_time_granted(),
    }


def _grouped(measures: MeasureQuerySet, what: Any) -> "QuerySet[Any, Any]":
    """The lead's path, whether it is top-level, what is counted, and how many."""
    said = Cast(what, CharField())
    rows = measures.order_by().annotate(is_top=IS_TOP, what=said)
    return rows.values_list("lead__path", "is_top", "what").annotate(count=Count("pk"))


# --- Workdays -----------------------------------------------------------------------------


def workdays(agency: Agency, standing: Standing, *, on: date, calendar: Calendar) -> Workdays:
    """Whose workdays went by while the agency, or one below it, led: a chunk at a time."""
    sums = {True: Clock(), False: Clock()}
    below = set(Agency.objects.within(agency.pk).values_list("pk", flat=True))
    for measure in _ever_led(agency, standing):
        turns = turns_of(measure)
        for begins, ends in _terms(measure, below, on):
            sums[measure.parent_id is None] += clock.of_term(
                turns, begins=begins, ends=ends, calendar=calendar
            )
    return Workdays(sums[True], sums[False])


def _ever_led(agency: Agency, standing: Standing) -> Iterator[Measure]:
    terms = LeadTerm.objects.filter(agency__path__contains=[agency.pk])
    ever = Measure.objects.visible_to(standing).filter(pk__in=terms.order_by().values("measure"))
    rows = ever.only("parent", "issued_on", "cancelled_on").order_by("pk")
    last = 0
    prefetched = rows.prefetch_related(*clock.ROWS, LED)
    while chunk := list(prefetched.filter(pk__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


def _terms(measure: Measure, agencies: set[int], on: date) -> Iterator[tuple[date, date]]:
    """From each day on which one of them began to lead, until another agency did, or today."""
    terms: list[LeadTerm] = measure.led_terms  # type: ignore[attr-defined]  # LED
    ends = [*(term.from_on for term in terms[1:]), on]
    for term, end in zip(terms, ends, strict=True):
        if term.agency_id in agencies:
            yield term.from_on, end
