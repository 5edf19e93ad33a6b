"""Every figure that was stated of one cell, the latest first, with what became of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

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
    stated = Observation.objects.filter(
        kpi_id=cell.kpi_id,
        period=cell.period.code,
        district_id=cell.place.district_id,
        agency_id=cell.place.agency_id,
        item_id=cell.item_id,
    )
    counting = {one.pk for one in stated.effective()}
    rows = list(stated.select_related("submission__review", "submission__agency").order_by("pk"))
    found, before = [], None
    for row in rows:
        change = None if row.value is None or before is None else row.value - before
        found.append(Entry(row, row.pk in counting, change))
        before = row.value
    return found[::-1]
