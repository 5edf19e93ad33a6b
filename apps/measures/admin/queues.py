"""The queues of the admin: by the act that a measure waits for, the measures that do."""

from collections.abc import Callable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q

from apps.measures.lifecycle import REQUEST_PATHS, Action
from apps.measures.models import Request
from apps.measures.models.rows import MeasureQuerySet

Queue = Callable[[MeasureQuerySet, date], MeasureQuerySet]
"""Of these measures those that wait on that day."""


def _asked(kind: Request.Kind, *, verified: bool | None = None) -> Queue:
    """Those of which a request of the kind waits; verified, or not yet, if said."""
    waiting = Request.objects.of_kind(kind).waiting()
    if verified is not None:
        waiting = waiting.verified(verified)
    mine = Q(Exists(waiting.filter(measure=OuterRef("pk"))))
    return lambda measures, on: measures.filter(mine)


def _of_requests() -> Iterator[tuple[Action, Queue]]:
    for kind, path in REQUEST_PATHS.items():
        if path.verify:
            yield path.verify, _asked(kind, verified=False)
        yield path.grant, _asked(kind, verified=True if path.verify else None)


QUEUES: dict[Action, Queue] = {
    Action.ISSUE: lambda measures, on: measures.proposed(),
    Action.ACKNOWLEDGE: lambda measures, on: measures.to_acknowledge(),
    Action.REVIEW: lambda measures, on: measures.review_waiting(),
    Action.RESUME: lambda measures, on: measures.resting_by_itself().filter(review_on__lte=on),
    **dict(_of_requests()),
}
