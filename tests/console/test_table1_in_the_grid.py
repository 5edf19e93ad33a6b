"""Table 1 as somebody enters it and sees it: the same cells, sums and holes as in its sources."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils import translation

from apps.accounts.models import Membership, User
from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.dashboards.cockpit import with_boundaries
from apps.dashboards.days import Day
from apps.kpis.models import Kpi, Sight
from apps.kpis.models.sight import EVERYTHING
from apps.kpis.periods import Period
from apps.web.board import Board
from apps.web.district_table import Districts, districts
from apps.web.kpi_grid import Asked, grid_of
from apps.web.kpi_table import Figures, Layout, columns_of, rows_of, table_of
from tests.conftest import TODAY
from tests.console.test_against_shared_data import DATA

OF, CODE = Period.parse("2022"), "hee-firms-table1"
FIXTURES = Path(settings.BASE_DIR) / "fixtures"
Lines = dict[str, dict[str, Decimal | None]]
"""District, then industry or 合计."""


@pytest.fixture(autouse=True)
def _as_the_table_is_written():
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def table1(reference) -> Kpi:
    return Kpi.objects.select_related("breakdown").with_arithmetic().get(code=CODE)


def of_the_folder() -> Lines:
    with (DATA / "table1.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return {
        row.pop("区"): {name: Decimal(text) if text else None for name, text in row.items()}
        for row in rows
    }


def rows_of_file(name: str, model: str) -> Iterator[dict[str, Any]]:
    """What the repository brings along, read as a file."""
    for row in json.loads((FIXTURES / name).read_text(encoding="utf-8")):
        if row["model"] == model:
            yield row["fields"]


def of_the_repository() -> Lines:
    """What is not stated is empty."""
    named = {
        row["adcode"]: row["name"] for row in rows_of_file("districts.json", "agencies.district")
    }
    items = {
        row["code"]: row["name"]
        for row in rows_of_file("kpis.json", "kpis.breakdownitem")
        if row["breakdown"] == ["table1-industries"]
    }
    stated = [r for r in rows_of_file("kpis.json", "kpis.observation") if r["kpi"] == [CODE]]
    found: Lines = {}
    for row in stated:
        line = found.setdefault(named[row["district"][0]], dict.fromkeys([*items.values(), "合计"]))
        line[items[row["item"][0]] if row.get("item") else "合计"] = Decimal(row["value"])
    return found


@pytest.fixture(
    params=[
        of_the_repository,
        pytest.param(
            of_the_folder,
            marks=pytest.mark.skipif(not DATA.exists(), reason="The folder of facts is not here."),
        ),
    ]
)
def lines(request) -> Lines:
    return request.param()


def test_the_grid_holds_table_1(table1, lines):
    table1.owner = Agency.objects.get(code="gz-gxj")
    grid = grid_of(Asked(table1, table1.owner, OF), on=TODAY)
    names = [str(head.column.label) for head in grid.heads[:-1]]
    districts = [row for row in grid.rows if not row.is_total]
    found = {
        str(row.row.label): dict(
            zip([*names, "合计"], [cell.base for cell in row.cells], strict=True)
        )
        for row in districts
    }
    assert found == lines
    assert sum(len(row.cells) for row in districts) == 88


def test_the_page_of_the_indicator_adds_it_up(table1, lines):
    sight: Sight = EVERYTHING
    figures = Figures.of(table1, sight)
    columns = tuple(columns_of(table1, OF, on=TODAY))
    table = table_of(
        Layout(table1, columns, tuple(rows_of(table1, figures.sheet, sight)), OF), figures
    )
    totals = {str(line.row.label): line.spots[-1].figure.value for line in table.lines}
    assert totals == {district: said["合计"] for district, said in lines.items()}
    assert (totals["番禺区"], totals["黄埔区"], totals["花都区"]) == (384, 348, 255)
    assert table.whole.spots[-1].figure.value == 1668
    assert table.differences == []


def on_the_map(chosen: str) -> Districts:
    """As a director's cockpit shows it."""
    office = Agency.objects.filter(kind=Agency.Kind.SUPERVISION).first() or Agency.objects.first()
    person = User.objects.create(username="map", name="map")
    Membership.objects.create(user=person, agency=office, role=Role.DIRECTOR, from_on=TODAY)
    board = Board(Standing.of(person, on=TODAY), Day(TODAY), TODAY)
    return districts(board, with_boundaries(), {}, QueryDict(f"figure={chosen}"))


def test_the_map_of_the_cockpit_shows_its_sums(table1, lines):
    shown = on_the_map(CODE)
    drawn = {str(region.district): region.value for region in shown.map.regions}
    assert drawn == {district: said["合计"] for district, said in lines.items()}
    assert (drawn["番禺区"], drawn["黄埔区"], drawn["花都区"]) == (384, 348, 255)
    assert {line.label: line.value for line in shown.lines} == drawn
    assert shown.figure.whole == 1668
