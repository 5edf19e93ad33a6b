"""Every figure that was stated of one cell, the latest first, with what became of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.kpis.aggregation import Cell
from apps.kpis.models import Observation, Submission, SubmissionReview


@dataclass(frozen=True)
class Entry:
    """One row of the history; `change` is against the one stated before it."""

    observation: Observation
    counts: bool
    change: Decimal | None
    as_of: datetime | None = None

    @property
    def submission(self) -> Submission | None:
        return self.observation.submission

    @property
    def review(self) -> SubmissionReview | None:
        """What its owner said of it, as far as it was known then."""
        found: SubmissionReview | None = getattr(self.submission, "review", None)
        return found if found and (self.as_of is None or found.at <= self.as_of) else None

    @property
    def at(self) -> datetime:
        return self.observation.at


def history_of(cell: Cell, as_of: datetime | None = None) -> list[Entry]:
    """With `as_of`, a moment: what had been stated by then. Two queries."""
    of_cell: dict[str, Any] = {
        "kpi": cell.kpi_id,
        "period": cell.period.code,
        "district": cell.place.district_id,
        "agency": cell.place.agency_id,
        "item": cell.item_id,
    }
    stated = Observation.objects.filter(**of_cell)
    if as_of is not None:
        stated = stated.filter(at__lte=as_of)
    counting = {one.pk for one in stated.effective(as_of)}
    rows = list(stated.select_related("submission__review", "submission__agency").order_by("pk"))
    found: list[Entry] = []
    before: Decimal | None = None
    for row in rows:
        change = None if row.value is None or before is None else row.value - before
        found.append(Entry(row, row.pk in counting, change, as_of))
        before = row.value
    return found[::-1]
