"""Two sessions race on every transition: exactly one wins, the other reads why.

The same act twice, and every two acts of which one leaves the other nothing to do: each pair
once, on the first measure on which both could be done.
"""

from collections.abc import Iterator
from itertools import combinations_with_replacement

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, Refusal, Stale
from apps.measures.lifecycle import DECIDES
from apps.measures.models import Measure
from tests.conftest import evidence, fresh
from tests.measures.every_action import BY, EVENTS, acting_on
from tests.measures.racing import race, whole
from tests.measures.stories_in_every_state import POSSIBLE, STORIES, Story
from tests.measures.table_of_transitions import TRANSITIONS

ALL = {*BY, "DEEM_ACKNOWLEDGED"}
INSTRUCTIONS = {"INSTRUCT", "RECORD_INSTRUCTION", "ACKNOWLEDGE_INSTRUCTION"}
BESIDE = {"ASK_CONTRIBUTION", "CONTRIBUTE", "ASK_COORDINATION", *INSTRUCTIONS}
"""These leave the version alone: what is added beside a measure makes no page of it stale."""
AS_OFTEN_AS_WANTED = {"CONTRIBUTE", "ASK_COORDINATION", "INSTRUCT", "RECORD_INSTRUCTION"}
ALREADY = ("Not possible while", "Other has been asked", "This instruction has been acknowledged")
LOTS = 8
"""Into so many tests are the races dealt out, for all workers to take their share."""

Pair = tuple[str, str]
ANSWERS = {
    "ADJUST",
    "REFUSE_ADJUSTMENT",
    "CARRY_OVER",
    "REFUSE_CARRY_OVER",
    "EXTEND",
    "REFUSE_EXTENSION",
    "REFUSE_SUSPENSION",
}
NEVER_TOGETHER: dict[str, dict[str, set[str]]] = {
    "what is asked for waits already": {
        "CANCEL": {"ASK_CANCELLATION"},
        "REOPEN": {"ASK_REOPENING"},
    },
    "verified or confirmed once, and granted only then": {
        "CLOSE": {"VERIFY"},
        "REISSUE": {"CONFIRM_OBJECTION"},
    },
    "refused while anything else that was asked for waits to be answered": {
        "CANCEL": {*ANSWERS, "SUSPEND", "CONFIRM_OBJECTION", "REISSUE", "REFUSE_OBJECTION"},
        "CLOSE": {*ANSWERS - {"ADJUST", "CARRY_OVER"}, "REFUSE_OBJECTION", "REFUSE_CANCELLATION"},
        "REISSUE": {*ANSWERS - {"REFUSE_SUSPENSION"}, "SUSPEND"},
    },
    "refused while the completion that was applied for waits": {
        "CANCEL": {"VERIFY", "SEND_BACK", "CLOSE"},
    },
    "refused while the report waits that would be reviewed": {
        "CANCEL": {"REVIEW"},
        "CLOSE": {"REVIEW"},
    },
    "verified only after the review, which nobody withdraws once something has followed": {
        "CLOSE": {"WITHDRAW_REVIEW"},
    },
}
"""Why two actions that exclude each other are never possible at the same time."""


def excludes(one: str, other: str, state: str) -> bool:
    """After the one, the state no longer knows the other; or both decide the same request."""
    left = TRANSITIONS[one][state]
    gone = TRANSITIONS[other][state if left == "stays" else left] == "-"
    return gone or (one in DECIDES and other in DECIDES and same_request(one, other))


def same_request(one: str, other: str) -> bool:
    return DECIDES[one].kind == DECIDES[other].kind


def to_race(actions: set[str], state: str) -> Iterator[Pair]:
    for one, other in combinations_with_replacement(sorted(actions), 2):
        if one == other or excludes(one, other, state) or excludes(other, one, state):
            yield one, other


def first_meetings() -> dict[Pair, Story]:
    """Every pair, with the first measure on which the two can meet."""
    found: dict[Pair, Story] = {}
    for state, story in STORIES:
        for pair in to_race(POSSIBLE[state][story], state):
            found.setdefault(pair, story)
    return found


MEETINGS = first_meetings()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lot", range(LOTS))
def test_one_wins_and_the_other_reads_why(cast, clause, lot):
    evidence(cast)
    for number, (acts, story) in enumerate(list(MEETINGS.items())[lot::LOTS]):
        measure = fresh(story(cast, clause, code=f"race-{number}"))
        run(measure, cast, clause, acts)


def run(measure: Measure, cast, clause, acts: Pair) -> None:
    pages = [acting_on(a, measure, cast, clause, second=n > 0) for n, a in enumerate(acts)]
    before = AuditEvent.objects.count()
    results = race(*pages)
    won = [a for a, result in zip(acts, results, strict=True) if not isinstance(result, Refusal)]
    left = AuditEvent.objects.count() - before
    assert left == sum(EVENTS.get(action, 1) for action in won), acts
    assert whole(measure), acts
    if len(won) == 2:  # what came beside it came before it
        assert set(acts) <= AS_OFTEN_AS_WANTED or (BESIDE & set(acts) and acts[0] != acts[1]), acts
        return
    assert len(won) == 1, (acts, results)
    led = TRANSITIONS[won[0]][measure.state]
    assert fresh(measure).state == (measure.state if led == "stays" else led), acts
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


def test_nothing_is_left_out():
    """Every act races itself, and every other that it excludes, wherever they can meet."""
    assert {(action, action) for action in ALL} <= set(MEETINGS)
    ought = {
        pair
        for state in POSSIBLE
        for pair in to_race({a for a in ALL if TRANSITIONS[a][state] != "-"}, state)
    }
    assert ought - set(MEETINGS) == {
        (min(one, other), max(one, other))
        for pairs in NEVER_TOGETHER.values()
        for one, others in pairs.items()
        for other in others
    }
