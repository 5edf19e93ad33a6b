"""Cancellation: a measure ends without completion, with every open part of it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Evidence, Measure, Request
from apps.measures.operations.requests import Paper, Plea, asking, decided, deciding
from apps.measures.operations.taking_along import (
    named_in,
    open_parts,
    take_along,
    unseen_parts,
    wanted_parts,
)
from apps.measures.operations.waiting import naming, refuse_undecided, refuse_unreviewed


def ask_cancellation(
    measure: Measure,
    *,
    grounds: str,
    parts: Sequence[Measure] = (),
    evidence: Sequence[Evidence] = (),
    seen: int,
    by: Standing,
    at: datetime,
) -> Request:
    """Ask for a measure to end without completion; every open part is named or detached first.

    Whoever may not see each of them cannot name them: somebody who does asks for it.
    """
    plea = Plea(grounds, evidence, wanted_parts(measure, parts))
    with asking(Action.ASK_CANCELLATION, measure, plea, seen=seen, by=by, at=at) as (act, request):
        _refuse_unseen(act.measure, by)
        _refuse_left_behind(act.measure, [part.code for part in parts])
    return request


def cancel_measure(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """Grant that it ends, with its parts. A task of a superior level: on paper only.

    Raises RuleBroken while anything else waits on it or on a part, and where a part has been
    begun that the request does not name.
    """
    with deciding(Action.CANCEL, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        act,
        granted,
    ):
        today = timezone.localdate(at)
        _refuse_left_behind(act.measure, named_in(granted.request))
        _refuse_unsettled(act.measure)
        _end(act.measure, today)
        for part in take_along(Action.CANCEL, act, granted, by=by, at=at):
            with naming(part):
                _refuse_unsettled(part)
            _end(part, today)
    return granted


def refuse_cancellation(
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """The measure goes on, for a reason that stays."""
    return decided(
        Action.REFUSE_CANCELLATION, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    )


def _refuse_unseen(measure: Measure, by: Standing) -> None:
    """Said without a code: that a restricted part is there is all that they may know."""
    if unseen_parts(measure, by):
        raise RuleBroken(
            _(
                "Open parts of it are restricted and have to be named too: somebody who may see"
                " them asks for this, such as the director."
            ),
            field="parts",
        )


def _refuse_left_behind(measure: Measure, named: Sequence[str]) -> None:
    for part in open_parts(measure):
        if part.code not in named:
            raise RuleBroken(
                _("%(code)s was broken down from this and is open: name it, or detach it first.")
                % {"code": part.code},
                field="parts",
            )


def _refuse_unsettled(measure: Measure) -> None:
    """Nothing is refused by silence: what waits on it is decided before it ends."""
    refuse_undecided(measure)
    refuse_unreviewed(measure)


def _end(measure: Measure, today: date) -> None:
    measure.cancelled_on, measure.next_report_due_on = today, None
    measure.suspended_on = measure.review_on = None
    measure.suspension_condition = ""
