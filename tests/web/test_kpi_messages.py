"""Reminders of figures: what they are about in words, and where the thing is done."""

import pytest

from apps.kpis import operations
from apps.kpis.periods import Period
from apps.reminders.digests import grouped
from apps.reminders.ladders import Day
from apps.reminders.models import Reminder
from apps.reminders.operations.planning import plan
from apps.web.where_done import place_of
from tests.conftest import at
from tests.kpis.figuring import a_kpi, entered, entry, known

JANUARY, FEBRUARY = Period.parse("2026-01"), Period.parse("2026-02")


@pytest.fixture
def kpi(cast, calendar):
    """Its figures of January count; those of February are due on 10 March."""
    made = a_kpi(cast, name="技改投资", name_en="Investment")
    known(cast, made, entry(1, JANUARY))
    return made


def told(cast, day: int) -> Reminder:
    cast.today = cast.today.replace(day=day)
    plan(on=cast.today, at=at(cast.today, 6))
    return Reminder.objects.latest("pk")


def words(reminder: Reminder, calendar) -> str:
    [group] = grouped([reminder], Day(reminder.planned_on, calendar))
    [entry] = group.entries
    assert entry.address.endswith(f"/kpis/{reminder.facts['kpi']}/")
    return f"{group.todo}: {entry.what}"


def test_figures_due_lead_to_the_grid(cast, kpi, calendar):
    reminder = told(cast, 10)
    assert words(reminder, calendar) == "Enter figures: Investment · February 2026"
    assert place_of(reminder, cast["liaison"]) == f"/kpis/{kpi.pk}/enter/"


def test_figures_waiting_lead_to_their_review(cast, kpi, calendar):
    sheet = entered(cast, kpi, entry(1, FEBRUARY))
    reminder = told(cast, 3)
    assert words(reminder, calendar) == "Review figures: Investment · February 2026"
    assert place_of(reminder, cast["owner"]) == f"/kpis/review/{sheet.pk}/"
    operations.review_observations(sheet, "APPROVED", by=cast["owner"], at=cast.at())
    assert place_of(reminder, cast["owner"]) == f"/kpis/{kpi.pk}/"


def test_a_period_to_be_closed_leads_to_the_periods(cast, kpi, calendar):
    known(cast, kpi, entry(1, FEBRUARY))
    reminder = told(cast, 19)
    assert words(reminder, calendar) == "Close the period: Investment · February 2026"
    assert place_of(reminder, cast["owner"]) == f"/kpis/{kpi.pk}/periods/"
    seen = {"seen": 0, "by": cast["owner"], "at": cast.at()}
    operations.close_period(kpi, FEBRUARY, **seen)
    assert plan(on=cast.today, at=at(cast.today, 7)).total == 0
