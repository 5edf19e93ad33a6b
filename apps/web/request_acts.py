"""Asking for something and deciding it, in the web: the operation, the form and the words of each.

A kind of request is added here, in `lifecycle.REQUEST_PATHS` and with its operations; addresses,
buttons and pages follow.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.measures import operations
from apps.measures.lifecycle import Action


@dataclass(frozen=True)
class RequestAct:
    """What is called, what the page says before it, and what it says afterwards."""

    operation: Callable[..., object]
    about: str | Promise
    done: str | Promise
    """Takes the measure's `code`."""


ASKING = {
    Action.APPLY: RequestAct(
        operations.apply_for_completion,
        done=_("Completion of %(code)s is applied for; the supervision office has the turn."),
        about=_(
            "The supervision office verifies, then the director closes. Until then nothing is owed;"
            " on time is judged by today."
        ),
    ),
    Action.ASK_REOPENING: RequestAct(
        operations.ask_reopening,
        done=_("The reopening of %(code)s is asked for; the director decides."),
        about=_("The measure stays closed until the director has decided."),
    ),
    Action.ASK_EXTENSION: RequestAct(
        operations.ask_extension,
        done=_("An extension of %(code)s is asked for; its deadline holds until then."),
        about=_(
            "The first extension is the director's to grant, the second the supervising leader's."
            " The deadline holds until it is granted; asked for after the deadline it is marked"
            " late."
        ),
    ),
    Action.ASK_SUSPENSION: RequestAct(
        operations.ask_suspension,
        done=_("The suspension of %(code)s is asked for; the director decides."),
        about=_(
            "While it is suspended no report is owed and no workday is counted against anybody. On"
            " the review date the director looks at it again. Parts that are not chosen go on."
        ),
    ),
    Action.ASK_CANCELLATION: RequestAct(
        operations.ask_cancellation,
        done=_("The cancellation of %(code)s is asked for; the director decides."),
        about=_(
            "A cancelled measure ends without completion and is not taken up again. Its open parts"
            " end with it; a part that is to go on has to be detached first."
        ),
    ),
}
DECIDING = {
    Action.VERIFY: RequestAct(
        operations.verify_completion,
        done=_("Completion of %(code)s is verified; the director has the turn."),
        about=_("You confirm that the evidence shows what is claimed. The director closes."),
    ),
    Action.SEND_BACK: RequestAct(
        operations.send_back_completion,
        done=_("The application for completion of %(code)s is sent back."),
        about=_("The measure goes on. The reason stays in its timeline."),
    ),
    Action.CLOSE: RequestAct(
        operations.close_measure,
        done=_("%(code)s is closed as completed."),
        about=_("The measure is completed and counts for the agency that leads it today."),
    ),
    Action.REOPEN: RequestAct(
        operations.reopen_measure,
        done=_("%(code)s is reopened."),
        about=_("The measure goes on with the deadline that was asked for."),
    ),
    Action.REFUSE_REOPENING: RequestAct(
        operations.refuse_reopening,
        done=_("%(code)s stays closed."),
        about=_("The measure stays closed. The reason stays in its timeline."),
    ),
    Action.EXTEND: RequestAct(
        operations.extend_deadline,
        done=_("The deadline of %(code)s is extended."),
        about=_(
            "The deadline moves to the day that was asked for. The original one stays on record."
        ),
    ),
    Action.REFUSE_EXTENSION: RequestAct(
        operations.refuse_extension,
        done=_("The deadline of %(code)s stays as it was."),
        about=_("The deadline stays. The reason stays in the timeline."),
    ),
    Action.SUSPEND: RequestAct(
        operations.suspend_measure,
        done=_("%(code)s is suspended."),
        about=_(
            "It rests under the condition that was asked for, with the parts named there that are"
            " in progress. On the review date it lies on your desk again."
        ),
    ),
    Action.REFUSE_SUSPENSION: RequestAct(
        operations.refuse_suspension,
        done=_("%(code)s goes on."),
        about=_("The measure goes on. The reason stays in its timeline."),
    ),
    Action.CANCEL: RequestAct(
        operations.cancel_measure,
        done=_("%(code)s is cancelled."),
        about=_("The measure ends without completion, with the parts named there. This is final."),
    ),
    Action.REFUSE_CANCELLATION: RequestAct(
        operations.refuse_cancellation,
        done=_("%(code)s goes on."),
        about=_("The measure goes on. The reason stays in its timeline."),
    ),
}
