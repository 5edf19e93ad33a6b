"""Adjustments and carry-overs in each place of their path."""

from datetime import date, timedelta

from apps.measures import operations
from apps.measures.models import Measure
from apps.measures.operations import MilestonePlan
from tests.conftest import a_plan, finished, fresh, in_progress
from tests.measures.stories_of_objections import how
from tests.measures.stories_of_rest import ask_cancellation, ask_suspension


def ask_adjustment(cast, measure: Measure, *, who: str = "liaison", days: int = 0, **said):
    """Another title, unless something else is said."""
    wanted = operations.Adjustment(**(said or {"title": "改后的举措"}))
    told = how(cast, measure, who, days=days)
    return operations.ask_adjustment(fresh(measure), wanted, grounds="情况有变", **told)


def adjustment_asked(cast, clause, **said) -> Measure:
    measure = in_progress(cast, clause, **said)
    ask_adjustment(cast, measure)
    return fresh(measure)


def adjust(cast, measure: Measure, *, who: str = "director", days: int = 0, reason: str = ""):
    return operations.adjust_measure(measure, reason=reason, **how(cast, measure, who, days=days))


def standing_work(cast, clause, **said) -> Measure:
    """In progress until the year's end; the pages' own day may be too near to it."""
    plan = said.pop("plan", None) or a_plan(cast)
    due_on = max(date(cast.today.year, 12, 31), cast.today + timedelta(days=120))
    plan = operations.Plan(**vars(plan) | {"due_on": due_on, "standing": True})
    return in_progress(cast, clause, plan=plan, **said)


def next_year(cast) -> list[MilestonePlan]:
    """One milestone, in May of the year after the cast's."""
    return [MilestonePlan("下年第一步", date(cast.today.year + 1, 5, 31), 2)]


def ask_carry_over(cast, measure: Measure, *, who: str = "liaison", days: int = 0, **said):
    asked = {
        "due_on": date(cast.today.year + 1, 12, 31),
        "milestones": next_year(cast),
        "grounds": "持续推进",
    } | said
    return operations.ask_carry_over(fresh(measure), **asked, **how(cast, measure, who, days=days))


def carry_over_asked(cast, clause, **said) -> Measure:
    measure = standing_work(cast, clause, **said)
    ask_carry_over(cast, measure)
    return fresh(measure)


def carry_over(cast, measure: Measure, *, days: int = 0):
    return operations.carry_over(measure, **how(cast, measure, "director", days=days))


def soon(cast, days: int = 60) -> date:
    return cast.today + timedelta(days=days)


def finished_standing(cast, clause, **said) -> Measure:
    """Standing work with all of this year's milestones reached."""
    return finished(cast, clause, plan=a_plan(cast, standing=True), **said)


def asked_for_everything(cast, clause, **said) -> Measure:
    """The same, while an adjustment, a carry-over, a suspension and an objection wait."""
    measure = finished_standing(cast, clause, **said)
    ask_adjustment(cast, measure)
    ask_carry_over(cast, measure)
    ask_suspension(cast, measure)
    told = how(cast, measure, "liaison")
    operations.object_to_measure(measure, grounds="不属本单位职责", **told)
    return fresh(measure)


def finished_suspension_asked(cast, clause, **said) -> Measure:
    measure = finished_standing(cast, clause, **said)
    ask_suspension(cast, measure)
    return fresh(measure)


def finished_cancellation_asked(cast, clause, **said) -> Measure:
    measure = finished_standing(cast, clause, **said)
    ask_cancellation(cast, measure)
    return fresh(measure)
