"""What stays true of measures: ever overdue, ever sent back, completed and on time.

Each fact is a filter of rows or of their versions, under the name that the address of a list
gives it, so that a number of any day opens what it counted.
"""

from collections.abc import Callable, Mapping

from apps.dashboards.days import Day, Rows
from apps.measures.filters import OnTime, YesNo
from apps.measures.models import Review, State

Fact = tuple[str, str]
"""The name of a filter of measures, and its value."""

EVER_OVERDUE: Fact = ("ever_overdue", YesNo.YES.value)
EVER_RETURNED: Fact = ("returned", YesNo.YES.value)
COMPLETED: Fact = ("state", State.CLOSED.value)
ON_TIME_ORIGINAL: Fact = ("original", OnTime.ON_TIME.value)
ON_TIME_GRANTED: Fact = ("granted", OnTime.ON_TIME.value)


def holding(rows: Rows, fact: Fact, day: Day) -> Rows:
    """Those of the measures of a day of which the fact was true by then."""
    return HOLDING[fact](rows, day)


def _ever_returned(rows: Rows, day: Day) -> Rows:
    """A report of theirs had been returned, and that had not been withdrawn."""
    returned = Review.objects.ever_returned(by=day.as_of).order_by()
    return rows.filter(row__in=returned.values("report__measure"))


HOLDING: Mapping[Fact, Callable[[Rows, Day], Rows]] = {
    EVER_OVERDUE: lambda rows, day: rows.ever_overdue(on=day.on),
    EVER_RETURNED: _ever_returned,
    COMPLETED: lambda rows, _day: rows.completed(),
    ON_TIME_ORIGINAL: lambda rows, _day: rows.on_time_original(),
    ON_TIME_GRANTED: lambda rows, _day: rows.on_time_granted(),
}
