"""How pages offer the actions of a measure: their address, and whether one click is enough."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.core.errors import Verdict
from apps.measures.lifecycle import Action
from apps.measures.models import Measure
from apps.measures.permissions import may_now, offered

ACTS: dict[Action, str] = {
    Action.REVISE: "web:revise",
    Action.PROPOSE: "web:propose",
    Action.RETURN_PROPOSAL: "web:return_proposal",
    Action.ISSUE: "web:issue",
    Action.ACKNOWLEDGE: "web:acknowledge",
    Action.REPORT: "web:report",
    Action.REVIEW: "web:review",
}
"""The actions with an operation behind them. Every address takes the measure's `pk`."""

ONE_CLICK = frozenset({Action.PROPOSE, Action.ISSUE, Action.ACKNOWLEDGE})
"""Done by a POST form that carries `seen`; the others open a page or the side panel."""

PANEL = frozenset({Action.REPORT})
"""Opened in the side panel where htmx is at hand."""

ICONS = {
    Action.REVISE: "edit",
    Action.PROPOSE: "send",
    Action.RETURN_PROPOSAL: "arrow-back-up",
    Action.ISSUE: "flag",
    Action.ACKNOWLEDGE: "check",
    Action.REPORT: "edit",
    Action.REVIEW: "checklist",
}
QUIET = frozenset({Action.REVISE, Action.RETURN_PROPOSAL})
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
        return self.caption or self.action.label

    @property
    def url(self) -> str:
        return reverse(ACTS[self.action], args=[self.measure.pk])

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
        Button(action, measure, verdict and _waiting(action, measure))
        for action, verdict in offered(standing, measure)
        if action in ACTS
    ]


def possible(all_buttons: Iterable[Button]) -> list[Button]:
    return [b for b in all_buttons if b.verdict]


def refused(all_buttons: Iterable[Button]) -> list[Button]:
    return [b for b in all_buttons if not b.verdict]


def _waiting(action: Action, measure: Measure) -> Verdict:
    """A review needs a report that waits for it."""
    if action is Action.REVIEW and measure.review_waiting_since is None:
        return Verdict(_("No report is waiting for review."))
    return Verdict()
