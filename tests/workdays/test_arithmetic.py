"""Workday arithmetic agrees with counting days one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.workdays.arithmetic import Calendar
from apps.workdays.operations import days_known_for, known_years

ONE_DAY = timedelta(days=1)
DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 30))


def statutory(*years: int) -> Calendar:
    known = [days_known_for(year) for year in years]
    return Calendar.of(
        holidays=[day for off, _worked in known for day in off],
        make_up_days=[day for _off, worked in known for day in worked],
        official_years=years,
    )


CALENDAR = statutory(2025, 2026)


def workdays_after(start: date, end: date) -> int:
    """One by one: workdays after start, up to and including end."""
    count, day = 0, start
    while day < end:
        day += ONE_DAY
        count += CALENDAR.is_workday(day)
    return count


def test_the_national_days_of_2026_push_five_workdays_to_the_tenth():
    assert CALENDAR.add(date(2026, 9, 28), 5) == date(2026, 10, 10)
    assert date(2026, 10, 10).weekday() == 5


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),  # a Thursday of the national holidays
        (date(2026, 10, 10), True),  # a Saturday worked instead
        (date(2026, 10, 11), False),  # an ordinary Sunday
        (date(2026, 2, 16), False),  # a Monday of the Spring Festival
        (date(2026, 2, 28), True),  # a Saturday worked instead
        (date(2026, 3, 2), True),
    ],
)
def test_the_notice_of_2026(day, works):
    assert CALENDAR.is_workday(day) is works


@given(DAYS, DAYS)
def test_between_counts_like_one_by_one(one, other):
    start, end = min(one, other), max(one, other)
    assert CALENDAR.between(start, end) == workdays_after(start, end)
    assert CALENDAR.between(end, start) == -workdays_after(start, end)


@given(DAYS, st.integers(1, 120))
def test_adding_reaches_the_workday_with_so_many_between(day, count):
    reached = CALENDAR.add(day, count)
    assert CALENDAR.is_workday(reached)
    assert CALENDAR.between(day, reached) == count


@given(DAYS, st.integers(1, 120))
def test_subtracting_is_adding_backwards(day, count):
    reached = CALENDAR.add(day, -count)
    assert CALENDAR.is_workday(reached)
    workdays = [
        n for n in range((day - reached).days) if CALENDAR.is_workday(reached + n * ONE_DAY)
    ]
    assert len(workdays) == count


@given(DAYS)
def test_adding_nothing_stays(day):
    assert CALENDAR.add(day, 0) == day
    assert CALENDAR.between(day, day) == 0


@given(DAYS)
def test_the_last_workday_on_or_before(day):
    last = CALENDAR.last_workday_on_or_before(day)
    assert last <= day
    assert CALENDAR.is_workday(last)
    assert workdays_after(last, day) == 0


def test_a_year_without_a_notice_is_provisional():
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert CALENDAR.is_provisional(date(2027, 1, 1))
    assert CALENDAR.is_workday(date(2027, 10, 1))  # a Friday: nobody has said otherwise yet


def test_weekdays_off_and_weekends_worked_are_all_that_a_notice_says():
    for year in known_years():
        off, worked = days_known_for(year)
        assert all(day.weekday() < 5 and day.year == year for day in off)
        assert all(day.weekday() >= 5 and day.year == year for day in worked)


def test_beyond_what_is_known_nothing_is_made_up():
    with pytest.raises(NotImplementedError):
        days_known_for(known_years().stop)
