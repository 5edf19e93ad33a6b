"""Which two periods of an indicator may be compared, and which are usually."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from apps.kpis.aggregation import Cell, Sheet
from apps.kpis.comparing import Pair
from apps.kpis.models import BreakdownItem, Kpi
from apps.kpis.periods import Frequency, Period
from apps.web.kpi_rows import periods_of
from apps.web.kpi_table import repeats_last

LENGTHS: Mapping[int, str | Promise] = {
    1: pgettext_lazy("lengths of periods", "Months"),
    3: pgettext_lazy("lengths of periods", "Quarters"),
    6: pgettext_lazy("lengths of periods", "Half-years"),
    12: pgettext_lazy("lengths of periods", "Years"),
}


@dataclass(frozen=True)
class Choice:
    """Periods of one length that have figures, the last first."""

    label: str | Promise
    periods: Sequence[Period]


def choices_of(kpi: Kpi, sheet: Sheet, *, on: date) -> list[Choice]:
    """What may be compared: periods with figures, and the longer ones that are made of them."""
    stated = periods_of(sheet, kpi)
    return grouped(p for p in {*stated, *_longer(kpi, stated)} if p.begins_on <= on)


def grouped(periods: Iterable[Period]) -> list[Choice]:
    """Periods by their lengths."""
    every = sorted(periods, key=lambda period: -period.last_month)
    return [
        Choice(label, some)
        for months, label in LENGTHS.items()
        if (some := [period for period in every if period.months == months])
    ]


def with_asked(choices: Sequence[Choice], pair: Pair) -> list[Choice]:
    """What was asked for stands among the choices, whether it has figures or not."""
    known = {period for choice in choices for period in choice.periods}
    return grouped({*known, pair.before, pair.after})


def _longer(kpi: Kpi, stated: Iterable[Period]) -> Iterable[Period]:
    """Nothing where a longer period only repeats its last shorter one."""
    months = Frequency(kpi.frequency).months
    if not months or repeats_last(kpi):
        return ()
    of = {period for period in stated if period.months == months}
    longer = [length for length in LENGTHS if length > months]
    return {Period.holding(period.begins_on, length) for period in of for length in longer}


def usual_pair(kpi: Kpi, sheet: Sheet, choices: Sequence[Choice]) -> Pair | None:
    """The last period that is complete, against the same of a year before, else the one before."""
    periods = next((one.periods for one in choices if len(one.periods) > 1), ())
    if not periods:
        return None
    complete = (p for p in periods if sheet.figure(Cell(kpi.pk, p)).is_complete)
    after = next(complete, periods[0])
    others = (year_before(after), after.moved(-1), *(p for p in periods if p != after))
    return Pair(next(other for other in others if other in periods), after)


def year_before(period: Period) -> Period:
    return period.moved(-12 // period.months)


@dataclass(frozen=True)
class Shortcut:
    """A comparison that is often asked for."""

    label: str
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class Asked:
    """What is compared: two periods of an indicator, of all its parts or of one.

    `day` is the part of the address that says as of which day.
    """

    kpi: Kpi
    pair: Pair
    item: BreakdownItem | None = None
    day: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As a heading: "Output · 2026-10 against 2025-10"."""
        both = {"after": self.pair.after, "before": self.pair.before}
        periods = _("%(after)s against %(before)s") % both
        of = [str(self.kpi), str(self.item) if self.item else "", periods]
        return " · ".join(filter(None, of))

    @property
    def unlike(self) -> str | Promise:
        """Why these periods are not compared."""
        found = self.pair.unlike(self.kpi)
        return found.label if found else ""

    @property
    def query(self) -> str:
        """The address that shows this comparison to somebody else."""
        item = self.item.pk if self.item else ""
        said = {"from": self.pair.before.code, "to": self.pair.after.code, "item": item}
        return urlencode({name: value for name, value in said.items() if value} | dict(self.day))


def shortcuts_of(asked: Asked, choices: Sequence[Choice]) -> list[Shortcut]:
    """The later period against the same of a year before, and against the one before it."""
    pair = asked.pair
    known = {period for choice in choices for period in choice.periods}
    usual = {
        year_before(pair.after): _("With the same period last year"),
        pair.after.moved(-1): _("With the period before"),
    }
    return [
        Shortcut(label, replace(asked, pair=Pair(before, pair.after)).query, before == pair.before)
        for before, label in usual.items()
        if before in known
    ]
