"""The grid for entering: which cells an agency fills, what stands in them and what did before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.agencies.models import Agency, District
from apps.kpis.aggregation import Cell, Sheet
from apps.kpis.figures import effective, in_years, made_sheet
from apps.kpis.models import (
    EVERYTHING,
    WHOLE,
    Kpi,
    Observation,
    OverDistricts,
    PeriodClosing,
    Place,
)
from apps.kpis.owed import last_ended
from apps.kpis.periods import Frequency, Period
from apps.kpis.permissions import may_fill
from apps.web.kpi_numbers import typed
from apps.web.kpi_table import Column, Row, named, short

HALF = 6


@dataclass(frozen=True)
class Asked:
    """Which grid somebody asks for: of an indicator, for an agency, of a window of periods.

    `totals`: the totals are stated too, besides being added up.
    """

    kpi: Kpi
    agency: Agency
    window: Period
    totals: bool = False


@dataclass(frozen=True)
class GridCell:
    """A box of the grid. `base` is what stands, or waits for review, in it."""

    cell: Cell
    base: Decimal | None
    before: Decimal | None
    vintage: str
    is_waiting: bool
    is_closed: bool
    is_total: bool = False

    @property
    def name(self) -> str:
        """As the form and the draft call it."""
        place, period = self.cell.place, self.cell.period.code
        item = self.cell.item_id or 0
        return f"c-{place.district_id or 0}-{place.agency_id or 0}-{item}-{period}"

    @property
    def text(self) -> str:
        return typed(self.base)


@dataclass(frozen=True)
class Head:
    """A column of boxes."""

    column: Column
    closing: PeriodClosing | None

    @property
    def is_closed(self) -> bool:
        return bool(self.closing and self.closing.is_closed)


@dataclass(frozen=True)
class GridRow:
    row: Row
    cells: tuple[GridCell, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Grid:
    """The boxes by row, and what was known when they were made."""

    asked: Asked
    heads: tuple[Head, ...]
    rows: tuple[GridRow, ...]
    sheet: Sheet = field(repr=False)

    @property
    def kpi(self) -> Kpi:
        return self.asked.kpi

    def cells(self) -> Iterator[GridCell]:
        for row in self.rows:
            yield from row.cells

    def named(self) -> dict[str, GridCell]:
        return {cell.name: cell for cell in self.cells()}

    @property
    def states_totals(self) -> bool:
        """Whether totals are typed in, besides being added up."""
        across = any(head.column.is_total for head in self.heads)
        return across or any(row.is_total for row in self.rows)

    @property
    def adds_down(self) -> bool:
        """Whether the districts are added up below."""
        places = [row for row in self.rows if not row.is_total]
        return self.kpi.over_districts == OverDistricts.SUM and len(places) > 1

    @property
    def adds_across(self) -> bool:
        """Whether the parts are added up at the side."""
        return self.kpi.breakdown_id is not None and self.kpi.over_districts == OverDistricts.SUM

    def label(self, cell: GridCell) -> str:
        """The box in words."""
        for row in self.rows:
            for head, one in zip(self.heads, row.cells, strict=True):
                if one is cell:
                    return _("%(row)s, %(column)s") % {"row": row.row.label, "column": _said(head)}
        return ""


def _said(head: Head) -> str | Promise:
    return head.column.label if head.column.item_id else str(head.column.period)


# --- Which periods ----------------------------------------------------------------------------


def window_of(kpi: Kpi, code: str, *, on: date) -> Period:
    """The window that the address names, else the one with the last period that is over."""
    usual = _usual(kpi, on)
    try:
        found = Period.parse(code)
    except ValueError:
        return usual
    fits = found.months == usual.months or not Frequency(kpi.frequency).months
    return found if fits and found.begins_on <= on and found.year > 1900 else usual


def _usual(kpi: Kpi, on: date) -> Period:
    frequency = Frequency(kpi.frequency)
    if not frequency.months:
        known = kpi.observations.order_by("-period").values_list("period", flat=True).first()
        return Period.parse(known) if known else Period.holding(on, 12)
    last = last_ended(frequency, on=on)
    if kpi.breakdown_id is not None:
        return last
    return Period.holding(last.ends_on, HALF if frequency.months == 1 else 12)


def columns_of(kpi: Kpi, window: Period, *, on: date, totals: bool) -> list[Column]:
    """The parts of the breakdown in one period, else the periods of the window that have begun."""
    if kpi.breakdown is not None:
        parts = [Column(str(item), window, item.pk) for item in kpi.breakdown.parts.all()]
        stated = Column(pgettext("of parts", "Total as stated"), window, is_total=True)
        return [*parts, stated] if totals else parts
    months = Frequency(kpi.frequency).months
    periods = window.parts(months) if months else (window,)
    return [Column(short(p), p) for p in periods if p.begins_on <= on]


# --- Which places -----------------------------------------------------------------------------


def rows_for(kpi: Kpi, agency: Agency, known: Iterable[Cell]) -> list[Row]:
    """The places the agency fills, but for the whole. Two queries at most."""
    stated = {cell.place for cell in known if cell.kpi_id == kpi.pk}
    places = {place for place in stated if place != WHOLE}
    if kpi.over_districts != OverDistricts.NONE or not stated:
        places |= {Place(pk) for pk in District.objects.values_list("pk", flat=True)}
    places.add(Place(None, agency.pk) if agency.kind != Agency.Kind.DISTRICT else WHOLE)
    if agency.pk == kpi.owner_id and Place(None, agency.pk) not in stated:
        places.discard(Place(None, agency.pk))
    return named(p for p in places if p != WHOLE and may_fill(kpi, agency, p))


def fills_whole(kpi: Kpi, agency: Agency) -> bool:
    return bool(may_fill(kpi, agency, WHOLE))


# --- The grid ---------------------------------------------------------------------------------


def grid_of(asked: Asked, *, on: date) -> Grid:
    """A constant number of queries. What others filled is loaded where the agency fills it too."""
    kpi = asked.kpi
    earlier = asked.window.moved(-1)
    where = in_years([asked.window, earlier])
    known = effective([kpi.pk], where, sight=EVERYTHING)
    waiting = waiting_figures(kpi, asked.window)
    stands: dict[Cell, Decimal] = {cell: one.value for cell, one in known.items()} | waiting
    totals = asked.totals or _states_totals(kpi, stands, asked.window)
    columns = columns_of(kpi, asked.window, on=on, totals=totals)
    heads = tuple(Head(c, last) for c, last in _closings(kpi, columns))
    vintages = {cell: one.vintage for cell, one in known.items()}

    def row(of: Row, is_total: bool = False) -> GridRow:
        cells = []
        for head in heads:
            cell = Cell(kpi.pk, head.column.period, of.place, head.column.item_id)
            before = stands.get(Cell(kpi.pk, cell.period.moved(-1), cell.place, cell.item_id))
            made = GridCell(
                cell, stands.get(cell), before, vintages.get(cell, ""),
                cell in waiting, head.is_closed, head.column.is_total,
            )  # fmt: skip
            cells.append(made)
        return GridRow(of, tuple(cells), is_total)

    rows = [row(each) for each in rows_for(kpi, asked.agency, stands)]
    if fills_whole(kpi, asked.agency) and (totals or not rows):
        rows.append(row(Row(_("Whole as stated"), WHOLE), is_total=bool(rows)))
    return Grid(asked, heads, tuple(rows), made_sheet([kpi], known, EVERYTHING))


def waiting_figures(kpi: Kpi, window: Period) -> dict[Cell, Decimal]:
    """The last figures handed in for cells that wait for review. One query."""
    rows = Observation.objects.filter(
        in_years([window, window.moved(-1)]),
        kpi=kpi,
        submission__isnull=False,
        submission__review__isnull=True,
        value__isnull=False,
    ).order_by("pk")
    found: dict[Cell, Decimal] = {}
    for row in rows.values_list("period", "district_id", "agency_id", "item_id", "value"):
        code, district, agency, item, value = row
        if value is not None:
            found[Cell(kpi.pk, Period.parse(code), Place(district, agency), item)] = value
    return found


def _states_totals(kpi: Kpi, stands: Mapping[Cell, Decimal], window: Period) -> bool:
    """Whether totals are stated already, by parts or of the whole."""
    return any(
        cell.period in window
        and (cell.place == WHOLE or (kpi.breakdown_id is not None and cell.item_id is None))
        for cell in stands
    )


def _closings(kpi: Kpi, columns: Sequence[Column]) -> Iterator[tuple[Column, PeriodClosing | None]]:
    codes = {column.period.code for column in columns}
    last = {row.period: row for row in kpi.closings.filter(period__in=codes).latest_each()}
    for column in columns:
        yield column, last.get(column.period.code)
