"""How pages offer the actions of a measure: their address, and whether one click is enough."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.core.errors import Verdict
from apps.measures import operations
from apps.measures.lifecycle import ASKS, DECIDES, Action, in_turn, label_of
from apps.measures.models import Measure, ReportDraft, Request, State
from apps.measures.operations.completing import unfinished
from apps.measures.operations.objecting import may_still_object
from apps.measures.operations.superior import office_decides
from apps.measures.permissions import may_decide, may_now, offered
from apps.web.clock import today
from apps.web.request_acts import ASKING, DECIDING
from apps.workdays.models import current_calendar

ACTS = frozenset(
    {
        *ASKING,
        *DECIDING,
        Action.REVISE,
        Action.PROPOSE,
        Action.RETURN_PROPOSAL,
        Action.ISSUE,
        Action.ACKNOWLEDGE,
        Action.REPORT,
        Action.CONFIRM_REPORT,
        Action.REVIEW,
        Action.ASK_CONTRIBUTION,
        Action.CONTRIBUTE,
        Action.ASK_COORDINATION,
        Action.INSTRUCT,
        Action.RECORD_INSTRUCTION,
        Action.BREAK_DOWN,
        Action.DETACH,
        Action.RESUME,
    }
)
"""The actions with an operation behind them. Each has an address of its name."""

ONE_CLICK: Mapping[Action, Callable[..., Measure]] = {
    Action.PROPOSE: operations.propose_measure,
    Action.ISSUE: operations.issue_measure,
    Action.ACKNOWLEDGE: operations.acknowledge_measure,
}
"""The acts that need no word, with their operations: done by a POST form that carries `seen`, on
one measure or on many. The others open a page or the side panel."""

PANEL = frozenset({Action.REPORT})
"""Opened in the side panel where htmx is at hand."""

ICONS = {
    Action.REVISE: "edit",
    Action.PROPOSE: "send",
    Action.RETURN_PROPOSAL: "arrow-back-up",
    Action.ISSUE: "flag",
    Action.ACKNOWLEDGE: "check",
    Action.REPORT: "edit",
    Action.CONFIRM_REPORT: "checklist",
    Action.REVIEW: "checklist",
    Action.APPLY: "flag",
    Action.VERIFY: "checklist",
    Action.SEND_BACK: "arrow-back-up",
    Action.CLOSE: "check",
    Action.ASK_REOPENING: "history",
    Action.REOPEN: "history",
    Action.REFUSE_REOPENING: "x",
    Action.ASK_CONTRIBUTION: "inbox",
    Action.CONTRIBUTE: "edit",
    Action.ASK_COORDINATION: "info-circle",
    Action.INSTRUCT: "edit",
    Action.RECORD_INSTRUCTION: "edit",
    Action.BREAK_DOWN: "sitemap",
    Action.DETACH: "unlink",
    Action.ASK_EXTENSION: "calendar",
    Action.EXTEND: "calendar",
    Action.REFUSE_EXTENSION: "x",
    Action.ASK_SUSPENSION: "clock",
    Action.SUSPEND: "clock",
    Action.REFUSE_SUSPENSION: "x",
    Action.RESUME: "history",
    Action.ASK_CANCELLATION: "x",
    Action.CANCEL: "x",
    Action.REFUSE_CANCELLATION: "arrow-back-up",
    Action.OBJECT: "arrow-back-up",
    Action.CONFIRM_OBJECTION: "check",
    Action.REISSUE: "send",
    Action.REFUSE_OBJECTION: "x",
    Action.ASK_ADJUSTMENT: "edit",
    Action.ADJUST: "check",
    Action.REFUSE_ADJUSTMENT: "x",
    Action.ASK_CARRY_OVER: "calendar",
    Action.CARRY_OVER: "calendar",
    Action.REFUSE_CARRY_OVER: "x",
}
QUIET = frozenset(
    {
        Action.REVISE,
        Action.RETURN_PROPOSAL,
        Action.APPLY,
        Action.SEND_BACK,
        Action.ASK_REOPENING,
        Action.REFUSE_REOPENING,
        Action.ASK_CONTRIBUTION,
        Action.ASK_COORDINATION,
        Action.INSTRUCT,
        Action.RECORD_INSTRUCTION,
        Action.BREAK_DOWN,
        Action.DETACH,
        Action.ASK_EXTENSION,
        Action.REFUSE_EXTENSION,
        Action.ASK_SUSPENSION,
        Action.REFUSE_SUSPENSION,
        Action.ASK_CANCELLATION,
        Action.CANCEL,
        Action.REFUSE_CANCELLATION,
        Action.OBJECT,
        Action.REFUSE_OBJECTION,
        Action.ASK_ADJUSTMENT,
        Action.REFUSE_ADJUSTMENT,
        Action.ASK_CARRY_OVER,
        Action.REFUSE_CARRY_OVER,
    }
)
"""Never the main button of a page."""


MENTIONED_TO_ITS_OWN = frozenset(
    {Action.CONFIRM_REPORT, Action.INSTRUCT, Action.RECORD_INSTRUCTION}
)
"""Not even named, with a reason why not, to anybody else."""


@dataclass(frozen=True)
class Button:
    """One action on one measure, as a page offers it to one person."""

    action: Action
    measure: Measure
    verdict: Verdict
    caption: str | Promise = ""
    """Stands in the place of the action's own label."""

    @property
    def label(self) -> str | Promise:
        return self.caption or label_of(self.action, self.measure.state)

    @property
    def url(self) -> str:
        return reverse(f"web:{self.action.lower()}", args=[self.measure.pk])

    @property
    def icon(self) -> str:
        return ICONS[self.action]

    @property
    def one_click(self) -> bool:
        return self.action in ONE_CLICK

    @property
    def in_panel(self) -> bool:
        return self.action in PANEL

    @property
    def quiet(self) -> bool:
        return self.action in QUIET


def button(
    action: Action, standing: Standing, measure: Measure, *, caption: str | Promise = ""
) -> Button:
    """One action with this person's verdict; `measure.lead` must be loaded."""
    return Button(action, measure, may_now(action, standing, measure), caption)


def buttons(standing: Standing, measure: Measure) -> list[Button]:
    """Every action that the measure's state knows and an operation stands behind, in order.

    What nobody asked for is nobody's to decide, and not mentioned; nor is carrying over what is
    no standing work.
    """
    acts = [(action, verdict) for action, verdict in offered(standing, measure) if action in ACTS]
    requests = _requests(measure, [action for action, _verdict in acts])
    asked = {each.kind for each in requests}
    return [
        Button(
            action,
            measure,
            verdict and _waiting(action, measure) and _asked(action, standing, measure, requests),
        )
        for action, verdict in acts
        if (action not in DECIDES or DECIDES[action].kind in asked)
        and (action is not Action.ASK_CARRY_OVER or measure.standing)
        and (action not in MENTIONED_TO_ITS_OWN or verdict)
        and (action is not Action.CONFIRM_REPORT or _confirming(measure))
    ]


def _confirming(measure: Measure) -> bool:
    """Confirming is mentioned while there is something to."""
    return ReportDraft.objects.confirming().filter(measure=measure).exists()


def verdict_on(action: Action, standing: Standing, measure: Measure) -> Verdict:
    """Whether asking or deciding is this person's, now, with what was asked so far."""
    may_act = may_now(action, standing, measure)
    return may_act and _asked(action, standing, measure, _requests(measure, [action]))


def possible(all_buttons: Iterable[Button]) -> list[Button]:
    return [b for b in all_buttons if b.verdict]


def refused(all_buttons: Iterable[Button]) -> list[Button]:
    return [b for b in all_buttons if not b.verdict]


def _requests(measure: Measure, actions: Iterable[Action]) -> list[Request]:
    """The requests that wait, where one of the actions has to do with them."""
    if not any(action in DECIDES or action in ASKS for action in actions):
        return []
    return list(measure.requests.waiting().prefetch_related("decisions"))


def _asked(
    action: Action, standing: Standing, measure: Measure, requests: Iterable[Request]
) -> Verdict:
    """A decision needs a request of somebody else that is ready for it; nobody asks twice."""
    if action not in DECIDES:
        return _may_ask(action, measure, requests)
    kind = DECIDES[action].kind
    request = next((each for each in requests if each.kind == kind), None)
    if request is None:
        return Verdict(_("Nobody has asked for this."))
    verdict = may_decide(action, standing, measure, request) and in_turn(action, measure, request)
    return verdict and office_decides(action, measure)


def _may_ask(action: Action, measure: Measure, requests: Iterable[Request]) -> Verdict:
    if action in ASKS and any(each.kind == ASKS[action] for each in requests):
        return Verdict(_("This has been asked for already and waits to be decided."))
    if action is Action.OBJECT:
        return may_still_object(measure, on=today(), calendar=current_calendar())
    # Said before anybody fills in a form in vain.
    return unfinished(measure) if action is Action.APPLY else Verdict()


def _waiting(action: Action, measure: Measure) -> Verdict:
    """A review needs a report that waits for it, a question somebody to ask."""
    if action is Action.ASK_CONTRIBUTION and not measure.supporters.all():
        return Verdict(_("This measure has no supporting agency."))
    if action is Action.RESUME and measure.parent and measure.parent.state == State.SUSPENDED:
        return Verdict(_("What it was broken down from is suspended; that has to go on first."))
    if action is Action.REVIEW and measure.review_waiting_since is None:
        return Verdict(_("No report is waiting for review."))
    return Verdict()
