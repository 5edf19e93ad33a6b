"""What can be done to a measure now, by whom, and why not the rest: said before anybody tries.

The operations refuse the same, whatever a face offers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.core.errors import Verdict
from apps.measures.lifecycle import ASKS, DECIDES, Action, in_turn
from apps.measures.models import Measure, State
from apps.measures.operations.circumstances import Circumstances, circumstances_of
from apps.measures.operations.completing import unfinished
from apps.measures.operations.objecting import may_still_object
from apps.measures.operations.superior import office_decides
from apps.measures.permissions import may_decide, may_now, offered
from apps.workdays.models import current_calendar

MENTIONED_TO_ITS_OWN = frozenset(
    {Action.CONFIRM_REPORT, Action.INSTRUCT, Action.RECORD_INSTRUCTION}
)
"""Not even named, with a reason why not, to anybody else."""
LOOKING_AROUND = frozenset({*DECIDES, *ASKS, Action.CONFIRM_REPORT})
"""The actions that depend on more than the measure's own row."""


@dataclass(frozen=True)
class Offer:
    """One action on one measure with this person's verdict."""

    action: Action
    verdict: Verdict


def offers(
    standing: Standing, measure: Measure, *, among: Iterable[Action], on: date
) -> list[Offer]:
    """The actions that the measure's state knows, in order; `measure.lead` must be loaded, and of
    a part `measure.parent.lead` too. Three queries at most, supporters included.

    What nobody asked for is nobody's to decide, and not mentioned; nor is carrying over what is
    no standing work.
    """
    known = frozenset(among)
    acts = [(action, verdict) for action, verdict in offered(standing, measure) if action in known]
    around = _around(measure, [action for action, _verdict in acts])
    return [
        Offer(
            action,
            verdict and _waiting(action, measure) and _asked(action, standing, measure, around, on),
        )
        for action, verdict in acts
        if (action not in DECIDES or around.asked(DECIDES[action].kind))
        and (action is not Action.ASK_CARRY_OVER or measure.standing)
        and (action not in MENTIONED_TO_ITS_OWN or verdict)
        and (action is not Action.CONFIRM_REPORT or around.is_confirming)
    ]


def verdict_on(action: Action, standing: Standing, measure: Measure, *, on: date) -> Verdict:
    """Whether asking or deciding is this person's, now, with what was asked so far."""
    may_act = may_now(action, standing, measure)
    return may_act and _asked(action, standing, measure, _around(measure, [action]), on)


def _around(measure: Measure, actions: Iterable[Action]) -> Circumstances:
    """How things stand around the measure, where one of the actions has to do with them."""
    if LOOKING_AROUND.isdisjoint(actions):
        return Circumstances()
    return circumstances_of(measure)


def _asked(
    action: Action, standing: Standing, measure: Measure, around: Circumstances, on: date
) -> Verdict:
    """A decision needs a request of somebody else that is ready for it; nobody asks twice."""
    if action not in DECIDES:
        return _may_ask(action, measure, around, on)
    request = around.asked(DECIDES[action].kind)
    if request is None:
        return Verdict(_("Nobody has asked for this."))
    verdict = may_decide(action, standing, measure, request) and in_turn(action, measure, request)
    return verdict and office_decides(action, around)


def _may_ask(action: Action, measure: Measure, around: Circumstances, on: date) -> Verdict:
    if action in ASKS and around.asked(ASKS[action]):
        return Verdict(_("This has been asked for already and waits to be decided."))
    if action is Action.OBJECT:
        return may_still_object(measure, around, on=on, calendar=current_calendar())
    # Said before anybody fills in a form in vain.
    return unfinished(around) if action is Action.APPLY else Verdict()


def _waiting(action: Action, measure: Measure) -> Verdict:
    """A review needs a report that waits for it, a question somebody to ask."""
    if action is Action.ASK_CONTRIBUTION and not measure.supporters.all():
        return Verdict(_("This measure has no supporting agency."))
    if action is Action.RESUME and measure.parent and measure.parent.state == State.SUSPENDED:
        return Verdict(_("What it was broken down from is suspended; that has to go on first."))
    if action is Action.REVIEW and measure.review_waiting_since is None:
        return Verdict(_("No report is waiting for review."))
    return Verdict()
