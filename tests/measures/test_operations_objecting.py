"""Objection: who may until when, who confirms, what upholding changes and what it leaves."""

from datetime import date, timedelta

import pytest
from django.db.models import prefetch_related_objects

from apps.accounts.models import Membership
from apps.core.actor import Machine, Role
from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.clock import ROWS, Clock, clock, turns_of
from apps.measures.models import Measure, State
from apps.measures.operations import WrongState
from apps.measures.operations.deeming import deem_all_acknowledged
from apps.workdays.models import current_calendar
from tests.conftest import (
    TODAY,
    a_plan,
    an_estimate,
    at,
    broken_down,
    fresh,
    in_progress,
    issued,
    reported,
)
from tests.measures.refusals import refused
from tests.measures.stories_of_objections import how, objected, objection_confirmed, reissue
from tests.measures.stories_of_others import asked
from tests.measures.stories_of_rest import put_into

DUE = date(2026, 6, 30)
TOO_LATE = "Three workdays have passed since it was issued; it is too late to object."
UNCONFIRMED = "The lead's unit leader has not confirmed this objection yet."


def object_to(cast, measure, *, who="liaison", days=0):
    said = how(cast, measure, who, days=days)
    return operations.object_to_measure(measure, grounds="不属职责", **said)


def confirm(cast, measure, *, who="unit_leader", days=0):
    return operations.confirm_objection(measure, **how(cast, measure, who, days=days))


def refuse(cast, measure, *, who="director", days=0):
    said = how(cast, measure, who, days=days)
    return operations.refuse_objection(measure, reason="职责明确", **said)


# --- Asking and confirming ------------------------------------------------------------------


@pytest.mark.parametrize("story", [issued, in_progress])
def test_signed_or_not_it_can_be_raised(cast, clause, story):
    measure = story(cast, clause)
    request = object_to(cast, measure)
    now = fresh(measure)
    assert (now.state, now.lead, now.due_on) == (measure.state, measure.lead, DUE)
    assert (request.kind, request.is_verified) == ("OBJECT", False)


def test_the_third_workday_is_the_last(cast, clause):
    """Issued on Monday: Thursday is in time, Friday is not."""
    measure = in_progress(cast, clause)
    with refused(TOO_LATE):
        object_to(cast, measure, days=4)
    object_to(cast, measure, days=3)


def test_days_off_are_not_counted(cast, clause):
    """Issued on Wednesday 29 April 2026: 1 to 5 May are off, 9 May is worked."""
    cast.today = date(2026, 4, 29)
    measure = in_progress(cast, clause)
    with refused(TOO_LATE):
        object_to(cast, measure, days=10)
    object_to(cast, measure, days=8)  # 7 May is the third workday after 30 April and 6 May


def test_after_it_was_deemed_acknowledged_the_days_are_over(cast, clause):
    measure = issued(cast, clause)
    deem_all_acknowledged(by=Machine("clock", frozenset()), at=cast.at() + timedelta(days=4))
    with refused(TOO_LATE):
        object_to(cast, measure, days=4)


def test_a_unit_leader_confirms_by_raising_it(cast, clause):
    request = object_to(cast, issued(cast, clause), who="unit_leader")
    decision = request.decisions.get()
    assert (decision.outcome, decision.by_name) == ("VERIFIED", "unit leader")
    reissue(cast, request.measure)


def test_it_is_confirmed_once(cast, clause):
    measure = objection_confirmed(cast, clause)
    with refused("This objection has been confirmed already."):
        confirm(cast, measure)


def test_nobody_confirms_what_nobody_raised(cast, clause):
    measure = issued(cast, clause)
    with refused("Nobody has asked for this."):
        confirm(cast, measure)


def test_it_is_raised_once_at_a_time_and_once_an_issue(cast, clause):
    measure = objected(cast, clause)
    with refused("This has been asked for already and waits to be decided."):
        object_to(cast, measure)
    refuse(cast, measure)
    with refused("An objection to this issue has been refused already."):
        object_to(cast, measure)


def test_the_next_lead_may_object_too(cast, clause):
    measure = objection_confirmed(cast, clause)
    reissue(cast, measure)
    object_to(cast, measure, who="district_liaison", days=2)
    assert fresh(measure).requests.count() == 2


def test_a_closed_state_is_not_objected_to(cast, clause):
    measure = issued(cast, clause)
    Measure.objects.filter(pk=measure.pk).update(**put_into(State.SUSPENDED, TODAY))
    with refused("Not possible while the measure is “Suspended”.", kind=WrongState):
        object_to(cast, measure)


# --- Deciding -------------------------------------------------------------------------------


def test_unconfirmed_it_is_not_upheld_but_may_be_refused(cast, clause):
    measure = objected(cast, clause)
    with refused(UNCONFIRMED):
        reissue(cast, measure)
    refuse(cast, measure)
    now = fresh(measure)
    assert (now.lead, now.state) == (cast.agencies["bureau"], State.ISSUED)


def test_refused_with_a_reason(cast, clause):
    measure = objection_confirmed(cast, clause)
    with refused("Say why it is refused.", field="reason"):
        operations.refuse_objection(measure, reason=" ", **how(cast, measure, "director"))


def test_it_is_refused_later_than_it_is_raised(cast, clause):
    measure = objected(cast, clause)
    Measure.objects.filter(pk=measure.pk).update(**put_into(State.SUSPENDED, TODAY))
    assert refuse(cast, measure, days=30).outcome == "REFUSED"


def test_nobody_decides_their_own(cast, clause):
    Membership.objects.create(
        user=cast.users["director"],
        agency=cast.agencies["bureau"],
        role=Role.LIAISON,
        from_on=date(2025, 1, 1),
    )
    measure = issued(cast, clause)
    object_to(cast, measure, who="director")
    confirm(cast, measure)
    with refused("You asked for this; somebody else has to decide it.", kind=NotAllowed):
        reissue(cast, measure)


def test_upheld_it_begins_anew_with_another_lead(cast, clause):
    measure = in_progress(cast, clause)
    object_to(cast, measure)
    confirm(cast, measure)
    upheld = reissue(cast, measure, days=1)
    now = fresh(measure)
    assert (now.state, now.lead) == (State.ISSUED, cast.agencies["district"])
    assert now.issued_on == date(2026, 3, 3)
    assert (now.acknowledge_due_on, now.acknowledged_on) == (date(2026, 3, 5), None)
    assert now.next_report_due_on == date(2026, 3, 31)
    assert (now.due_on, now.original_due_on, now.deadline_changes.count()) == (DUE, DUE, 0)
    terms = now.lead_terms.values_list("agency__code", "from_on", "request")
    assert list(terms) == [
        ("bureau", date(2026, 3, 2), None),
        ("district", date(2026, 3, 3), upheld.request_id),
    ]


def test_deemed_acknowledged_is_forgotten_with_the_old_lead(cast, clause):
    measure = objection_confirmed(cast, clause)
    deem_all_acknowledged(by=Machine("clock", frozenset()), at=cast.at() + timedelta(days=4))
    assert fresh(measure).deemed_acknowledged
    reissue(cast, measure, days=4)
    now = fresh(measure)
    assert (now.state, now.deemed_acknowledged, now.acknowledged_on) == (State.ISSUED, False, None)


def test_the_old_lead_loses_sight_and_the_new_one_gains_it(cast, clause):
    measure = objection_confirmed(cast, clause)
    reissue(cast, measure)
    seen = {who for who in cast.users if _sees(cast, who, measure)}
    assert {"district_liaison", "stranger"} <= seen
    assert not {"liaison", "drafter", "unit_leader"} & seen


def _sees(cast, who, measure) -> bool:
    return Measure.objects.visible_to(cast[who]).filter(pk=measure.pk).exists()


def test_a_supporter_that_leads_supports_no_longer(cast, clause):
    measure = objection_confirmed(cast, clause)
    reissue(cast, measure, lead="other")
    assert not measure.supporters.exists()


def test_workdays_are_counted_from_the_new_issue(cast, clause):
    plan = an_estimate(cast, due_on=None, due_workdays=10)
    measure = objection_confirmed(cast, clause, plan=plan)
    assert measure.due_on == date(2026, 3, 16)
    reissue(cast, measure, days=2)
    now = fresh(measure)
    assert (now.due_on, now.due_workdays, now.original_due_on) == (
        date(2026, 3, 18),
        10,
        date(2026, 3, 16),
    )
    line = now.deadline_changes.get()
    assert (line.cause, line.old_due_on, line.new_due_on) == (
        "GRANTED",
        date(2026, 3, 16),
        date(2026, 3, 18),
    )


def test_the_director_may_give_a_later_day(cast, clause):
    measure = objection_confirmed(cast, clause)
    later = date(2026, 7, 31)
    reissue(cast, measure, due_on=later)
    now = fresh(measure)
    assert (now.due_on, now.original_due_on, now.extensions) == (later, DUE, 0)
    assert now.deadline_changes.get().new_due_on == later


def test_but_not_an_earlier_one(cast, clause):
    measure = objection_confirmed(cast, clause)
    with refused("The new lead gets the same deadline or a later one.", field="due_on"):
        reissue(cast, measure, due_on=date(2026, 6, 29))


def test_a_deadline_that_has_passed_meanwhile_needs_a_later_one(cast, clause):
    measure = objection_confirmed(cast, clause)
    with refused("The new deadline must lie in the future.", field="due_on"):
        reissue(cast, measure, days=130)


def test_a_part_stays_within_the_whole(cast, clause):
    parent = in_progress(cast, clause, code="p", plan=an_estimate(cast))
    measure = objection_confirmed(cast, clause, code="c")
    Measure.objects.filter(pk=measure.pk).update(parent=parent)
    sentence = "A part is never due after the whole: p is due on 30 Jun."
    with refused(sentence, field="due_on"):
        reissue(cast, measure, due_on=date(2026, 7, 31))


@pytest.mark.parametrize(
    ("lead", "sentence"),
    [
        (None, "Say which agency leads from now on."),
        ("bureau", "This agency leads it already; choose another."),
    ],
)
def test_another_agency_is_named(cast, clause, lead, sentence):
    measure = objection_confirmed(cast, clause)
    with refused(sentence, field="lead"):
        operations.reissue_measure(
            measure,
            lead=lead and cast.agencies[lead],
            **how(cast, measure, "director"),
        )


# --- What has to be decided first -----------------------------------------------------------


def confirmed_in_progress(cast, clause, **said) -> Measure:
    measure = in_progress(cast, clause, **said)
    object_to(cast, measure, who="unit_leader")
    return fresh(measure)


def test_a_report_is_reviewed_first_and_stays(cast, clause):
    measure = confirmed_in_progress(cast, clause)
    report = reported(cast, measure)
    with refused("A report waits for review; review it first."):
        reissue(cast, measure)
    operations.approve_report(report, **how(cast, measure, "supervisor"))
    reissue(cast, measure)
    now = fresh(measure)
    assert (now.approved_progress, now.reports.count()) == (50, 1)
    assert now.milestones.filter(reached_in=report).exists()


def test_what_else_was_asked_is_decided_first(cast, clause):
    measure = confirmed_in_progress(cast, clause)
    operations.ask_extension(
        measure, grounds="推迟", due_on=date(2026, 8, 29), **how(cast, measure, "liaison")
    )
    with refused("Extension has been asked for and waits; decide that first."):
        reissue(cast, measure)


def test_a_question_is_ended_first(cast, clause):
    measure = confirmed_in_progress(cast, clause)
    item = asked(cast, measure)
    with refused("Coordination item 1 is open; it is answered or withdrawn first."):
        reissue(cast, measure)
    operations.withdraw_item(item, reason="另行", by=cast["liaison"], at=cast.at(12))
    reissue(cast, measure)


def test_once_broken_down_the_parts_come_first(cast, clause):
    measure = confirmed_in_progress(cast, clause, plan=an_estimate(cast))
    (child,) = broken_down(cast, measure)
    sentence = f"{child.code} was broken down from this; it is detached or cancelled first."
    with refused(sentence):
        reissue(cast, measure)


# --- Whose days -----------------------------------------------------------------------------


def clock_of(measure: Measure, on: date) -> Clock:
    prefetch_related_objects([measure], *ROWS)
    return clock(turns_of(measure), on=on, calendar=current_calendar())


def test_from_the_confirmation_on_the_days_are_the_directors(cast, clause):
    """Issued on Monday 2 March, raised on Tuesday, confirmed on Wednesday, refused on Friday."""
    measure = issued(cast, clause, plan=a_plan(cast))
    object_to(cast, measure, days=1)
    assert clock_of(fresh(measure), date(2026, 3, 4)) == Clock(own=2)
    confirm(cast, measure, days=2)
    assert clock_of(fresh(measure), date(2026, 3, 6)) == Clock(own=2, reviewer=2)
    refuse(cast, measure, days=4)
    assert clock_of(fresh(measure), date(2026, 3, 10)) == Clock(own=4, reviewer=2)


def test_the_clock_of_the_new_lead_begins_anew(cast, clause):
    measure = objection_confirmed(cast, clause)
    reissue(cast, measure, days=2)
    assert clock_of(fresh(measure), date(2026, 3, 6)) == Clock(own=2)
    assert at(date(2026, 3, 4)).date() == fresh(measure).issued_on
