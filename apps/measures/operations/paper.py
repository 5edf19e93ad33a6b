"""Decisions that somebody took on paper, put on record by the supervision office."""

from datetime import datetime

from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Measure
from apps.measures.operations.deciding import DECIDE
from apps.measures.operations.requests import Paper


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
    objection is upheld. Raises NotAllowed outside the office and to whoever asked, RuleBroken for
    a day before the request or after today.
    """
    if action not in DECIDE:
        raise RuleBroken(_("Choose what was decided."), field="action")
    decide = DECIDE[action]
    more = {"lead": lead} if action is Action.REISSUE else {}
    return decide(measure, reason=reason, paper=paper, seen=seen, by=by, at=at, **more)
