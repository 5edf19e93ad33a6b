"""What the page of a district shows: what is led there, its indicators, its industries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise

from apps.agencies.models import Agency, District
from apps.dashboards import cockpit
from apps.dashboards.agencies import pages_of
from apps.dashboards.attaining import Attaining
from apps.dashboards.map_figures import with_districts
from apps.dashboards.workdays import workdays
from apps.kpis.aggregation import Cell, Sheet
from apps.kpis.figures import sheet_of
from apps.kpis.models import BreakdownItem, Kpi, Sight
from apps.kpis.models import Place as Where
from apps.kpis.progress import Progress
from apps.measures.filters import Place
from apps.measures.lights import Light
from apps.web.board import Board, Number
from apps.web.charts import Chart, Kind, Series
from apps.web.cockpit import Change, LightLine, Told, kpi_url, told
from apps.web.kpi_series import charts_of, series_of
from apps.web.kpi_table import history_url
from apps.web.spent_days import Days, days_of
from apps.web.tallies import MOST_URGENT_FIRST
from apps.web.templatetags.marks import figure
from apps.workdays.arithmetic import Calendar

URGENT = (Light.RED, Light.YELLOW)
MOST_TOLD = 20


# --- What is led there -----------------------------------------------------------------------


@dataclass(frozen=True)
class Led:
    """The measures led at one place, by light, and how many there were on another day."""

    label: str | Promise
    total: Number
    lines: Sequence[LightLine]


def led_in(board: Board, than: date, **whose: Any) -> list[Led]:
    """Top-level measures and parts apart: the two are never added. Six queries."""
    before = board.then(than)
    now, then = _lights(board, whose), _lights(before, whose)
    return [_led(board, before, place, now[place], then[place], whose) for place in Place]


def _led(
    board: Board,
    before: Board,
    place: Place,
    now: Counter[Light],
    then: Counter[Light],
    whose: dict[str, Any],
) -> Led:
    asked = whose | {"place": place.value}
    lines = []
    for light in MOST_URGENT_FIRST:
        there = Number(then[light], before.measures(**asked, light=light.value))
        here = Number(now[light], board.measures(**asked, light=light.value))
        changes = [Change(there, now[light] - then[light])]
        lines.append(LightLine(light, light.label, here, changes))
    return Led(place.label, Number(now.total(), board.measures(**asked)), lines)


def _lights(board: Board, whose: dict[str, Any]) -> dict[Place, Counter[Light]]:
    asked = cockpit.Asked(lead=whose.get("lead"), district=str(whose.get("district", "")))
    counted = cockpit.counted(board.standing, board.day, asked)
    return {place: counted[place == Place.TOP] for place in Place}


def urgent(board: Board, calendar: Calendar, **whose: Any) -> list[Told]:
    """What is behind or at risk, and why: red first."""
    ids: list[int] = []
    for light in URGENT:
        asked = cockpit.Asked(
            light=light, lead=whose.get("lead"), district=str(whose.get("district", ""))
        )
        found = cockpit.asked_for(board.standing, board.day, asked).order_by("code", "row")
        ids += found.values_list("row", flat=True)[: MOST_TOLD - len(ids)]
    return told(board, ids, calendar)


def clocks(board: Board, district: District, calendar: Calendar) -> list[Days]:
    """Of the agencies of the district whose figures this person sees."""
    found = pages_of(board.standing).filter(district=district, kind=Agency.Kind.DISTRICT)
    day = board.day
    every = [
        (
            each,
            workdays(each, board.standing, on=day.on, is_past=day.is_past, calendar=calendar),
        )
        for each in found
    ]
    return [days_of(board, agency, days.top + days.parts) for agency, days in every]


# --- Its indicators ---------------------------------------------------------------------------


@dataclass(frozen=True)
class OfDistrict:
    """Small charts of what is collected again and again, and breakdowns of what is stated."""

    courses: Sequence[Chart]
    breakdowns: Sequence[Chart]


def indicators(board: Board, district: District, way: Attaining) -> OfDistrict:
    """Six queries, and one for each target that goes by steps."""
    sight = Sight.of(board.standing)
    kpis = with_districts(sight, board.day)
    sheet = sheet_of(kpis, None, sight=sight, as_of=board.day.as_of)
    aims = {one.kpi.pk: one for one in way.rows}
    place = Where(district.pk)
    courses = (_course(board, kpi, place, sheet, aims.get(kpi.pk)) for kpi in kpis)
    return OfDistrict([one for one in courses if one], list(_breakdowns(board, kpis, place, sheet)))


def _course(
    board: Board, kpi: Kpi, place: Where, sheet: Sheet, aim: Progress | None
) -> Chart | None:
    series = series_of(kpi, place, sheet, aim, on=board.day.on)
    charts = charts_of(kpi, series, board.query)
    if not charts or charts[0].is_empty:
        return None
    return replace(
        charts[0],
        key=f"kpi-{kpi.pk}",
        name=str(kpi),
        url=kpi_url(kpi.pk) + board.suffix,
        is_small=True,
    )


def _breakdowns(board: Board, kpis: Iterable[Kpi], place: Where, sheet: Sheet) -> Iterable[Chart]:
    divided = [kpi for kpi in kpis if kpi.breakdown_id]
    items = list(BreakdownItem.objects.filter(breakdown__in=[k.breakdown_id for k in divided]))
    for kpi in divided:
        of = [item for item in items if item.breakdown_id == kpi.breakdown_id]
        cells = {c.period for c in sheet.stated if c.kpi_id == kpi.pk and c.place == place}
        for period in sorted(cells, key=lambda p: p.last_month)[-1:]:
            yield _breakdown(board, kpi, Cell(kpi.pk, period, place), of, sheet)


def _breakdown(
    board: Board, kpi: Kpi, sum_of: Cell, items: Sequence[BreakdownItem], sheet: Sheet
) -> Chart:
    """One place's row of the table, with its sum."""
    cells = [replace(sum_of, item_id=item.pk) for item in items]
    whole, period = sheet.value(sum_of), sum_of.period
    return Chart(
        f"parts-{kpi.pk}",
        str(kpi),
        [str(item) for item in items],
        [
            Series(
                str(period) if whole is None else f"{period} Σ {figure(whole)}",
                [sheet.value(cell) for cell in cells],
                links=[history_url(cell, board.query) for cell in cells],
            )
        ],
        Kind.BARS,
        heading=str(kpi.breakdown),
        unit=kpi.unit,
        url=kpi_url(kpi.pk) + board.suffix,
    )
