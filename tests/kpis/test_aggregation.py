"""Every way of adding up, against sums done by hand."""

from decimal import Decimal

import pytest

from apps.kpis.aggregation import Way, of_periods, ratio, rounded, since_january
from apps.kpis.models import Place
from tests.kpis.plain import A, B, cell, kpi, sheet

D = Decimal


def computed(figure) -> list[tuple]:
    return [(one.way, one.value, one.have, one.of) for one in figure.computed]


# --- Over time ------------------------------------------------------------------------------

QUARTER = {"2026-01": 10, "2026-02": 20, "2026-03": 60}


@pytest.mark.parametrize(
    ("rule", "basis", "expected"),
    [("SUM", "PERIOD", 90), ("MEAN", "PERIOD", 30), ("LAST", "POINT", 60)],
)
def test_months_make_a_quarter(rule, basis, expected):
    figures = sheet(kpi(over_time=rule, basis=basis), A=QUARTER)
    figure = figures.figure(cell("2026-Q1", A))
    assert (figure.value, figure.is_complete, figure.stated) == (D(expected), True, None)


@pytest.mark.parametrize(("rule", "expected"), [("SUM", 70), ("MEAN", 35), ("LAST", 60)])
def test_an_empty_month_is_missing_and_not_zero(rule, expected):
    figures = sheet(kpi(over_time=rule), A={"2026-01": 10, "2026-03": 60})
    figure = figures.figure(cell("2026-Q1", A))
    assert figure.value == D(expected)
    assert figure.is_complete == (rule == "LAST")  # which has its last month


def test_the_last_figure_before_the_end_is_not_the_end():
    figure = sheet(kpi(over_time="LAST"), A={"2026-01": 10}).figure(cell("2026-Q1", A))
    assert (figure.value, figure.is_complete) == (D(10), False)


def test_since_january_and_back():
    assert since_january([D(10), D(20), D(60)]) == [D(10), D(30), D(90)]
    assert of_periods([D(10), D(30), D(90)]) == [D(10), D(20), D(60)]


def test_a_total_since_january_gives_what_the_period_added():
    totals = {"2025-12": 500, "2026-01": 10, "2026-02": 30, "2026-03": 90, "2026-06": 200}
    figures = sheet(kpi(basis="CUMULATIVE", over_time="LAST"), A=totals)
    assert figures.of_period(cell("2026-01", A)) == D(10)
    assert figures.of_period(cell("2026-03", A)) == D(60)
    assert figures.of_period(cell("2026-Q2", A)) == D(110)
    assert figures.of_period(cell("2026-05", A)) is None
    assert figures.value(cell("2026-Q1", A)) == D(90)


def test_figures_of_periods_give_the_total_since_january():
    figures = sheet(kpi(), A=QUARTER)
    assert figures.since_january(cell("2026-03", A)) == D(90)
    assert figures.since_january(cell("2026-Q1", A)) == D(90)
    assert figures.since_january(cell("2026-04", A)) is None


# --- Over districts -------------------------------------------------------------------------


def test_districts_make_the_city_and_months_the_quarter():
    figures = sheet(kpi(), A=QUARTER, B={"2026-01": 1, "2026-02": 2, "2026-03": 3})
    assert computed(figures.figure(cell("2026-Q1"))) == [(Way.PLACES, D(96), 2, 2)]


def test_a_district_without_figures_is_missing():
    figures = sheet(kpi(), A=QUARTER, B={"2026-01": 1})
    assert computed(figures.figure(cell("2026-02"))) == [(Way.PLACES, D(20), 1, 2)]
    whole = figures.figure(cell("2026-Q1"))
    assert computed(whole) == [(Way.PLACES, D(91), 1, 2)]  # B is there, but not whole
    assert not whole.is_complete


def test_the_whole_as_stated_stands_and_the_difference_is_shown():
    figure = sheet(kpi(), A={"2026-01": 10}, B={"2026-01": 5}, W={"2026-01": 16}).figure(
        cell("2026-01")
    )
    assert figure.value == D(16)
    assert [(d.way, d.computed, d.by) for d in figure.differences] == [(Way.PLACES, D(15), D(1))]


def test_months_of_the_city_that_miss_a_district_make_no_whole_quarter():
    figures = sheet(kpi(), A=QUARTER, B={"2026-01": 1}, W={"2026-01": 11, "2026-03": 60})
    found = figures.figure(cell("2026-Q1"))
    assert computed(found) == [(Way.PLACES, D(91), 1, 2), (Way.TIME, D(91), 2, 3)]
    assert not found.is_complete


def test_against_some_of_the_districts_nothing_is_compared():
    figures = sheet(kpi(), A={"2026-01": 10}, W={"2026-01": 16})
    assert figures.figure(cell("2026-01")).differences == ()


def test_agencies_make_their_district_and_that_the_city():
    one, other = Place(agency_id=7), Place(agency_id=8)
    figures = sheet(kpi(), B={"2026-01": 5}, districts_of={7: 1, 8: 1})
    figures.stated |= {cell("2026-01", one): D(2), cell("2026-01", other): D(3)}
    figures.__post_init__()
    assert figures.value(cell("2026-01", A)) == D(5)
    assert computed(figures.figure(cell("2026-01"))) == [(Way.PLACES, D(10), 2, 2)]


def test_agencies_make_the_whole_of_what_no_district_has():
    figures = sheet(kpi())
    figures.stated[cell("2026-01", Place(agency_id=7))] = D(2)
    figures.__post_init__()
    assert computed(figures.figure(cell("2026-01"))) == [(Way.PLACES, D(2), 1, 1)]


def test_what_is_not_added_over_districts_has_no_whole():
    figures = sheet(kpi(over_districts="NONE"), A={"2026-01": 10}, B={"2026-01": 5})
    assert figures.value(cell("2026-01")) is None


# --- Ratios and weighted means ----------------------------------------------------------------

PART, OF = kpi(2, scope="s"), kpi(3, scope="s")
RATE = kpi(1, over_districts="RATIO", over_time="LAST", numerator=PART, denominator=OF, factor=100)


def test_a_ratio_goes_up_the_tree_by_its_parts():
    """A 10 of 100, B 30 of 50: 40 of 150, not the mean of 10 % and 60 %."""
    figures = sheet(
        RATE, PART, OF,
        A2={"2026-01": 10}, A3={"2026-01": 100}, B2={"2026-01": 30}, B3={"2026-01": 50},
    )  # fmt: skip
    assert figures.value(cell("2026-01", A)) == D(10)
    assert figures.value(cell("2026-01", B)) == D(60)
    assert rounded(figures.value(cell("2026-01")), 2) == D("26.67")


def test_a_ratio_goes_over_time_by_its_parts():
    figures = sheet(
        RATE, PART, OF, A2=QUARTER, A3={"2026-01": 100, "2026-02": 100, "2026-03": 100}
    )  # fmt: skip
    assert figures.value(cell("2026-Q1", A)) == D(30)


def test_a_ratio_with_a_hole_is_of_what_has_both():
    """B has no denominator: its 30 must not count above the line either."""
    figures = sheet(RATE, PART, OF, A2={"2026-01": 10}, A3={"2026-01": 100}, B2={"2026-01": 30})
    assert computed(figures.figure(cell("2026-01"))) == [(Way.RATIO, D(10), 1, 2)]
    months = sheet(RATE, PART, OF, A2=QUARTER, A3={"2026-01": 100, "2026-02": 100})
    assert computed(months.figure(cell("2026-Q1", A))) == [(Way.RATIO, D(15), 2, 3)]


def test_two_scopes_are_never_divided_by_each_other():
    other = kpi(3, scope="another")
    rate = kpi(1, over_districts="RATIO", over_time="LAST", numerator=PART, denominator=other)
    figures = sheet(rate, PART, other, A2={"2026-01": 10}, A3={"2026-01": 100})
    assert figures.figure(cell("2026-01", A)).computed == ()


def test_a_weighted_mean_goes_up_the_tree_by_its_weights():
    """(2 × 100 + 8 × 300) / 400 = 6.5, and without the weight of B it is A's alone."""
    weight = kpi(2)
    mean = kpi(1, over_districts="WEIGHTED_MEAN", over_time="MEAN", weight=weight)
    known = {"A1": {"2026-01": 2}, "B1": {"2026-01": 8}, "A2": {"2026-01": 100}}
    figures = sheet(mean, weight, **known, B2={"2026-01": 300})
    assert computed(figures.figure(cell("2026-01"))) == [(Way.PLACES, D("6.5"), 2, 2)]
    assert computed(sheet(mean, weight, **known).figure(cell("2026-01"))) == [
        (Way.PLACES, D(2), 1, 2)
    ]


def test_a_mean_as_stated_is_compared_as_it_is_shown():
    weight = kpi(2)
    mean = kpi(1, over_districts="WEIGHTED_MEAN", over_time="MEAN", weight=weight, places=1)
    known = {"A1": {"2026-01": 1}, "B1": {"2026-01": 2}}
    weights = {"A2": {"2026-01": 1}, "B2": {"2026-01": 2}}
    figures = sheet(mean, weight, **known, **weights, W1={"2026-01": "1.7"})
    assert figures.figure(cell("2026-01")).differences == ()  # 5/3 is 1.7
    other = sheet(mean, weight, **known, **weights, W1={"2026-01": "1.6"})
    assert other.figure(cell("2026-01")).differences[0].by == D("-0.1")


def test_nothing_is_divided_by_zero():
    assert ratio(D(1), D(0)) is None
    assert ratio(None, D(1)) is None


# --- A breakdown ------------------------------------------------------------------------------


def test_parts_make_the_row_and_an_empty_cell_is_no_zero():
    figures = sheet(kpi(basis="POINT", over_time="LAST", frequency="ONCE"))
    for place, row in {A: {11: 4, 12: 6}, B: {11: 1}}.items():
        figures.stated |= {cell("2022", place, item=i): D(v) for i, v in row.items()}
    figures.stated[cell("2022", A)] = D(11)
    figures.__post_init__()
    assert figures.figure(cell("2022", A)).differences[0].by == D(1)
    assert computed(figures.figure(cell("2022", B))) == [(Way.PARTS, D(1), 1, 1)]
    assert figures.value(cell("2022", B, item=12)) is None
    assert figures.value(cell("2022", item=11)) == D(5)
    assert figures.value(cell("2022")) == D(12)  # 11 as stated, and 1


def test_every_figure_is_a_decimal():
    figures = sheet(kpi(over_time="MEAN"), A=QUARTER, B=QUARTER)
    values = [figures.value(cell(period, A)) for period in ("2026-Q1", "2026-H1", "2026")]
    assert {type(value) for value in values} == {Decimal}
