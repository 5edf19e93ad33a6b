"""The milestones of a measure on one line of time, as a drawing needs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.measures.models import Measure, Milestone, State


@dataclass(frozen=True)
class Step:
    """A milestone as it stands on a day."""

    number: int
    milestone: Milestone
    reached: bool
    late: bool
    beyond: bool
    """Not reached, and after the deadline: the calendar moved the one and not the other."""


@dataclass(frozen=True)
class Axis:
    """From the issue to the deadline. `today` is None outside of it."""

    start: date
    end: date
    marks: Sequence[tuple[Step, str]]
    """Each step with its place, in percent from the left."""
    today: str | None


def steps(measure: Measure, *, on: date) -> list[Step]:
    """The milestones in their order."""
    running, end = measure.state == State.IN_PROGRESS, measure.due_on or date.max
    return [
        Step(
            number,
            milestone,
            reached=milestone.reached_in_id is not None,
            late=running and milestone.reached_in_id is None and milestone.due_on < on,
            beyond=milestone.reached_in_id is None and milestone.due_on > end,
        )
        for number, milestone in enumerate(measure.milestones.all(), start=1)
    ]


def axis(measure: Measure, *, on: date) -> Axis | None:
    """None while there is no beginning or no end to draw."""
    if measure.issued_on is None or measure.due_on is None or measure.due_on <= measure.issued_on:
        return None
    start, end = measure.issued_on, measure.due_on
    return Axis(
        start,
        end,
        [(step, _place(step.milestone.due_on, start, end)) for step in steps(measure, on=on)],
        _place(on, start, end) if start <= on <= end else None,
    )


def _place(day: date, start: date, end: date) -> str:
    share = (day - start).days / (end - start).days
    return f"{100 * min(max(share, 0), 1):.2f}"
