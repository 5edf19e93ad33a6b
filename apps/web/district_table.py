"""The districts with a figure of one's choice: a map, and the same as a table that sorts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import District
from apps.dashboards.cockpit import Tally
from apps.dashboards.map_figures import DistrictFigures, of_districts, with_districts
from apps.kpis.aggregation import Cell, rounded
from apps.kpis.models import WHOLE, Kpi, Place, Sight
from apps.measures.filters import NONE
from apps.measures.lights import Light
from apps.web.board import Board, Number, Shown
from apps.web.charts import Cell as CellOfFile
from apps.web.charts import Row, Value, Words
from apps.web.cockpit import kpi_url
from apps.web.kpi_table import history_url
from apps.web.maps import Map, map_of

BEHIND, LED = "behind", "led"
OF_MEASURES: dict[str, Words] = {BEHIND: _("Measures behind"), LED: _("Measures led")}


@dataclass(frozen=True)
class Option:
    """A figure that the map can show."""

    value: str
    label: Words
    chosen: bool


@dataclass(frozen=True)
class Line:
    """A district, or what none of them leads."""

    label: Words
    url: str
    led: Number
    lights: Sequence[Shown]
    behind: int
    value: Value
    source: str
    """Where the value comes from; that of a map of measures stands beside it with its list."""
    district: District | None


@dataclass(frozen=True)
class Heading:
    """A column that sorts."""

    label: Words
    query: str
    direction: str


@dataclass(frozen=True)
class Districts:
    """Map and table. `figure` is None where the chosen figure is one of measures."""

    options: Sequence[Option]
    lines: Sequence[Line]
    rest: Line | None
    headings: Mapping[str, Heading]
    figure: DistrictFigures | None
    map: Map
    name: Words
    unit: Words
    source: str
    whole_source: str
    """Where what the figures make together comes from."""
    key: str = "districts"

    # --- What its file is made of (charts.csv_of)

    @property
    def heading(self) -> Words:
        return _("District")

    @property
    def columns(self) -> list[Words]:
        return [_("Measures led"), *(light.label for light in Light), *self._of_figure]

    @property
    def _of_figure(self) -> list[Words]:
        return [f"{self.figure.kpi} {self.figure.period}"] if self.figure else []

    @property
    def rows(self) -> list[Row]:
        lines = [*self.lines, self.rest] if self.rest else self.lines
        return [Row(line.label, line.url, self._cells(line)) for line in lines]

    def _cells(self, line: Line) -> list[CellOfFile]:
        counts = {shown.light: shown.count for shown in line.lights}
        numbers: list[Value] = [line.led.count, *(counts.get(light, 0) for light in Light)]
        more: list[Value] = [line.value] if self.figure else []
        return [CellOfFile(number, "") for number in (*numbers, *more)]


def districts(
    board: Board, found: Sequence[District], led: Mapping[int | None, Tally], asked: QueryDict
) -> Districts:
    """Seven queries at most, two of them for the choice of indicators."""
    sight = Sight.of(board.standing)
    kpis = with_districts(sight, board.day)
    chosen = _chosen(asked.get("figure", ""), kpis)
    figures = (
        of_districts(chosen, [d.pk for d in found], sight, board.day)
        if isinstance(chosen, Kpi)
        else None
    )
    lines = [_line(board, d, led.get(d.pk, Tally()), chosen, figures) for d in found]
    key, descending = _sort(asked.get("sort", ""))
    name = chosen if isinstance(chosen, str) else str(chosen)
    return Districts(
        options=_options(kpis, chosen),
        lines=sorted(lines, key=SORTS[key], reverse=descending),
        rest=_rest(board, led.get(None, Tally()), chosen),
        headings=_headings(asked, key, descending),
        figure=figures,
        map=map_of(
            found,
            {line.district.pk: line.value for line in lines if line.district},
            {line.district.pk: line.url for line in lines if line.district},
            name=OF_MEASURES.get(name, name),
            unit=chosen.unit if isinstance(chosen, Kpi) else "",
        ),
        name=OF_MEASURES.get(name, name),
        unit=chosen.unit if isinstance(chosen, Kpi) else "",
        source=kpi_url(chosen.pk) + board.suffix if isinstance(chosen, Kpi) else "",
        whole_source=_source(board, figures, WHOLE) if figures else "",
    )


def _chosen(said: str, kpis: Sequence[Kpi]) -> Kpi | str:
    return next((kpi for kpi in kpis if kpi.code == said), LED if said == LED else BEHIND)


def _options(kpis: Sequence[Kpi], chosen: Kpi | str) -> list[Option]:
    of_measures = [Option(key, label, key == chosen) for key, label in OF_MEASURES.items()]
    return [*of_measures, *(Option(kpi.code, str(kpi), kpi == chosen) for kpi in kpis)]


def _line(
    board: Board,
    district: District,
    tally: Tally,
    chosen: Kpi | str,
    figures: DistrictFigures | None,
) -> Line:
    value = _figure(figures, district.pk) if figures else _counted(tally, chosen)
    source = _source(board, figures, Place(district.pk)) if figures else ""
    return Line(
        str(district),
        reverse("web:district", args=[district.pk]) + board.suffix,
        Number(tally.total(), board.measures(district=district.pk)),
        board.lights(tally, district=district.pk),
        tally[Light.RED],
        value,
        source,
        district,
    )


def _source(board: Board, figures: DistrictFigures, place: Place) -> str:
    return history_url(Cell(figures.kpi.pk, figures.period, place), board.query)


def _figure(figures: DistrictFigures, district: int) -> Decimal | None:
    value = figures.values.get(district)
    return None if value is None else rounded(value, figures.kpi.places)


def _rest(board: Board, tally: Tally, chosen: Kpi | str) -> Line | None:
    if not tally:
        return None
    led = Number(tally.total(), board.measures(district=NONE))
    lights = board.lights(tally, district=NONE)
    label = _("Not led by a district")
    return Line(label, "", led, lights, tally[Light.RED], _counted(tally, chosen), "", None)


def _counted(tally: Tally, chosen: Kpi | str) -> int | None:
    if isinstance(chosen, Kpi):
        return None
    return tally.total() if chosen == LED else tally[Light.RED]


# --- Sorting -------------------------------------------------------------------------------

SORTS: dict[str, Callable[[Line], tuple[bool, Decimal | int]]] = {
    "district": lambda line: (False, line.district.position if line.district else 0),
    "led": lambda line: (False, line.led.count),
    "behind": lambda line: (False, line.behind),
    "value": lambda line: (line.value is not None, line.value or 0),
}


def _sort(said: str) -> tuple[str, bool]:
    key = said.removeprefix("-")
    return (key, said.startswith("-")) if key in SORTS else ("district", False)


def _headings(asked: QueryDict, sort: str, descending: bool) -> dict[str, Heading]:
    """Numbers sort with the greatest first."""
    labels = {
        "district": _("District"),
        "led": _("Measures led"),
        "behind": _("Lights"),
        "value": _("Figure"),
    }
    found = {}
    for key, label in labels.items():
        down_first = key != "district"
        turned = not descending if key == sort else down_first
        rest = {name: value for name, value in asked.items() if name != "sort"}
        query = urlencode(rest | {"sort": f"-{key}" if turned else key})
        direction = ("descending" if descending else "ascending") if key == sort else ""
        found[key] = Heading(label, query, direction)
    return found
