"""The milestones of a measure under way: what is reached stays, the open ones are replaced."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import RuleBroken
from apps.measures.models import Basis, Measure, Milestone, Request
from apps.measures.operations.drafting import MilestonePlan
from apps.measures.operations.reviewing import standing_progress

Row = dict[str, Any]


def open_steps(measure: Measure) -> list[MilestonePlan]:
    """What is still to be reached, in its order."""
    return [_plan(milestone) for milestone in _open(measure)]


def as_rows(steps: Iterable[MilestonePlan]) -> list[Row]:
    """As a request keeps them, in the order of their days."""
    ordered = sorted(steps, key=lambda step: step.due_on)
    return [{"title": s.title, "due_on": s.due_on.isoformat(), "weight": s.weight} for s in ordered]


def from_rows(rows: Iterable[Row]) -> list[MilestonePlan]:
    return [
        MilestonePlan(row["title"], date.fromisoformat(row["due_on"]), row["weight"])
        for row in rows
    ]


def refuse_steps(
    measure: Measure, wanted: Sequence[MilestonePlan], *, due_on: date | None, today: date
) -> None:
    """What is added or moved lies ahead and before the deadline; something is left to reach."""
    stay = set(open_steps(measure))
    if any(step.due_on <= today for step in wanted if step not in stay):
        raise RuleBroken(
            _("A milestone that is added or moved lies in the future."), field="milestones"
        )
    if due_on and any(step.due_on > due_on for step in wanted):
        raise RuleBroken(_("No milestone may be due after the deadline."), field="milestones")
    if len(set(wanted)) < len(wanted):
        raise RuleBroken(_("The same milestone stands there twice."), field="milestones")
    if not wanted and measure.basis == Basis.MILESTONES:
        raise RuleBroken(_("Something is left to be reached: say what."), field="milestones")


def replace_steps(measure: Measure, wanted: Sequence[MilestonePlan], *, because: Request) -> None:
    """Open milestones that are not wanted any more are dropped, on record with the request.

    Every change of one drops it and adds another: a returned report still says what it said.
    """
    kept = {}
    for milestone in _open(measure):
        if _plan(milestone) in wanted:
            kept[_plan(milestone)] = milestone
        else:
            Milestone.objects.filter(pk=milestone.pk).update(dropped_in=because)
    first = _last_position(measure) + 1
    for position, step in enumerate(wanted, start=first):
        if step in kept:
            Milestone.objects.filter(pk=kept[step].pk).update(position=position)
        else:
            Milestone.objects.create(measure=measure, position=position, **vars(step))


def count_anew(measure: Measure) -> None:
    """What was reported, against what is to be reached by now."""
    if measure.basis in (Basis.MILESTONES, Basis.QUANTITY):
        measure.reported_progress = standing_progress(measure)
        measure.approved_progress = standing_progress(measure, approved=True)


def _open(measure: Measure) -> list[Milestone]:
    return list(measure.milestones.filter(reached_in__isnull=True))


def _plan(milestone: Milestone) -> MilestonePlan:
    return MilestonePlan(milestone.title, milestone.due_on, milestone.weight)


def _last_position(measure: Measure) -> int:
    last = measure.milestones.order_by("-position").first()
    return last.position if last else 0
