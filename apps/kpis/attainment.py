"""How far an indicator is on the way to its target, and whether that is far enough.

A flow (what adds up in a period, or since January) is compared with its target; a stock, or a
level that does not add up, counts from its baseline; a rate is compared in percentage points, and
its way counted from its baseline too. Without a computable target there is no attainment and no
light. Figures are percent, not rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kpis.models import LIMITS, Basis, Comparator, Curve, Direction, Kpi, OverTime, Target
from apps.kpis.periods import Period
from apps.measures.lights import Light
from apps.measures.models import Thresholds

HUNDRED = Decimal(100)


class Kind(models.TextChoices):
    FLOW = "FLOW", _("Flow")
    STOCK = "STOCK", _("Stock")
    RATE = "RATE", _("Rate")


class Why(models.TextChoices):
    """Why there is no attainment, or no more of it."""

    NO_TARGET = "NO_TARGET", _("No computable target")
    NO_FIGURE = "NO_FIGURE", _("No figure yet")
    NO_BASELINE = "NO_BASELINE", _("No baseline")


@dataclass(frozen=True)
class Reached:
    """The figure that counts: up to the end of `period`, from all of the parts or from some."""

    value: Decimal
    period: Period
    is_complete: bool = True


@dataclass(frozen=True)
class Start:
    """The baseline: a value at the end of a period."""

    value: Decimal
    period: Period


@dataclass(frozen=True)
class Attainment:
    """How far. `percent` of the way and `expected` percent by now; `points` of a rate: actual
    less target. `behind` in percentage points of the way, negative when ahead.
    """

    kind: Kind
    why: Why | None = None
    is_met: bool | None = None
    percent: Decimal | None = None
    points: Decimal | None = None
    expected: Decimal | None = None
    behind: Decimal | None = None
    light: Light | None = None

    @property
    def is_computable(self) -> bool:
        """False: listed as without a computable target."""
        return self.why is not Why.NO_TARGET


def kind_of(kpi: Kpi) -> Kind:
    if kpi.is_rate:
        return Kind.RATE
    adds_up = kpi.over_time == OverTime.SUM and not kpi.is_computed
    return Kind.FLOW if adds_up or kpi.basis == Basis.CUMULATIVE else Kind.STOCK


def aim_of(kpi: Kpi, target: Target) -> Decimal | None:
    """The number that is to be reached, or kept below; none where there are only words."""
    if target.comparator == Comparator.RANGE and kpi.direction == Direction.LOWER:
        return target.high
    return target.aim


def is_limit(kpi: Kpi, target: Target) -> bool:
    """Whether it is kept by staying below it."""
    if target.comparator in (*LIMITS, Comparator.RANK):
        return True
    both = (Comparator.EXACTLY, Comparator.ABOUT, Comparator.RANGE)
    return kpi.direction == Direction.LOWER and target.comparator in both


def attain(
    kpi: Kpi,
    target: Target | None,
    *,
    reached: Reached | None,
    start: Start | None = None,
    steps: Mapping[Period, Decimal] | None = None,
    thresholds: Thresholds,
) -> Attainment:
    """What the figure says of the target. `steps` are those of a target that goes by steps."""
    kind = kind_of(kpi)
    aim = aim_of(kpi, target) if target else None
    if target is None or aim is None:
        return Attainment(kind, Why.NO_TARGET)
    if reached is None:
        return Attainment(kind, Why.NO_FIGURE)
    percent = percent_of(kpi, target, reached.value, start)
    expected = expected_percent(kpi, target, reached.period, start=start, steps=steps or {})
    behind = _behind(kpi, target, percent, expected)
    met = is_met(kpi, target, reached.value)
    is_lost = kind is Kind.FLOW and is_limit(kpi, target) and met is False
    return Attainment(
        kind,
        why=Why.NO_BASELINE if start is None and kind is not Kind.FLOW else None,
        is_met=met,
        percent=percent,
        points=reached.value - aim if kind is Kind.RATE else None,
        expected=expected,
        behind=behind,
        light=_light(met, behind, is_over=is_lost or _is_over(target, reached), by=thresholds),
    )


def is_met(kpi: Kpi, target: Target, value: Decimal) -> bool | None:
    """Whether the figure is as the target wants it; None where nobody can say."""
    low, high = target.low, target.high
    match target.comparator:
        case Comparator.MORE_THAN:
            return low is not None and value > low
        case Comparator.LESS_THAN:
            return high is not None and value < high
        case Comparator.EXACTLY | Comparator.ABOUT | Comparator.RANGE:
            return _is_met_one_way(kpi, target, value)
        case _:
            return (low is None or value >= low) and (high is None or value <= high)


def _is_met_one_way(kpi: Kpi, target: Target, value: Decimal) -> bool | None:
    """More than wanted is enough where more is better."""
    low, high = target.low, target.low if target.high is None else target.high
    if low is None or high is None:
        return None
    if kpi.direction == Direction.HIGHER:
        return value >= low
    if kpi.direction == Direction.LOWER:
        return value <= high
    return None if target.comparator == Comparator.ABOUT else low <= value <= high


def percent_of(kpi: Kpi, target: Target, value: Decimal, start: Start | None) -> Decimal | None:
    """Of a flow, of the target; of a stock or a rate, of the way from its baseline."""
    aim = aim_of(kpi, target)
    if aim is None or target.comparator == Comparator.RANK:
        return None
    if kind_of(kpi) is Kind.FLOW:
        return HUNDRED * value / aim if aim > 0 else None
    if start is None or start.value == aim or _is_kept_below(kpi, target, start, aim):
        return None
    return HUNDRED * (value - start.value) / (aim - start.value)


def _is_kept_below(kpi: Kpi, target: Target, start: Start, aim: Decimal) -> bool:
    """A limit that the baseline respects already, or an aim that it passed: there is no way."""
    return start.value <= aim if is_limit(kpi, target) else start.value >= aim


def expected_percent(
    kpi: Kpi,
    target: Target,
    until: Period,
    *,
    start: Start | None = None,
    steps: Mapping[Period, Decimal] | None = None,
) -> Decimal | None:
    """How many percent of the way are expected by the end of a period, by the target's curve.

    Evenly: month by month from the beginning of a flow's period (the year's, when it counts since
    January), or from the end of the baseline's.
    """
    end = end_month(target)
    begin = _begin(kpi, target, start)
    if end is None or begin is None or end < begin:
        return None
    if until.last_month >= end:
        return HUNDRED
    if target.curve == Curve.STEP:
        return _step(steps or {}, until)
    elapsed = max(until.last_month - begin + 1, 0)
    return HUNDRED * elapsed / (end - begin + 1)


def end_month(target: Target) -> int | None:
    """The month in which the target is due, counted from the year 0."""
    if target.due_on:
        return target.due_on.year * 12 + target.due_on.month - 1
    return Period.parse(target.period).last_month if target.period else None


def _begin(kpi: Kpi, target: Target, start: Start | None) -> int | None:
    """The first month of the way."""
    if kind_of(kpi) is not Kind.FLOW:
        return start.period.last_month + 1 if start else None
    if not target.period:
        return None
    period = Period.parse(target.period)
    return (period.of_year if kpi.basis == Basis.CUMULATIVE else period).first_month


def _step(steps: Mapping[Period, Decimal], until: Period) -> Decimal:
    passed = [period for period in steps if period.last_month <= until.last_month]
    return steps[max(passed, key=lambda p: p.last_month)] if passed else Decimal(0)


def _behind(
    kpi: Kpi, target: Target, percent: Decimal | None, expected: Decimal | None
) -> Decimal | None:
    """Of a flow with a limit, how much more of it is used than expected."""
    if percent is None or expected is None:
        return None
    if kind_of(kpi) is Kind.FLOW and is_limit(kpi, target):
        return percent - expected
    return expected - percent


def _is_over(target: Target, reached: Reached) -> bool:
    end = end_month(target)
    return end is not None and reached.period.last_month >= end


def _light(
    met: bool | None, behind: Decimal | None, *, is_over: bool, by: Thresholds
) -> Light | None:
    """As of measures: red over 30 points behind, yellow from 10. When the target is due, or a
    limit is used up, there is only met or missed.
    """
    if is_over:
        return None if met is None else (Light.GREEN if met else Light.RED)
    if behind is None:
        return Light.GREEN if met else None
    if behind > by.far_behind_points:
        return Light.RED
    return Light.YELLOW if behind >= by.behind_points else Light.GREEN
