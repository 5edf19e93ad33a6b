"""The slow reference judges what has begun again: reopened, resumed, reissued, adjusted."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.measures import operations
from apps.measures.models import Measure
from apps.measures.operations import MilestonePlan
from apps.workdays.models import current_calendar
from tests.conftest import an_estimate, at, finished, fresh, in_progress, reopening_asked, reported
from tests.measures.raw_rows import Rows
from tests.measures.stories_of_adjustments import (
    adjust,
    ask_adjustment,
    carry_over,
    carry_over_asked,
)
from tests.measures.stories_of_objections import finished_objected, reissue
from tests.measures.stories_of_rest import ask_suspension, decide, suspended
from tests.measures.told_by_rows import beyond_the_reference, clocks_agree, lights_agree


def reopened(cast, clause) -> Measure:
    measure = reopening_asked(cast, clause)
    decide(cast, "reopen_measure", measure, at=later(cast, 30))
    return measure


def resumed(cast, clause) -> Measure:
    """Evenly in progress, reported once, at rest for 45 days."""
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    reported(cast, measure, progress=Decimal(7))
    ask_suspension(cast, measure)
    decide(cast, "suspend_measure", measure)
    decide(cast, "resume_measure", measure, at=later(cast, 45))
    return measure


def reissued(cast, clause) -> Measure:
    """On the third workday, with reports of the old lead."""
    measure = finished_objected(cast, clause)
    reissue(cast, measure, days=3)
    return measure


def adjusted(cast, clause) -> Measure:
    """One step is reached, the other makes way for two."""
    measure = in_progress(cast, clause)
    report = reported(cast, measure)
    how = {"seen": fresh(measure).version, "by": cast["supervisor"], "at": cast.at()}
    operations.approve_report(report, **how)
    steps = [MilestonePlan(f"新{n}", cast.today + timedelta(days=n), n) for n in (50, 90)]
    ask_adjustment(cast, measure, milestones=steps)
    adjust(cast, measure, days=9)
    return measure


def carried_over(cast, clause) -> Measure:
    measure = carry_over_asked(cast, clause)
    carry_over(cast, measure, days=9)
    return measure


def later(cast, days: int):
    return at(cast.today + timedelta(days=days))


STORIES = [finished, suspended, reopened, resumed, reissued, adjusted, carried_over]


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("days", [45, 61, 100])
def test_lights_and_clocks_after_a_new_beginning(cast, clause, story, days):
    measure = story(cast, clause)
    rows, calendar = Rows.now(), current_calendar()
    row = rows.get("Measure", measure.pk)
    assert story is suspended or not beyond_the_reference(row, rows)
    on = cast.today + timedelta(days=days)
    lights_agree(row, rows, calendar, on=on)
    clocks_agree(row, rows, calendar, on=on)
