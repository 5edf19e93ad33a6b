"""Decisions that somebody took on paper, put on record by the supervision office."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Measure
from apps.measures.operations import (
    adjusting,
    cancelling,
    carrying_over,
    completing,
    extending,
    objecting,
    suspending,
)
from apps.measures.operations.requests import Paper

TAKEN_ON_PAPER: Mapping[Action, Callable[..., Decision]] = {
    Action.VERIFY: completing.verify_completion,
    Action.SEND_BACK: completing.send_back_completion,
    Action.CLOSE: completing.close_measure,
    Action.REOPEN: completing.reopen_measure,
    Action.REFUSE_REOPENING: completing.refuse_reopening,
    Action.EXTEND: extending.extend_deadline,
    Action.REFUSE_EXTENSION: extending.refuse_extension,
    Action.SUSPEND: suspending.suspend_measure,
    Action.REFUSE_SUSPENSION: suspending.refuse_suspension,
    Action.CANCEL: cancelling.cancel_measure,
    Action.REFUSE_CANCELLATION: cancelling.refuse_cancellation,
    Action.CONFIRM_OBJECTION: objecting.confirm_objection,
    Action.REISSUE: objecting.reissue_measure,
    Action.REFUSE_OBJECTION: objecting.refuse_objection,
    Action.ADJUST: adjusting.adjust_measure,
    Action.REFUSE_ADJUSTMENT: adjusting.refuse_adjustment,
    Action.CARRY_OVER: carrying_over.carry_over,
    Action.REFUSE_CARRY_OVER: carrying_over.refuse_carry_over,
}
"""Every decision, with the operation that draws its consequences."""


def record_paper_decision(
    measure: Measure,
    action: Action,
    *,
    paper: Paper,
    reason: str = "",
    lead: Agency | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """Put on record what somebody else decided on paper, with the same consequences.

    The paper's day stands in the ledger; whose turn it was, and the measure's own dates, go by
    today: until it is recorded, the office has the turn. Who leads from now on is named where an
    objection is upheld. Raises NotAllowed outside the office and
    to whoever asked, RuleBroken for a day before the request or after today.
    """
    if action not in TAKEN_ON_PAPER:
        raise RuleBroken(_("Choose what was decided."), field="action")
    decide = TAKEN_ON_PAPER[action]
    more = {"lead": lead} if action is Action.REISSUE else {}
    return decide(measure, reason=reason, paper=paper, seen=seen, by=by, at=at, **more)
