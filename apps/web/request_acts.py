"""Asking for something and deciding it, in the web: the form and the words of each.

A kind of request is added here, in `lifecycle.REQUEST_PATHS` and with its operations; addresses,
buttons and pages follow.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.web.forms.adjusting import AdjustForm, CarryOverForm
from apps.web.forms.requests import AskForm, DecideForm, ReissueForm


@dataclass(frozen=True)
class RequestAct:
    """What is called to ask, what the page says before it, and what it says afterwards."""

    operation: Callable[..., object]
    about: str | Promise
    done: str | Promise
    """Takes the measure's `code`."""
    form: type[AskForm] = AskForm
    """What asking carries as typed."""


@dataclass(frozen=True)
class DecisionAct:
    """What the page says before a decision and after it; `operations.DECIDE` is what is called."""

    about: str | Promise
    done: str | Promise
    """Takes the measure's `code`."""
    form: type[DecideForm] = DecideForm
    """What a decision carries as typed."""


ASKING = {
    Action.OBJECT: RequestAct(
        operations.object_to_measure,
        done=_("An objection to %(code)s is raised. Confirmed by the unit leader, it is decided."),
        about=_(
            "Say why the measure is not your agency's and, where you know it, whose it is."
            " Your unit leader confirms the objection, the director decides; until then the"
            " measure is yours."
        ),
    ),
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
            " the review date the director looks at it again."
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
    Action.ASK_ADJUSTMENT: RequestAct(
        operations.ask_adjustment,
        done=_("An adjustment of %(code)s is asked for; the director decides."),
        about=_(
            "Change what is to be different; the rest stays. Milestones that are reached stay, and"
            " the basis of progress cannot be changed. Until the director grants it, all holds."
        ),
        form=AdjustForm,
    ),
    Action.ASK_CARRY_OVER: RequestAct(
        operations.ask_carry_over,
        done=_("Carrying %(code)s over into the next year is asked for; the director decides."),
        about=_(
            "Standing work goes on in the next year, until its end at most, with milestones of its"
            " own. What is reached stays; open milestones that are not below are dropped. That is"
            " no extension."
        ),
        form=CarryOverForm,
    ),
}
DECIDING = {
    Action.ADJUST: DecisionAct(
        done=_("%(code)s is adjusted as it was asked for."),
        about=_("Exactly what was asked for is changed. Weekly reports take a reason."),
    ),
    Action.REFUSE_ADJUSTMENT: DecisionAct(
        done=_("%(code)s goes on as it is."),
        about=_("Nothing changes. The reason stays in the timeline."),
    ),
    Action.CARRY_OVER: DecisionAct(
        done=_("%(code)s is carried over into the next year."),
        about=_(
            "The deadline moves and the open milestones are replaced by those asked for. The"
            " original deadline stays on record; it counts as no extension."
        ),
    ),
    Action.REFUSE_CARRY_OVER: DecisionAct(
        done=_("%(code)s is not carried over."),
        about=_("It ends this year. The reason stays in the timeline."),
    ),
    Action.CONFIRM_OBJECTION: DecisionAct(
        done=_("The objection to %(code)s is confirmed; the director has the turn."),
        about=_("You make it your agency's own. From now on the director's clock runs."),
    ),
    Action.REISSUE: DecisionAct(
        done=_("The objection to %(code)s is upheld: it is reissued to another lead."),
        about=_(
            "The measure is issued anew, to another lead: two workdays to acknowledge, and the"
            " old lead loses sight of it unless it sees it for another reason. What was reported"
            " stays on record."
        ),
        form=ReissueForm,
    ),
    Action.REFUSE_OBJECTION: DecisionAct(
        done=_("The objection to %(code)s is refused; it goes on."),
        about=_("The lead stays. The reason stays in the timeline."),
    ),
    Action.VERIFY: DecisionAct(
        done=_("Completion of %(code)s is verified; the director has the turn."),
        about=_("You confirm that the evidence shows what is claimed. The director closes."),
    ),
    Action.SEND_BACK: DecisionAct(
        done=_("The application for completion of %(code)s is sent back."),
        about=_("The measure goes on. The reason stays in its timeline."),
    ),
    Action.CLOSE: DecisionAct(
        done=_("%(code)s is closed as completed."),
        about=_("The measure is completed and counts for the agency that leads it today."),
    ),
    Action.REOPEN: DecisionAct(
        done=_("%(code)s is reopened."),
        about=_("The measure goes on with the deadline that was asked for."),
    ),
    Action.REFUSE_REOPENING: DecisionAct(
        done=_("%(code)s stays closed."),
        about=_("The measure stays closed. The reason stays in its timeline."),
    ),
    Action.EXTEND: DecisionAct(
        done=_("The deadline of %(code)s is extended."),
        about=_(
            "The deadline moves to the day that was asked for. The original one stays on record."
        ),
    ),
    Action.REFUSE_EXTENSION: DecisionAct(
        done=_("The deadline of %(code)s stays as it was."),
        about=_("The deadline stays. The reason stays in the timeline."),
    ),
    Action.SUSPEND: DecisionAct(
        done=_("%(code)s is suspended."),
        about=_(
            "It rests under the condition that was asked for, with the parts named there that are"
            " in progress. On the review date it lies on your desk again."
        ),
    ),
    Action.REFUSE_SUSPENSION: DecisionAct(
        done=_("%(code)s goes on."),
        about=_("The measure goes on. The reason stays in its timeline."),
    ),
    Action.CANCEL: DecisionAct(
        done=_("%(code)s is cancelled."),
        about=_("The measure ends without completion, with the parts named there. This is final."),
    ),
    Action.REFUSE_CANCELLATION: DecisionAct(
        done=_("%(code)s goes on."),
        about=_("The measure goes on. The reason stays in its timeline."),
    ),
}
