"""Whose workdays went by while an agency, or one below it, led: by measure, and all together.

Of a past day, who held a turn follows from dated acts, and what came later begins after the days
that are counted; that a measure was part of another, was cancelled, or is to be seen, is taken from
its version of that day. Which days were workdays is what the calendar says today: a holiday that
was announced or moved later is counted as it turned out, not as it was expected then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.dashboards.days import Day
from apps.measures import clock
from apps.measures.clock import Clock, turns_of
from apps.measures.models import LeadTerm, Measure
from apps.workdays.arithmetic import Calendar

CHUNK = 500
"""So many measures have their reports and requests in memory at once."""

LED = Prefetch("lead_terms", LeadTerm.objects.order_by("id"), to_attr="led_terms")


@dataclass(frozen=True)
class Workdays:
    """Workdays of all measures of an agency while it led them."""

    top: Clock
    parts: Clock


@dataclass(frozen=True)
class Spent:
    """Workdays of one measure while the agency led it."""

    row: int
    is_top: bool
    clock: Clock


def workdays(
    agency: Agency, standing: Standing, *, on: date, calendar: Calendar, is_past: bool = False
) -> Workdays:
    """The workdays that were over on the day, top-level measures and parts apart."""
    sums = {True: Clock(), False: Clock()}
    for one in by_measure(agency, standing, Day(on, is_past), calendar):
        sums[one.is_top] += one.clock
    return Workdays(sums[True], sums[False])


def by_measure(agency: Agency, standing: Standing, day: Day, calendar: Calendar) -> Iterator[Spent]:
    """Each measure that the agency, or one below it, had led by the day: a chunk at a time."""
    below = set(Agency.objects.within(agency.pk).values_list("pk", flat=True))
    for measure in _ever_led(agency, standing, day):
        turns, spent = turns_of(measure), Clock()
        for begins, ends in _terms(measure, below, day.on):
            spent += clock.of_term(turns, begins=begins, ends=ends, calendar=calendar)
        yield Spent(measure.pk, measure.parent_id is None, spent)


def _ever_led(agency: Agency, standing: Standing, day: Day) -> Iterator[Measure]:
    """The measures with their turns and terms, as they stood in all else that counts here."""
    terms = LeadTerm.objects.filter(agency__path__contains=[agency.pk], from_on__lt=day.on)
    seen = day.measures(standing, among=terms.order_by().values("measure")).order_by("row")
    stood = list(seen.values_list("row", "parent_id", "cancelled_on"))
    rows = Measure.objects.only("parent", "issued_on", "cancelled_on").order_by("pk")
    for n in range(0, len(stood), CHUNK):
        of = {row: rest for row, *rest in stood[n : n + CHUNK]}
        for measure in rows.filter(pk__in=of).prefetch_related(*clock.ROWS, LED):
            measure.parent_id, measure.cancelled_on = of[measure.pk]
            yield measure


def _terms(measure: Measure, agencies: set[int], on: date) -> Iterator[tuple[date, date]]:
    """From each day on which one of them began to lead, until another agency did, or the day."""
    terms: list[LeadTerm] = measure.led_terms  # type: ignore[attr-defined]  # LED
    ends = [*(min(term.from_on, on) for term in terms[1:]), on]
    for term, end in zip(terms, ends, strict=True):
        if term.agency_id in agencies:
            yield term.from_on, end
