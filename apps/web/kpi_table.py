"""An indicator's figures as a table: districts down; periods, or the parts of one period, across.

The indicator's page and the grid for entering lay out the same cells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from apps.agencies.models import Agency, District
from apps.kpis.aggregation import Cell, Computed, Difference, Figure, Sheet, Way
from apps.kpis.figures import Known, effective, made_sheet
from apps.kpis.models import WHOLE, Kpi, OverDistricts, OverTime, Place, Sight
from apps.kpis.periods import Frequency, Period

MOST_COLUMNS = 24


@dataclass(frozen=True)
class Column:
    """A period, or a part of the breakdown in one; `is_total` is put together from the others."""

    label: str | Promise
    period: Period
    item_id: int | None = None
    is_total: bool = False


@dataclass(frozen=True)
class Row:
    """A place. `agency` and `district` are None in the row of the whole."""

    label: str | Promise
    place: Place


@dataclass(frozen=True)
class Layout:
    """What stands where. `windows` are the periods, or years, that one may turn to."""

    kpi: Kpi
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    window: Period
    windows: tuple[Period, ...] = ()
    of_day: Mapping[str, str] = field(default_factory=dict)
    """What addresses say of the day, where it is a past one."""

    @property
    def by_parts(self) -> bool:
        return self.kpi.breakdown_id is not None

    @property
    def periods(self) -> list[Period]:
        return list(dict.fromkeys(column.period for column in self.columns))

    def cell(self, row: Row, column: Column) -> Cell:
        return Cell(self.kpi.pk, column.period, row.place, column.item_id)

    def cells(self) -> Iterator[Cell]:
        """Those that are stated, district by district."""
        for row in self.rows:
            yield from (self.cell(row, column) for column in self.columns)


@dataclass(frozen=True)
class Spot:
    """A cell of the table with what is known of it."""

    column: Column
    cell: Cell
    figure: Figure
    known: Known | None
    url: str
    """Where every figure that was ever stated of the cell is listed."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Stated and yet not what its parts make; what periods make is no part of a table."""
        return tuple(one for one in self.figure.differences if one.way is not Way.TIME)

    @property
    def missing(self) -> Computed | None:
        """What it was put together from, where something is missing of that."""
        best = self.figure.best
        if self.figure.stated is not None or best is None or best.is_complete:
            return None
        # Of the year so far it goes without saying that its later periods are missing.
        is_of_year = self.column.is_total and best.way is not Way.PARTS
        return None if is_of_year else best


@dataclass(frozen=True)
class Line:
    row: Row
    spots: tuple[Spot, ...]

    @property
    def is_empty(self) -> bool:
        return all(spot.figure.value is None for spot in self.spots)


@dataclass(frozen=True)
class Table:
    """Lines of places, and below them the whole where it is put together or stated."""

    layout: Layout
    lines: tuple[Line, ...]
    whole: Line | None

    @property
    def differences(self) -> list[tuple[Row, Spot, Difference]]:
        """Every whole that is not the sum of its parts, to be said in words."""
        every = (*self.lines, *((self.whole,) if self.whole else ()))
        return [
            (line.row, spot, one)
            for line in every
            for spot in line.spots
            for one in spot.differences
        ]


def history_url(cell: Cell, of_day: Mapping[str, str] | None = None) -> str:
    said = {
        **(of_day or {}),
        "period": cell.period.code,
        "district": cell.place.district_id,
        "agency": cell.place.agency_id,
        "item": cell.item_id,
    }
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('web:kpi_figure', args=[cell.kpi_id])}?{query}"


# --- What stands where ----------------------------------------------------------------------


def windows_of(kpi: Kpi, known: Iterable[Cell], *, on: date) -> list[Period]:
    """What one may turn to, the latest first: years, or of a breakdown its periods."""
    periods = {cell.period for cell in known if cell.kpi_id == kpi.pk or kpi.is_computed}
    found = {period.of_year for period in periods} if kpi.breakdown_id is None else periods
    return sorted(found, key=lambda p: (-p.last_month, p.months)) or [_now(kpi, on)]


def columns_of(kpi: Kpi, window: Period, *, on: date, known: Iterable[Cell] = ()) -> list[Column]:
    """Across: the parts of the breakdown and their sum, else the periods that have begun."""
    if kpi.breakdown is not None:
        parts = [Column(str(item), window, item.pk) for item in kpi.breakdown.parts.all()]
        return [*parts, Column(pgettext_lazy("of parts", "All parts"), window, is_total=True)]
    months = Frequency(kpi.frequency).months
    if not months:
        return [Column(str(p), p) for p in _stated_periods(known, window)]
    stated = {cell.period for cell in known}
    begun = [p for p in window.parts(months) if p.ends_on < on or p in stated] or [window]
    total = [Column(window_label(kpi), window, is_total=True)] if _adds_up(kpi, window) else []
    return [*(Column(short(period), period) for period in begun), *total]


def short(period: Period) -> str:
    """A part of a year, below a heading that names the year."""
    if period.months == 1:
        return date_format(period.begins_on, "M")
    if period.months == 3:
        return _("Q%(number)d") % {"number": period.number}
    if period.months == 6:
        return _("First half") if period.number == 1 else _("Second half")
    return str(period)


def window_label(kpi: Kpi) -> str | Promise:
    labels = {OverTime.SUM: _("Year so far"), OverTime.MEAN: _("Mean of the year")}
    return labels.get(OverTime(kpi.over_time), _("Year"))


def rows_of(kpi: Kpi, sheet: Sheet, sight: Sight) -> list[Row]:
    """The districts it is made of and others with figures, then agencies. Two queries."""
    known = {cell.place for cell in sheet.stated if cell.kpi_id in _parts(kpi)}
    made_of = {place.district_id for place in sheet.districts.get(kpi.pk, ()) if known}
    if known <= {WHOLE}:
        made_of = set()
    districts = made_of | {place.district_id for place in known}
    agencies = {place.agency_id for place in known if place.agency_id}
    return named(Place(d) for d in districts if d) + named(Place(None, a) for a in agencies)


def named(places: Iterable[Place]) -> list[Row]:
    """Rows of places by their names, in the order of districts, then agencies."""
    wanted = list(places)
    districts = District.objects.filter(pk__in={p.district_id for p in wanted if p.district_id})
    agencies = Agency.objects.filter(pk__in={p.agency_id for p in wanted if p.agency_id})
    found = districts.defer("boundary").order_by("position", "id") if wanted else []
    rows = [Row(str(each), Place(each.pk)) for each in found if each.pk]
    if any(place.agency_id for place in wanted):
        rows += [Row(each.label, Place(None, each.pk)) for each in agencies]
    return rows


# --- The table ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What is known of an indicator, loaded once for its page."""

    known: Mapping[Cell, Known]
    sheet: Sheet

    @classmethod
    def of(cls, kpi: Kpi, sight: Sight, as_of: datetime | None = None) -> "Figures":
        """Every figure that is seen of it and of what it is computed from. Three queries."""
        known = effective(_parts(kpi), Q(), sight=sight, as_of=as_of)
        return cls(known, made_sheet([kpi], known, sight))


def table_of(layout: Layout, figures: Figures) -> Table:
    lines = tuple(_line(layout, row, figures) for row in layout.rows)
    whole = _line(layout, Row(whole_label(layout.kpi), WHOLE), figures)
    return Table(layout, lines, None if whole.is_empty and lines else whole)


def _line(layout: Layout, row: Row, figures: Figures) -> Line:
    made = []
    for column in layout.columns:
        cell = layout.cell(row, column)
        figure, known = figures.sheet.figure(cell), figures.known.get(cell)
        made.append(Spot(column, cell, figure, known, history_url(cell, layout.of_day)))
    return Line(row, tuple(made))


def whole_label(kpi: Kpi) -> str | Promise:
    if kpi.over_districts == OverDistricts.SUM:
        return pgettext_lazy("of districts", "Total")
    return pgettext_lazy("of districts", "Whole")


def _parts(kpi: Kpi) -> set[int]:
    found = {kpi.pk, kpi.numerator_id, kpi.denominator_id, kpi.weight_id}
    return {pk for pk in found if pk}


def _now(kpi: Kpi, on: date) -> Period:
    """Where nothing is known yet: the period, or year, that is to be filled."""
    months = Frequency(kpi.frequency).months
    if kpi.breakdown_id is None or not months:
        return Period.holding(on, 12)
    return Period.holding(on, months).moved(-1)


def _stated_periods(known: Iterable[Cell], window: Period) -> Sequence[Period]:
    """Of what is stated once: every period there is, the earliest first."""
    found = {cell.period for cell in known} or {window}
    return sorted(found, key=lambda p: (p.last_month, p.months))[-MOST_COLUMNS:]


def _adds_up(kpi: Kpi, window: Period) -> bool:
    return Frequency(kpi.frequency).months < window.months and not repeats_last(kpi)


def repeats_last(kpi: Kpi) -> bool:
    """Whether a longer period only has the figure of its last shorter one."""
    made_of = kpi.numerator if kpi.is_computed else kpi
    return made_of is not None and made_of.over_time == OverTime.LAST
