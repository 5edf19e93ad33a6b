"""Periods: written, read, and how they contain each other."""

from datetime import date

import pytest
from django.utils import translation

from apps.kpis.periods import Period, between, month


@pytest.mark.parametrize(
    ("code", "begins", "ends", "english", "chinese"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026年"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "2026, second half", "2026年下半年"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2026, quarter 1", "2026年第1季度"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024", "2024年2月"),
    ],
)
def test_a_period_is_read_and_written(code, begins, ends, english, chinese):
    period = Period.parse(code)
    assert (period.code, period.begins_on, period.ends_on) == (code, begins, ends)
    assert str(period) == english
    with translation.override("zh-hans"):
        assert str(period) == chinese


@pytest.mark.parametrize("code", ["", "26", "2026-13", "2026-00", "2026-Q5", "2026-1", "2026-H1 "])
def test_what_is_no_period_is_refused(code):
    with pytest.raises(ValueError, match="no period"):
        Period.parse(code)


def test_a_period_contains_its_parts():
    half = Period.parse("2026-H2")
    assert [part.code for part in half.parts(3)] == ["2026-Q3", "2026-Q4"]
    assert [part.code for part in half.parts(1)][::5] == ["2026-07", "2026-12"]
    assert all(part in half for part in half.parts(1))
    assert Period.parse("2026-Q2") not in half
    assert half.parts(12) == ()


def test_periods_follow_each_other_over_the_year():
    assert Period.parse("2026-01").moved(-1).code == "2025-12"
    assert Period.parse("2025-Q4").moved(2).code == "2026-Q2"
    assert Period.parse("2026-01").previous is None
    assert Period.parse("2026-02").previous == Period.parse("2026-01")
    over = between(Period.parse("2025-11"), Period.parse("2026-02"))
    assert [p.code for p in over] == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_a_day_lies_in_its_period():
    assert Period.holding(date(2026, 8, 31), 3).code == "2026-Q3"
    assert month(Period.parse("2026-08").last_month).code == "2026-08"
