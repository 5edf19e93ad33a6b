"""Which operation stands behind each act on a measure, and what the caller says to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404

from apps.agencies.models import Agency
from apps.api.nouns import bodies, planning
from apps.api.nouns.words import Body, Nothing, Reason
from apps.core.transactions import one_whole
from apps.measures import operations
from apps.measures.lifecycle import DECIDES, Action
from apps.measures.models import Measure
from apps.measures.operations import Account, Adjustment, Part, Question


@dataclass(frozen=True)
class Write:
    """What the caller says, and the operation that is called with it.

    `beside` a measure, what somebody adds makes nobody's version of it stale: none is said.
    """

    body: type[Body]
    operation: Callable[..., Any]
    beside: bool = False


def _report(measure: Measure, *, seen: int, by: Any, at: Any, **said: Any) -> Any:
    account = Account(**said | {"reached": frozenset(said.get("reached", ()))})
    return operations.hand_in_report(measure, account, seen=seen, by=by, at=at)


def _confirm(measure: Measure, *, draft: int, **how: Any) -> Any:
    return operations.confirm_report(measure, seen_draft=draft, **how)


def _review(measure: Measure, *, report: int, verdict: str, reason: str, **how: Any) -> Any:
    found = get_object_or_404(measure.reports, pk=report)
    if verdict == "return":
        return operations.return_report(found, reason=reason, **how)
    return operations.approve_report(found, **how)


def _adjust(measure: Measure, *, adjustment: dict[str, Any], **said: Any) -> Any:
    return operations.ask_adjustment(measure, Adjustment(**adjustment), **said)


def _break_down(measure: Measure, *, parts: Sequence[Part], **how: Any) -> Any:
    """The whole, as its parts leave it; they are found by its address."""
    return operations.break_down(measure, parts, **how)[0].parent


def _ask_contributions(measure: Measure, *, agencies: Sequence[Agency], **said: Any) -> Any:
    """All of them, or none."""
    with one_whole():
        for agency in agencies:
            asked = operations.ask_for_contribution(measure, agency=agency, **said)
    return asked


def _ask_coordination(
    measure: Measure, *, asked: Agency, question: str, wanted_on: Any, of_leader: bool, **how: Any
) -> Any:
    put = Question(asked, question, wanted_on, of_leader)
    return operations.ask_coordination(measure, put, **how)


WRITES: Mapping[Action, Write] = {
    Action.REVISE: Write(planning.Planning, operations.revise_draft),
    Action.PROPOSE: Write(Nothing, operations.propose_measure),
    Action.ISSUE: Write(bodies.Issuing, operations.issue_measure),
    Action.ACKNOWLEDGE: Write(Nothing, operations.acknowledge_measure),
    Action.RETURN_PROPOSAL: Write(Reason, operations.return_proposal),
    Action.REPORT: Write(bodies.Reporting, _report),
    Action.CONFIRM_REPORT: Write(bodies.Confirming, _confirm),
    Action.REVIEW: Write(bodies.Reviewing, _review),
    Action.ASK_CONTRIBUTION: Write(bodies.AskingContribution, _ask_contributions, beside=True),
    Action.CONTRIBUTE: Write(bodies.Contributing, operations.contribute, beside=True),
    Action.ASK_COORDINATION: Write(bodies.AskingCoordination, _ask_coordination, beside=True),
    Action.INSTRUCT: Write(bodies.Instructing, operations.instruct, beside=True),
    Action.RECORD_INSTRUCTION: Write(
        bodies.RecordingInstruction, operations.record_instruction, beside=True
    ),
    Action.BREAK_DOWN: Write(planning.BreakingDown, _break_down),
    Action.DETACH: Write(Reason, operations.detach_child),
    Action.RESUME: Write(bodies.Resuming, operations.resume_measure),
    Action.OBJECT: Write(bodies.Asking, operations.object_to_measure),
    Action.APPLY: Write(bodies.Asking, operations.apply_for_completion),
    Action.ASK_REOPENING: Write(bodies.AskingADay, operations.ask_reopening),
    Action.ASK_EXTENSION: Write(bodies.AskingADay, operations.ask_extension),
    Action.ASK_SUSPENSION: Write(bodies.AskingToSuspend, operations.ask_suspension),
    Action.ASK_CANCELLATION: Write(bodies.AskingToCancel, operations.ask_cancellation),
    Action.ASK_ADJUSTMENT: Write(bodies.AskingToAdjust, _adjust),
    Action.ASK_CARRY_OVER: Write(bodies.AskingToCarryOver, operations.ask_carry_over),
    **{
        each: Write(bodies.Reissuing if each is Action.REISSUE else Reason, operations.DECIDE[each])
        for each in DECIDES
    },
}
