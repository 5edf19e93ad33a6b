"""When reports are due: the last workday of each period. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from apps.workdays.arithmetic import Calendar

SETTLING_WORKDAYS = 10
"""A period that ends sooner than this after the issue asks for no report yet."""

MONTHS = {"MONTHLY": 1, "QUARTERLY": 3}


def due_on_or_after(day: date, cadence: str, calendar: Calendar) -> date:
    """The first report due date that is not before `day`."""
    end = _period_end(day, cadence)
    due = calendar.last_workday_on_or_before(end)
    if due >= day:
        return due
    return due_on_or_after(end + timedelta(days=1), cadence, calendar)


def due_after(day: date, cadence: str, calendar: Calendar) -> date:
    return due_on_or_after(day + timedelta(days=1), cadence, calendar)


def first_due(issued_on: date, cadence: str, calendar: Calendar) -> date:
    """The first report is due at the end of the first period ending 10 workdays after issue."""
    return due_on_or_after(calendar.add(issued_on, SETTLING_WORKDAYS), cadence, calendar)


def due_dates(issued_on: date, cadence: str, calendar: Calendar) -> Iterator[date]:
    """Every report due date of a measure issued that day, without end."""
    due = first_due(issued_on, cadence, calendar)
    while True:
        yield due
        due = due_after(due, cadence, calendar)


def answer(next_due: date, on: date, cadence: str, calendar: Calendar) -> tuple[date, date]:
    """A report made on `on`: the due date it answers, and the next one then owed.

    A late report answers what was missed, not the period that is running. A report made
    before the period that is owed next has begun counts towards it and moves nothing.
    `next_due` may have been stored under another calendar: its period counts, not its day.
    """
    next_due = calendar.last_workday_on_or_before(_period_end(next_due, cadence))
    current = due_on_or_after(on, cadence, calendar)
    if next_due < on:
        return next_due, current
    if next_due == current:
        return current, due_after(current, cadence, calendar)
    return next_due, next_due


def _period_end(day: date, cadence: str) -> date:
    months = MONTHS[cadence]
    last_month = day.month + (-day.month % months)
    return date(day.year + last_month // 12, last_month % 12 + 1, 1) - timedelta(days=1)
