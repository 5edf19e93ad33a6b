"""Entering a year's notice."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import chinese_calendar
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.operations import record
from apps.core.actor import Actor, Role
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.workdays.arithmetic import FRIDAY
from apps.workdays.models import CalendarYear


@transaction.atomic
def enter_notice(
    year: int,
    *,
    holidays: Iterable[date],
    make_up_days: Iterable[date],
    notice: str,
    seen: int,
    by: Actor,
    at: datetime,
) -> CalendarYear:
    """Record the official notice for a year; `seen` is 0 for a year not yet entered.

    Raises Stale when someone else entered it meanwhile, RuleBroken when a day lies outside
    the year or is both off and worked.
    """
    if not by.holds(Role.ADMINISTRATOR):
        raise NotAllowed(_("Only an administrator keeps the calendar."))
    row, created = CalendarYear.objects.select_for_update().get_or_create(
        year=year, defaults={"version": 0}
    )
    if row.version != seen:
        raise Stale(_("Someone else has changed this year's calendar since you opened it."))
    _check_days(year, off := set(holidays), worked := set(make_up_days))
    changes = {
        "holidays": (_days(row.holidays), _days(off)),
        "make_up_days": (_days(row.make_up_days), _days(worked)),
    }
    row.holidays, row.make_up_days = sorted(off), sorted(worked)
    row.notice, row.is_official, row.version = notice, True, row.version + 1
    row.save()
    record("workdays.enter_notice", row, by=by, at=at, changes=changes, note=notice)
    return row


def known_years() -> range:
    """The years whose statutory adjustments the chinesecalendar package knows."""
    return range(2004, max(chinese_calendar.constants.holidays).year + 1)


def days_known_for(year: int) -> tuple[list[date], list[date]]:
    """Weekdays off and weekend days worked, from the chinesecalendar package.

    Raises NotImplementedError beyond its coverage: never fall back to plain weekends.
    """
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    off = [d for d in days if chinese_calendar.is_holiday(d) and d.weekday() <= FRIDAY]
    worked = [d for d in days if chinese_calendar.is_workday(d) and d.weekday() > FRIDAY]
    return off, worked


def _check_days(year: int, off: set[date], worked: set[date]) -> None:
    if off & worked:
        raise RuleBroken(_("A day cannot be both off and worked."), field="make_up_days")
    if any(day.year != year for day in off | worked):
        raise RuleBroken(_("Every day must lie in the year of the notice."), field="holidays")
    if any(day.weekday() <= FRIDAY for day in worked):
        raise RuleBroken(_("Only weekend days can be make-up days."), field="make_up_days")


def _days(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]
