"""Following the calendar and the rule only when there is something to follow (ADR 0027)."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from apps.core.actor import Actor
from apps.measures.models import Following, current_thresholds
from apps.measures.operations.following import follow_all
from apps.workdays.models import CalendarYear

LONGEST_ACT = timedelta(minutes=30)
"""No transaction takes longer: whoever read the calendar before that has ended."""


def follow_calendar_if_changed(*, by: Actor, at: datetime) -> int:
    """Recompute the dates of every open measure unless they follow already; how many moved.

    They do once they were gone through twice by the same calendar, rule and day, so far apart
    that nothing under way the first time was missed, and nothing was passed over either time.
    """
    mark = _mark(at)
    if Following.objects.filter(counted_by=mark, settled=True).exists():
        return 0
    gone = follow_all(by=by, at=at)
    if not gone.passed_over:
        _remember(mark, at)
    return gone.moved


def _mark(at: datetime) -> str:
    """Read before anything is counted: what changes meanwhile makes another mark."""
    day = timezone.localdate(at)
    years = CalendarYear.objects.order_by("year").values_list(
        "year", "is_official", "notice", "holidays", "make_up_days"
    )
    return sha256(repr((day, current_thresholds(on=day), list(years))).encode()).hexdigest()


@transaction.atomic
def _remember(mark: str, at: datetime) -> None:
    """Another mark begins anew; the same one is settled once it has been long enough."""
    said = {"counted_by": mark, "since": at}
    row, created = Following.objects.select_for_update().get_or_create(pk=1, defaults=said)
    if created:
        return
    if row.counted_by != mark:
        row.counted_by, row.since, row.settled = mark, at, False
    row.settled = row.settled or at - row.since >= LONGEST_ACT
    row.save()
