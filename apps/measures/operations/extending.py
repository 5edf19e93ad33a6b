"""Extension: the lead asks for a later deadline; nothing moves before it is granted."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Evidence, Measure, Request
from apps.measures.operations.deadlines import grant_deadline, refuse_deadline
from apps.measures.operations.requests import Paper, Plea, asking, decided, deciding


def ask_extension(
    measure: Measure,
    *,
    grounds: str,
    due_on: date,
    evidence: Sequence[Evidence] = (),
    seen: int,
    by: Standing,
    at: datetime,
) -> Request:
    """The lead asks for a later deadline; after the deadline it still may, and is marked late.

    Raises RuleBroken for a day that is not later, has come already, or is after the parent's.
    """
    was = measure.due_on.isoformat() if measure.due_on else None
    plea = Plea(grounds, evidence, {"due_on": [was, due_on.isoformat()]})
    with asking(Action.ASK_EXTENSION, measure, plea, seen=seen, by=by, at=at) as (act, request):
        _refuse_earlier(act.measure, due_on)
        refuse_deadline(act.measure, due_on, today=timezone.localdate(at))
    return request


def extend_deadline(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """Grant the day that was asked for. The director's the first time, then the leader's.

    Raises RuleBroken the third time, which is the issuing level's, and when that day has come
    meanwhile or lies after the parent's deadline.
    """
    with deciding(Action.EXTEND, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        act,
        granted,
    ):
        due_on = date.fromisoformat(granted.request.wanted["due_on"][1])
        _refuse_earlier(act.measure, due_on)
        refuse_deadline(act.measure, due_on, today=timezone.localdate(at))
        grant_deadline(act.measure, due_on, granted=granted)
        act.measure.extensions += 1
    return granted


def refuse_extension(
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """The deadline stays, for a reason that stays."""
    return decided(
        Action.REFUSE_EXTENSION, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    )


def _refuse_earlier(measure: Measure, due_on: date) -> None:
    assert measure.due_on is not None
    if due_on <= measure.due_on:
        raise RuleBroken(_("An extension ends after the deadline it extends."), field="due_on")
