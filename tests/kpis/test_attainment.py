"""How far flows, stocks and rates are, against examples worked out by hand."""

from decimal import Decimal

import pytest

from apps.kpis.attainment import Kind, Reached, Start, Why, attain, expected_percent
from apps.kpis.models import Curve
from apps.kpis.periods import Period
from apps.measures.lights import Light
from apps.measures.models import Thresholds
from tests.kpis.plain import kpi, target

D = Decimal
FLOW = kpi()
STOCK = kpi(basis="POINT", over_time="LAST")
RATE = kpi(basis="POINT", over_time="LAST", is_rate=True)
FEWER = kpi(direction="LOWER")


def start(value, period="2025") -> Start:
    return Start(D(value), Period.parse(period))


def attained(of, aim, value, period="2026-06", **said):
    reached = Reached(D(value), Period.parse(period))
    return attain(of, aim, reached=reached, thresholds=Thresholds(), **said)


def said_of(result) -> tuple:
    return result.percent, result.expected, result.behind, result.light


def test_a_flow_is_compared_with_its_target():
    """60 of 100 by June, when half of the year is over."""
    result = attained(FLOW, target(low=100), 60)
    assert result.kind is Kind.FLOW
    assert said_of(result) == (D(60), D(50), D(-10), Light.GREEN)
    assert result.is_met is False


@pytest.mark.parametrize(
    ("value", "light"),
    [(41, Light.GREEN), (40, Light.YELLOW), (20, Light.YELLOW), (19, Light.RED)],
)
def test_the_light_turns_at_10_and_beyond_30_points(value, light):
    assert attained(FLOW, target(low=100), value).light is light


def test_at_its_end_there_is_only_met_or_missed():
    assert attained(FLOW, target(low=100), 99, "2026-12").light is Light.RED
    assert attained(FLOW, target(low=100), 100, "2026-12").light is Light.GREEN
    assert attained(FLOW, target("MORE_THAN", low=100), 100, "2026-12").is_met is False


def test_a_flow_since_january_is_expected_from_january_on():
    total = kpi(basis="CUMULATIVE", over_time="LAST")
    result = attained(total, target(low=60, period="2026-Q2"), 30, "2026-03")
    assert said_of(result) == (D(50), D(50), D(0), Light.GREEN)


def test_a_stock_counts_from_its_baseline():
    """From 200 to 300: 240 is 40 percent of the way, six months of twelve after the baseline."""
    result = attained(STOCK, target(low=300), 240, start=start(200))
    assert result.kind is Kind.STOCK
    assert said_of(result) == (D(40), D(50), D(10), Light.YELLOW)


def test_a_stock_that_is_to_fall_counts_downwards():
    fewer = kpi(basis="POINT", over_time="LAST", direction="LOWER")
    result = attained(fewer, target("AT_MOST", high=60), 70, start=start(100))
    assert said_of(result) == (D(75), D(50), D(-25), Light.GREEN)


def test_a_level_that_does_not_add_up_is_no_flow():
    productivity = kpi(over_time="LAST")
    assert attained(productivity, target(low=37), 30).kind is Kind.STOCK
    assert attained(kpi(over_time="MEAN"), target("AT_MOST", high=20), 18).light is Light.GREEN


def test_a_stock_without_a_baseline_says_so():
    result = attained(STOCK, target(low=300), 240)
    assert (result.why, result.is_met) == (Why.NO_BASELINE, False)
    assert said_of(result) == (None, None, None, None)
    assert attained(STOCK, target(low=300), 240, "2026-12").light is Light.RED


def test_a_rate_is_compared_in_percentage_points():
    """From 30 to 35 percent: 32 is 3 points short, and 40 percent of the way."""
    result = attained(RATE, target(low=35), 32, start=start(30))
    assert (result.kind, result.points) == (Kind.RATE, D(-3))
    assert said_of(result) == (D(40), D(50), D(10), Light.YELLOW)


def test_a_limit_is_kept_by_staying_below_it():
    """A limit of 12: 9 by June uses 75 percent where half is expected; 13 is too much for good."""
    limit = target("AT_MOST", high=12)
    assert said_of(attained(FEWER, limit, 9)) == (D(75), D(50), D(25), Light.YELLOW)
    assert attained(FEWER, limit, 13).light is Light.RED
    assert attained(FEWER, limit, 12, "2026-12").light is Light.GREEN


@pytest.mark.parametrize(
    ("direction", "value", "met"),
    [
        ("HIGHER", 2, False),
        ("HIGHER", 5, True),
        ("LOWER", 5, False),
        ("LOWER", 2, True),
        ("NEITHER", 5, False),
        ("NEITHER", 4, True),
    ],
)
def test_a_range_is_met_from_its_near_end(direction, value, met):
    result = attained(kpi(direction=direction), target("RANGE", low=3, high=4), value, "2026-12")
    assert result.is_met is met


def test_a_rank_is_met_or_not():
    rank = kpi(basis="POINT", over_time="LAST", direction="LOWER")
    aim = target("RANK", high=4)
    assert attained(rank, aim, 4, "2026-12").light is Light.GREEN
    assert said_of(attained(rank, aim, 5)) == (None, None, None, None)


@pytest.mark.parametrize(
    "aim", [None, target("RANK", text="全国前列"), target("TEXT", text="稳步提高")]
)
def test_without_a_computable_target_there_is_no_attainment(aim):
    result = attained(FLOW, aim, 60)
    assert (result.why, result.is_computable) == (Why.NO_TARGET, False)
    assert said_of(result) == (None, None, None, None)


def test_without_a_figure_there_is_no_light():
    result = attain(FLOW, target(low=1), reached=None, thresholds=Thresholds())
    assert (result.why, result.is_computable, result.light) == (Why.NO_FIGURE, True, None)


def test_about_is_met_from_the_number_on():
    assert attained(FLOW, target("ABOUT", low=70), 70, "2026-12").is_met is True
    unknown = kpi(direction="NEITHER")
    assert attained(unknown, target("ABOUT", low=70), 70, "2026-12").is_met is None


# --- What is expected -----------------------------------------------------------------------


def expected(of, aim, period, **said):
    return expected_percent(of, aim, Period.parse(period), **said)


def test_steps_are_expected_when_they_are_passed():
    aim = target(low=100, curve=Curve.STEP)
    steps = {Period.parse("2026-Q1"): D(10), Period.parse("2026-Q3"): D(70)}
    by = [expected(FLOW, aim, month, steps=steps) for month in ("2026-02", "2026-03", "2026-08")]
    assert by == [D(0), D(10), D(10)]
    assert expected(FLOW, aim, "2026-09", steps=steps) == D(70)
    assert expected(FLOW, aim, "2026-12", steps=steps) == D(100)


def test_a_target_of_several_years_is_expected_from_the_baseline_on():
    """24 of 60 months from the end of 2022 to the end of 2027."""
    aim = target(low=35, period="2027")
    assert expected(RATE, aim, "2024", start=start(30, "2022")) == D(40)


def test_a_day_it_is_due_on_comes_before_the_end_of_its_period():
    aim = target(low=100, due_on=Period.parse("2026-08").ends_on)
    assert expected(FLOW, aim, "2026-04") == D(50)
    assert expected(FLOW, aim, "2026-08") == D(100)


def test_without_a_period_nothing_is_expected():
    assert expected(FLOW, target(low=1, period=""), "2026-04") is None
    assert expected(STOCK, target(low=1), "2026-04") is None
