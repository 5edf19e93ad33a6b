"""Measures in every state, and every action as somebody who may would take it.

The table of transitions is tried on them, and every pair of actions that exclude each other
races on them: a new action is entered here once.
"""

from dataclasses import dataclass

from django.db import transaction

from apps.audit.models import AuditEvent
from apps.core.actor import Machine
from apps.core.errors import Refusal
from apps.measures.models import Measure, State
from apps.measures.operations.deeming import deem_acknowledged
from tests.conftest import (
    applied,
    at,
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
from tests.measures.arguments import Act, act_of
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
    """A report waits for the unit leader; other measures of the agency report as ever."""
    measure = in_progress(cast, clause, **said)
    confirms(cast)
    hand_in(cast, measure, summary="事")
    confirms(cast, wanted=False)
    return fresh(measure)


def just_reviewed(cast, clause, **said) -> Measure:
    measure = report_waits(cast, clause, **said)
    act_of("return_report", fresh(measure), cast, clause, "supervisor")()
    return measure


STORIES = {
    State.DRAFT: [drafted],
    State.PROPOSED: [proposed],
    State.ISSUED: [issued, part, objected, objection_confirmed],
    State.IN_PROGRESS: [
        in_progress,
        report_waits,
        just_reviewed,
        finished,
        extension_asked,
        suspension_asked,
        cancellation_asked,
        handed_in,
        adjustment_asked,
        carry_over_asked,
        finished_standing,
        asked_for_everything,
        finished_objected,
        finished_suspension_asked,
        finished_cancellation_asked,
        instruction_waits,
    ],
    State.COMPLETING: [applied, verified, verified_part, instruction_waits_at_the_end],
    State.CLOSED: [closed, reopening_asked],
    State.SUSPENDED: [suspended, prolonging_asked],
    State.CANCELLED: [cancelled],
}
"""Measures in a state: each action that the state knows succeeds on one of them somewhere."""

BY = {
    "REVISE": ("supervisor", "revise_draft"),
    "PROPOSE": ("supervisor", "propose_measure"),
    "RETURN_PROPOSAL": ("director", "return_proposal"),
    "ISSUE": ("director", "issue_measure"),
    "ACKNOWLEDGE": ("liaison", "acknowledge_measure"),
    "OBJECT": ("liaison", "object_to_measure"),
    "CONFIRM_OBJECTION": ("unit_leader", "confirm_objection"),
    "REISSUE": ("director", "reissue_measure"),
    "REFUSE_OBJECTION": ("director", "refuse_objection"),
    "ASK_ADJUSTMENT": ("liaison", "ask_adjustment"),
    "ADJUST": ("director", "adjust_measure"),
    "REFUSE_ADJUSTMENT": ("director", "refuse_adjustment"),
    "ASK_CARRY_OVER": ("supervisor", "ask_carry_over"),
    "CARRY_OVER": ("director", "carry_over"),
    "REFUSE_CARRY_OVER": ("director", "refuse_carry_over"),
    "REPORT": ("liaison", "submit_report"),
    "CONFIRM_REPORT": ("unit_leader", "confirm_report"),
    "REVIEW": ("supervisor", "return_report"),
    "ASK_CONTRIBUTION": ("liaison", "ask_for_contribution"),
    "CONTRIBUTE": ("stranger", "contribute"),
    "ASK_COORDINATION": ("liaison", "ask_coordination"),
    "INSTRUCT": ("leader", "instruct"),
    "RECORD_INSTRUCTION": ("supervisor", "record_instruction"),
    "ACKNOWLEDGE_INSTRUCTION": ("liaison", "acknowledge_instruction"),
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
    "ASK_SUSPENSION": ("liaison", "ask_suspension"),
    "SUSPEND": ("director", "suspend_measure"),
    "REFUSE_SUSPENSION": ("director", "refuse_suspension"),
    "RESUME": ("director", "resume_measure"),
    "ASK_CANCELLATION": ("liaison", "ask_cancellation"),
    "CANCEL": ("director", "cancel_measure"),
    "REFUSE_CANCELLATION": ("director", "refuse_cancellation"),
}
"""Somebody who may, and the operation of the action."""
TO_COME: set[str] = set()
"""Lines of the table without an operation yet."""


def acting_on(action: str, measure: Measure, cast, clause, *, second: bool = False) -> Act:
    """The action from a page that shows the measure as given; `second`: a colleague's page."""
    if action == "DEEM_ACKNOWLEDGED":
        later = at(cast.today.replace(day=28))
        said = {"seen": measure.version, "by": Machine("machine"), "at": later}
        return lambda: deem_acknowledged(measure, **said)
    who, name = BY[action]
    if action == "REVIEW" and measure.parent_id:
        who = "unit_leader"
    if second and action != "WITHDRAW_REVIEW":  # which takes the same person
        who = COLLEAGUES.get(who, who)
    return act_of(name, measure, cast, clause, who)


COLLEAGUES = {"liaison": "drafter", "supervisor": "second_supervisor"}


@dataclass(frozen=True)
class Outcome:
    """The state an action led to, or the refusal; and how many events it left."""

    state: str = ""
    refusal: str = ""
    events: int = 0


def outcome(action: str, measure: Measure, cast, clause) -> Outcome:
    """What the action does alone; nothing of it stays."""
    with transaction.atomic():
        act = acting_on(action, fresh(measure), cast, clause)
        before = AuditEvent.objects.count()
        try:
            act()
        except Refusal as refusal:
            return Outcome(refusal=type(refusal).__name__)
        else:
            return Outcome(fresh(measure).state, events=AuditEvent.objects.count() - before)
        finally:
            transaction.set_rollback(True)


def tried_on(measure: Measure) -> list[str]:
    """Every action; where a report could be reviewed, or an instruction acknowledged, there has
    to be one.
    """
    missing = set()
    if measure.is_open and not measure.reports.exists():
        missing.add("REVIEW")
    if measure.is_open and not measure.instructions.exists():
        missing.add("ACKNOWLEDGE_INSTRUCTION")
    return [action for action in (*BY, "DEEM_ACKNOWLEDGED") if action not in missing]
