"""Carry-over (转下年度): standing work goes on in the next year, with milestones of its own."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.standing import Standing
from apps.audit.reading import describe
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Evidence, Measure, Request
from apps.measures.operations.adjusting import refuse_changed, stands
from apps.measures.operations.deadlines import grant_deadline, refuse_deadline
from apps.measures.operations.drafting import MilestonePlan, rows_in_words, year_end
from apps.measures.operations.requests import Paper, Plea, asking, decided, deciding
from apps.measures.operations.steps import (
    as_rows,
    count_anew,
    from_rows,
    refuse_steps,
    replace_steps,
)

describe(
    acts={
        "measures.ask_carry_over": gettext_lazy("Carry-over into the next year asked for"),
        "measures.carry_over": gettext_lazy("Carried over into the next year"),
        "measures.refuse_carry_over": gettext_lazy("Carry-over refused"),
    }
)


def ask_carry_over(
    measure: Measure,
    *,
    grounds: str,
    due_on: date,
    milestones: Sequence[MilestonePlan] = (),
    evidence: Sequence[Evidence] = (),
    seen: int,
    by: Standing,
    at: datetime,
) -> Request:
    """Ask for standing work to go on until a day of the next year, with these milestones ahead.

    Raises RuleBroken for work that is not standing, a day beyond the next year's end, and
    milestones that a draft could not have either.
    """
    now = stands(measure)
    wanted = {
        "due_on": [now["due_on"], due_on.isoformat()],
        "milestones": [now["milestones"], as_rows(milestones)],
    }
    plea = Plea(grounds, evidence, wanted)
    with asking(Action.ASK_CARRY_OVER, measure, plea, seen=seen, by=by, at=at) as (act, request):
        _check(act.measure, due_on, milestones, timezone.localdate(at))
    return request


def carry_over(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """Grant it: the deadline moves and the open milestones are replaced. That is no extension.

    What was reached stays; what was not is dropped, on record with the request.
    """
    with deciding(
        Action.CARRY_OVER, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    ) as (
        act,
        granted,
    ):
        wanted = granted.request.wanted
        refuse_changed(act.measure, wanted)
        due_on = date.fromisoformat(wanted["due_on"][1])
        steps = from_rows(wanted["milestones"][1])
        _check(act.measure, due_on, steps, timezone.localdate(at))
        before = rows_in_words(act.measure)["milestones"]
        replace_steps(act.measure, steps, because=granted.request)
        grant_deadline(act.measure, due_on, granted=granted)
        count_anew(act.measure)
        act.changes["milestones"] = (before, rows_in_words(act.measure)["milestones"])
    return granted


def refuse_carry_over(
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """It ends this year, for a reason that stays."""
    return decided(
        Action.REFUSE_CARRY_OVER, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    )


def next_year_end(measure: Measure) -> date:
    """The latest day that standing work can be carried over to."""
    assert measure.due_on is not None
    return year_end(measure.due_on.year + 1)


def _check(measure: Measure, due_on: date, steps: Sequence[MilestonePlan], today: date) -> None:
    if not measure.standing:
        raise RuleBroken(_("Only standing work is carried over; ask for an extension."))
    assert measure.due_on is not None
    if due_on <= measure.due_on:
        raise RuleBroken(_("It is carried over to a later day than its deadline."), field="due_on")
    if due_on > next_year_end(measure):
        raise RuleBroken(
            _("It is carried over into the next year only: until %(day)s at most.")
            % {"day": date_format(next_year_end(measure))},
            field="due_on",
        )
    refuse_deadline(measure, due_on, today=today)
    refuse_steps(measure, steps, due_on=due_on, today=today)
