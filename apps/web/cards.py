"""Card: one measure as every list shows it on a day. Built for a whole page at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, in_language
from apps.measures import clock, lights
from apps.measures.clock import Clock
from apps.measures.lights import Light
from apps.measures.models import Basis, Measure, Milestone, State
from apps.measures.models.rows import MeasureQuerySet
from apps.workdays.arithmetic import Calendar

OFFICE = _("Supervision office")
DIRECTOR = _("Director of the supervision office")
# Of the whole a card shows who leads it, and nothing else.
UNLISTED = [f"parent__{each.name}" for each in Measure._meta.concrete_fields]
UNLISTED = [name for name in UNLISTED if name not in ("parent__id", "parent__lead")]


@dataclass(frozen=True)
class Deadline:
    """A day that something is due, and how far it is from the day of the page."""

    on: date
    workdays_left: int
    """Negative once a workday lies between."""
    passed: bool = False
    provisional: bool = False
    """The day's year has no official calendar yet."""

    @property
    def workdays_late(self) -> int:
        return -self.workdays_left


@dataclass(frozen=True)
class Turn:
    """Who has to move now, and by when where a day is set."""

    who: Agency | str | Promise
    deadline: Deadline | None = None

    @property
    def until(self) -> date | None:
        return self.deadline.on if self.deadline else None

    @property
    def provisional(self) -> bool:
        return self.deadline is not None and self.deadline.provisional

    @property
    def workdays_left(self) -> int | None:
        return self.deadline.workdays_left if self.deadline else None


@dataclass(frozen=True)
class Card:
    """A measure with what a day makes of it."""

    measure: Measure
    light: Light
    reasons: list[str]
    expected: Decimal | None
    """Percent that ought to have been done at the last report due date; None before the first."""
    deadline: Deadline | None
    report_due: Deadline | None
    turn: Turn | None
    clock: Clock | None = None
    """Where a page shows whose workdays went by: `with_clocks`."""

    @property
    def title(self) -> str:
        return in_language(self.measure.title, self.measure.title_en)


def loaded(measures: MeasureQuerySet) -> MeasureQuerySet:
    """With what a card needs: the same number of queries for all of them."""
    whole = measures.select_related("lead", "parent__lead").prefetch_related("milestones")
    return whole.with_parts()


def listed(measures: MeasureQuerySet) -> MeasureQuerySet:
    """As `loaded`, for long lists that only look; parts are asked for where a row has some."""
    rows = measures.select_related("lead", "parent__lead").defer(*UNLISTED)
    return rows.prefetch_related(Prefetch("milestones", to_attr="steps"))


def cards(measures: Iterable[Measure], *, on: date, calendar: Calendar) -> list[Card]:
    """A card for each measure of a `loaded` or `listed` list."""
    rows = list(measures)
    in_parts = [row for row in rows if row.basis == Basis.CHILDREN and "parts" not in vars(row)]
    prefetch_related_objects(in_parts, Measure.objects.all().parts())
    return [card(row, on=on, calendar=calendar) for row in rows]


def with_clocks(cards: Iterable[Card], *, on: date, calendar: Calendar) -> list[Card]:
    """The cards with their clocks: four queries for all of them."""
    listed = list(cards)
    prefetch_related_objects([each.measure for each in listed], *clock.ROWS)
    return [
        replace(each, clock=clock.clock(clock.turns_of(each.measure), on=on, calendar=calendar))
        for each in listed
    ]


def card(measure: Measure, *, on: date, calendar: Calendar) -> Card:
    milestones = _steps(measure)
    return Card(
        measure=measure,
        light=lights.light_of(measure, on=on),
        reasons=lights.reasons(measure, milestones, on=on, calendar=calendar),
        expected=_expected(measure, milestones, on, calendar),
        deadline=_deadline(measure, on, calendar),
        report_due=deadline(_report_due_on(measure), on=on, calendar=calendar),
        turn=turn(measure, on=on, calendar=calendar),
    )


def _steps(measure: Measure) -> list[Milestone]:
    steps: list[Milestone] | None = vars(measure).get("steps")  # as `listed` has them
    return list(measure.milestones.all()) if steps is None else steps


def turn(measure: Measure, *, on: date, calendar: Calendar) -> Turn | None:
    """Whose move it is; None when nobody has to do anything."""
    state = measure.state
    if state == State.COMPLETING:
        return Turn(DIRECTOR if measure.completion_verified_on else OFFICE)
    if state == State.DRAFT:
        return Turn(OFFICE)
    if state == State.PROPOSED:
        return Turn(DIRECTOR)
    if state == State.SUSPENDED:
        return _turn_at_rest(measure, on, calendar)
    if state not in (State.ISSUED, State.IN_PROGRESS) or measure.lead is None:
        return None
    if measure.review_waiting_since is not None:
        return Turn(_reviewer(measure))
    owed = measure.acknowledge_due_on if state == State.ISSUED else measure.next_report_due_on
    last_day = lights.last_day_of(measure, calendar)
    until = min(filter(None, (owed, last_day)), default=None)
    return Turn(measure.lead, deadline(until, on=on, calendar=calendar))


def _turn_at_rest(measure: Measure, on: date, calendar: Calendar) -> Turn:
    """Its reports are reviewed; else the director looks at it again on the review date."""
    if measure.review_waiting_since is not None:
        return Turn(_reviewer(measure))
    return Turn(DIRECTOR, deadline(measure.review_on, on=on, calendar=calendar))


def _reviewer(measure: Measure) -> Agency | Promise:
    """Who reviews its reports: of a part, the lead of the whole."""
    return measure.parent.lead if measure.parent and measure.parent.lead else OFFICE


def deadline(day: date | None, *, on: date, calendar: Calendar) -> Deadline | None:
    """`day` as seen from `on`; None where no day is set."""
    if day is None:
        return None
    return Deadline(
        day,
        calendar.between(on, day),
        passed=day < on,
        provisional=calendar.is_provisional(day),
    )


def _deadline(measure: Measure, on: date, calendar: Calendar) -> Deadline | None:
    """The deadline as it was set, counted to the last day that is in time."""
    counted = deadline(lights.last_day_of(measure, calendar), on=on, calendar=calendar)
    return replace(counted, on=measure.due_on) if counted and measure.due_on else None


def _report_due_on(measure: Measure) -> date | None:
    return measure.next_report_due_on if measure.state == State.IN_PROGRESS else None


def _expected(
    measure: Measure, milestones: list[Milestone], on: date, calendar: Calendar
) -> Decimal | None:
    if not measure.is_open or measure.state in (State.ISSUED, State.SUSPENDED):
        return None
    due = lights.last_report_due(measure, on=on, calendar=calendar)
    return lights.expected_progress(measure, milestones, on=due) if due else None
