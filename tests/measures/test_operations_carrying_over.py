"""Carry-over: standing work only, into the next year only, and what the old year leaves."""

from datetime import date

import pytest

from apps.measures import operations
from apps.measures.models import Measure, Milestone
from apps.measures.operations import MilestonePlan
from apps.measures.operations.steps import open_steps
from tests.conftest import a_plan, an_estimate, broken_down, drafted, fresh, in_progress, reported
from tests.measures.refusals import refused
from tests.measures.stories_of_adjustments import (
    ask_carry_over,
    carry_over,
    carry_over_asked,
    next_year,
    standing_work,
)
from tests.measures.stories_of_objections import how

YEAR_END, NEXT_END = date(2026, 12, 31), date(2027, 12, 31)
IN_MAY = MilestonePlan("下年第一步", date(2027, 5, 31), 2)


# --- Standing work ----------------------------------------------------------------------------


def test_standing_work_is_due_at_the_years_end(cast, clause):
    assert drafted(cast, clause, plan=a_plan(cast, standing=True, due_on=None)).due_on == YEAR_END


def test_its_milestones_lie_before_that(cast, clause):
    late = [MilestonePlan("迟", date(2027, 1, 1))]
    plan = a_plan(cast, standing=True, due_on=None, milestones=late)
    with refused("No milestone may be due after the deadline.", field="milestones"):
        drafted(cast, clause, plan=plan)


def test_unless_it_says_a_day(cast, clause):
    measure = drafted(cast, clause, plan=a_plan(cast, standing=True))
    assert measure.due_on == date(2026, 6, 30)


def test_it_is_not_due_in_workdays(cast, clause):
    plan = a_plan(cast, standing=True, due_on=None, due_workdays=30)
    sentence = "Standing work is due on a day, the year's end at best."
    with refused(sentence, field="due_workdays"):
        drafted(cast, clause, plan=plan)


def test_its_parts_are_standing_work_too(cast, clause):
    measure = standing_work(cast, clause, plan=an_estimate(cast))
    (part,) = broken_down(cast, measure)
    assert part.standing


# --- Asking -----------------------------------------------------------------------------------


def test_asking_moves_nothing(cast, clause):
    measure = carry_over_asked(cast, clause)
    assert (measure.due_on, len(open_steps(measure))) == (YEAR_END, 2)
    assert measure.requests.get().wanted["due_on"] == ["2026-12-31", "2027-12-31"]


def test_only_standing_work(cast, clause):
    measure = in_progress(cast, clause)
    with refused("Only standing work is carried over; ask for an extension."):
        ask_carry_over(cast, measure)


@pytest.mark.parametrize(
    ("due_on", "sentence"),
    [
        (YEAR_END, "It is carried over to a later day than its deadline."),
        (
            date(2028, 1, 1),
            "It is carried over into the next year only: until 31 Dec 2027 at most.",
        ),
    ],
)
def test_into_the_next_year_only(cast, clause, due_on, sentence):
    measure = standing_work(cast, clause)
    with refused(sentence, field="due_on"):
        ask_carry_over(cast, measure, due_on=due_on)


def test_with_milestones_of_its_own(cast, clause):
    measure = standing_work(cast, clause)
    with refused("Something is left to be reached: say what.", field="milestones"):
        ask_carry_over(cast, measure, milestones=[])


def test_but_none_where_progress_is_estimated(cast, clause):
    measure = standing_work(cast, clause, plan=an_estimate(cast))
    ask_carry_over(cast, measure, milestones=[])
    carry_over(cast, measure)
    assert fresh(measure).due_on == NEXT_END


def test_a_part_follows_the_whole(cast, clause):
    whole = standing_work(cast, clause, plan=an_estimate(cast), code="p")
    part = standing_work(cast, clause, code="c")
    Measure.objects.filter(pk=part.pk).update(parent=whole)
    sentence = "A part is never due after the whole: p is due on 31 Dec."
    with refused(sentence, field="due_on"):
        ask_carry_over(cast, part)


def test_asked_after_the_deadline_it_is_marked(cast, clause):
    measure = standing_work(cast, clause)
    assert ask_carry_over(cast, measure, days=310).is_late_extension  # 6 January 2027


# --- Granting ---------------------------------------------------------------------------------


def test_granted_it_goes_on_until_the_next_years_end(cast, clause):
    measure = carry_over_asked(cast, clause)
    granted = carry_over(cast, measure)
    now = fresh(measure)
    assert (now.due_on, now.original_due_on, now.extensions) == (NEXT_END, YEAR_END, 0)
    line = now.deadline_changes.get()
    assert (line.cause, line.request, line.milestones_after) == ("GRANTED", granted.request, 0)
    assert open_steps(now) == [IN_MAY]
    assert Milestone._base_manager.filter(dropped_in=granted.request).count() == 2


def test_what_was_reached_stays_and_counts(cast, clause):
    measure = standing_work(cast, clause)
    report = reported(cast, measure)
    operations.approve_report(report, **how(cast, measure, "supervisor"))
    ask_carry_over(cast, measure)
    carry_over(cast, measure)
    now = fresh(measure)
    assert [m.title for m in now.milestones.all()] == ["第一步", "下年第一步"]
    assert float(now.approved_progress) == 33.33


def test_it_can_be_carried_over_every_year(cast, clause):
    measure = carry_over_asked(cast, clause)
    carry_over(cast, measure)
    again = [IN_MAY, MilestonePlan("再一步", date(2028, 3, 1))]
    ask_carry_over(cast, measure, due_on=date(2028, 12, 31), milestones=again, days=300)
    carry_over(cast, measure, days=300)
    now = fresh(measure)
    assert (now.due_on, now.extensions) == (date(2028, 12, 31), 0)
    assert open_steps(now) == again


def test_what_changed_meanwhile_is_said(cast, clause):
    measure = carry_over_asked(cast, clause)
    reported(cast, measure)
    with refused("This has changed since it was asked: Milestones. It has to be asked for anew."):
        carry_over(cast, measure)


def test_a_deadline_extended_meanwhile_is_said(cast, clause):
    measure = carry_over_asked(cast, clause)
    operations.ask_extension(
        measure, grounds="推迟", due_on=date(2027, 2, 1), **how(cast, measure, "liaison")
    )
    operations.extend_deadline(measure, **how(cast, measure, "director"))
    with refused("This has changed since it was asked: Deadline. It has to be asked for anew."):
        carry_over(cast, measure)


def test_refused_it_ends_this_year(cast, clause):
    measure = carry_over_asked(cast, clause)
    operations.refuse_carry_over(measure, reason="另立", **how(cast, measure, "director"))
    assert fresh(measure).due_on == YEAR_END
    ask_carry_over(cast, measure, milestones=next_year(cast))
