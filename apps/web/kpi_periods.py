"""The periods of an indicator: which are closed, by whom, and what still waits in them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from apps.kpis.models import Kpi, Observation, PeriodClosing
from apps.kpis.owed import close_by
from apps.kpis.periods import Frequency, Period
from apps.workdays.arithmetic import Calendar

SHOWN = 24


@dataclass(frozen=True)
class PeriodState:
    """A period that is over, with the last word on it."""

    period: Period
    closing: PeriodClosing | None
    figures: int
    waiting: int
    close_by: date

    @property
    def is_closed(self) -> bool:
        return bool(self.closing and self.closing.is_closed)

    @property
    def seen(self) -> int:
        """What `close_period` and `reopen_period` ask for."""
        return self.closing.number if self.closing else 0


def states_of(
    kpi: Kpi, *, on: date, calendar: Calendar, as_of: datetime | None = None
) -> list[PeriodState]:
    """The periods with figures, and the last one that is over, the latest first. Three queries.

    With `as_of`, a moment: as they were known then.
    """
    figures, closings = Observation.objects.filter(kpi=kpi).order_by(), kpi.closings.all()
    reviewed = Q(submission__review__isnull=False)
    if as_of is not None:
        figures, closings = figures.filter(at__lte=as_of), closings.filter(at__lte=as_of)
        reviewed &= Q(submission__review__at__lte=as_of)
    counted = Counter(figures.values_list("period", flat=True))
    unreviewed = figures.filter(submission__isnull=False).exclude(reviewed)
    waiting = Counter(unreviewed.values_list("period", flat=True))
    last = {row.period: row for row in closings.latest_each()}
    states = []
    for period in _over(kpi, {*counted, *last}, on):
        closing, code = last.get(period.code), period.code
        states.append(
            PeriodState(period, closing, counted[code], waiting[code], close_by(period, calendar))
        )
    return states


def _over(kpi: Kpi, codes: set[str], on: date) -> list[Period]:
    months = Frequency(kpi.frequency).months
    periods = {Period.parse(code) for code in codes}
    if months:
        periods.add(Period.holding(on, months).moved(-1))
    over = (period for period in periods if period.ends_on < on)
    return sorted(over, key=lambda p: (-p.last_month, p.months))[:SHOWN]
