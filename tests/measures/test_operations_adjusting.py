"""Adjustment: what may be asked for, what granting changes, what it leaves, what it refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.accounts.models import Membership
from apps.core.actor import Role
from apps.core.errors import NotAllowed, RuleBroken
from apps.measures import operations
from apps.measures.models import Basis, Cadence, Milestone, State
from apps.measures.operations import MilestonePlan, WrongState
from apps.measures.operations.steps import open_steps
from tests.conftest import a_plan, an_estimate, fresh, in_progress, issued, reported
from tests.measures.refusals import refused
from tests.measures.stories_of_adjustments import adjust, adjustment_asked, ask_adjustment, soon
from tests.measures.stories_of_objections import how

FIRST = MilestonePlan("第一步", date(2026, 4, 11))
SECOND = MilestonePlan("第二步", date(2026, 6, 10))
OTHER = MilestonePlan("另一步", date(2026, 5, 20), 2)
AHEAD = "A milestone that is added or moved lies in the future."


def adjusted(cast, clause, **said):
    """Asked for by the liaison and granted by the director."""
    plan = said.pop("plan", None)
    measure = in_progress(cast, clause, plan=plan)
    ask_adjustment(cast, measure, **said)
    adjust(cast, measure, reason="同意")
    return fresh(measure)


# --- What is asked for ----------------------------------------------------------------------


def test_asking_changes_nothing_and_keeps_both_values(cast, clause):
    measure = in_progress(cast, clause)
    request = ask_adjustment(
        cast, measure, title="改", cadence=Cadence.MONTHLY, milestones=[OTHER, FIRST]
    )
    assert request.wanted == {
        "title": ["一项举措", "改"],
        "milestones": [
            [
                {"title": "第一步", "due_on": "2026-04-11", "weight": 1},
                {"title": "第二步", "due_on": "2026-06-10", "weight": 1},
            ],
            [
                {"title": "第一步", "due_on": "2026-04-11", "weight": 1},
                {"title": "另一步", "due_on": "2026-05-20", "weight": 2},
            ],
        ],
    }
    now = fresh(measure)
    assert (now.title, open_steps(now)) == ("一项举措", [FIRST, SECOND])


def test_something_has_to_change(cast, clause):
    measure = in_progress(cast, clause)
    with refused("This changes nothing."):
        ask_adjustment(cast, measure, title=measure.title, milestones=[SECOND, FIRST])


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"title": " "}, "title", "A measure has a title."),
        ({"target_quantity": Decimal(5)}, "target_quantity", "Its progress is not measured by"),
        ({"milestones": []}, "milestones", "Something is left to be reached: say what."),
        ({"milestones": [OTHER, OTHER]}, "milestones", "The same milestone stands there twice."),
        ({"milestones": [MilestonePlan("迟", date(2026, 7, 1))]}, "milestones", "No milestone may"),
        ({"milestones": [MilestonePlan("今", date(2026, 3, 2))]}, "milestones", AHEAD),
    ],
)
def test_what_a_draft_could_not_say_either(cast, clause, said, field, sentence):
    measure = in_progress(cast, clause)
    with pytest.raises(RuleBroken, match=sentence) as refusal:
        ask_adjustment(cast, measure, **said)
    assert refusal.value.field == field
    assert not fresh(measure).requests.exists()


def test_a_target_is_more_than_nothing(cast, clause):
    plan = a_plan(cast, basis=Basis.QUANTITY, target_quantity=Decimal(10), quantity_unit="家")
    measure = in_progress(cast, clause, plan=plan)
    with refused("The target is more than nothing.", field="target_quantity"):
        ask_adjustment(cast, measure, target_quantity=Decimal(0))


def test_the_lead_does_not_support_itself(cast, clause):
    measure = in_progress(cast, clause)
    with refused("The lead agency cannot also be a supporter.", field="supporters"):
        ask_adjustment(cast, measure, supporters=[cast.agencies["bureau"]])


def test_before_it_is_acknowledged_nothing_is_adjusted(cast, clause):
    measure = issued(cast, clause)
    sentence = "Not possible while the measure is “Awaiting acknowledgement”."
    with refused(sentence, kind=WrongState):
        ask_adjustment(cast, measure)


def test_it_is_asked_once_at_a_time(cast, clause):
    measure = adjustment_asked(cast, clause)
    with refused("This has been asked for already and waits to be decided."):
        ask_adjustment(cast, measure)


# --- What granting does -----------------------------------------------------------------------


def test_the_title(cast, clause):
    measure = adjusted(cast, clause, title="改")
    assert (measure.title, measure.title_en, measure.state) == ("改", "", State.IN_PROGRESS)


def test_supporters_come_and_go_and_so_does_their_sight(cast, clause):
    measure = adjusted(cast, clause, supporters=[cast.agencies["district"]])
    assert [agency.code for agency in measure.supporters.all()] == ["district"]
    assert cast.agencies["district"].pk in measure.viewer_agencies
    assert cast.agencies["other"].pk not in measure.viewer_agencies


def test_open_milestones_are_replaced_and_stay_on_record(cast, clause):
    measure = adjusted(cast, clause, milestones=[OTHER, FIRST])
    assert open_steps(measure) == [FIRST, OTHER]
    dropped = Milestone._base_manager.get(measure=measure, dropped_in__isnull=False)
    assert (dropped.title, dropped.dropped_in) == ("第二步", measure.requests.get())


def test_a_milestone_that_was_reached_stays(cast, clause):
    measure = in_progress(cast, clause)
    report = reported(cast, measure)
    operations.approve_report(report, **how(cast, measure, "supervisor"))
    request = ask_adjustment(cast, measure, milestones=[OTHER])
    assert request.wanted["milestones"][0] == [
        {"title": "第二步", "due_on": "2026-06-10", "weight": 1}
    ]
    adjust(cast, measure)
    now = fresh(measure)
    assert list(now.milestones.values_list("title", flat=True)) == ["第一步", "另一步"]
    assert now.milestones.get(title="第一步").reached_in == report
    third = Decimal("33.33")
    assert (now.reported_progress, now.approved_progress) == (third, third)


def test_lights_follow_the_new_milestones(cast, clause):
    """Due in April, it would be behind by the report of 30 April; moved, it is not."""
    measure = in_progress(cast, clause)
    assert measure.far_behind_from_on == date(2026, 5, 1)
    late = MilestonePlan("第一步", date(2026, 6, 29))
    ask_adjustment(cast, measure, milestones=[late])
    adjust(cast, measure)
    assert fresh(measure).far_behind_from_on == date(2026, 7, 1)


def test_a_target_and_the_progress_against_it(cast, clause):
    plan = an_estimate(cast, basis=Basis.QUANTITY, target_quantity=Decimal(10), quantity_unit="家")
    measure = in_progress(cast, clause, plan=plan)
    report = reported(cast, measure, quantity=Decimal(4))
    ask_adjustment(cast, measure, target_quantity=Decimal(16))
    adjust(cast, measure)
    now = fresh(measure)
    assert (now.target_quantity, now.reported_progress) == (16, 25)
    operations.approve_report(report, **how(cast, measure, "supervisor"))
    assert fresh(measure).approved_progress == 25


def test_weekly_reports_take_the_directors_reason(cast, clause):
    measure = in_progress(cast, clause)
    ask_adjustment(cast, measure, cadence=Cadence.WEEKLY)
    with refused("Say why the lead has to report every week.", field="reason"):
        adjust(cast, measure)
    adjust(cast, measure, reason="进度紧", days=7)
    now = fresh(measure)
    assert (now.cadence, now.weekly_reason) == (Cadence.WEEKLY, "进度紧")
    assert now.next_report_due_on == date(2026, 3, 13)


def test_back_to_quarterly_the_reason_goes(cast, clause):
    measure = adjusted(cast, clause, cadence=Cadence.WEEKLY)
    ask_adjustment(cast, measure, cadence=Cadence.QUARTERLY)
    adjust(cast, measure)
    now = fresh(measure)
    assert (now.cadence, now.weekly_reason) == (Cadence.QUARTERLY, "")
    assert now.next_report_due_on == date(2026, 3, 31)


def test_a_missing_report_stays_missing(cast, clause):
    measure = in_progress(cast, clause)
    ask_adjustment(cast, measure, cadence=Cadence.QUARTERLY, days=30)
    adjust(cast, measure, days=30)
    assert fresh(measure).next_report_due_on == date(2026, 3, 31)


def test_refused_it_goes_on_as_it_is(cast, clause):
    measure = adjustment_asked(cast, clause)
    operations.refuse_adjustment(measure, reason="照旧", **how(cast, measure, "director"))
    assert fresh(measure).title == "一项举措"


# --- What it refuses --------------------------------------------------------------------------


def test_what_changed_meanwhile_is_said(cast, clause):
    measure = in_progress(cast, clause)
    ask_adjustment(cast, measure, milestones=[OTHER])
    reported(cast, measure)
    with refused("This has changed since it was asked: Milestones. It has to be asked for anew."):
        adjust(cast, measure)


def test_a_day_that_has_come_meanwhile(cast, clause):
    measure = in_progress(cast, clause)
    near = MilestonePlan("近", soon(cast, 5))
    ask_adjustment(cast, measure, milestones=[near, SECOND])
    with refused(AHEAD, field="milestones"):
        adjust(cast, measure, days=6)


def test_nobody_grants_their_own(cast, clause):
    Membership.objects.create(
        user=cast.users["director"],
        agency=cast.agencies["bureau"],
        role=Role.LIAISON,
        from_on=cast.today - timedelta(days=1),
    )
    measure = in_progress(cast, clause)
    ask_adjustment(cast, measure, who="director")
    with refused("You asked for this; somebody else has to decide it.", kind=NotAllowed):
        adjust(cast, measure)
