"""Which operation stands behind each decision on a request."""

from collections.abc import Callable, Mapping

from apps.measures.lifecycle import Action
from apps.measures.models import Decision
from apps.measures.operations import (
    adjusting,
    cancelling,
    carrying_over,
    completing,
    extending,
    objecting,
    suspending,
)

DECIDE: Mapping[Action, Callable[..., Decision]] = {
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
