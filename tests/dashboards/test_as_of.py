"""The cockpit of a day, recorded on it, is the cockpit as of it after a month of changes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.measures import operations
from apps.measures.models import Measure, MeasureClause, MeasureProblem
from apps.policies.models import Clause, Problem
from tests.conftest import (
    TODAY,
    a_plan,
    an_estimate,
    broken_down,
    closed,
    drafted,
    fresh,
    in_progress,
    issued,
    proposed,
    reopening_asked,
    reported,
)
from tests.dashboards.boards import Days, as_shown, live, past
from tests.kpis.figuring import FEBRUARY, a_kpi, aimed, another_district, entry, known
from tests.measures.stories_of_others import answered, asked
from tests.measures.stories_of_rest import ask_cancellation, decide, suspended

EVERYBODY = ("director", "supervisor", "auditor", "leader", "liaison", "owner")
WHO_WAS_ASKED = "district_liaison"
RECORDED_ON = TODAY + timedelta(days=60)


def problems() -> dict[str, Problem]:
    group = Problem.objects.create(code="g", name="堵点", position=1)
    return {
        code: Problem.objects.create(code=code, name=code, position=n, kind="TALENT", group=group)
        for n, code in enumerate(("p-1", "p-2"), start=2)
    }


@pytest.fixture
def story(cast, clause):
    """What everybody's cockpit showed on the day."""
    return story_of(
        cast,
        clause,
        lambda: {who: as_shown(cast[who], live(cast.today)) for who in (*EVERYBODY, WHO_WAS_ASKED)},
    )


def story_of(cast, clause, record):
    """Two months, the recording, and a month in which everything that can change does."""
    days = Days(cast)
    of = problems()
    Clause.objects.filter(pk=clause.pk).update(actionable="YES")
    second = Clause.objects.create(
        policy=clause.policy, code="P-2", position=2, heading="条款二", actionable="YES"
    )
    soon = {"due_on": TODAY + timedelta(days=50), "milestones": []}
    first = in_progress(cast, clause, code="m-1")
    late = in_progress(cast, clause, code="m-2", plan=an_estimate(cast, **soon))
    whole = in_progress(cast, clause, code="m-3")
    broken_down(cast, whole)
    hidden = in_progress(cast, second, code="m-4", plan=a_plan(cast, restricted=True))
    draft = drafted(cast, clause, code="m-5", plan=a_plan(cast, lead=None))
    waits = proposed(cast, clause, code="m-6")
    done = reopening_asked(cast, clause, code="m-7")
    resting = suspended(cast, clause, code="m-8")
    MeasureProblem.objects.create(measure=first, problem=of["p-1"])
    item = asked(cast, whole)
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    known(cast, kpi, entry(10), entry(5, place=another_district()))
    days.pass_by(60)
    report = reported(cast, first)
    days.end()
    recorded = record()
    assert cast.today == RECORDED_ON

    days.pass_by(3)
    reported(cast, late, progress=Decimal(40))
    operations.ask_extension(
        late,
        grounds="许可推迟",
        due_on=cast.today + timedelta(days=90),
        seen=fresh(late).version,
        by=cast["liaison"],
        at=cast.at(),
    )
    decide(cast, "extend_deadline", late)
    decide(cast, "reopen_measure", done)
    operations.approve_report(
        report, seen=fresh(first).version, by=cast["supervisor"], at=cast.at(11)
    )
    ask_cancellation(cast, first)
    decide(cast, "cancel_measure", first)
    days.pass_by(10)
    answered(cast, item)
    decide(cast, "resume_measure", resting)
    operations.issue_measure(
        fresh(waits), seen=fresh(waits).version, by=cast["director"], at=cast.at()
    )
    issued(cast, clause, code="m-9")
    closed(cast, second, code="m-10")
    MeasureClause.objects.filter(measure=hidden).delete()
    Clause.objects.filter(pk=second.pk).update(actionable="NO")
    MeasureProblem.objects.all().delete()
    MeasureProblem.objects.create(measure=late, problem=of["p-2"])
    Measure.objects.filter(pk=draft.pk).update(title="改了")
    known(cast, kpi, entry(12, vintage="REVISED"), entry(7, FEBRUARY))
    days.pass_by(20)
    reported(cast, whole)
    days.end()
    cast.today += timedelta(days=1)
    return recorded


def test_what_was_recorded_is_what_is_answered_as_of_the_day(story, cast):
    for who in EVERYBODY:
        again = as_shown(cast[who], past(RECORDED_ON))
        for name, figures in story[who].items():
            assert again[name] == figures, (who, name)


def test_what_is_out_of_sight_now_is_not_shown_as_of_a_day_on_which_it_was_seen(story, cast):
    assert story[WHO_WAS_ASKED]["now"].total() == 1, "while its answer was waited for"
    assert as_shown(cast[WHO_WAS_ASKED], past(RECORDED_ON))["now"].total() == 0


def test_a_draft_of_a_past_day_is_nobodys_outside_the_office(story, cast):
    """m-6 was proposed then and is issued now: its lead sees it, but not as of the day before."""
    then = as_shown(cast["liaison"], past(RECORDED_ON))
    assert "PROPOSED" not in then["states"]
    assert as_shown(cast["director"], past(RECORDED_ON))["states"]["PROPOSED"] == 1


def test_a_month_changed_everything_that_was_recorded(story, cast):
    now = as_shown(cast["director"], live(cast.today))
    same = [name for name, figures in story["director"].items() if now[name] == figures]
    assert set(same) <= {"without"}


def test_there_was_something_to_record(story):
    seen = story["director"]
    assert {"RED", "BLUE", "GREY"} <= set(seen["now"])
    assert seen["problems"] == ["p-2"]
    assert len(seen["waiting"]) == 1
    assert [code for code, *_rest in seen["kpis"]] == ["k"]
    assert all(reasons for _code, reasons in seen["red"])
    assert story["liaison"]["problems"] is None
