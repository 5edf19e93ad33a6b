"""Periods of figures: months, quarters, half-years and years, and how they contain each other.

A period is written year first, so that text sorts as time: 2026, 2026-H1, 2026-Q1, 2026-03.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WRITTEN = r"^[0-9]{4}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$"
"""How a period is kept; the database checks it too."""
NO_YEARS = ("0000", "9999")
"""The calendar ends within them or before: the days of such a period cannot be told."""


class Frequency(models.TextChoices):
    """How often a figure is due; stated once only, it is never due."""

    MONTHLY = "MONTHLY", gettext_lazy("Monthly")
    QUARTERLY = "QUARTERLY", gettext_lazy("Quarterly")
    HALF_YEARLY = "HALF_YEARLY", gettext_lazy("Half-yearly")
    YEARLY = "YEARLY", gettext_lazy("Yearly")
    ONCE = "ONCE", gettext_lazy("Stated once")

    @property
    def months(self) -> int:
        """How long its periods are; 0 where it has none."""
        return _MONTHS.get(self, 0)


_MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.HALF_YEARLY: 6,
    Frequency.YEARLY: 12,
}
_LETTERS = {3: "Q", 6: "H"}
_LENGTHS = {"Q": 3, "H": 6}


@dataclass(frozen=True, order=True)
class Period:
    """`months` long, the `number`th of its year: Period(2026, 3, 2) is the second quarter."""

    year: int
    months: int
    number: int

    @classmethod
    def parse(cls, code: str) -> "Period":
        """Read a period as it is written. Raises ValueError."""
        if not re.fullmatch(WRITTEN, code) or code[:4] in NO_YEARS:
            raise ValueError(f"{code!r} is no period")
        year, _dash, part = code.partition("-")
        if not part:
            return cls(int(year), 12, 1)
        if part[0] in _LENGTHS:
            return cls(int(year), _LENGTHS[part[0]], int(part[1]))
        return cls(int(year), 1, int(part))

    @classmethod
    def holding(cls, day: date, months: int) -> "Period":
        """The period of that length with this day in it."""
        return cls(day.year, months, (day.month - 1) // months + 1)

    @property
    def code(self) -> str:
        if self.months == 12:
            return f"{self.year:04}"
        if self.months == 1:
            return f"{self.year:04}-{self.number:02}"
        return f"{self.year:04}-{_LETTERS[self.months]}{self.number}"

    def __str__(self) -> str:
        """As people read it."""
        said = {"year": self.year, "number": self.number}
        if self.months == 12:
            return _("%(year)d") % said
        if self.months == 1:
            return date_format(self.begins_on, "YEAR_MONTH_FORMAT")
        if self.months == 3:
            return _("%(year)d, quarter %(number)d") % said
        if self.number == 1:
            return _("%(year)d, first half") % said
        return _("%(year)d, second half") % said

    @property
    def first_month(self) -> int:
        """Months since the year 0: what periods are compared by."""
        return self.year * 12 + (self.number - 1) * self.months

    @property
    def last_month(self) -> int:
        return self.first_month + self.months - 1

    @property
    def begins_on(self) -> date:
        return _first_of(self.first_month)

    @property
    def ends_on(self) -> date:
        return _first_of(self.last_month + 1) - timedelta(days=1)

    @property
    def is_last_of_year(self) -> bool:
        return self.number * self.months == 12

    @cached_property
    def of_year(self) -> "Period":
        """The year it lies in."""
        return Period(self.year, 12, 1)

    def __contains__(self, other: "Period") -> bool:
        return self.first_month <= other.first_month and other.last_month <= self.last_month

    def parts(self, months: int) -> tuple["Period", ...]:
        """The periods of that length that make it up, in order; none where none do."""
        if self.months % months:
            return ()
        first = (self.number - 1) * self.months // months
        return tuple(Period(self.year, months, first + n + 1) for n in range(self.months // months))

    def moved(self, by: int) -> "Period":
        """The period so many of its length later, or with a negative number earlier."""
        year, before = divmod(self.first_month + by * self.months, 12)
        return Period(year, self.months, before // self.months + 1)

    @property
    def previous(self) -> "Period | None":
        """The one before in the same year: what a figure since January is compared with."""
        return self.moved(-1) if self.number > 1 else None


def month(number: int) -> Period:
    """The month with that number since the year 0."""
    year, before = divmod(number, 12)
    return Period(year, 1, before + 1)


def between(first: Period, last: Period) -> Iterator[Period]:
    """From one period to another of its length, both included."""
    while first.first_month <= last.first_month:
        yield first
        first = first.moved(1)


def _first_of(number: int) -> date:
    year, before = divmod(number, 12)
    return date(year, before + 1, 1)
