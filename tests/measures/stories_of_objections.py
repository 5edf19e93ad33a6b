"""Objections in each place of their path."""

from datetime import timedelta

from apps.measures import operations
from apps.measures.models import Measure
from tests.conftest import a_plan, finished, fresh, issued


def objected(cast, clause, **said) -> Measure:
    """Issued today, and the liaison objects; nobody has confirmed it."""
    measure = issued(cast, clause, **said)
    operations.object_to_measure(measure, grounds="不属本单位职责", **how(cast, measure, "liaison"))
    return fresh(measure)


def objection_confirmed(cast, clause, **said) -> Measure:
    measure = objected(cast, clause, **said)
    operations.confirm_objection(measure, **how(cast, measure, "unit_leader"))
    return fresh(measure)


def finished_objected(cast, clause, **said) -> Measure:
    """All is reached, and yet the unit leader objects."""
    measure = finished(cast, clause, plan=a_plan(cast, standing=True), **said)
    told = how(cast, measure, "unit_leader")
    operations.object_to_measure(measure, grounds="不属本单位职责", **told)
    return fresh(measure)


def how(cast, measure: Measure, who: str, *, days: int = 0) -> dict[str, object]:
    """As that person, on the version of today, so many days later."""
    return {
        "seen": fresh(measure).version,
        "by": cast[who],
        "at": cast.at(12) + timedelta(days=days),
    }


def reissue(cast, measure: Measure, lead: str = "district", **said):
    """The director upholds the objection."""
    days = said.pop("days", 0)
    return operations.reissue_measure(
        measure,
        **{"lead": cast.agencies[lead]} | said | how(cast, measure, "director", days=days),
    )
