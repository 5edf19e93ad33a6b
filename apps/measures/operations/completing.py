"""Completion: the lead applies, the office verifies, closes or sends back. Reopening."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import ALLOWED, RuleBroken, Verdict
from apps.measures import periods
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Evidence, Measure, Request
from apps.measures.operations.acting import Act
from apps.measures.operations.circumstances import Circumstances, circumstances_of
from apps.measures.operations.deadlines import (
    grant_deadline,
    refuse_deadline,
    spare_workdays,
)
from apps.measures.operations.requests import Paper, Plea, asking, decided, deciding
from apps.measures.operations.waiting import refuse_undecided, refuse_unreviewed


def apply_for_completion(
    measure: Measure,
    *,
    grounds: str,
    evidence: Sequence[Evidence],
    seen: int,
    by: Standing,
    at: datetime,
) -> Request:
    """The lead says that the measure is done and shows it; from now on the reviewer's clock runs.

    Raises RuleBroken without evidence, while a milestone is not reached, or while a measure
    broken down from this one is open.
    """
    plea = Plea(grounds, evidence)
    with asking(Action.APPLY, measure, plea, seen=seen, by=by, at=at) as (act, request):
        if not evidence:
            raise RuleBroken(_("Completion is shown by evidence."), field="evidence")
        _refuse_unfinished(act.measure)
        act.measure.completion_applied_on = timezone.localdate(at)
        act.measure.completion_returned_on = None
    return request


def verify_completion(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """The application holds against its evidence; the director may close. A remark is free."""
    with deciding(Action.VERIFY, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        act,
        verified,
    ):
        _refuse_unfinished(act.measure)
        refuse_unreviewed(act.measure)
        act.measure.completion_verified_on = timezone.localdate(at)
    return verified


def send_back_completion(
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """The application is refused with a reason that stays, and the measure goes on.

    The workdays it waited are the reviewer's: they are deducted, and no report is owed for a
    due date among them, unless one before was missing already.
    """
    with deciding(
        Action.SEND_BACK, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    ) as (act, no):
        today = timezone.localdate(at)
        _deduct_review(act, today)
        act.measure.completion_applied_on = act.measure.completion_verified_on = None
        act.measure.completion_returned_on = today
    return no


def close_measure(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """The verified application is granted: the measure is completed. A remark is free.

    It counts for the lead of this day, on time or late by the day of the application.
    """
    with deciding(Action.CLOSE, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        act,
        granted,
    ):
        _refuse_unfinished(act.measure)
        refuse_unreviewed(act.measure)
        refuse_undecided(act.measure)
        act.measure.closed_on = timezone.localdate(at)
    return granted


def ask_reopening(
    measure: Measure,
    *,
    grounds: str,
    due_on: date,
    evidence: Sequence[Evidence] = (),
    seen: int,
    by: Standing,
    at: datetime,
) -> Request:
    """Ask for a closed measure to go on until a new deadline; somebody else decides."""
    was = measure.due_on.isoformat() if measure.due_on else None
    plea = Plea(grounds, evidence, {"due_on": [was, due_on.isoformat()]})
    with asking(Action.ASK_REOPENING, measure, plea, seen=seen, by=by, at=at) as (act, request):
        refuse_deadline(act.measure, due_on, today=timezone.localdate(at))
    return request


def reopen_measure(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """Grant that the closed measure goes on, until the deadline that was asked for.

    Raises RuleBroken when that day has come meanwhile, or lies beyond the parent's.
    """
    with deciding(Action.REOPEN, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        act,
        granted,
    ):
        today = timezone.localdate(at)
        due_on = date.fromisoformat(granted.request.wanted["due_on"][1])
        refuse_deadline(act.measure, due_on, today=today)
        grant_deadline(act.measure, due_on, granted=granted)
        _go_on(act, today)
    return granted


def refuse_reopening(
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """The measure stays closed, for a reason that stays."""
    return decided(
        Action.REFUSE_REOPENING, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    )


# --- Rules --------------------------------------------------------------------------------


def unfinished(around: Circumstances) -> Verdict:
    """What has to be done before anybody may call the measure completed."""
    if around.open_step:
        said = _("The milestone “%(title)s” is not reached.")
        return Verdict(said % {"title": around.open_step})
    if around.open_part:
        said = _("%(child)s was broken down from this and is neither completed nor cancelled.")
        return Verdict(said % {"child": around.open_part})
    return ALLOWED


def _refuse_unfinished(measure: Measure) -> None:
    if not (verdict := unfinished(circumstances_of(measure))):
        raise RuleBroken(verdict.reason)


# --- Consequences -------------------------------------------------------------------------


def _deduct_review(act: Act, today: date) -> None:
    """A workday belongs to whoever held the turn at its end: from applying until yesterday."""
    measure, calendar = act.measure, act.calendar
    applied_on = measure.completion_applied_on
    assert applied_on is not None
    measure.review_workdays += spare_workdays(measure, applied_on, today, calendar)
    owed = measure.next_report_due_on
    if owed is not None and applied_on <= owed < today:
        measure.next_report_due_on = periods.due_on_or_after(today, measure.cadence, calendar)


def _go_on(act: Act, today: date) -> None:
    """As a measure that was acknowledged today; what was deducted belonged to the old deadline."""
    measure = act.measure
    if applied_on := measure.completion_applied_on:
        spare_workdays(measure, applied_on, today, act.calendar)
    measure.completion_applied_on = measure.completion_verified_on = measure.closed_on = None
    measure.review_workdays = 0
    measure.resumed_on = today
    measure.next_report_due_on = periods.first_due(today, measure.cadence, act.calendar)
