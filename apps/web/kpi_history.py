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

    @property
    def submission(self) -> Submission | None:
        return self.observation.submission

    @property
    def review(self) -> SubmissionReview | None:
        return getattr(self.submission, "review", None)

    @property
    def at(self) -> datetime:
        return self.observation.at


def history_of(cell: Cell) -> list[Entry]:
    """Two queries."""
    of_cell: dict[str, Any] = {
        "kpi": cell.kpi_id,
        "period": cell.period.code,
        "district": cell.place.district_id,
        "agency": cell.place.agency_id,
        "item": cell.item_id,
    }
    stated = Observation.objects.filter(**of_cell)
    counting = {one.pk for one in stated.effective()}
    rows = list(stated.select_related("submission__review", "submission__agency").order_by("pk"))
    found: list[Entry] = []
    before: Decimal | None = None
    for row in rows:
        change = None if row.value is None or before is None else row.value - before
        found.append(Entry(row, row.pk in counting, change))
        before = row.value
    return found[::-1]
