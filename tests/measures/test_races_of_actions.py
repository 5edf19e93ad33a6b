"""Two sessions race on every transition: exactly one wins, the other reads why.

The same act twice, and every two acts of which one leaves the other nothing to do: in every
state, on every measure on which both could be done.
"""

from collections.abc import Iterator
from itertools import combinations_with_replacement

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, Refusal, Stale
from apps.measures.lifecycle import DECIDES
from apps.measures.models import Measure
from tests.conftest import evidence, fresh
from tests.measures.every_action import BY, STORIES, Outcome, acting_on, outcome, tried_on
from tests.measures.racing import race, whole
from tests.measures.table_of_transitions import TRANSITIONS

pytestmark = pytest.mark.django_db(transaction=True)

ALL = {*BY, "DEEM_ACKNOWLEDGED"}
INSTRUCTIONS = {"INSTRUCT", "RECORD_INSTRUCTION", "ACKNOWLEDGE_INSTRUCTION"}
BESIDE = {"ASK_CONTRIBUTION", "CONTRIBUTE", "ASK_COORDINATION", *INSTRUCTIONS}
"""These leave the version alone: what is added beside a measure makes no page of it stale."""
AS_OFTEN_AS_WANTED = {"CONTRIBUTE", "ASK_COORDINATION", "INSTRUCT", "RECORD_INSTRUCTION"}
ALREADY = ("Not possible while", "Other has been asked", "This instruction has been acknowledged")
NEVER_TOGETHER = {
    ("ASK_REOPENING", "REOPEN"),  # asked once, decided only then
    ("CLOSE", "VERIFY"),  # verified once, and closed only then
    ("CLOSE", "EXTEND"),  # nothing that was asked for is left open by closing
    ("CLOSE", "REFUSE_EXTENSION"),
    ("CLOSE", "REFUSE_OBJECTION"),
    ("CLOSE", "REFUSE_ADJUSTMENT"),
    ("CLOSE", "REFUSE_CARRY_OVER"),
    ("CONFIRM_OBJECTION", "REISSUE"),  # confirmed once, and upheld only then
    ("EXTEND", "REISSUE"),  # nor by reissuing
    ("REFUSE_EXTENSION", "REISSUE"),
    ("ADJUST", "REISSUE"),
    ("REFUSE_ADJUSTMENT", "REISSUE"),
    ("CARRY_OVER", "REISSUE"),
    ("REFUSE_CARRY_OVER", "REISSUE"),
    ("REISSUE", "SUSPEND"),
    ("ADJUST", "CANCEL"),  # nor by cancelling
    ("CANCEL", "CARRY_OVER"),
    ("CANCEL", "CONFIRM_OBJECTION"),
    ("CANCEL", "REFUSE_ADJUSTMENT"),
    ("CANCEL", "REFUSE_CARRY_OVER"),
    ("CANCEL", "REFUSE_OBJECTION"),
    ("CANCEL", "REISSUE"),
    ("CLOSE", "REVIEW"),  # no report either
    ("CLOSE", "WITHDRAW_REVIEW"),  # the verifying has followed
}
"""One of the two is not possible where the other is."""
RACED: set[frozenset[str]] = set()
TOLD: set[object] = set()
"""Filled by the races, read by the test after them."""


def excludes(one: str, other: str, state: str) -> bool:
    """After the one, the state no longer knows the other; or both decide the same request."""
    left = TRANSITIONS[one][state]
    gone = TRANSITIONS[other][state if left == "stays" else left] == "-"
    return gone or (one in DECIDES and other in DECIDES and same_request(one, other))


def same_request(one: str, other: str) -> bool:
    return DECIDES[one].kind == DECIDES[other].kind


def to_race(actions: list[str], state: str) -> Iterator[tuple[str, str]]:
    for one, other in combinations_with_replacement(actions, 2):
        if one == other or excludes(one, other, state) or excludes(other, one, state):
            yield one, other


@pytest.mark.parametrize(("state", "story"), [(s, story) for s in STORIES for story in STORIES[s]])
def test_one_wins_and_the_other_reads_why(cast, clause, state, story):
    evidence(cast)
    example = story(cast, clause)
    alone = {action: outcome(action, example, cast, clause) for action in tried_on(example)}
    possible = [action for action in alone if alone[action].state]
    for number, (one, other) in enumerate(to_race(possible, state)):
        if frozenset({one, other}) not in RACED:
            measure = fresh(story(cast, clause, code=f"race-{number}"))
            run(measure, cast, clause, (one, other), alone)
            RACED.add(frozenset({one, other}))
    TOLD.add(story)


def run(measure: Measure, cast, clause, acts: tuple[str, str], alone: dict[str, Outcome]) -> None:
    pages = [acting_on(a, measure, cast, clause, second=n > 0) for n, a in enumerate(acts)]
    before = AuditEvent.objects.count()
    results = race(*pages)
    won = [a for a, result in zip(acts, results, strict=True) if not isinstance(result, Refusal)]
    left = AuditEvent.objects.count() - before
    assert left == sum(alone[action].events for action in won), acts
    assert whole(measure), acts
    if len(won) == 2:  # what came beside it came before it
        assert set(acts) <= AS_OFTEN_AS_WANTED or (BESIDE & set(acts) and acts[0] != acts[1]), acts
        return
    assert len(won) == 1, (acts, results)
    assert fresh(measure).state == alone[won[0]].state, acts
    assert fresh(measure).version == measure.version + (won[0] not in BESIDE), acts
    (loser,) = [result for result in results if isinstance(result, Refusal)]
    lost = acts[1] if won[0] == acts[0] else acts[0]
    if won[0] == "REISSUE" and type(loser) is NotAllowed:  # another agency's by now
        assert str(loser).startswith("Only the lead agency"), acts
    elif lost == "REISSUE" and won[0] == "ASK_COORDINATION":
        assert str(loser).startswith("Coordination item 1 is open"), acts
    elif lost in BESIDE:
        assert str(loser).startswith(ALREADY), acts
    else:
        assert type(loser) is Stale, acts
        assert " changed this measure at " in str(loser), acts


def test_nothing_was_left_out():
    """Every act has raced itself, and every other that it excludes, wherever they can meet."""
    if {story for stories in STORIES.values() for story in stories} != TOLD:
        pytest.skip("it looks at what all of the races before it did")
    met = {tuple(sorted(pair)) for pair in RACED}
    assert {(action,) for action in ALL} - met == set()
    ought = {
        tuple(sorted({one, other}))
        for state in STORIES
        for one, other in to_race([a for a in ALL if TRANSITIONS[a][state] != "-"], state)
    }
    assert ought - met == NEVER_TOGETHER
