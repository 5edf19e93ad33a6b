"""Two periods of an indicator side by side, worked out by hand."""

from decimal import Decimal

import pytest

from apps.kpis.aggregation import Figure
from apps.kpis.comparing import Pair, Unlike, change, change_of, common
from apps.kpis.models import WHOLE
from apps.kpis.periods import Period
from tests.kpis.plain import A, B, C, kpi, sheet


def pair(before: str, after: str) -> Pair:
    return Pair(Period.parse(before), Period.parse(after))


def said(value: str | None) -> Figure:
    return Figure(None if value is None else Decimal(value))


CHANGES = {
    ("80", "100"): ("20", "25"),
    ("100", "80"): ("-20", "-20"),
    ("100", "100"): ("0", "0"),
    ("0.1", "0.3"): ("0.2", "200"),  # no float: 0.3 - 0.1 is 0.2 and not 0.19999999999999998
    ("0", "5"): ("5", None),  # nothing is no part of which five could be percent
    ("-4", "2"): ("6", None),
    ("5", "0"): ("-5", "-100"),
    (None, "5"): (None, None),
    ("5", None): (None, None),
    (None, None): (None, None),
}


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_an_amount_changes_by_so_much_and_in_percent_of_what_it_was(before, after):
    by, percent = CHANGES[before, after]
    found = change(kpi(), said(before), said(after))
    assert found.by == (None if by is None else Decimal(by))
    assert found.percent == (None if percent is None else Decimal(percent))
    assert all(isinstance(n, Decimal | None) for n in (found.by, found.percent))


def test_a_rate_changes_by_percentage_points_and_never_by_percent():
    found = change(kpi(is_rate=True, unit="%"), said("3.5"), said("7"))
    assert (found.by, found.percent) == (Decimal("3.5"), None)


def test_a_ratio_is_computed_anew_in_each_period():
    """A 1/4 → 2/5, B 3/4 → 2/5: 4/8 = 50% → 4/10 = 40%, ten points less."""
    top, bottom = kpi(2), kpi(3)
    rate = kpi(1, over_districts="RATIO", numerator=top, denominator=bottom, factor=100)
    rate.is_rate = True
    one = sheet(
        rate,
        top,
        bottom,
        A2={"2026-01": 1, "2026-02": 2},
        A3={"2026-01": 4, "2026-02": 5},
        B2={"2026-01": 3, "2026-02": 2},
        B3={"2026-01": 4, "2026-02": 5},
    )
    months = pair("2026-01", "2026-02")
    assert change_of(one, rate, months, A).by == Decimal(15)
    assert change_of(one, rate, months, B).by == Decimal(-35)
    whole = change_of(one, rate, months, WHOLE)
    assert (whole.by, whole.percent) == (Decimal(-10), None)
    assert common(one, rate, months) is None


def test_what_was_divided_is_compared_as_it_is_told():
    """33.333…% → 66.666…%: told as 33.3% and 66.7%, which is 33.4 points more."""
    top, bottom = kpi(2), kpi(3)
    rate = kpi(1, over_districts="RATIO", numerator=top, denominator=bottom, factor=100)
    rate.is_rate = True
    thirds = {"2026-01": 3, "2026-02": 3}
    one = sheet(rate, top, bottom, A2={"2026-01": 1, "2026-02": 2}, A3=thirds)
    assert change_of(one, rate, pair("2026-01", "2026-02"), A).by == Decimal("33.4")


def test_a_hole_is_not_compared_and_the_sum_is_of_those_with_both():
    """The first month has A 10 and B 20, the second A 15 only: it did not fall from 30 to 15."""
    one = sheet(kpi(), districts=(A, B), A={"2026-01": 10, "2026-02": 15}, B={"2026-01": 20})
    months = pair("2026-01", "2026-02")
    whole = change_of(one, kpi(), months, WHOLE)
    assert (whole.before.value, whole.after.value, whole.by) == (30, 15, None)
    both = common(one, kpi(), months)
    assert (both.have, both.of) == (1, 2)
    assert (both.change.by, both.change.percent) == (Decimal(5), Decimal(50))


def test_where_nothing_is_missing_there_is_no_second_sum():
    one = sheet(kpi(), districts=(A,), A={"2026-01": 10, "2026-02": 15})
    assert common(one, kpi(), pair("2026-01", "2026-02")) is None


def test_where_no_place_has_both_there_is_no_sum_of_those():
    one = sheet(kpi(), A={"2026-01": 10}, B={"2026-02": 15})
    assert common(one, kpi(), pair("2026-01", "2026-02")) is None


def test_quarters_are_made_of_months_and_one_month_missing_is_a_hole():
    months = {"2026-01": 1, "2026-02": 2, "2026-03": 3, "2026-04": 4, "2026-05": 5, "2026-06": 6}
    less = {period: n for period, n in months.items() if period != "2026-05"}
    one = sheet(kpi(), districts=(A, B), A=months, B=less)
    quarters = pair("2026-Q1", "2026-Q2")
    found = change_of(one, kpi(), quarters, A)
    assert (found.by, found.percent) == (Decimal(9), Decimal(150))  # 1+2+3 = 6, 4+5+6 = 15
    assert change_of(one, kpi(), quarters, B).by is None


ALIKE = {
    ("PERIOD", "2026-01", "2025-01"): None,
    ("PERIOD", "2026-01", "2025-07"): None,
    ("PERIOD", "2026-01", "2026"): Unlike.LENGTHS,
    ("PERIOD", "2026-01", "2026-01"): Unlike.SAME,
    ("POINT", "2025-12", "2026-03"): None,
    ("CUMULATIVE", "2026-01", "2026-06"): None,
    ("CUMULATIVE", "2025-06", "2026-06"): None,
    ("CUMULATIVE", "2025-12", "2026-01"): Unlike.STRETCHES,
}


@pytest.mark.parametrize(("basis", "before", "after"), ALIKE)
def test_only_like_periods_are_compared(basis, before, after):
    of = kpi(basis=basis, over_time="SUM" if basis == "PERIOD" else "LAST")
    found = pair(before, after)
    assert found.unlike(of) == ALIKE[basis, before, after]
    one = sheet(of, districts=(C,), C={before: 4} | {after: 5})
    assert (change_of(one, of, found, C).by is None) == (ALIKE[basis, before, after] is not None)
