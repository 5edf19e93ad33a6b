"""Every state × action × role against the table written by hand: what may be done, and by whom."""

from itertools import product

import pytest
from django.db.models import prefetch_related_objects

from apps.measures import operations
from apps.measures.lifecycle import TABLE, Action, actions_from
from apps.measures.models import Measure, State
from apps.measures.permissions import may, may_now, offered
from tests.conftest import evidence, fresh, in_progress
from tests.measures.cast_of_roles import PEOPLE, complete
from tests.measures.every_action import BY, EVENTS, TO_COME, Outcome, outcome, tried_on
from tests.measures.stories_in_every_state import POSSIBLE, STORIES, part
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


def test_every_action_has_an_operation():
    assert set(BY) | TO_COME | {"DEEM_ACKNOWLEDGED"} == set(TRANSITIONS)
    assert not TO_COME & set(BY)
    assert all(hasattr(operations, name) for _who, name in BY.values())


def test_every_action_is_possible_somewhere():
    stories = (possible for stories in POSSIBLE.values() for possible in stories.values())
    assert set().union(*stories) == {*BY, "DEEM_ACKNOWLEDGED"}


@pytest.mark.parametrize(("state", "story"), STORIES)
def test_every_operation_in_every_state(cast, clause, state, story):
    """A state that does not know the action refuses it as such; one that does leads where the
    table says, on the measures that say so; else only rules of the operation itself refuse.
    """
    evidence(cast)
    measure = story(cast, clause)
    for action in tried_on(measure):
        found = outcome(action, measure, cast, clause)
        expected = TRANSITIONS[action][state]
        if expected == "-":
            assert found == Outcome(refusal="WrongState"), action
        elif action in POSSIBLE[state][story]:
            to = state if expected == "stays" else expected
            assert found == Outcome(to, events=EVENTS.get(action, 1)), action
        else:
            assert found.refusal in ("RuleBroken", "NotAllowed"), (action, found)
    assert POSSIBLE[state][story] <= set(tried_on(measure))
