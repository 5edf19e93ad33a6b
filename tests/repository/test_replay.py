"""What is put in again for a test is what the operations made, and no number is given twice."""

from django.db import transaction

from apps.agencies.models import Agency
from apps.agencies.operations import add_agency
from apps.audit.models import AuditEvent
from apps.workdays.models import CalendarYear, current_calendar
from tests.conftest import SET_UP, TODAY, at, calendar_of_two_years, everybody
from tests.replay import Replay


def office() -> tuple:
    return calendar_of_two_years(), everybody()


def rows() -> list[dict]:
    models = (CalendarYear, Agency, AuditEvent)
    return [row for model in models for row in model.objects.order_by("pk").values()]


def made_and_gone(replay: Replay) -> list[dict]:
    """The rows as the operations made them; they are rolled back."""
    with transaction.atomic():
        replay("office", office)
        found = rows()
        transaction.set_rollback(True)
    return found


def test_the_rows_are_the_same(db):
    replay = Replay()
    made = made_and_gone(replay)
    assert made
    assert rows() == []
    calendar, cast = replay("office", office)
    assert rows() == made
    assert calendar == current_calendar()
    assert cast.agencies["bureau"] == Agency.objects.get(code="bureau")


def test_what_comes_afterwards_has_numbers_of_its_own(db):
    replay = Replay()
    made_and_gone(replay)
    _calendar, cast = replay("office", office)
    taken = {agency.pk for agency in cast.agencies.values()}
    later = add_agency(
        Agency(code="later", name="新局", kind="BUREAU", level="CITY"), by=SET_UP, at=at(TODAY)
    )
    assert later.pk not in taken


def test_nobody_shares_what_is_handed_out(db):
    replay = Replay()
    made_and_gone(replay)
    _calendar, cast = replay("office", office)
    cast.agencies["bureau"].name = "改名"
    assert replay.made["office"].value[1].agencies["bureau"].name != "改名"
