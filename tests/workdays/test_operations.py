"""Entering a year's notice."""

from datetime import UTC, date, datetime

import pytest

from apps.audit.models import AuditEvent
from apps.core.actor import Machine, Role
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.workdays.models import CalendarYear, current_calendar
from apps.workdays.operations import enter_notice

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 4, tzinfo=UTC)
KEEPER = Machine("keeper", frozenset({Role.ADMINISTRATOR}))
FRIDAY, SATURDAY = date(2027, 10, 1), date(2027, 10, 9)


def enter(*, off=(FRIDAY,), worked=(SATURDAY,), seen=0, by=KEEPER) -> CalendarYear:
    return enter_notice(
        2027, holidays=off, make_up_days=worked, notice="国办发明电", seen=seen, by=by, at=NOW
    )


def test_a_notice_makes_the_year_official():
    row = enter()
    assert (row.version, row.is_official, row.notice) == (1, True, "国办发明电")
    calendar = current_calendar()
    assert not calendar.is_provisional(FRIDAY)
    assert not calendar.is_workday(FRIDAY)
    assert calendar.is_workday(SATURDAY)


def test_it_is_on_record_with_its_days():
    enter()
    event = AuditEvent.objects.get(act="workdays.enter_notice")
    assert event.changes["holidays"] == [[], ["2027-10-01"]]
    assert event.note == "国办发明电"


def test_a_correction_is_a_new_version():
    row = enter(seen=enter().version, off=(date(2027, 10, 4),))
    assert row.version == 2
    event = AuditEvent.objects.filter(act="workdays.enter_notice").first()
    assert event.changes["holidays"] == [["2027-10-01"], ["2027-10-04"]]


@pytest.mark.parametrize("seen", [0, 2])
def test_a_page_made_before_is_stale(seen):
    enter()
    with pytest.raises(Stale, match="changed this year's calendar since"):
        enter(seen=seen, off=())
    assert CalendarYear.objects.get().holidays == [FRIDAY]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"off": [SATURDAY]}, "both off and worked"),
        ({"off": [date(2026, 10, 1)]}, "must lie in the year"),
        ({"worked": [date(2028, 1, 1)]}, "must lie in the year"),
        ({"worked": [date(2027, 10, 8)]}, "Only weekend days"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(said, why):
    with pytest.raises(RuleBroken, match=why):
        enter(**said)
    assert not CalendarYear.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_an_administrator_keeps_the_calendar(role):
    with pytest.raises(NotAllowed):
        enter(by=Machine("somebody", frozenset({role})))
    assert not CalendarYear.objects.exists()


def test_a_year_not_official_is_provisional():
    CalendarYear.objects.create(year=2027, is_official=False, holidays=[FRIDAY])
    calendar = current_calendar()
    assert calendar.is_provisional(FRIDAY)
    assert not calendar.is_workday(FRIDAY)
