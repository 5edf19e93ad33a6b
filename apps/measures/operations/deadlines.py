"""The ledger of deadlines: what moved, why, and what was left behind by it."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from apps.core.errors import RuleBroken
from apps.measures.models import DeadlineChange, Decision, Measure, Milestone, Resumption, State
from apps.measures.models.states import OPEN
from apps.measures.operations.family import refuse_beyond_parent
from apps.workdays.arithmetic import Calendar

ONE_DAY = timedelta(days=1)


def counted_deadline(measure: Measure, calendar: Calendar) -> date | None:
    """The deadline by this calendar: one given in workdays moves, one given as a day stays.

    A part's deadline is never after that of what it was broken down from: there it stops.
    """
    if measure.due_workdays is None or measure.issued_on is None:
        return measure.due_on
    counted = calendar.add(measure.issued_on, measure.due_workdays)
    if measure.parent is None or (limit := counted_deadline(measure.parent, calendar)) is None:
        return counted
    return min(counted, limit)


def refuse_deadline(measure: Measure, due_on: date, *, today: date) -> None:
    """A deadline that is granted lies ahead, and the parent runs as long."""
    if due_on <= today:
        raise RuleBroken(_("The new deadline must lie in the future."), field="due_on")
    parent = measure.parent
    if parent is None:
        return
    if parent.state not in (State.ISSUED, State.IN_PROGRESS):
        raise RuleBroken(
            _("%(parent)s, which it was broken down from, is “%(state)s”: that has to go on first.")
            % {"parent": parent.code, "state": State(parent.state).label}
        )
    refuse_beyond_parent(due_on, parent)


def grant_deadline(
    measure: Measure, due_on: date, *, granted: Decision | Resumption
) -> DeadlineChange | None:
    """Give the locked measure the deadline that a decision granted, with its line in the ledger.

    From now on it is a day: what was given in workdays no longer follows the calendar.
    """
    measure.due_workdays = None
    return move_deadline(measure, due_on, granted=granted)


def move_deadline(
    measure: Measure, due_on: date, *, granted: Decision | Resumption
) -> DeadlineChange | None:
    """The deadline and its line in the ledger; nothing where it was this day already."""
    old, measure.due_on = measure.due_on, due_on
    if old is None or old == due_on:
        return None
    return DeadlineChange.objects.create(
        measure=measure,
        cause=DeadlineChange.Cause.GRANTED,
        old_due_on=old,
        new_due_on=due_on,
        request=granted.request,
        reason=granted.reason or granted.request.grounds,
        milestones_after=count_after(measure.milestones.all(), due_on),
        parts_after=measure.children.filter(state__in=OPEN, due_on__gt=due_on).count(),
        decided_by_id=granted.by_id,
        decided_by_name=granted.by_name,
        decided_at=granted.at,
    )


def spare_workdays(measure: Measure, since: date, until: date, calendar: Calendar) -> int:
    """These days, from `since` to the day before `until`, were not the lead's: by so many
    workdays the original deadline is judged later. A workday belongs to whoever held the turn
    at its end.
    """
    workdays = calendar.between(since - ONE_DAY, until - ONE_DAY)
    measure.spared_workdays += workdays
    return workdays


def counted_by_notices(
    measure: Measure, old: date, new: date, *, by: Calendar, notices: dict[int, str]
) -> DeadlineChange:
    """The line of the ledger for a deadline that the calendar moved; not saved yet."""
    assert measure.issued_on is not None
    years = range(measure.issued_on.year, max(old, new).year + 1)
    known = [notices.get(year) or str(year) for year in years if year in by.official_years]
    return DeadlineChange(
        measure=measure,
        cause=DeadlineChange.Cause.CALENDAR,
        old_due_on=old,
        new_due_on=new,
        reason="；".join(known) or str(new.year),
        milestones_after=count_after(measure.milestones.all(), new),
    )


def count_after(milestones: Iterable[Milestone], due_on: date) -> int:
    """How many milestones that are not reached yet lie after the deadline."""
    return sum(1 for m in milestones if m.reached_in_id is None and m.due_on > due_on)
