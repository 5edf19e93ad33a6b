"""Measures in every state: each action that the state knows succeeds on one of them somewhere.

`POSSIBLE` says which: the table of transitions is tried against it, and the races take from it
on which measure two actions can meet.
"""

from collections.abc import Callable

from apps.measures.models import Measure, State
from tests.conftest import (
    applied,
    broken_down,
    closed,
    drafted,
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
from tests.measures.confirming import confirms, hand_in
from tests.measures.instructing import instruction_waits, instruction_waits_at_the_end
from tests.measures.stories_of_adjustments import (
    adjustment_asked,
    asked_for_everything,
    carry_over_asked,
    finished_cancellation_asked,
    finished_standing,
    finished_suspension_asked,
)
from tests.measures.stories_of_objections import finished_objected, objected, objection_confirmed
from tests.measures.stories_of_rest import (
    ask_cancellation,
    cancellation_asked,
    cancelled,
    prolonging_asked,
    suspended,
    suspension_asked,
)


def part(cast, clause, **said) -> Measure:
    """The bureau's own, of a measure that it leads; the other bureau supports it."""
    (child,) = broken_down(cast, in_progress(cast, clause, **said))
    child.supporters.set([cast.agencies["other"]])
    return child


def verified_part(cast, clause, *, code: str = "m-1") -> Measure:
    """Around the operations: what is done already becomes a part of something."""
    measure = verified(cast, clause, code=code)
    whole = in_progress(cast, clause, code=f"{code}-whole")
    Measure.objects.filter(pk=measure.pk).update(parent=whole)
    return measure


def report_waits(cast, clause, **said) -> Measure:
    measure = in_progress(cast, clause, **said)
    reported(cast, measure)
    return measure


def handed_in(cast, clause, **said) -> Measure:
    return with_a_report_handed_in(cast, in_progress(cast, clause, **said))


def with_a_report_handed_in(cast, measure: Measure) -> Measure:
    """A report waits for the unit leader; other measures of the agency report as ever."""
    confirms(cast)
    hand_in(cast, measure, summary="事")
    confirms(cast, wanted=False)
    return fresh(measure)


def just_reviewed(cast, clause, **said) -> Measure:
    measure = report_waits(cast, clause, **said)
    act_of("return_report", fresh(measure), cast, clause, "supervisor")()
    return measure


# --- What is to end or to change course, while something else could still be done ----------------


def issued_cancellation_asked(cast, clause, **said) -> Measure:
    return with_cancellation_asked(cast, issued(cast, clause, **said))


def part_cancellation_asked(cast, clause, **said) -> Measure:
    return with_cancellation_asked(cast, part(cast, clause, **said))


def just_reviewed_cancellation_asked(cast, clause, **said) -> Measure:
    measure = with_cancellation_asked(cast, report_waits(cast, clause, **said))
    act_of("return_report", measure, cast, clause, "supervisor")()
    return fresh(measure)


def suspended_cancellation_asked(cast, clause, **said) -> Measure:
    return with_cancellation_asked(cast, suspended(cast, clause, **said))


def handed_in_at_the_end(cast, clause, **said) -> Measure:
    """All is reached, one more report is handed in, and it may be cancelled."""
    return with_a_report_handed_in(cast, finished_cancellation_asked(cast, clause, **said))


def handed_in_suspension_asked(cast, clause, **said) -> Measure:
    return with_a_report_handed_in(cast, suspension_asked(cast, clause, **said))


def handed_in_objected(cast, clause, **said) -> Measure:
    return with_a_report_handed_in(cast, finished_objected(cast, clause, **said))


def with_cancellation_asked(cast, measure: Measure) -> Measure:
    ask_cancellation(cast, measure)
    return fresh(measure)


# --- The table ------------------------------------------------------------------------------------

Story = Callable[..., Measure]
INSTRUCTED = {"INSTRUCT", "RECORD_INSTRUCTION"}
WAITS_FOR_RECEIPT = {*INSTRUCTED, "ASK_CANCELLATION", "ACKNOWLEDGE", "DEEM_ACKNOWLEDGED"}
RUNS = {
    *INSTRUCTED,
    "OBJECT",
    "REPORT",
    "ASK_CONTRIBUTION",
    "CONTRIBUTE",
    "ASK_COORDINATION",
    "BREAK_DOWN",
    "ASK_ADJUSTMENT",
    "ASK_EXTENSION",
    "ASK_SUSPENSION",
    "ASK_CANCELLATION",
}
DONE = RUNS | {"APPLY"}
DONE_STANDING = DONE | {"ASK_CARRY_OVER"}
ENDS = {*INSTRUCTED, "ASK_CANCELLATION", "SEND_BACK"}
RESTS = {*INSTRUCTED, "ASK_COORDINATION", "ASK_SUSPENSION", "RESUME", "ASK_CANCELLATION"}


def asked(kind: str, grant: str = "") -> set[str]:
    """What asking for it makes possible."""
    return {grant or kind, f"REFUSE_{kind}"}


POSSIBLE: dict[State, dict[Story, set[str]]] = {
    State.DRAFT: {drafted: {"REVISE", "PROPOSE"}},
    State.PROPOSED: {proposed: {"RETURN_PROPOSAL", "ISSUE"}},
    State.ISSUED: {
        issued: WAITS_FOR_RECEIPT | {"OBJECT"},
        part: WAITS_FOR_RECEIPT | {"OBJECT", "DETACH"},
        objected: WAITS_FOR_RECEIPT | asked("OBJECTION", "CONFIRM_OBJECTION"),
        objection_confirmed: WAITS_FOR_RECEIPT | asked("OBJECTION", "REISSUE"),
        issued_cancellation_asked: WAITS_FOR_RECEIPT - {"ASK_CANCELLATION"}
        | {"OBJECT"}
        | asked("CANCELLATION", "CANCEL"),
        part_cancellation_asked: WAITS_FOR_RECEIPT - {"ASK_CANCELLATION"}
        | {"OBJECT", "DETACH"}
        | asked("CANCELLATION", "CANCEL"),
    },
    State.IN_PROGRESS: {
        in_progress: RUNS,
        report_waits: RUNS | {"REVIEW"},
        just_reviewed: RUNS | {"WITHDRAW_REVIEW"},
        finished: DONE,
        extension_asked: RUNS - {"ASK_EXTENSION"} | asked("EXTENSION", "EXTEND"),
        suspension_asked: RUNS - {"ASK_SUSPENSION"} | asked("SUSPENSION", "SUSPEND"),
        cancellation_asked: RUNS - {"ASK_CANCELLATION"} | asked("CANCELLATION", "CANCEL"),
        handed_in: RUNS | {"CONFIRM_REPORT"},
        adjustment_asked: RUNS - {"ASK_ADJUSTMENT"} | asked("ADJUSTMENT", "ADJUST"),
        carry_over_asked: RUNS - {"ASK_EXTENSION"} | asked("CARRY_OVER"),
        finished_standing: DONE_STANDING,
        asked_for_everything: DONE - {"OBJECT", "ASK_ADJUSTMENT", "ASK_SUSPENSION"}
        | asked("OBJECTION", "CONFIRM_OBJECTION")
        | asked("ADJUSTMENT", "ADJUST")
        | asked("CARRY_OVER")
        | asked("SUSPENSION", "SUSPEND"),
        finished_objected: DONE_STANDING - {"OBJECT"} | asked("OBJECTION", "REISSUE"),
        finished_suspension_asked: DONE_STANDING - {"ASK_SUSPENSION"}
        | asked("SUSPENSION", "SUSPEND"),
        finished_cancellation_asked: DONE_STANDING - {"ASK_CANCELLATION"}
        | asked("CANCELLATION", "CANCEL"),
        instruction_waits: RUNS - {"ASK_CANCELLATION"}
        | {"ACKNOWLEDGE_INSTRUCTION"}
        | asked("CANCELLATION", "CANCEL"),
        just_reviewed_cancellation_asked: RUNS - {"ASK_CANCELLATION"}
        | {"WITHDRAW_REVIEW"}
        | asked("CANCELLATION", "CANCEL"),
        handed_in_at_the_end: DONE_STANDING - {"ASK_CANCELLATION"}
        | {"CONFIRM_REPORT"}
        | asked("CANCELLATION", "CANCEL"),
        handed_in_suspension_asked: RUNS - {"ASK_SUSPENSION"}
        | {"CONFIRM_REPORT"}
        | asked("SUSPENSION", "SUSPEND"),
        handed_in_objected: DONE_STANDING - {"OBJECT"}
        | {"CONFIRM_REPORT"}
        | asked("OBJECTION", "REISSUE"),
    },
    State.COMPLETING: {
        applied: ENDS | {"VERIFY"},
        verified: ENDS | {"CLOSE"},
        verified_part: ENDS | {"CLOSE", "DETACH"},
        instruction_waits_at_the_end: ENDS | {"CLOSE", "ACKNOWLEDGE_INSTRUCTION"},
    },
    State.CLOSED: {
        closed: {"ASK_REOPENING"},
        reopening_asked: asked("REOPENING", "REOPEN"),
    },
    State.SUSPENDED: {
        suspended: RESTS,
        prolonging_asked: RESTS - {"ASK_SUSPENSION"} | asked("SUSPENSION", "SUSPEND"),
        suspended_cancellation_asked: RESTS - {"ASK_CANCELLATION"}
        | asked("CANCELLATION", "CANCEL"),
    },
    State.CANCELLED: {cancelled: set()},
}
"""Measures by their state, and every action that succeeds on each."""
STORIES = [(state, story) for state, stories in POSSIBLE.items() for story in stories]
