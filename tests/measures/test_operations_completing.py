"""Completion: who has to have done what before, what each step leaves, and reopening."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.core.errors import NotAllowed
from apps.measures import lights, operations
from apps.measures.models import Decision, Evidence, Measure, Request, State
from apps.measures.operations import WrongState
from apps.workdays.models import current_calendar
from tests.conftest import (
    a_plan,
    an_estimate,
    applied,
    at,
    broken_down,
    closed,
    evidence,
    finished,
    fresh,
    in_progress,
    issued,
    reopening_asked,
    reported,
    verified,
)
from tests.measures.refusals import refused
from tests.measures.stories_of_rest import ask_cancellation, decide

MONDAY = date(2026, 3, 2)


def said(cast, measure: Measure, who: str, on: date | None = None) -> dict[str, object]:
    moment = at(on) if on else cast.at(15)
    return {"seen": fresh(measure).version, "by": cast[who], "at": moment}


def apply(cast, measure, *, grounds="全部完成", proof=None, on=None):
    pieces = [evidence(cast)] if proof is None else proof
    how = said(cast, measure, "liaison", on)
    return operations.apply_for_completion(measure, grounds=grounds, evidence=pieces, **how)


def send_back(cast, measure, *, on=None, reason="未验收"):
    how = said(cast, measure, "supervisor", on)
    return operations.send_back_completion(measure, reason=reason, **how)


def verify(cast, measure, who="supervisor"):
    return operations.verify_completion(measure, **said(cast, measure, who))


def close(cast, measure, who="director"):
    return operations.close_measure(measure, **said(cast, measure, who))


def ask_reopening(cast, measure, due_on, who="liaison"):
    how = said(cast, measure, who)
    return operations.ask_reopening(measure, grounds="缺项", due_on=due_on, **how)


def reopen(cast, measure, *, who="director", on=None):
    return operations.reopen_measure(measure, **said(cast, measure, who, on))


# --- Applying -----------------------------------------------------------------------------


def test_the_application_is_a_request_with_its_grounds_and_evidence(cast, clause):
    measure, proof = finished(cast, clause), evidence(cast)
    request = apply(cast, measure, proof=[proof, proof], grounds=" 全部完成 ")
    assert (request.number, request.kind, request.grounds) == (1, "COMPLETE", "全部完成")
    assert request.agency == cast.agencies["bureau"]
    assert (request.asked_by_name, request.asked_at) == ("liaison", cast.at(15))
    assert list(request.evidence.all()) == [proof]
    now = fresh(measure)
    assert (now.state, now.completion_applied_on) == (State.COMPLETING, MONDAY)
    assert list(Request.objects.waiting()) == [request]


def test_completion_is_shown_by_evidence(cast, clause):
    measure = finished(cast, clause)
    with refused("Completion is shown by evidence.", field="evidence"):
        apply(cast, measure, proof=[])


@pytest.mark.parametrize("grounds", ["", " \n"])
def test_an_application_gives_its_grounds(cast, clause, grounds):
    measure, proof = finished(cast, clause), evidence(cast)
    with refused("Say why you ask for this.", field="grounds"):
        apply(cast, measure, grounds=grounds, proof=[proof])


def test_another_agencys_evidence_shows_nothing(cast, clause):
    measure, proof = finished(cast, clause), evidence(cast)
    Evidence.objects.update(agency=cast.agencies["other"])
    theirs = list(Evidence.objects.filter(pk=proof.pk))
    with refused("This evidence belongs to another agency.", field="evidence"):
        apply(cast, measure, proof=theirs)


def test_every_milestone_is_reached_first(cast, clause):
    measure = in_progress(cast, clause)
    reported(cast, measure)
    proof = [evidence(cast)]
    with refused("The milestone “第二步” is not reached."):
        apply(cast, measure, proof=proof)


def test_an_estimate_needs_no_milestone(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    apply(cast, measure)
    assert fresh(measure).state == State.COMPLETING


def test_it_is_applied_for_once(cast, clause):
    measure, proof = applied(cast, clause), [evidence(cast)]
    sentence = "Not possible while the measure is “Completion applied for”."
    with refused(sentence, kind=WrongState):
        apply(cast, measure, proof=proof)


# --- Verifying and closing ----------------------------------------------------------------


def test_verified_is_a_step_and_closing_the_end(cast, clause):
    measure = applied(cast, clause)
    step = verify(cast, measure)
    assert (step.outcome, step.by_name, step.reason) == ("VERIFIED", "supervisor", "")
    now = fresh(measure)
    assert (now.state, now.completion_verified_on) == (State.COMPLETING, MONDAY)
    assert list(Request.objects.waiting()) == [step.request]
    end = close(cast, measure)
    assert (end.outcome, end.by_name, end.on_paper) == ("GRANTED", "director", False)
    now = fresh(measure)
    assert (now.state, now.closed_on, now.completion_applied_on) == ("CLOSED", MONDAY, MONDAY)
    assert not Request.objects.waiting().exists()
    assert Request.objects.with_outcome().get().outcome == Decision.Outcome.GRANTED


def test_the_director_closes_only_what_is_verified(cast, clause):
    measure = applied(cast, clause)
    with refused("This completion has not been verified yet."):
        close(cast, measure)


def test_it_is_verified_once(cast, clause):
    measure = verified(cast, clause)
    with refused("This completion has been verified already."):
        verify(cast, measure, "second_supervisor")


@pytest.mark.parametrize(
    ("story", "act"), [(applied, verify), (applied, send_back), (verified, close)]
)
def test_nobody_decides_on_their_own_application(cast, clause, story, act):
    """A liaison who meanwhile moved to the supervision office, as its director even."""
    measure = story(cast, clause)
    cast.users["liaison"].memberships.update(role="DIRECTOR", agency=cast.agencies["office"])
    cast.users["supervisor"] = cast.users["director"] = cast.users["liaison"]
    sentence = "You asked for this; somebody else has to decide it."
    with refused(sentence, kind=NotAllowed):
        act(cast, measure)


def test_waiting_reports_are_reviewed_first(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    report = reported(cast, measure, progress=Decimal(100))
    apply(cast, measure)
    with refused("A report waits for review; review it first."):
        verify(cast, measure)
    operations.approve_report(report, **said(cast, measure, "supervisor"))
    verify(cast, measure)


def test_a_milestone_whose_report_is_returned_meanwhile_is_not_reached(cast, clause):
    measure = in_progress(cast, clause)
    steps = frozenset(measure.milestones.values_list("pk", flat=True))
    report = reported(cast, measure, reached=steps, evidence=[evidence(cast)])
    apply(cast, measure)
    operations.return_report(report, reason="缺材料", **said(cast, measure, "supervisor"))
    with refused("The milestone “第一步” is not reached."):
        verify(cast, measure)


# --- Sent back ----------------------------------------------------------------------------


def test_sent_back_with_a_reason_it_goes_on_and_is_applied_for_anew(cast, clause):
    measure = verified(cast, clause)
    back = send_back(cast, measure)
    assert (back.outcome, back.reason) == ("REFUSED", "未验收")
    now = fresh(measure)
    assert (now.state, now.completion_returned_on) == (State.IN_PROGRESS, MONDAY)
    assert (now.completion_applied_on, now.completion_verified_on) == (None, None)
    assert list(Measure.objects.completion_returned()) == [now]
    again = apply(cast, measure)
    assert (again.number, fresh(measure).completion_returned_on) == (2, None)
    with refused("This completion has not been verified yet."):
        close(cast, measure)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_it_is_sent_back_with_a_reason(cast, clause, reason):
    measure = applied(cast, clause)
    with refused("Say why it is refused.", field="reason"):
        send_back(cast, measure, reason=reason)


@pytest.mark.parametrize(
    ("applied_on", "back_on", "workdays"),
    [
        (date(2026, 3, 6), date(2026, 3, 6), 0),
        (date(2026, 3, 6), date(2026, 3, 7), 1),  # at Friday's end the reviewer had the turn
        (date(2026, 3, 7), date(2026, 3, 9), 0),  # a weekend is nobody's
        (date(2026, 3, 6), date(2026, 3, 10), 2),
    ],
)
def test_workdays_in_review_are_the_reviewers(cast, clause, applied_on, back_on, workdays):
    measure = in_progress(cast, clause, plan=an_estimate(cast, due_on=date(2026, 3, 6)))
    apply(cast, measure, on=applied_on)
    send_back(cast, measure, on=back_on)
    now, calendar = fresh(measure), current_calendar()
    assert now.review_workdays == workdays
    last_day = calendar.add(now.due_on, workdays)
    assert now.overdue_from_on == last_day + timedelta(days=1)
    assert (now.due_on, now.original_due_on) == (date(2026, 3, 6), date(2026, 3, 6))


def test_two_reviews_add_up(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast, due_on=date(2026, 3, 6)))
    for day in (2, 4):
        apply(cast, measure, on=date(2026, 3, day))
        send_back(cast, measure, on=date(2026, 3, day + 1))
    now = fresh(measure)
    assert (now.review_workdays, now.overdue_from_on) == (2, date(2026, 3, 11))
    assert list(Measure.objects.due_by(date(2026, 3, 10))) == [now]
    assert not Measure.objects.due_by(date(2026, 3, 9)).exists()


@pytest.mark.parametrize(
    ("applied_on", "owed"),
    [
        (date(2026, 3, 30), date(2026, 4, 30)),  # 31 March was the reviewer's
        (date(2026, 4, 1), date(2026, 3, 31)),  # it was missing already
    ],
)
def test_no_report_is_owed_for_the_reviewers_time(cast, clause, applied_on, owed):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    assert measure.next_report_due_on == date(2026, 3, 31)
    apply(cast, measure, on=applied_on)
    send_back(cast, measure, on=date(2026, 4, 3))
    assert fresh(measure).next_report_due_on == owed


# --- On time ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("applied_on", "late"), [(date(2026, 3, 6), False), (date(2026, 3, 7), True)]
)
def test_on_time_is_the_day_of_the_application_and_stays_true(cast, clause, applied_on, late):
    measure = in_progress(cast, clause, plan=an_estimate(cast, due_on=date(2026, 3, 6)))
    apply(cast, measure, on=applied_on)
    calendar, long_after = current_calendar(), date(2026, 4, 10)
    waiting = fresh(measure)
    assert lights.applied_late(waiting, calendar) == late
    assert lights.light_of(waiting, on=long_after) == ("RED" if late else "GREEN")
    verify(cast, measure)
    operations.close_measure(measure, **said(cast, measure, "director", long_after))
    done = fresh(measure)
    assert lights.light_of(done, on=long_after) == "BLUE"
    assert lights.applied_late(done, calendar) == late
    assert (done.overdue_from_on is not None) == late
    assert done.closed_on == long_after


def test_on_time_against_the_granted_deadline_may_be_late_against_the_original(cast, clause):
    measure = closed(cast, clause)
    Measure.objects.update(original_due_on=MONDAY - timedelta(days=1))
    done, calendar = fresh(measure), current_calendar()
    assert not lights.applied_late(done, calendar)
    assert lights.applied_late(done, calendar, original=True)


def test_what_is_not_applied_for_was_not_applied_for_late(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    assert not lights.applied_late(measure, current_calendar())


# --- Parent and children ------------------------------------------------------------------


@pytest.fixture
def family(cast, clause):
    """A finished parent, and a part that was broken down from it and is finished too."""
    parent = finished(cast, clause)
    (child,) = broken_down(cast, parent)
    operations.acknowledge_measure(child, **said(cast, child, "liaison"))
    report = reported(cast, child, progress=Decimal(100))
    operations.approve_report(report, **said(cast, child, "unit_leader"))
    return fresh(parent), fresh(child)


def complete(cast, measure):
    apply(cast, measure)
    verify(cast, measure)
    close(cast, measure)


def test_a_parent_applies_when_each_child_is_closed(cast, family):
    parent, child = family
    proof = [evidence(cast)]
    with refused("m-1·01 was broken down from this and is neither completed nor cancelled."):
        apply(cast, parent, proof=proof)
    complete(cast, child)
    complete(cast, parent)
    assert fresh(parent).state == State.CLOSED


def test_a_cancelled_child_holds_nothing_up(cast, family):
    parent, child = family
    ask_cancellation(cast, child)
    decide(cast, "cancel_measure", child)
    complete(cast, parent)
    assert fresh(parent).state == State.CLOSED


def test_nothing_is_broken_down_or_reopened_once_it_is_applied_for(cast, family):
    parent, child = family
    complete(cast, child)
    apply(cast, parent)
    with pytest.raises(WrongState):
        broken_down(cast, parent)
    sentence = (
        "m-1, which it was broken down from, is “Completion applied for”: that has to go on first."
    )
    with refused(sentence):
        ask_reopening(cast, child, MONDAY + timedelta(days=20))


def test_and_closing_looks_for_itself(cast, clause):
    """Around the operations: a part that is open all the same."""
    parent, child = verified(cast, clause), issued(cast, clause, code="m-1-1")
    Measure.objects.filter(pk=child.pk).update(parent=parent)
    with refused("m-1-1 was broken down from this and is neither completed nor cancelled."):
        close(cast, parent)


def test_a_child_is_not_reopened_before_its_parent(cast, family):
    parent, child = family
    complete(cast, child)
    complete(cast, parent)
    sentence = "m-1, which it was broken down from, is “Completed”: that has to go on first."
    day = MONDAY + timedelta(days=20)
    with refused(sentence):
        ask_reopening(cast, child, day)
    ask_reopening(cast, parent, day)
    reopen(cast, parent)
    ask_reopening(cast, child, day)
    reopen(cast, child)
    assert fresh(child).state == State.IN_PROGRESS
    assert fresh(child).resumed_on == MONDAY, "behind by the report days from now on"


def test_a_reopened_childs_deadline_is_not_after_its_parents(cast, family):
    parent, child = family
    complete(cast, child)
    sentence = "A part is never due after the whole: m-1 is due on 30 Jun."
    with refused(sentence, field="due_on"):
        ask_reopening(cast, child, parent.due_on + timedelta(days=1))
    ask_reopening(cast, child, parent.due_on)


# --- Reopening ----------------------------------------------------------------------------


def test_asking_leaves_it_closed_and_granting_lets_it_go_on(cast, clause):
    measure = closed(cast, clause)
    request = ask_reopening(cast, measure, date(2026, 9, 30))
    assert request.wanted == {"due_on": ["2026-06-30", "2026-09-30"]}
    assert fresh(measure).state == State.CLOSED
    reopen(cast, measure)
    now = fresh(measure)
    assert (now.state, now.due_on, now.original_due_on) == (
        State.IN_PROGRESS,
        date(2026, 9, 30),
        date(2026, 6, 30),
    )
    assert (now.closed_on, now.completion_applied_on, now.review_workdays) == (None, None, 0)
    assert now.next_report_due_on == date(2026, 3, 31)
    complete(cast, measure)
    assert [r.outcome for r in measure.requests.with_outcome()] == ["GRANTED"] * 3


@pytest.mark.parametrize("day", [MONDAY, MONDAY - timedelta(days=1)])
def test_the_new_deadline_lies_in_the_future(cast, clause, day):
    measure = closed(cast, clause)
    with refused("The new deadline must lie in the future.", field="due_on"):
        ask_reopening(cast, measure, day)


def test_a_deadline_that_has_come_meanwhile_reopens_nothing(cast, clause):
    measure = reopening_asked(cast, clause)
    late = MONDAY + timedelta(days=200)
    with refused("The new deadline must lie in the future.", field="due_on"):
        reopen(cast, measure, on=late)


def test_nothing_is_reopened_unasked(cast, clause):
    measure = closed(cast, clause)
    with refused("Nobody has asked for this."):
        reopen(cast, measure)


def test_it_is_asked_once_at_a_time(cast, clause):
    measure = reopening_asked(cast, clause)
    with refused("This has been asked for already and waits to be decided."):
        ask_reopening(cast, measure, date(2026, 9, 30), who="supervisor")


def test_who_asks_does_not_reopen(cast, clause):
    measure = closed(cast, clause)
    ask_reopening(cast, measure, date(2026, 9, 30), who="director")
    sentence = "You asked for this; somebody else has to decide it."
    with refused(sentence, kind=NotAllowed):
        reopen(cast, measure)


def test_refused_it_stays_closed_and_may_be_asked_again(cast, clause):
    measure = reopening_asked(cast, clause)
    how = said(cast, measure, "director")
    refusal = operations.refuse_reopening(measure, reason="另行立项", **how)
    assert (refusal.outcome, refusal.reason) == ("REFUSED", "另行立项")
    assert fresh(measure).state == State.CLOSED
    assert ask_reopening(cast, measure, date(2026, 9, 30)).number == 3


def test_a_plan_in_days_or_workdays_is_reopened_by_day(cast, clause):
    plan = a_plan(cast, due_on=None, due_workdays=120)
    measure = closed(cast, clause, plan=plan)
    ask_reopening(cast, measure, date(2026, 12, 31))
    reopen(cast, measure)
    assert (fresh(measure).due_on, fresh(measure).due_workdays) == (date(2026, 12, 31), None)
