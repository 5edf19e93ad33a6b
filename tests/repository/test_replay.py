"""What is put in again for a test is what the operations made, and no number is given twice."""

from django.apps import apps
from django.db import transaction

from apps.agencies.models import Agency
from apps.agencies.operations import add_agency
from apps.audit.models import AuditEvent
from apps.measures.models import Measure
from apps.workdays.models import CalendarYear, current_calendar
from tests.conftest import (
    SET_UP,
    TODAY,
    a_clause,
    at,
    calendar_of_two_years,
    everybody,
    in_progress,
)
from tests.replay import HISTORY, OFTEN, Replay, rows_and_history


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


def told(replay: Replay, *, after=lambda: None) -> tuple[Measure, dict]:
    """A measure is told of, and rolled back; with the rows that this left in every table."""
    with transaction.atomic(), replay.watching():
        _calendar, cast = replay("office", office)
        clause = replay("clause", a_clause)
        after()
        before = everything()
        measure = replay.told("in progress", lambda: in_progress(cast, clause))
        after_it = everything()
        transaction.set_rollback(True)
    return measure, {m: [row for row in after_it[m] if row not in before[m]] for m in after_it}


def everything() -> dict:
    return {model: written_in(model) for model in rows_and_history()}


def written_in(model) -> list[dict]:
    """All rows; those of history without their numbers."""
    number = model._meta.pk.name if issubclass(model, HISTORY) else ""
    rows = model._base_manager.order_by("pk").values()
    return [{name: value for name, value in row.items() if name != number} for row in rows]


def test_a_story_leaves_the_same_rows_and_the_same_history(db):
    replay = Replay()
    *early, (made, written_down) = [told(replay) for _ in range(OFTEN)]
    again, put_in = told(replay)
    assert again == made
    assert again.pk not in {measure.pk for measure, _rows in early}, "told, not put in"
    assert put_in == written_down
    assert len(put_in[apps.get_model("measures.MeasureEvent")]) > 1


def test_a_story_is_told_anew_where_anything_else_was_written(db):
    replay = Replay()
    made, _rows = [told(replay) for _ in range(OFTEN)][-1]
    later, _rows = told(replay, after=lambda: Agency.objects.update(name_en="Renamed"))
    assert later.pk > made.pk
