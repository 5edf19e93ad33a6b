"""What follows from a changed calendar or rule: dates counted in workdays, and when lights turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.agencies.models import Installation
from apps.audit.operations import record, record_each
from apps.core.actor import Actor
from apps.measures import lights, periods
from apps.measures.models import (
    Basis,
    DeadlineChange,
    Measure,
    State,
    Thresholds,
    current_thresholds,
)
from apps.measures.models.states import OPEN
from apps.measures.operations.deadlines import counted_by_notices, counted_deadline
from apps.measures.operations.issuing import ACKNOWLEDGE_WITHIN_WORKDAYS
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import CalendarYear, current_calendar

CHUNK = 2_000
COUNTED = ("due_on", "acknowledge_due_on", "next_report_due_on")
"""The dates of a measure that are counted in workdays, or lie on the last one of a period."""
COLUMNS = (*COUNTED, *lights.DATES)
WRITTEN = (*COLUMNS, "first_overdue_on")
BY_PARTS = Q(basis=Basis.CHILDREN)
PARTS_FIRST = (
    ~BY_PARTS,
    BY_PARTS & Q(parent__parent__isnull=False),
    BY_PARTS & Q(parent__isnull=False, parent__parent__isnull=True),
    BY_PARTS & Q(parent__isnull=True),
)
"""A whole on the basis of its parts has its lights by their deadlines. Their deadlines stop at
its own, but that one is not read: it is counted anew for each of them."""


@dataclass(frozen=True)
class Rule:
    """What dates are counted by now, and who lets them follow it when."""

    calendar: Calendar
    thresholds: Thresholds
    notices: dict[int, str]
    by: Actor
    at: datetime


@dataclass
class Moved:
    """A measure whose dates change: the new ones, and which of them people were told."""

    measure: Measure
    dates: dict[str, date | None]
    told: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Gone:
    """How many measures moved; how many were held by somebody else, or ended meanwhile."""

    moved: int
    passed_over: int


def follow_calendar(*, by: Actor, at: datetime) -> int:
    """Recompute the dates of every open measure; returns how many moved.

    A moved deadline is a line of its ledger, and whatever people were told moves with an event
    and a new version. Done in chunks, each a few statements that write only what differs. A
    measure that an operation holds meanwhile is passed over until the next time.
    """
    return follow_all(by=by, at=at).moved


def follow_all(*, by: Actor, at: datetime) -> Gone:
    """As `follow_calendar`; says also how many measures were passed over."""
    thresholds = current_thresholds(on=timezone.localdate(at))
    rule = Rule(current_calendar(), thresholds, _notices(), by, at)
    chunks = [_follow(ids, rule) for ids in _chunks()]
    gone = Gone(sum(chunk.moved for chunk in chunks), sum(chunk.passed_over for chunk in chunks))
    if gone.moved:
        here, _created = Installation.objects.get_or_create(pk=1)
        changes = {"measures": (0, gone.moved)}
        record("measures.follow_calendar", here, by=by, at=at, changes=changes)
    return gone


def _notices() -> dict[int, str]:
    return dict(CalendarYear.objects.values_list("year", "notice"))


def _chunks() -> Iterator[list[int]]:
    """Ids of the open measures, so many at a time; parts come before what they are parts of."""
    for step in PARTS_FIRST:
        last, running = 0, Measure.objects.filter(step, state__in=OPEN).order_by("pk")
        while ids := list(running.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
            yield ids
            last = ids[-1]


@transaction.atomic
def _follow(ids: Sequence[int], rule: Rule) -> Gone:
    locked = list(
        Measure.objects.filter(pk__in=ids, state__in=OPEN)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("parent__parent")
        .prefetch_related("milestones")
        .with_parts()
    )
    moved = [found for measure in locked if (found := _moved(measure, rule))]
    _write(moved)
    _tell([each for each in moved if each.told], rule)
    return Gone(len(moved), len(ids) - len(locked))


def _moved(measure: Measure, rule: Rule) -> Moved | None:
    before = {column: getattr(measure, column) for column in COLUMNS}
    for column, day in _counted(measure, rule.calendar).items():
        setattr(measure, column, day)
    after = {column: getattr(measure, column) for column in COUNTED}
    after |= lights.dates_of(
        measure,
        list(measure.milestones.all()),
        calendar=rule.calendar,
        thresholds=rule.thresholds,
    )
    if after == before:
        return None
    after["first_overdue_on"] = _first_overdue(measure, rule)
    told = {c: (before[c], after[c]) for c in COUNTED if before[c] != after[c]}
    return Moved(measure, after, told)


def _first_overdue(measure: Measure, rule: Rule) -> date | None:
    """Its dates still stand as they were counted before."""
    return lights.first_overdue(measure, on=timezone.localdate(rule.at))


def _counted(measure: Measure, calendar: Calendar) -> dict[str, date | None]:
    """What the calendar says today; an acknowledgement given keeps the day it was judged by."""
    dates = {"due_on": counted_deadline(measure, calendar)}
    assert measure.issued_on is not None
    if measure.state == State.ISSUED:
        dates["acknowledge_due_on"] = calendar.add(measure.issued_on, ACKNOWLEDGE_WITHIN_WORKDAYS)
    if measure.next_report_due_on is not None:
        dates["next_report_due_on"] = _report_due(measure, calendar)
    return dates


def _report_due(measure: Measure, calendar: Calendar) -> date:
    """The last workday of the period that is owed; the first is never asked for sooner than due.

    A period that the new calendar would have asked for earlier is not asked for afterwards.
    """
    assert measure.issued_on is not None
    assert measure.next_report_due_on is not None
    first = periods.first_due(measure.issued_on, measure.cadence, calendar)
    return max(first, periods.in_same_period(measure.next_report_due_on, measure.cadence, calendar))


# --- Writing ------------------------------------------------------------------------------


def _write(moved: Sequence[Moved]) -> None:
    """Store all of it with one UPDATE; what people were told makes a new version."""
    if not moved:
        return
    assigned = ", ".join(f"{column} = new.{column}" for column in WRITTEN)
    arrays = ", ".join(["%s::bigint[]", "%s::integer[]"] + ["%s::date[]"] * len(WRITTEN))
    table = connection.ops.quote_name(Measure._meta.db_table)
    values: list[Any] = [[each.measure.pk for each in moved], [bool(each.told) for each in moved]]
    values[1] = [int(told) for told in values[1]]
    values += [[each.dates[column] for each in moved] for column in WRITTEN]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {assigned}, version = {table}.version + new.told "
            f"FROM unnest({arrays}) AS new(id, told, {', '.join(WRITTEN)}) "
            f"WHERE {table}.id = new.id",
            values,
        )


def _tell(moved: Sequence[Moved], rule: Rule) -> None:
    """The ledger of each deadline, and one event for each measure."""
    if not moved:
        return
    changes = [_line(each, rule) for each in moved if "due_on" in each.told]
    _count_parts_after(changes)
    DeadlineChange.objects.bulk_create(changes)
    record_each(
        "measures.count_anew",
        ((each.measure, each.told) for each in moved),
        note=_note(rule),
        by=rule.by,
        at=rule.at,
    )


def _note(rule: Rule) -> str:
    """The latest notice, which is what the dates were counted anew by."""
    official = [year for year in rule.notices if year in rule.calendar.official_years]
    return rule.notices[max(official)] if official else ""


def _line(each: Moved, rule: Rule) -> DeadlineChange:
    old, new = each.told["due_on"]
    line = counted_by_notices(each.measure, old, new, by=rule.calendar, notices=rule.notices)
    line.decided_by_id, line.decided_by_name = rule.by.pk, str(rule.by)
    line.decided_at = rule.at
    return line


def _count_parts_after(changes: Sequence[DeadlineChange]) -> None:
    """How many open parts end on a day after it; those given in workdays stop at it."""
    due = {change.measure_id: change.new_due_on for change in changes}
    parts = Measure.objects.filter(parent_id__in=due, state__in=OPEN, due_workdays__isnull=True)
    after: dict[int, int] = {}
    for parent_id, due_on in parts.values_list("parent_id", "due_on"):
        assert parent_id is not None
        if due_on is not None and due_on > due[parent_id]:
            after[parent_id] = after.get(parent_id, 0) + 1
    for change in changes:
        change.parts_after = after.get(change.measure_id, 0)
