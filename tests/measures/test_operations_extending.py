"""Extension: who may when, what moves, what is refused; nothing moves before the decision."""

from datetime import date

import pytest

from apps.accounts.models import Membership
from apps.core.errors import NotAllowed, RuleBroken
from apps.measures import lights, operations
from apps.measures.models import Decision, Measure, State
from apps.measures.operations import WrongState
from apps.workdays.models import current_calendar
from tests.conftest import (
    applied,
    at,
    evidence,
    extension_asked,
    fresh,
    in_progress,
    issued,
    verified,
)
from tests.measures.refusals import refused

THIRD = (
    "Only the level that issued the task grants a third extension; the supervision office records"
    " that level's decision on paper."
)
DUE = date(2026, 6, 30)
"""The deadline of the story: 120 days after 2 March."""
LATER, LATEST, FAR = date(2026, 8, 29), date(2026, 10, 30), date(2026, 12, 31)


def said(cast, measure: Measure, who: str, on: date | None = None) -> dict[str, object]:
    moment = at(on, 15) if on else cast.at(15)
    return {"seen": fresh(measure).version, "by": cast[who], "at": moment}


def ask(cast, measure, due_on, *, who="liaison", on=None, **more):
    how = said(cast, measure, who, on) | {"grounds": "推迟"} | more
    return operations.ask_extension(fresh(measure), due_on=due_on, **how)


def extend(cast, measure, *, who="director", on=None, reason=""):
    return operations.extend_deadline(measure, reason=reason, **said(cast, measure, who, on))


def refuse(cast, measure, *, who="director"):
    return operations.refuse_extension(measure, reason="抓紧办理", **said(cast, measure, who))


def extended_once(cast, clause) -> Measure:
    measure = extension_asked(cast, clause)
    extend(cast, measure)
    return fresh(measure)


def extended_twice(cast, clause) -> Measure:
    measure = extended_once(cast, clause)
    ask(cast, measure, LATEST)
    extend(cast, measure, who="leader")
    return fresh(measure)


# --- Asking ---------------------------------------------------------------------------------


def test_asking_moves_nothing(cast, clause):
    measure = in_progress(cast, clause)
    before = measure.overdue_from_on
    request = ask(cast, measure, LATER)
    now = fresh(measure)
    assert (now.due_on, now.overdue_from_on, now.extensions) == (DUE, before, 0)
    assert request.wanted == {"due_on": ["2026-06-30", "2026-08-29"]}
    assert (request.kind, request.late) == ("EXTEND", False)
    assert not now.deadline_changes.exists()


def test_it_may_rest_on_evidence(cast, clause):
    measure = in_progress(cast, clause)
    piece = evidence(cast)
    assert list(ask(cast, measure, LATER, evidence=[piece]).evidence.all()) == [piece]


@pytest.mark.parametrize(("day", "late"), [(DUE, False), (date(2026, 7, 1), True)])
def test_after_the_deadline_it_is_allowed_and_marked(cast, clause, day, late):
    measure = in_progress(cast, clause)
    request = ask(cast, measure, LATER, on=day)
    assert (request.late, request.is_late_extension) == (late, late)


@pytest.mark.parametrize("due_on", [DUE, date(2026, 6, 1)])
def test_an_extension_is_later(cast, clause, due_on):
    measure = in_progress(cast, clause)
    with refused("An extension ends after the deadline it extends.", field="due_on"):
        ask(cast, measure, due_on)


def test_an_extension_lies_ahead(cast, clause):
    measure = in_progress(cast, clause)
    with refused("The new deadline must lie in the future.", field="due_on"):
        ask(cast, measure, date(2026, 7, 3), on=date(2026, 7, 3))


def test_a_part_never_outlasts_what_it_was_broken_down_from(cast, clause):
    parent, part = in_progress(cast, clause, code="p"), in_progress(cast, clause, code="c")
    Measure.objects.filter(pk=part.pk).update(parent=parent)
    sentence = "A part is never due after the whole: p is due on 30 Jun."
    with refused(sentence, field="due_on"):
        ask(cast, part, LATER)


def test_what_was_granted_to_ask_may_have_become_too_late_for_the_parent(cast, clause):
    parent, part = in_progress(cast, clause, code="p"), extension_asked(cast, clause, code="c")
    Measure.objects.filter(pk=part.pk).update(parent=parent)
    sentence = "A part is never due after the whole: p is due on 30 Jun."
    with refused(sentence, field="due_on"):
        extend(cast, part)


def test_it_is_asked_once_at_a_time(cast, clause):
    measure = extension_asked(cast, clause)
    with refused("This has been asked for already and waits to be decided."):
        ask(cast, measure, LATEST)


def test_what_is_not_in_progress_is_not_extended(cast, clause):
    measure = issued(cast, clause)
    sentence = "Not possible while the measure is “Awaiting acknowledgement”."
    with refused(sentence, kind=WrongState):
        ask(cast, measure, LATER)


# --- Deciding -------------------------------------------------------------------------------


def test_granted_it_moves_with_a_line_in_the_ledger(cast, clause):
    measure = extension_asked(cast, clause)
    granted = extend(cast, measure, reason="同意")
    now = fresh(measure)
    assert (now.due_on, now.original_due_on, now.extensions) == (LATER, DUE, 1)
    assert now.overdue_from_on == date(2026, 8, 30)
    line = now.deadline_changes.get()
    assert (line.old_due_on, line.new_due_on, line.cause) == (DUE, LATER, "GRANTED")
    assert (line.request, line.reason, line.decided_by_name) == (
        granted.request,
        "同意",
        "director",
    )


def test_refused_it_stays(cast, clause):
    measure = extension_asked(cast, clause)
    assert refuse(cast, measure).outcome == Decision.Outcome.REFUSED
    now = fresh(measure)
    assert (now.due_on, now.extensions) == (DUE, 0)
    assert not now.deadline_changes.exists()
    ask(cast, measure, LATER)  # may be asked again


def test_an_overdue_measure_goes_on_when_it_is_extended(cast, clause):
    measure = in_progress(cast, clause)
    day = date(2026, 7, 2)
    ask(cast, measure, LATER, on=day)
    assert fresh(measure).overdue_from_on == date(2026, 7, 1)
    extend(cast, measure, on=day)
    now = fresh(measure)
    assert now.overdue_from_on == date(2026, 8, 30)
    assert "Overdue" not in " ".join(lights.reasons(now, [], on=day, calendar=current_calendar()))


def test_the_second_is_the_supervising_leaders(cast, clause):
    measure = extended_once(cast, clause)
    ask(cast, measure, LATEST)
    sentence = "Only the supervising leader of the lead agency decides a second extension."
    with refused(sentence, kind=NotAllowed):
        extend(cast, measure)
    with refused(sentence, kind=NotAllowed):
        refuse(cast, measure)
    extend(cast, measure, who="leader")
    now = fresh(measure)
    assert (now.due_on, now.original_due_on, now.extensions) == (LATEST, DUE, 2)
    assert now.deadline_changes.count() == 2


def test_a_leader_of_other_agencies_decides_nothing(cast, clause):
    measure = extended_once(cast, clause)
    ask(cast, measure, LATEST)
    Measure.objects.filter(pk=measure.pk).update(lead=cast.agencies["other"])
    with refused(
        "Only the supervising leader of the lead agency decides a second extension.",
        kind=NotAllowed,
    ):
        extend(cast, measure, who="leader")


def test_a_third_is_not_granted_here(cast, clause):
    measure = extended_twice(cast, clause)
    ask(cast, measure, FAR)
    with refused(THIRD):
        extend(cast, measure)
    refuse(cast, measure)
    assert fresh(measure).due_on == LATEST


def test_nobody_grants_what_they_asked_for(cast, clause):
    Membership.objects.create(
        user=cast.users["director"],
        agency=cast.agencies["bureau"],
        role="LIAISON",
        from_on=date(2025, 1, 1),
    )
    measure = in_progress(cast, clause)
    ask(cast, measure, LATER, who="director")
    with refused("You asked for this; somebody else has to decide it.", kind=NotAllowed):
        extend(cast, measure)


# --- Beside completion ----------------------------------------------------------------------


def apply_with_extension_waiting(cast, clause, story) -> Measure:
    measure = story(cast, clause)
    Measure.objects.filter(pk=measure.pk).update(state=State.IN_PROGRESS)
    ask(cast, measure, LATER)
    Measure.objects.filter(pk=measure.pk).update(state=measure.state)
    return fresh(measure)


def test_it_can_be_decided_while_completion_waits(cast, clause):
    measure = apply_with_extension_waiting(cast, clause, applied)
    extend(cast, measure)
    now = fresh(measure)
    assert (now.due_on, now.state) == (LATER, State.COMPLETING)


def test_nothing_is_closed_while_something_else_waits(cast, clause):
    measure = apply_with_extension_waiting(cast, clause, verified)
    with refused("Extension has been asked for and waits; decide that first."):
        operations.close_measure(measure, **said(cast, measure, "director"))
    refuse(cast, measure)
    operations.close_measure(measure, **said(cast, measure, "director"))
    assert fresh(measure).state == State.CLOSED


def test_without_a_reason_it_is_not_refused(cast, clause):
    measure = extension_asked(cast, clause)
    with pytest.raises(RuleBroken, match="Say why it is refused"):
        operations.refuse_extension(measure, reason=" ", **said(cast, measure, "director"))
