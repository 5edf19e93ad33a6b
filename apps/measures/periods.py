"""When reports are due: the last workday of each period. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from apps.workdays.arithmetic import Calendar

ONE_DAY = timedelta(days=1)
SETTLING_WORKDAYS = 10
"""A period that ends sooner than this after the issue asks for no report yet; where reports are
weekly, one that ends sooner than five."""
SETTLING_WORKDAYS_OF_A_WEEK = 5
MONTHS = {"MONTHLY": 1, "QUARTERLY": 3}
WEEKLY = "WEEKLY"
SUNDAY = 6


def week_end(day: date) -> date:
    """The Sunday of its week."""
    return day + timedelta(days=SUNDAY - day.weekday())


def due_on_or_after(day: date, cadence: str, calendar: Calendar) -> date:
    """The first report due date that is not before `day`."""
    end = _period_end(day, cadence)
    due = calendar.last_workday_on_or_before(end)
    if due >= day:
        return due
    return due_on_or_after(end + ONE_DAY, cadence, calendar)


def due_after(day: date, cadence: str, calendar: Calendar) -> date:
    return due_on_or_after(day + ONE_DAY, cadence, calendar)


def first_due(issued_on: date, cadence: str, calendar: Calendar) -> date:
    """The first report is due at the end of the first period ending 10 workdays after issue."""
    settling = SETTLING_WORKDAYS_OF_A_WEEK if cadence == WEEKLY else SETTLING_WORKDAYS
    return due_on_or_after(calendar.add(issued_on, settling), cadence, calendar)


def in_same_period(due: date, cadence: str, calendar: Calendar) -> date:
    """The due date of the period in which `due`, counted by another calendar, lies.

    A period that has lost all its workdays is answered in the next one.
    """
    end = _period_end(due, cadence)
    moved = calendar.last_workday_on_or_before(end)
    if _period_end(moved, cadence) == end:
        return moved
    return due_on_or_after(end + ONE_DAY, cadence, calendar)


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
    next_due = in_same_period(next_due, cadence, calendar)
    current = due_on_or_after(on, cadence, calendar)
    if next_due < on:
        return next_due, current
    if next_due == current:
        return current, due_after(current, cadence, calendar)
    return next_due, next_due


def _period_end(day: date, cadence: str) -> date:
    """The last day of a week, which is its Sunday, of a month or of a quarter."""
    if cadence == WEEKLY:
        return week_end(day)
    months = MONTHS[cadence]
    last_month = day.month + (-day.month % months)
    return date(day.year + last_month // 12, last_month % 12 + 1, 1) - timedelta(days=1)
