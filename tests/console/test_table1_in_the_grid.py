"""Table 1 as somebody enters it: the same cells, sums and holes as in the folder of facts."""

import csv
from decimal import Decimal

import pytest
from django.utils import translation

from apps.agencies.models import Agency
from apps.kpis.models import Kpi, Sight
from apps.kpis.models.sight import EVERYTHING
from apps.kpis.periods import Period
from apps.web.kpi_grid import Asked, grid_of
from apps.web.kpi_table import Figures, Layout, columns_of, rows_of, table_of
from tests.conftest import TODAY
from tests.console.test_against_shared_data import DATA

pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="The folder of facts is not here."),
]
OF = Period.parse("2022")


@pytest.fixture(autouse=True)
def _as_the_table_is_written():
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def table1(reference) -> Kpi:
    return Kpi.objects.select_related("breakdown").with_arithmetic().get(code="hee-firms-table1")


@pytest.fixture
def lines() -> dict[str, dict[str, Decimal | None]]:
    """District, then industry or 合计."""
    with (DATA / "table1.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return {
        row.pop("区"): {name: Decimal(text) if text else None for name, text in row.items()}
        for row in rows
    }


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
