"""Every action as somebody who may would take it: a new action is entered here once.

The table of transitions is tried with them on the measures of `stories_in_every_state`, and
every pair of actions that exclude each other races there.
"""

from dataclasses import dataclass

from django.db import transaction

from apps.audit.models import AuditEvent
from apps.core.actor import Machine
from apps.core.errors import Refusal
from apps.measures.models import Measure
from apps.measures.operations.deeming import deem_acknowledged
from tests.conftest import at, fresh
from tests.measures.arguments import Act, act_of

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
EVENTS = {"BREAK_DOWN": 2, "DETACH": 2}
"""How many events an action leaves: one, unless a whole and its part are both told."""


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
