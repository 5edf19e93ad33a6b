"""Every state × action × role against the table written by hand: what may be done, and by whom."""

from itertools import product

import pytest
from django.db import transaction
from django.db.models import prefetch_related_objects

from apps.core.actor import Machine
from apps.core.errors import Refusal
from apps.measures import operations
from apps.measures.lifecycle import TABLE, Action, actions_from
from apps.measures.models import Measure, State
from apps.measures.operations.deeming import deem_acknowledged
from apps.measures.permissions import may, may_now, offered
from tests.conftest import (
    applied,
    at,
    broken_down,
    closed,
    drafted,
    evidence,
    extension_asked,
    finished,
    fresh,
    in_progress,
    issued,
    proposed,
    reopening_asked,
    reported,
    verified,
)
from tests.measures.arguments import act_of
from tests.measures.cast_of_roles import PEOPLE, complete
from tests.measures.table_of_transitions import TRANSITIONS, WHO

STATES = [str(state) for state in State]

# --- The table itself -----------------------------------------------------------------------


def test_every_action_has_its_line_by_hand():
    assert set(TRANSITIONS) == {str(action) for action in Action}
    assert {word for line in TRANSITIONS.values() for word in line} == {*STATES, "who"}


@pytest.mark.parametrize("action", Action)
def test_from_where_to_where(action):
    line = TABLE[action]
    said = {state: TRANSITIONS[action][state] for state in STATES}
    target = line.target.value if line.target else "stays"
    assert said == {state: target if state in line.sources else "-" for state in STATES}


@pytest.mark.parametrize("state", STATES)
def test_what_a_state_knows(state):
    known = [action for action in TRANSITIONS if TRANSITIONS[action][state] != "-"]
    assert sorted(actions_from(state)) == sorted(known)


# --- Every role in every state ----------------------------------------------------------------


def those_who_may(action: str, measure: Measure) -> set[str]:
    who = TRANSITIONS[action]["who"]
    return WHO[f"{who} of a part" if who == "reviewer" and measure.parent_id else who]


def whole(cast, clause, **said) -> Measure:
    return in_progress(cast, clause, **said)


def part(cast, clause, **said) -> Measure:
    """The bureau's own, of a measure that it leads; the other bureau supports it."""
    (child,) = broken_down(cast, in_progress(cast, clause, **said))
    child.supporters.set([cast.agencies["other"]])
    return child


@pytest.mark.parametrize("story", [whole, part])
def test_who_may_in_which_state(cast, clause, story):
    complete(cast)
    measure = fresh(story(cast, clause))
    prefetch_related_objects([measure], "supporters")
    standings = {who: cast[who] for who in PEOPLE}
    for state, action in product(STATES, Action):
        measure.state = state
        those = those_who_may(action, measure)
        found = {who for who in PEOPLE if may(action, standings[who], measure)}
        assert found == those, (state, action)
        now = {who for who in PEOPLE if may_now(action, standings[who], measure)}
        assert now == (set() if TRANSITIONS[action][state] == "-" else those), (state, action)


def test_what_is_offered(cast, clause):
    """Buttons: what the state knows, with who may; the machine's acts have none."""
    measure = fresh(in_progress(cast, clause))
    for state, who in product(STATES, ("liaison", "director", "auditor")):
        measure.state = state
        found = {str(action): bool(verdict) for action, verdict in offered(cast[who], measure)}
        assert found == {a: who in those_who_may(a, measure) for a in buttons(state)}


def buttons(state: str) -> set[str]:
    """Of a measure that is no part: nothing detaches it."""
    known = {action for action, line in TRANSITIONS.items() if line[state] != "-"}
    machines = {action for action, line in TRANSITIONS.items() if line["who"] == "machine"}
    return known - machines - {"DETACH"}


# --- Through the operations, in every state -----------------------------------------------------


def suspended(cast, clause, **said) -> Measure:
    return put_into(State.SUSPENDED, in_progress(cast, clause, **said))


def cancelled(cast, clause, **said) -> Measure:
    return put_into(State.CANCELLED, in_progress(cast, clause, **said))


def put_into(state: str, measure: Measure) -> Measure:
    """Around the operations: only the state is of interest here."""
    Measure.objects.filter(pk=measure.pk).update(state=state)
    return measure


def report_waits(cast, clause, **said) -> Measure:
    measure = in_progress(cast, clause, **said)
    reported(cast, measure)
    return measure


def just_reviewed(cast, clause, **said) -> Measure:
    measure = report_waits(cast, clause, **said)
    act_of("return_report", fresh(measure), cast, clause, "supervisor")()
    return measure


STORIES = {
    State.DRAFT: [drafted],
    State.PROPOSED: [proposed],
    State.ISSUED: [issued, part],
    State.IN_PROGRESS: [in_progress, report_waits, just_reviewed, finished, extension_asked],
    State.COMPLETING: [applied, verified],
    State.CLOSED: [closed, reopening_asked],
    State.SUSPENDED: [suspended],
    State.CANCELLED: [cancelled],
}
"""Measures in a state: each action that the state knows succeeds on one of them somewhere."""

BY = {
    "REVISE": ("supervisor", "revise_draft"),
    "PROPOSE": ("supervisor", "propose_measure"),
    "RETURN_PROPOSAL": ("director", "return_proposal"),
    "ISSUE": ("director", "issue_measure"),
    "ACKNOWLEDGE": ("liaison", "acknowledge_measure"),
    "REPORT": ("liaison", "submit_report"),
    "REVIEW": ("supervisor", "return_report"),
    "ASK_CONTRIBUTION": ("liaison", "ask_for_contribution"),
    "CONTRIBUTE": ("stranger", "contribute"),
    "ASK_COORDINATION": ("liaison", "ask_coordination"),
    "WITHDRAW_REVIEW": ("supervisor", "withdraw_review"),
    "BREAK_DOWN": ("liaison", "break_down"),
    "DETACH": ("director", "detach_child"),
    "APPLY": ("liaison", "apply_for_completion"),
    "VERIFY": ("supervisor", "verify_completion"),
    "SEND_BACK": ("supervisor", "send_back_completion"),
    "CLOSE": ("director", "close_measure"),
    "ASK_REOPENING": ("liaison", "ask_reopening"),
    "REOPEN": ("director", "reopen_measure"),
    "REFUSE_REOPENING": ("director", "refuse_reopening"),
    "ASK_EXTENSION": ("liaison", "ask_extension"),
    "EXTEND": ("director", "extend_deadline"),
    "REFUSE_EXTENSION": ("director", "refuse_extension"),
}
"""Somebody who may, and the operation of the action."""
TO_COME = {"OBJECT", "REISSUE", "SUSPEND", "RESUME", "CARRY_OVER", "CANCEL"}
"""Lines of the table without an operation yet."""


def test_every_action_has_an_operation():
    assert set(BY) | TO_COME | {"DEEM_ACKNOWLEDGED"} == set(TRANSITIONS)
    assert not TO_COME & set(BY)
    assert all(hasattr(operations, name) for _who, name in BY.values())


def outcome(action: str, measure: Measure, cast, clause) -> str:
    """The state it leads to, or the kind of the refusal; nothing of it stays."""
    measure = fresh(measure)
    with transaction.atomic():
        try:
            attempt(action, measure, cast, clause)
        except Refusal as refusal:
            return type(refusal).__name__
        else:
            return fresh(measure).state
        finally:
            transaction.set_rollback(True)


def attempt(action: str, measure: Measure, cast, clause) -> None:
    if action == "DEEM_ACKNOWLEDGED":
        later = at(cast.today.replace(day=28))
        deem_acknowledged(measure, seen=measure.version, by=Machine("machine"), at=later)
        return
    who, name = BY[action]
    if action == "REVIEW" and measure.parent_id:
        who = "unit_leader"
    # A review is withdrawn within seconds, every other act may come two hours later.
    act_of(name, measure, cast, clause, who, hour=12)()


def tried_on(measure: Measure) -> set[str]:
    """Where a report could be reviewed, there has to be one."""
    known = TRANSITIONS["REVIEW"][measure.state] != "-"
    without = {"REVIEW"} if known and not measure.reports.exists() else set()
    return {*BY, "DEEM_ACKNOWLEDGED"} - without


def test_every_operation_in_every_state(cast, clause):
    """A state that does not know the action refuses it as such; one that does leads where the
    table says, somewhere at least; in between only rules of the operation itself refuse.
    """
    evidence(cast)
    led: dict[str, set[str]] = {}
    for state, stories in STORIES.items():
        for story in stories:
            measure = story(cast, clause, code=f"{state}-{story.__name__}")
            for action in tried_on(measure):
                found = outcome(action, measure, cast, clause)
                expected = TRANSITIONS[action][state]
                if expected == "-":
                    assert found == "WrongState", (story.__name__, action)
                elif found in STATES:
                    assert found == (state if expected == "stays" else expected), (state, action)
                    led.setdefault(action, set()).add(found)
                else:
                    assert found in ("RuleBroken", "NotAllowed"), (story.__name__, action, found)
    assert set(led) == {*BY, "DEEM_ACKNOWLEDGED"}
