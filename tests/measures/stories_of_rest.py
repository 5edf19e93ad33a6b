"""Measures that rest or have ended without completion, and the requests before it."""

from datetime import date, timedelta

from apps.measures import operations
from apps.measures.models import Measure
from tests.conftest import fresh, in_progress

CONDITION = "施工许可下达"


def ask_suspension(cast, measure: Measure, *, who="liaison", **said):
    how = {
        "grounds": "许可未办妥",
        "condition": CONDITION,
        "review_on": cast.today + timedelta(days=60),
        "seen": fresh(measure).version,
        "by": cast[who],
        "at": cast.at(),
    }
    return operations.ask_suspension(measure, **how | said)


def ask_cancellation(cast, measure: Measure, *, who="liaison", **said):
    how = {"seen": fresh(measure).version, "by": cast[who], "at": cast.at()}
    return operations.ask_cancellation(measure, grounds="政策已废止", **how | said)


def decide(cast, name: str, measure: Measure, *, who="director", **said):
    """Any decision of the director's, or the resumption."""
    how = {"reason": "同意", "seen": fresh(measure).version, "by": cast[who], "at": cast.at(12)}
    return getattr(operations, name)(measure, **how | said)


def suspension_asked(cast, clause, **said) -> Measure:
    measure = in_progress(cast, clause, **said)
    ask_suspension(cast, measure)
    return fresh(measure)


def suspended(cast, clause, **said) -> Measure:
    measure = suspension_asked(cast, clause, **said)
    decide(cast, "suspend_measure", measure)
    return fresh(measure)


def prolonging_asked(cast, clause, **said) -> Measure:
    measure = suspended(cast, clause, **said)
    ask_suspension(cast, measure, review_on=cast.today + timedelta(days=90), at=cast.at(13))
    return fresh(measure)


def cancellation_asked(cast, clause, **said) -> Measure:
    measure = in_progress(cast, clause, **said)
    ask_cancellation(cast, measure)
    return fresh(measure)


def cancelled(cast, clause, **said) -> Measure:
    measure = cancellation_asked(cast, clause, **said)
    decide(cast, "cancel_measure", measure)
    return fresh(measure)


def put_into(state: str, on: date) -> dict[str, object]:
    """The columns of a state that rests or has ended: around the operations, where a test needs
    the state only.
    """
    columns = {
        "CLOSED": {"closed_on": on, "completion_applied_on": on},
        "COMPLETING": {"completion_applied_on": on},
        "CANCELLED": {"cancelled_on": on},
        "SUSPENDED": {"suspended_on": on, "review_on": on, "suspension_condition": CONDITION},
    }
    return {"state": state, **columns.get(state, {})}
