"""Whose workdays went by, as programs are told: what the page of the measure shows."""

from datetime import timedelta

import pytest

from apps.measures import clock
from apps.measures import operations as on_measures
from apps.measures.models import Measure
from tests.api.calling import a_program
from tests.conftest import applied, broken_down, closed, in_progress, issued, reported
from tests.measures.stories_of_objections import objection_confirmed
from tests.measures.stories_of_rest import suspended
from tests.web.here import of_today

STORIES = (issued, in_progress, applied, closed, suspended, objection_confirmed)


@pytest.fixture
def told(cast, clause, calendar):
    """A measure in each place of its path, begun a month ago; whose days went by since."""
    today = of_today(cast).today
    cast.today = calendar.last_workday_on_or_before(today - timedelta(days=30))
    for story in STORIES:
        story(cast, clause, code=story.__name__)
    whole = in_progress(cast, clause, code="whole")
    broken_down(cast, whole)
    report = reported(cast, whole)
    cast.today = calendar.last_workday_on_or_before(today - timedelta(days=10))
    seen = Measure.objects.get(pk=whole.pk).version
    on_measures.approve_report(report, seen=seen, by=cast["supervisor"], at=cast.at())
    cast.today = today
    rows = a_program(cast, "SUPERVISOR", "office").get("measures?expand=clock").json()["results"]
    return {row["code"]: row["clock"] for row in rows}


def test_the_clock_of_each_is_that_of_its_page(cast, told, calendar):
    measures = Measure.objects.prefetch_related(*clock.ROWS)
    assert len(told) == len(measures) == len(STORIES) + 2
    for measure in measures:
        turns = clock.turns_of(measure)
        spent, holder = (
            clock.clock(turns, on=cast.today, calendar=calendar),
            turns.holder(cast.today),
        )
        said = told[measure.code]
        assert (said["own"], said["reviewer"], said["suspended"]) == (
            spent.own,
            spent.reviewer,
            spent.suspended,
        ), measure.code
        assert said["holder"] == (holder.name if holder else None), measure.code


def test_who_holds_the_turn(told):
    holders = {code: said["holder"] for code, said in told.items()}
    assert holders["in_progress"] == holders["issued"] == holders["whole"] == "OWN"
    assert holders["applied"] == holders["objection_confirmed"] == "REVIEWER"
    assert (holders["suspended"], holders["closed"]) == ("SUSPENDED", None)
    assert told["whole"]["reviewer"] > 0
    assert told["suspended"]["suspended"] > 0


def test_workdays_that_are_left(cast, clause, calendar):
    measure = in_progress(of_today(cast), clause)
    said = a_program(cast).get(f"measures/{measure.pk}").json()["clock"]
    assert said["last_day"] == measure.due_on.isoformat()
    assert said["workdays_left"] == calendar.between(cast.today, measure.due_on) > 0
    Measure.objects.update(due_on=cast.today - timedelta(days=7))
    assert a_program(cast).get(f"measures/{measure.pk}").json()["clock"]["workdays_left"] < 0


def test_of_a_day_that_is_over_there_is_none(cast, clause):
    answer = a_program(of_today(cast)).get("measures?expand=clock&as_of=2026-01-02")
    assert (answer.status_code, answer.json()["field"]) == (400, "expand")
