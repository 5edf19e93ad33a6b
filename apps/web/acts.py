"""How pages offer the actions of a measure: their address, and whether one click is enough."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from apps.accounts.standing import Standing
from apps.core.errors import Verdict
from apps.measures import operations
from apps.measures.lifecycle import Action, label_of
from apps.measures.models import Measure
from apps.measures.operations import offering
from apps.measures.operations.offering import offers
from apps.measures.permissions import may_now
from apps.web.clock import today
from apps.web.request_acts import ASKING, DECIDING

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
    """Every action that the measure's state knows and an operation stands behind, in order."""
    return [
        Button(offer.action, measure, offer.verdict)
        for offer in offers(standing, measure, among=ACTS, on=today())
    ]


def verdict_on(action: Action, standing: Standing, measure: Measure) -> Verdict:
    """Whether asking or deciding is this person's, now, with what was asked so far."""
    return offering.verdict_on(action, standing, measure, on=today())


def possible(all_buttons: Iterable[Button]) -> list[Button]:
    return [b for b in all_buttons if b.verdict]


def refused(all_buttons: Iterable[Button]) -> list[Button]:
    return [b for b in all_buttons if not b.verdict]
