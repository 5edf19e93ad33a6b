"""Figures of indicators and how far they are, gone through figure by figure in plain Python.

For what `lived` makes: flows and stocks by month of two districts, and a ratio of two flows. It
reads observations, reviews, targets and baselines as they were written, and calls nothing of
apps.kpis or apps.dashboards.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from apps.agencies.models import District
from apps.kpis.models import Baseline, Kpi, Observation, Target
from apps.measures.lights import Light
from tests.dashboards.plainly import evening

RANK = ["PRELIMINARY", "REVISED", "FINAL"]
Month = int
"""Of 2026."""


@dataclass
class Book:
    """What was known at the end of a day of the districts that somebody sees."""

    day: date
    districts: Sequence[int]

    def __post_init__(self) -> None:
        end = evening(self.day)
        rows: dict[tuple[int, int, Month], list[Any]] = defaultdict(list)
        for one in Observation.objects.select_related("submission__review").order_by("pk"):
            review = getattr(one.submission, "review", None)
            is_known = one.submission is None or (
                review is not None and review.outcome == "APPROVED" and review.at < end
            )
            if one.at < end and is_known and one.district_id in self.districts:
                rows[one.kpi_id, one.district_id, int(one.period[5:])].append(one)
        self.known = {
            key: best.value
            for key, some in rows.items()
            if (best := max(some, key=lambda o: (RANK.index(o.vintage), o.pk))).value is not None
        }

    @property
    def month(self) -> Month:
        return self.day.month

    def of(self, kpi: Kpi, district: int, month: Month) -> Decimal | None:
        if kpi.numerator is None:
            return self.known.get((kpi.pk, district, month))
        top = self.known.get((kpi.numerator_id, district, month))
        bottom = self.known.get((kpi.denominator_id, district, month))
        return None if top is None or not bottom else top / bottom

    def whole(self, kpi: Kpi, month: Month) -> tuple[Decimal | None, bool]:
        """What the districts make together, and whether none of them is missing."""
        if kpi.numerator is None:
            found = [self.of(kpi, one, month) for one in self.districts]
            there = [value for value in found if value is not None]
            return (sum(there, Decimal(0)), len(there) == len(found)) if there else (None, False)
        return self._ratio(kpi, month)

    def _ratio(self, kpi: Kpi, month: Month) -> tuple[Decimal | None, bool]:
        """Over the districts that have both."""
        both = [one for one in self.districts if self.of(kpi, one, month) is not None]
        if not both:
            return None, False
        top = sum(self.known[kpi.numerator_id, one, month] for one in both)
        bottom = sum(self.known[kpi.denominator_id, one, month] for one in both)
        return Decimal(top) / bottom, len(both) == len(self.districts)

    # --- The map

    def on_the_map(self, kpi: Kpi) -> tuple[Month, dict[int, Decimal]] | None:
        """The last month in which most districts have a figure."""
        every = list(District.objects.values_list("pk", flat=True))
        stated = {month for of, _district, month in self.known if of in parts_of(kpi)}
        best: tuple[Month, dict[int, Decimal]] | None = None
        for month in sorted(stated):
            if month > self.month:
                continue
            there = {d: v for d in every if (v := self.of(kpi, d, month)) is not None}
            if best is None or len(there) >= len(best[1]):
                best = month, there
        return best if best and best[1] else None

    # --- The way to a target

    def target(self, kpi: Kpi, district: int | None) -> Target | None:
        rows = Target.objects.filter(kpi=kpi, district=district, at__lt=evening(self.day))
        last = max(rows, key=lambda row: row.number, default=None)
        return None if last is None or last.is_withdrawn else last

    def way(self, kpi: Kpi, district: int | None) -> dict[str, Any] | None:
        """Of the whole, or of one district: what is reached, and what that says of the year."""
        target = self.target(kpi, district)
        if target is None:
            return None
        by_month = {
            m: self.whole(kpi, m) if district is None else (self.of(kpi, district, m), True)
            for m in range(1, self.month + 1)
        }
        having = [m for m, (value, _whole) in by_month.items() if value is not None]
        if not having:
            return {"reached": None, "light": None}
        whole = [m for m in having if by_month[m][1]]
        month = (whole or having)[-1]
        value = by_month[month][0]
        if kpi.over_time == "SUM":
            value = sum(
                (v for m in range(1, month + 1) if (v := by_month[m][0]) is not None), Decimal(0)
            )
        return {"reached": value, "month": month} | judged(kpi, target, value, month)


def judged(kpi: Kpi, target: Target, value: Any, month: Month) -> dict[str, Any]:
    """A flow counts from 0 and January, a stock from its baseline of the year before."""
    start: Decimal | None = Decimal(0)
    if kpi.over_time != "SUM" or kpi.numerator is not None:
        start = Baseline.objects.filter(kpi=kpi).values_list("value", flat=True).first()
    if start is None:
        met = value >= target.low
        return {"percent": None, "expected": None, "light": Light.GREEN if met else None}
    percent = 100 * (value - start) / (target.low - start)
    expected = Decimal(100 * month) / 12
    behind = expected - percent
    shown = Light.RED if behind > 30 else Light.YELLOW if behind >= 10 else Light.GREEN
    return {"percent": percent, "expected": expected, "light": shown}


def parts_of(kpi: Kpi) -> set[int | None]:
    return {kpi.pk, kpi.numerator_id, kpi.denominator_id} - {None}
