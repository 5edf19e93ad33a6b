"""Workday arithmetic. Pure: a Calendar knows its days and asks nobody."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

FRIDAY = 4
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Weekdays, less the holidays on them, plus the weekend days worked instead (调休)."""

    holidays: frozenset[date]
    make_up_days: frozenset[date]
    official_years: frozenset[int]

    @classmethod
    def of(
        cls,
        *,
        holidays: Iterable[date],
        make_up_days: Iterable[date],
        official_years: Iterable[int],
    ) -> "Calendar":
        return cls(frozenset(holidays), frozenset(make_up_days), frozenset(official_years))

    def is_workday(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() <= FRIDAY and day not in self.holidays

    def is_provisional(self, day: date) -> bool:
        """True for a day of a year without an official notice: it may still move."""
        return day.year not in self.official_years

    def add(self, day: date, workdays: int) -> date:
        """The workday that lies so many workdays after `day` (before it, when negative)."""
        step = ONE_DAY if workdays > 0 else -ONE_DAY
        left = abs(workdays)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Workdays after `start` up to and including `end`; negative when end is earlier."""
        return self._workdays_until(end) - self._workdays_until(start)

    def last_workday_on_or_before(self, day: date) -> date:
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def _workdays_until(self, day: date) -> int:
        weeks, rest = divmod(day.toordinal(), 7)
        weekdays = weeks * 5 + min(rest, 5)
        off = bisect_right(self._weekdays_off, day)
        extra = bisect_right(self._weekend_worked, day)
        return weekdays - off + extra

    @cached_property
    def _weekdays_off(self) -> list[date]:
        return sorted(d for d in self.holidays if d.weekday() <= FRIDAY)

    @cached_property
    def _weekend_worked(self) -> list[date]:
        return sorted(d for d in self.make_up_days if d.weekday() > FRIDAY)
