"""Issuing a measure to its lead, and acknowledging it."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken
from apps.measures import periods
from apps.measures.lifecycle import Action
from apps.measures.models import Cadence, LeadTerm, Measure, State
from apps.measures.operations.acting import acting
from apps.workdays.arithmetic import Calendar

ACKNOWLEDGE_WITHIN_WORKDAYS = 2
NO_NEW_PARTS = (State.COMPLETING, State.SUSPENDED, State.CLOSED, State.CANCELLED)


def issue_measure(
    measure: Measure,
    *,
    weekly_because: str | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Measure:
    """Hand the measure to its lead agency; its clock runs from today.

    A deadline given in workdays becomes a day now. `weekly_because` is the director's reason
    for asking for weekly reports; None leaves the cadence as planned. Raises RuleBroken when
    the deadline has passed meanwhile, a milestone lies beyond it, or the reason is empty.
    """
    note = "" if weekly_because is None else weekly_because.strip()
    with acting(Action.ISSUE, measure, seen=seen, by=by, at=at, note=note) as act:
        issued, today = act.measure, timezone.localdate(at)
        if weekly_because is not None:
            report_weekly(issued, because=note)
        _refuse_late_part(issued)
        _set_deadline(issued, act.calendar, today)
        start_clock(issued, act.calendar, today)
        assert issued.lead is not None  # propose_measure saw to it
        LeadTerm.objects.create(measure=issued, agency=issued.lead, from_on=today)
    return act.measure


def report_weekly(measure: Measure, *, because: str) -> None:
    """The director asks for a report every week, for a reason that stays."""
    if not because:
        raise RuleBroken(_("Say why the lead has to report every week."), field="reason")
    measure.cadence, measure.weekly_reason = Cadence.WEEKLY, because


def _refuse_late_part(measure: Measure) -> None:
    parent = measure.parent
    if parent is not None and parent.state in NO_NEW_PARTS:
        raise RuleBroken(
            _("%(code)s, which it was broken down from, is “%(state)s”: no part begins now.")
            % {"code": parent.code, "state": parent.get_state_display()}
        )


def _set_deadline(measure: Measure, calendar: Calendar, today: date) -> None:
    """A deadline given in workdays becomes a day; it lies ahead, and no milestone beyond it."""
    if measure.due_workdays is not None:
        measure.due_on = calendar.add(today, measure.due_workdays)
    if measure.due_on is None or measure.due_on <= today:
        raise RuleBroken(
            _("The deadline has passed meanwhile; return the proposal for a new one."),
            field="due_on",
        )
    if measure.milestones.filter(due_on__gt=measure.due_on).exists():
        raise RuleBroken(_("No milestone may be due after the deadline."), field="milestones")


def start_clock(measure: Measure, calendar: Calendar, today: date) -> None:
    """From today its lead has two workdays to acknowledge, and reports are owed.

    The original deadline is that of the first issue, whoever leads afterwards.
    """
    measure.original_due_on = measure.original_due_on or measure.due_on
    measure.issued_on = today
    measure.acknowledge_due_on = calendar.add(today, ACKNOWLEDGE_WITHIN_WORKDAYS)
    measure.next_report_due_on = periods.first_due(today, measure.cadence, calendar)


def acknowledge_measure(measure: Measure, *, seen: int, by: Standing, at: datetime) -> Measure:
    """The lead agency confirms receipt, which is not agreement."""
    with acting(Action.ACKNOWLEDGE, measure, seen=seen, by=by, at=at) as act:
        act.measure.acknowledged_on = timezone.localdate(at)
    return act.measure
