"""Suspension: a measure rests under a condition until a review date, and goes on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken
from apps.measures import lights, periods
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Evidence, Measure, Request, Resumption, State
from apps.measures.operations.acting import Act, acting
from apps.measures.operations.deadlines import grant_deadline, refuse_deadline, spare_workdays
from apps.measures.operations.requests import Paper, Plea, asking, decided, deciding
from apps.measures.operations.taking_along import (
    along,
    open_parts,
    resting,
    take_along,
    wanted_parts,
)
from apps.workdays.arithmetic import Calendar


def ask_suspension(
    measure: Measure,
    *,
    grounds: str,
    condition: str,
    review_on: date,
    parts: Sequence[Measure] = (),
    evidence: Sequence[Evidence] = (),
    seen: int,
    by: Standing,
    at: datetime,
) -> Request:
    """Ask for a measure to rest: why, until what is so, and when that is looked at again.

    It names the parts that rest with it; others go on, and only those in progress can rest. What
    is suspended already is prolonged, with the parts that rest because of it.
    """
    said = condition.strip()
    if not said:
        raise RuleBroken(_("Say what has to be so for it to go on."), field="condition")
    if review_on <= timezone.localdate(at):
        raise RuleBroken(_("The review date must lie in the future."), field="review_on")
    asked = Measure.objects.get(pk=measure.pk)
    if asked.state == State.SUSPENDED:
        parts = resting(open_parts(asked), _suspension_of(asked))
    else:
        _refuse_at_rest_or_done(parts)
    wanted: dict[str, list[Any]] = {
        "suspension_condition": [asked.suspension_condition, said],
        "review_on": [asked.review_on and asked.review_on.isoformat(), review_on.isoformat()],
    }
    plea = Plea(grounds, evidence, wanted | wanted_parts(measure, parts))
    with asking(Action.ASK_SUSPENSION, measure, plea, seen=seen, by=by, at=at) as (act, request):
        if act.measure.state == State.SUSPENDED:
            _refuse_before_whole(act.measure)
    return request


def suspend_measure(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """Grant that it rests, or goes on resting, with the parts it names that stand as it does.

    No report is owed meanwhile. Raises RuleBroken when the review date has come already.
    """
    with deciding(Action.SUSPEND, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        act,
        granted,
    ):
        today = timezone.localdate(at)
        wanted = granted.request.wanted
        condition, review_on = wanted["suspension_condition"][1], wanted["review_on"][1]
        if date.fromisoformat(review_on) <= today:
            raise RuleBroken(_("The review date has come meanwhile; a later one has to be asked."))
        _rest(act.measure, condition, date.fromisoformat(review_on), today)
        alike = {act.measure.state}
        for part in take_along(Action.SUSPEND, act, granted, alike, by=by, at=at):
            _rest(part, condition, date.fromisoformat(review_on), today)
    return granted


def refuse_suspension(
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
        Action.REFUSE_SUSPENSION, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    )


def resume_measure(
    measure: Measure,
    *,
    reason: str,
    due_on: date | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Resumption:
    """The director lets a suspended measure go on, with the parts that rest because of it.

    A deadline that has come is given anew, any other may be moved to a later day. A part whose
    own has come goes on until that of the whole. Reports are owed anew, as after the issue.
    """
    said = reason.strip()
    if not said:
        raise RuleBroken(_("Say why it goes on."), field="reason")
    with acting(Action.RESUME, measure, seen=seen, by=by, at=at, note=said) as act:
        _refuse_before_whole(act.measure)
        granted = _suspension_of(act.measure)
        today = timezone.localdate(at)
        _refuse_past_deadline(act.measure, due_on, today)
        resumed = _resume(act.measure, granted, said, by=by, at=at)
        if due_on is not None:
            grant_deadline(act.measure, due_on, granted=resumed)
        _go_on(act.measure, act.calendar, today)
        _take_parts_up(act, granted, said, by=by, at=at)
    return resumed


# --- Rules --------------------------------------------------------------------------------


def _refuse_at_rest_or_done(parts: Sequence[Measure]) -> None:
    for part in parts:
        if part.state != State.IN_PROGRESS:
            raise RuleBroken(
                _("%(code)s is “%(state)s”: only parts in progress can rest.")
                % {"code": part.code, "state": State(part.state).label},
                field="parts",
            )


def _refuse_before_whole(measure: Measure) -> None:
    whole = measure.parent
    if whole is not None and whole.state == State.SUSPENDED:
        raise RuleBroken(
            _("%(code)s, which it was broken down from, is suspended; that has to go on first.")
            % {"code": whole.code}
        )


def _refuse_past_deadline(measure: Measure, due_on: date | None, today: date) -> None:
    """The deadline lies ahead: the old one, or a later one that the director gives."""
    assert measure.due_on is not None
    if due_on is not None:
        if due_on <= measure.due_on:
            raise RuleBroken(_("The new deadline must be later than the old one."), field="due_on")
        refuse_deadline(measure, due_on, today=today)
    elif measure.due_on <= today:
        raise RuleBroken(
            _("The deadline, %(day)s, is over: give a new one.")
            % {"day": lights.short(measure.due_on)},
            field="due_on",
        )


def _suspension_of(measure: Measure) -> Decision:
    """The granted decision by which it rests: on its own request, or on that of its whole."""
    its = Q(request__measure=measure) | Q(taken_along__measure=measure)
    granted = Decision.objects.filter(
        its, request__kind=Request.Kind.SUSPEND, outcome=Decision.Outcome.GRANTED
    )
    return granted.select_related("request").latest("id")


# --- Consequences -------------------------------------------------------------------------


def _rest(measure: Measure, condition: str, review_on: date, today: date) -> None:
    """From today on, unless it rests already."""
    measure.suspended_on, measure.next_report_due_on = measure.suspended_on or today, None
    measure.suspension_condition, measure.review_on = condition, review_on


def _resume(
    measure: Measure, granted: Decision, reason: str, *, by: Standing, at: datetime
) -> Resumption:
    return Resumption.objects.create(
        measure=measure, decision=granted, reason=reason, by_id=by.person_id, by_name=str(by), at=at
    )


def _go_on(measure: Measure, calendar: Calendar, today: date) -> None:
    """As a measure that was acknowledged today; the days at rest are not asked for."""
    assert measure.suspended_on is not None
    measure.suspended_days += (today - measure.suspended_on).days
    spare_workdays(measure, measure.suspended_on, today, calendar)
    measure.suspended_on = measure.review_on = None
    measure.suspension_condition = ""
    measure.resumed_on = today
    measure.next_report_due_on = periods.first_due(today, measure.cadence, calendar)


def _take_parts_up(act: Act, granted: Decision, reason: str, *, by: Standing, at: datetime) -> None:
    today = timezone.localdate(at)
    wholes = {act.measure.pk: act.measure}
    for part in resting(open_parts(act.measure, lock=True), granted):
        # As it stands by now: with the deadline that it has just been given.
        part.parent = wholes.get(part.parent_id or 0, part.parent)
        with along(Action.RESUME, part, act, by=by, at=at, note=reason):
            resumed = _resume(part, granted, reason, by=by, at=at)
            limit = part.parent.due_on if part.parent else None
            if part.due_on and limit and part.due_on <= today < limit:
                grant_deadline(part, limit, granted=resumed)
            _go_on(part, act.calendar, today)
        wholes[part.pk] = part
