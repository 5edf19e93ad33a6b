"""The indicators of the demo: defined, entered by the owner's liaison and reviewed, month by month.

The figures follow from the weights of the districts and the season alone: every load of a day
has the same ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from apps.agencies.models import Agency, District
from apps.console.demo_acts import Acts
from apps.console.demo_days import IN_POST_SINCE, moment
from apps.console.demo_periods import PeriodActs
from apps.console.demo_story.indicators import (
    FALLING_BEHIND,
    GROWTH,
    INDICATORS,
    MISSING,
    SEASON,
    WEIGHTS,
    Indicator,
)
from apps.kpis import operations
from apps.kpis.models import Basis, Kpi, KpiMeasure, OverTime, Place, SubmissionReview, Vintage
from apps.kpis.operations import Aim, Entry, Spot
from apps.kpis.periods import Frequency, Period, between
from apps.measures.models import Measure

OWNER = "gz-gxj"
MONTHS = 24
SLOW_FOR = 6
ENTERED_ON, REVIEWED_ON = 8, 10
"""Days of the month after."""
BATCHES = (12, 3, 3, 3, 1, 1, 1)
"""So many months are entered at once: what was before the system first."""

Act = tuple[datetime, Callable[[], object]]


@dataclass
class Months:
    """The two years of figures, and what each district had in them."""

    first: Period
    last: Period
    slow_for: int = SLOW_FOR

    @property
    def all(self) -> list[Period]:
        return list(between(self.first, self.last))

    def value(self, said: Indicator, adcode: str, month: Period) -> Decimal:
        """What the indicator of the district is in a month, or since January, or at its end."""
        if said.over_time == OverTime.MEAN:
            return self._level(said, adcode, month)
        first = month.of_year.parts(1)[0] if said.basis == Basis.CUMULATIVE else month
        if said.basis == Basis.POINT:
            first = self.first
        added = sum(self._added(said, adcode, one) for one in between(first, month))
        start = said.begins * WEIGHTS[adcode] * 10 if said.basis == Basis.POINT else 0
        total = Decimal(start + added) / 100
        return total if said.places else Decimal(int(total))

    def _added(self, said: Indicator, adcode: str, month: Period) -> int:
        """In hundredths, for weights and seasons of 10 each."""
        pace = 3 if adcode == FALLING_BEHIND and self._ago(month) < self.slow_for else 10
        year = 100 + GROWTH[adcode] * (month.year - self.last.year)
        return said.tenths * WEIGHTS[adcode] * SEASON[month.number - 1] * pace * year // 10_000

    def _level(self, said: Indicator, adcode: str, month: Period) -> Decimal:
        tenths = (
            said.tenths
            + WEIGHTS[adcode]
            + SEASON[month.number - 1]
            - 3 * (MONTHS - self._ago(month))
        )
        return Decimal(tenths) / 10

    def _ago(self, month: Period) -> int:
        return self.last.first_month - month.first_month


@dataclass
class KpiActs:
    """Everything that happens to the indicators, with its moments."""

    acts: Acts
    as_of: date

    def everything(self) -> Iterator[Act]:
        begins = moment(self.as_of - IN_POST_SINCE, 14)
        for said in INDICATORS:
            yield begins, partial(self._define, said, begins)
        for said in INDICATORS:
            if not said.numerator:
                yield from self._filled(said, begins)

    @property
    def months(self) -> Months:
        """Up to the last month whose figures were due before the day of the demo."""
        this = Period.holding(self.as_of, 1)
        last = this.moved(-1 if self.as_of.day > REVIEWED_ON else -2)
        return Months(last.moved(1 - MONTHS), last)

    def _filled(self, said: Indicator, begins: datetime) -> Iterator[Act]:
        rest, periods = self.months.all, PeriodActs(self.acts, OWNER)
        for n, count in enumerate(BATCHES):
            batch, rest = rest[:count], rest[count:]
            after = batch[-1].moved(1).begins_on
            entered = max(moment(after.replace(day=ENTERED_ON), 10 + n % 5), begins)
            yield entered, partial(self._enter, said, batch, entered)
            if rest or said is not INDICATORS[-1]:  # the last of them waits
                reviewed = max(moment(after.replace(day=REVIEWED_ON), 15), begins)
                yield reviewed, partial(self._review, said, reviewed)
            if rest:  # the last month is open
                yield from periods.closed(said, batch, begins)
        yield from periods.opened_again(said, self.months.last)

    def _define(self, said: Indicator, at: datetime) -> None:
        kpi = Kpi(
            code=said.code,
            name=said.name,
            name_en=said.name_en,
            unit=said.unit,
            places=said.places,
            direction=said.direction,
            basis=said.basis,
            is_rate=said.is_rate,
            over_time=said.over_time,
            over_districts=said.over_districts,
            numerator=_kpi(said.numerator),
            denominator=_kpi(said.denominator),
            weight=_kpi(said.weight),
            factor=100 if said.is_rate else 1,
            frequency=Frequency.MONTHLY,
            scope="演示口径",  # no-translate: data of the demo
            owner=Agency.objects.get(code=OWNER),
        )
        by = self.acts.who("supervisor")
        kpi = operations.define_kpi(kpi, definition=said.definition, by=by, at=at)
        measures = Measure.objects.filter(code__in=said.measures)
        KpiMeasure.objects.bulk_create(KpiMeasure(kpi=kpi, measure=m) for m in measures)
        self._aim(kpi, said, at)

    def _aim(self, kpi: Kpi, said: Indicator, at: datetime) -> None:
        """Of the whole and of the three core districts, for the year of the demo."""
        if said.is_rate:
            aim = Aim("AT_LEAST", low=Decimal(60), period=self.months.last.of_year)
            self._set(kpi, aim, None, Decimal(30), at)
        if not said.aim:
            return
        core = [*District.objects.filter(adcode__in=("440112", "440113", "440114")), None]
        for district in core:
            codes = [district.adcode] if district else list(WEIGHTS)
            self._set(kpi, self._target(said, codes), district, self._start(said, codes), at)

    def _set(
        self, kpi: Kpi, aim: Aim, district: District | None, start: Decimal | None, at: datetime
    ) -> None:
        of, by = Spot(district=district), self.acts.who("supervisor")
        operations.set_target(kpi, aim, of=of, seen=0, by=by, at=at)
        if start is not None:
            before = self.months.last.of_year.moved(-1)
            operations.set_baseline(kpi, start, period=before, of=of, seen=0, by=by, at=at)

    def _target(self, said: Indicator, codes: list[str]) -> Aim:
        """What the year would come to if every district kept pace, times the aim."""
        months = self.months
        ends = months.last.of_year.parts(1)[-1]
        ahead = replace(months, last=ends, slow_for=0)
        if said.over_time == OverTime.MEAN:
            return Aim("AT_MOST", high=Decimal(22), period=ends.of_year)
        year = ends.of_year.parts(1) if said.basis == Basis.PERIOD else [ends]
        total = sum(ahead.value(said, code, month) for code in codes for month in year)
        return Aim(said.comparator, low=Decimal(int(total * said.aim / 100)), period=ends.of_year)

    def _start(self, said: Indicator, codes: list[str]) -> Decimal | None:
        if said.basis != Basis.POINT:
            return None
        before = self.months.last.of_year.moved(-1).parts(1)[-1]
        return sum((self.months.value(said, code, before) for code in codes), Decimal(0))

    def _enter(self, said: Indicator, batch: list[Period], at: datetime) -> None:
        months, districts = self.months, District.objects.in_bulk(field_name="adcode")
        entries = [
            Entry(
                month,
                months.value(said, adcode, month),
                Place(district_id=districts[adcode].pk),
                vintage=Vintage.FINAL if len(batch) > 1 else Vintage.PRELIMINARY,
            )
            for month in batch
            for adcode in WEIGHTS
            if not (adcode == MISSING and month == months.last)
        ]
        kpi = Kpi.objects.get(code=said.code)
        agency, by = Agency.objects.get(code=OWNER), self.acts.liaison(OWNER)
        operations.enter_observations(kpi, entries, agency=agency, seen=0, by=by, at=at)

    def _review(self, said: Indicator, at: datetime) -> None:
        submission = Kpi.objects.get(code=said.code).submissions.waiting().get()
        by, approved = self.acts.who("kpi_owner"), SubmissionReview.Outcome.APPROVED
        operations.review_observations(submission, approved, by=by, at=at)


def _kpi(code: str) -> Kpi | None:
    return Kpi.objects.get(code=code) if code else None
