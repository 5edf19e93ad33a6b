"""Figures handed in, as they are reviewed: what stands now beside what is to stand, and why."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from apps.kpis.aggregation import Cell, Sheet
from apps.kpis.figures import Known, effective, in_years, made_sheet
from apps.kpis.models import (
    EVERYTHING,
    BreakdownItem,
    Observation,
    Submission,
    SubmissionReview,
)
from apps.kpis.operations import Entry, queries_about
from apps.kpis.outliers import Query
from apps.kpis.periods import Period
from apps.web.kpi_table import history_url, named
from apps.web.kpi_words import oddity_of

MOST_FIGURES = 300
REASONS_OFFERED = 5


@dataclass(frozen=True)
class Figure:
    """One figure of the sheet. `was` is what counts now, or counted when it was reviewed."""

    observation: Observation
    cell: Cell
    where: str
    was: Known | None
    before: Decimal | None
    """Of the period before."""
    query: Query | None

    @property
    def change(self) -> Decimal | None:
        """In percent of what stands; of a new figure, of the period before."""
        value, base = self.observation.value, self.was.value if self.was else self.before
        return 100 * (value - base) / base if value is not None and base else None

    @property
    def odd(self) -> str | Promise:
        return oddity_of(self.query, self.observation.kpi) if self.query else ""

    @property
    def url(self) -> str:
        return history_url(self.cell)


@dataclass(frozen=True)
class Item:
    """Everything the decision needs, on one screen."""

    submission: Submission
    figures: tuple[Figure, ...]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.figures)


def item_of(submission: Submission) -> Item:
    """A constant number of queries. Load `kpi` with its arithmetic."""
    rows = list(submission.observations.order_by("period", "district__position", "pk"))
    for row in rows:
        row.kpi = submission.kpi
    shown = rows[:MOST_FIGURES]
    cells = {row.pk: _cell(row) for row in shown}
    known, sheet = _before(submission, shown)
    odd = {query.cell: query for query in _queries(submission, shown, sheet)}
    names = {row.place: str(row.label) for row in named(cell.place for cell in cells.values())}
    parts = {p.pk: str(p) for p in BreakdownItem.objects.filter(pk__in=_items(shown))}
    figures = (
        Figure(
            row,
            cells[row.pk],
            " · ".join(filter(None, [names.get(row.place, ""), parts.get(row.item_id or 0, "")])),
            known.get(cells[row.pk]),
            sheet.value(_earlier(cells[row.pk])),
            odd.get(cells[row.pk]),
        )
        for row in shown
    )
    return Item(submission, tuple(figures), len(rows))


def recent_reasons(kpi_ids: list[int]) -> list[str]:
    """Why figures of these indicators were returned before."""
    returned = SubmissionReview.objects.filter(
        outcome=SubmissionReview.Outcome.RETURNED, submission__kpi__in=kpi_ids
    )
    reasons = returned.order_by("-pk").values_list("reason", flat=True)[:50]
    return list(dict.fromkeys(reasons))[:REASONS_OFFERED]


def _before(submission: Submission, rows: list[Observation]) -> tuple[dict[Cell, Known], Sheet]:
    """What counts now; of what was reviewed, what counted when it was handed in."""
    periods = [Period.parse(row.period) for row in rows]
    where = in_years([*periods, *(period.moved(-1) for period in periods)])
    as_of = submission.at if hasattr(submission, "review") else None
    known = effective([submission.kpi_id], where, sight=EVERYTHING, as_of=as_of)
    return known, made_sheet([submission.kpi], known, EVERYTHING)


def _queries(submission: Submission, rows: list[Observation], sheet: Sheet) -> tuple[Query, ...]:
    entries = [
        Entry(Period.parse(row.period), row.value, row.place, row.item_id, note=row.note)
        for row in rows
    ]
    return queries_about(sheet, submission.kpi, entries)


def _cell(row: Observation) -> Cell:
    return Cell(row.kpi_id, Period.parse(row.period), row.place, row.item_id)


def _earlier(cell: Cell) -> Cell:
    return Cell(cell.kpi_id, cell.period.moved(-1), cell.place, cell.item_id)


def _items(rows: list[Observation]) -> set[int]:
    return {row.item_id for row in rows if row.item_id}
