"""Suspension: asked for with condition and review date, granted, ended; what moves meanwhile."""

from datetime import date, timedelta
from decimal import Decimal

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed
from apps.measures import clock, lights, operations
from apps.measures.clock import Holder
from apps.measures.lifecycle import Action
from apps.measures.lights import Light
from apps.measures.models import Measure, State
from apps.measures.operations import WrongState
from apps.workdays.models import current_calendar
from tests.conftest import (
    an_estimate,
    at,
    broken_down,
    fresh,
    in_progress,
    issued,
    reported,
)
from tests.measures.on_paper import put_on_record
from tests.measures.refusals import refused
from tests.measures.stories_of_rest import (
    CONDITION,
    ask_suspension,
    decide,
    suspended,
    suspension_asked,
)

DUE = date(2026, 6, 30)
REVIEW = date(2026, 5, 1)
MAY = date(2026, 5, 6)
"""A Wednesday, after the holiday."""


def resume(cast, measure, on=MAY, **said):
    return decide(cast, "resume_measure", measure, at=at(on, 12), **said)


def with_parts(cast, clause) -> tuple[Measure, Measure, Measure]:
    """The whole and two parts of its own, one of them acknowledged."""
    whole = in_progress(cast, clause, plan=an_estimate(cast))
    first, second = broken_down(
        cast, whole, *(operations.Part(cast.agencies["bureau"], title=title) for title in "ab")
    )
    said = {"seen": fresh(first).version, "by": cast["liaison"], "at": cast.at()}
    return fresh(whole), operations.acknowledge_measure(first, **said), fresh(second)


# --- Asking ---------------------------------------------------------------------------------


def test_asking_changes_nothing_yet(cast, clause):
    measure = in_progress(cast, clause)
    request = ask_suspension(cast, measure, who="supervisor")
    assert request.wanted == {
        "suspension_condition": ["", CONDITION],
        "review_on": [None, "2026-05-01"],
    }
    assert fresh(measure).state == State.IN_PROGRESS


def test_a_condition_is_stated(cast, clause):
    measure = in_progress(cast, clause)
    with refused("Say what has to be so for it to go on.", field="condition"):
        ask_suspension(cast, measure, condition=" ")


def test_it_is_reviewed_some_day(cast, clause):
    measure = in_progress(cast, clause)
    with refused("The review date must lie in the future.", field="review_on"):
        ask_suspension(cast, measure, review_on=cast.today)


def test_what_is_not_in_progress_does_not_rest(cast, clause):
    measure = issued(cast, clause)
    sentence = "Not possible while the measure is “Awaiting acknowledgement”."
    with refused(sentence, kind=WrongState):
        ask_suspension(cast, measure)


def test_only_its_own_parts_in_progress_are_named(cast, clause):
    whole, first, second = with_parts(cast, clause)
    other = in_progress(cast, clause, code="m-9")
    with refused("m-9 is no open part of this measure.", field="parts"):
        ask_suspension(cast, whole, parts=[first, other])
    sentence = "m-1·02 is “Awaiting acknowledgement”: only parts in progress can rest."
    with refused(sentence, field="parts"):
        ask_suspension(cast, whole, parts=[second])
    assert ask_suspension(cast, whole, parts=[first]).wanted["children"] == [[], ["m-1·01"]]


# --- Granting -------------------------------------------------------------------------------


def test_it_rests_grey_with_its_condition_and_owes_nothing(cast, clause):
    measure = suspended(cast, clause)
    assert (measure.state, measure.suspension_condition) == (State.SUSPENDED, CONDITION)
    assert (measure.suspended_on, measure.review_on) == (cast.today, REVIEW)
    assert measure.next_report_due_on is None
    late = date(2026, 12, 1)
    assert lights.light_of(measure, on=late) is Light.GREY
    said = lights.reasons(measure, [], on=cast.today, calendar=current_calendar())
    assert said == ["Until: 施工许可下达", "To be reviewed on 1 May"]
    said = lights.reasons(measure, [], on=REVIEW, calendar=current_calendar())
    assert said[1] == "The review date, 1 May, has come"


def test_whoever_asked_does_not_decide(cast, clause):
    measure = in_progress(cast, clause)
    ask_suspension(cast, measure, who="director")
    with refused("You asked for this; somebody else has to decide it.", kind=NotAllowed):
        decide(cast, "suspend_measure", measure)


def test_a_review_date_that_has_come_is_not_granted(cast, clause):
    measure = suspension_asked(cast, clause)
    with refused("The review date has come meanwhile; a later one has to be asked."):
        decide(cast, "suspend_measure", measure, at=at(REVIEW))
    decide(cast, "refuse_suspension", measure, at=at(REVIEW))
    assert fresh(measure).state == State.IN_PROGRESS


def test_it_is_granted_on_paper_too(cast, clause):
    measure = suspension_asked(cast, clause)
    put_on_record(cast, measure, Action.SUSPEND)
    assert fresh(measure).state == State.SUSPENDED


def test_a_report_that_waits_is_still_reviewed(cast, clause):
    measure = in_progress(cast, clause)
    report = reported(cast, measure)
    ask_suspension(cast, measure)
    decide(cast, "suspend_measure", measure)
    operations.approve_report(
        report, seen=fresh(measure).version, by=cast["supervisor"], at=cast.at(15)
    )
    assert (fresh(measure).approved_progress, fresh(measure).state) == (50, State.SUSPENDED)


def test_the_parts_it_names_rest_with_it_each_on_record(cast, clause):
    whole, first, second = with_parts(cast, clause)
    ask_suspension(cast, whole, parts=[first])
    granted = decide(cast, "suspend_measure", whole)
    assert [fresh(m).state for m in (whole, first, second)] == ["SUSPENDED", "SUSPENDED", "ISSUED"]
    assert fresh(first).version == first.version + 1
    event = AuditEvent.objects.about(first).first()
    assert (event.act, event.actor_name, event.note) == ("measures.suspend", "director", "同意")
    assert event.changes["state"] == ["IN_PROGRESS", "SUSPENDED"]
    assert [row.measure for row in granted.taken_along.all()] == [first]


def test_a_part_that_went_on_meanwhile_is_left_alone(cast, clause):
    whole, first, _second = with_parts(cast, clause)
    ask_suspension(cast, whole, parts=[first])
    Measure.objects.filter(pk=first.pk).update(state="COMPLETING", completion_applied_on=cast.today)
    assert not decide(cast, "suspend_measure", whole).taken_along.exists()


# --- Going on -------------------------------------------------------------------------------


def test_it_goes_on_with_reports_owed_anew(cast, clause):
    measure = suspended(cast, clause)
    resumed = resume(cast, measure)
    now = fresh(measure)
    assert (now.state, now.due_on, now.suspended_days) == (State.IN_PROGRESS, DUE, 65)
    assert (now.suspended_on, now.review_on, now.suspension_condition) == (None, None, "")
    assert now.next_report_due_on == date(2026, 5, 29)  # 10 workdays after the resumption
    assert (resumed.reason, resumed.by_name) == ("同意", "director")
    assert not now.deadline_changes.exists()


def test_time_at_rest_is_no_time_to_be_behind_in(cast, clause):
    measure = suspended(cast, clause, plan=an_estimate(cast))
    resume(cast, measure)
    now = fresh(measure)
    # 120 days less 65 at rest; by the first report 23 of the 55 are gone since the resumption.
    assert lights.expected_progress(now, [], on=date(2026, 5, 29)) == Decimal("41.82")
    assert now.behind_from_on == date(2026, 5, 30)
    assert lights.last_report_due(now, on=MAY, calendar=current_calendar()) is None


def test_it_says_why(cast, clause):
    measure = suspended(cast, clause)
    with refused("Say why it goes on.", field="reason"):
        resume(cast, measure, reason=" ")


def test_a_deadline_that_is_over_is_given_anew(cast, clause):
    measure = suspended(cast, clause)
    july = date(2026, 7, 1)
    with refused("The deadline, 30 Jun, is over: give a new one.", field="due_on"):
        resume(cast, measure, on=july)
    with refused("The new deadline must be later than the old one.", field="due_on"):
        resume(cast, measure, on=july, due_on=DUE)
    with refused("The new deadline must lie in the future.", field="due_on"):
        resume(cast, measure, on=july, due_on=july)
    resume(cast, measure, on=july, due_on=date(2026, 9, 30), reason="许可已办妥")
    now = fresh(measure)
    assert (now.due_on, now.original_due_on) == (date(2026, 9, 30), DUE)
    line = now.deadline_changes.get()
    assert (line.request.kind, line.reason, line.decided_by_name) == (
        "SUSPEND",
        "许可已办妥",
        "director",
    )
    assert line.decided_at == at(july, 12)


def test_parts_go_on_with_the_whole_and_until_its_deadline(cast, clause):
    whole, first, second = with_parts(cast, clause)
    Measure.objects.filter(pk=first.pk).update(due_on=date(2026, 4, 30))
    ask_suspension(cast, whole, parts=[first])
    decide(cast, "suspend_measure", whole)
    resume(cast, whole, due_on=date(2026, 8, 31))
    now = fresh(first)
    assert (now.state, now.due_on) == (State.IN_PROGRESS, date(2026, 8, 31))
    assert now.deadline_changes.get().request.measure == whole
    assert AuditEvent.objects.about(first).first().act == "measures.resume"
    assert fresh(second).version == second.version


def test_a_part_waits_for_its_whole(cast, clause):
    whole, first, _second = with_parts(cast, clause)
    ask_suspension(cast, whole, parts=[first])
    decide(cast, "suspend_measure", whole)
    sentence = "m-1, which it was broken down from, is suspended; that has to go on first."
    with refused(sentence):
        resume(cast, first)


def test_what_rested_before_goes_on_by_itself(cast, clause):
    whole, first, _second = with_parts(cast, clause)
    ask_suspension(cast, first)
    decide(cast, "suspend_measure", first)
    ask_suspension(cast, whole)
    decide(cast, "suspend_measure", whole)
    resume(cast, whole)
    assert fresh(first).state == State.SUSPENDED
    resume(cast, first)
    assert fresh(first).state == State.IN_PROGRESS


def test_a_part_detached_at_rest_goes_on_by_itself(cast, clause):
    whole, first, _second = with_parts(cast, clause)
    ask_suspension(cast, whole, parts=[first])
    decide(cast, "suspend_measure", whole)
    decide(cast, "detach_child", first)
    resume(cast, whole)
    assert fresh(first).state == State.SUSPENDED
    resume(cast, first)
    assert fresh(first).state == State.IN_PROGRESS


# --- Prolonging -----------------------------------------------------------------------------


JULY = date(2026, 7, 1)


def prolonged(cast, measure, **said):
    ask_suspension(cast, measure, review_on=JULY, at=at(MAY, 9), **said)
    return decide(cast, "suspend_measure", measure, at=at(MAY, 10))


def test_it_is_prolonged_under_a_new_condition(cast, clause):
    measure = suspended(cast, clause)
    request = ask_suspension(cast, measure, condition="新许可下达", review_on=JULY, at=at(MAY))
    assert request.wanted == {
        "suspension_condition": [CONDITION, "新许可下达"],
        "review_on": ["2026-05-01", "2026-07-01"],
    }
    assert fresh(measure).review_on == REVIEW
    decide(cast, "suspend_measure", measure, at=at(MAY, 12))
    now = fresh(measure)
    assert (now.state, now.review_on) == (State.SUSPENDED, JULY)
    assert (now.suspension_condition, now.suspended_on) == ("新许可下达", cast.today)


def test_a_prolonging_that_is_refused_changes_nothing(cast, clause):
    measure = suspended(cast, clause)
    ask_suspension(cast, measure, review_on=JULY, at=at(MAY, 9))
    decide(cast, "refuse_suspension", measure, at=at(MAY, 10))
    assert (fresh(measure).state, fresh(measure).review_on) == (State.SUSPENDED, REVIEW)


def test_the_parts_that_rest_with_it_are_prolonged_and_go_on_with_it(cast, clause):
    whole, first, second = with_parts(cast, clause)
    said = {"seen": second.version, "by": cast["liaison"], "at": cast.at()}
    operations.acknowledge_measure(second, **said)
    ask_suspension(cast, second)
    decide(cast, "suspend_measure", second)
    ask_suspension(cast, whole, parts=[first])
    decide(cast, "suspend_measure", whole)
    assert [row.measure for row in prolonged(cast, whole).taken_along.all()] == [first]
    assert [fresh(m).review_on for m in (whole, first, second)] == [JULY, JULY, REVIEW]
    resume(cast, whole)
    states = [fresh(m).state for m in (whole, first, second)]
    assert states == ["IN_PROGRESS", "IN_PROGRESS", "SUSPENDED"]
    assert fresh(whole).suspended_days == fresh(first).suspended_days == 65


def test_a_part_is_not_prolonged_by_itself(cast, clause):
    whole, first, _second = with_parts(cast, clause)
    ask_suspension(cast, whole, parts=[first])
    decide(cast, "suspend_measure", whole)
    sentence = "m-1, which it was broken down from, is suspended; that has to go on first."
    with refused(sentence):
        ask_suspension(cast, first, review_on=JULY)


def test_granted_after_it_went_on_it_rests_anew(cast, clause):
    measure = suspended(cast, clause)
    ask_suspension(cast, measure, review_on=JULY, at=at(MAY, 9))
    resume(cast, measure)
    decide(cast, "suspend_measure", measure, at=at(MAY, 13))
    now = fresh(measure)
    assert (now.state, now.suspended_on, now.suspended_days) == (State.SUSPENDED, MAY, 65)


# --- The clock ------------------------------------------------------------------------------


def turns(measure: Measure) -> clock.Turns:
    return clock.turns_of(Measure.objects.prefetch_related(*clock.ROWS).get(pk=measure.pk))


def test_workdays_at_rest_are_nobodys(cast, clause):
    whole, first, _second = with_parts(cast, clause)
    ask_suspension(cast, whole, parts=[first])
    decide(cast, "suspend_measure", whole, at=at(date(2026, 3, 4), 12))
    resume(cast, whole, on=date(2026, 3, 10))
    for measure in (whole, first):
        days = [turns(measure).holder(date(2026, 3, day)) for day in (2, 3, 4, 9, 10, 11)]
        assert days == [Holder.OWN] * 2 + [Holder.SUSPENDED] * 2 + [Holder.OWN] * 2
        found = clock.clock(turns(measure), on=date(2026, 3, 12), calendar=current_calendar())
        assert (found.own, found.reviewer, found.suspended) == (4, 0, 4)


def test_recorded_later_it_rests_from_then_on(cast, clause):
    measure = suspension_asked(cast, clause)
    put_on_record(cast, measure, Action.SUSPEND, at=at(date(2026, 3, 5)))
    days = [turns(measure).holder(date(2026, 3, day)) for day in (4, 5)]
    assert days == [Holder.OWN, Holder.SUSPENDED]


def test_twice_at_rest(cast, clause):
    measure = suspended(cast, clause)
    resume(cast, measure, on=date(2026, 3, 4))
    fifth = at(date(2026, 3, 5))
    ask_suspension(cast, measure, at=fifth)
    decide(cast, "suspend_measure", measure, at=fifth + timedelta(hours=2))
    days = [turns(measure).holder(date(2026, 3, day)) for day in (2, 3, 4, 5, 6)]
    rest, own = Holder.SUSPENDED, Holder.OWN
    assert days == [rest, rest, own, rest, rest]


def test_prolonged_it_is_one_rest(cast, clause):
    measure = suspended(cast, clause)
    prolonged(cast, measure)
    resume(cast, measure, on=date(2026, 5, 11))
    days = [turns(measure).holder(day) for day in (MAY, date(2026, 5, 8), date(2026, 5, 11))]
    assert days == [Holder.SUSPENDED, Holder.SUSPENDED, Holder.OWN]
