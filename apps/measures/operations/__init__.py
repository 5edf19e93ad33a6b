"""Every write of the measures app, by noun. Faces import people's verbs from here."""

from apps.measures.operations.acting import WrongState
from apps.measures.operations.adjusting import (
    Adjustment,
    adjust_measure,
    ask_adjustment,
    refuse_adjustment,
)
from apps.measures.operations.breaking_down import Part, break_down, detach_child
from apps.measures.operations.cancelling import (
    ask_cancellation,
    cancel_measure,
    refuse_cancellation,
)
from apps.measures.operations.carrying_over import (
    ask_carry_over,
    carry_over,
    refuse_carry_over,
)
from apps.measures.operations.completing import (
    apply_for_completion,
    ask_reopening,
    close_measure,
    refuse_reopening,
    reopen_measure,
    send_back_completion,
    verify_completion,
)
from apps.measures.operations.confirming import (
    confirm_report,
    hand_back_report,
    hand_in_report,
    take_back_report,
)
from apps.measures.operations.contributing import ask_for_contribution, contribute
from apps.measures.operations.coordinating import (
    Question,
    answer_item,
    ask_coordination,
    record_answer,
    settle_item,
    withdraw_item,
)
from apps.measures.operations.deciding import DECIDE
from apps.measures.operations.drafting import (
    MilestonePlan,
    Plan,
    add_clauses,
    draft_measure,
    propose_measure,
    return_proposal,
    revise_draft,
)
from apps.measures.operations.evidence import add_evidence, add_scan
from apps.measures.operations.extending import (
    ask_extension,
    extend_deadline,
    refuse_extension,
)
from apps.measures.operations.handing_over import HandedOver, hand_over
from apps.measures.operations.instructing import (
    acknowledge_instruction,
    instruct,
    record_instruction,
)
from apps.measures.operations.issuing import acknowledge_measure, issue_measure
from apps.measures.operations.objecting import (
    confirm_objection,
    object_to_measure,
    refuse_objection,
    reissue_measure,
)
from apps.measures.operations.paper import record_paper_decision
from apps.measures.operations.report_drafts import discard_draft, save_draft
from apps.measures.operations.reporting import Account, submit_report
from apps.measures.operations.requests import Paper
from apps.measures.operations.reviewing import approve_report, return_report, withdraw_review
from apps.measures.operations.suspending import (
    ask_suspension,
    refuse_suspension,
    resume_measure,
    suspend_measure,
)

__all__ = [
    "DECIDE",
    "Account",
    "Adjustment",
    "HandedOver",
    "MilestonePlan",
    "Paper",
    "Part",
    "Plan",
    "Question",
    "WrongState",
    "acknowledge_instruction",
    "acknowledge_measure",
    "add_clauses",
    "add_evidence",
    "add_scan",
    "adjust_measure",
    "answer_item",
    "apply_for_completion",
    "approve_report",
    "ask_adjustment",
    "ask_cancellation",
    "ask_carry_over",
    "ask_coordination",
    "ask_extension",
    "ask_for_contribution",
    "ask_reopening",
    "ask_suspension",
    "break_down",
    "cancel_measure",
    "carry_over",
    "close_measure",
    "confirm_objection",
    "confirm_report",
    "contribute",
    "detach_child",
    "discard_draft",
    "draft_measure",
    "extend_deadline",
    "hand_back_report",
    "hand_in_report",
    "hand_over",
    "instruct",
    "issue_measure",
    "object_to_measure",
    "propose_measure",
    "record_answer",
    "record_instruction",
    "record_paper_decision",
    "refuse_adjustment",
    "refuse_cancellation",
    "refuse_carry_over",
    "refuse_extension",
    "refuse_objection",
    "refuse_reopening",
    "refuse_suspension",
    "reissue_measure",
    "reopen_measure",
    "resume_measure",
    "return_proposal",
    "return_report",
    "revise_draft",
    "save_draft",
    "send_back_completion",
    "settle_item",
    "submit_report",
    "suspend_measure",
    "take_back_report",
    "verify_completion",
    "withdraw_item",
    "withdraw_review",
]
