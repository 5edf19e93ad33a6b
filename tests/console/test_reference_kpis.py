"""The indicators of the reference data: Table 1 as printed, and what must not be mixed."""

import csv
from decimal import Decimal

import pytest

from apps.agencies.models import District, Source
from apps.kpis.aggregation import Cell, Sheet, Way
from apps.kpis.figures import sheet_of
from apps.kpis.models import EVERYTHING, BreakdownItem, Kpi, Observation, Place, Target
from apps.kpis.periods import Period
from tests.console.test_against_shared_data import DATA

Y2022 = Period.parse("2022")
STATED = {"番禺区": 384, "黄埔区": 348, "花都区": 255, "白云区": 208, "越秀区": 4}


def sheet(code: str) -> tuple[Kpi, Sheet]:
    kpi = Kpi.objects.with_arithmetic().get(code=code)
    return kpi, sheet_of([kpi], None, sight=EVERYTHING)


def places() -> dict[str, Place]:
    return {district.name: Place(district_id=district.pk) for district in District.objects.all()}


def test_table_1_adds_up_to_1668(reference):
    kpi, table = sheet("hee-firms-table1")
    whole = table.figure(Cell(kpi.pk, Y2022))
    assert (whole.stated, whole.value, whole.is_complete) == (None, Decimal(1668), True)
    assert {(one.way, one.value) for one in whole.computed} == {
        (Way.PLACES, Decimal(1668)),
        (Way.PARTS, Decimal(1668)),
    }
    rows = {name: table.figure(Cell(kpi.pk, Y2022, place)) for name, place in places().items()}
    assert {name: rows[name].value for name in STATED} == STATED
    assert len(rows) == 11
    assert not any(row.differences for row in rows.values())
    assert all(row.best.way is Way.PARTS for row in rows.values())


@pytest.mark.skipif(not DATA.exists(), reason="The folder of facts is not here.")
def test_table_1_is_the_csv_cell_by_cell(reference):
    kpi, table = sheet("hee-firms-table1")
    items = dict(BreakdownItem.objects.values_list("name", "pk")) | {"合计": None}
    where = places()
    lines = list(csv.DictReader((DATA / "table1.csv").read_text(encoding="utf-8").splitlines()))
    assert len(lines) == 11
    for line in lines:
        place = where[line.pop("区")]
        assert set(line) == set(items)
        for column, printed in line.items():
            found = table.stated.get(Cell(kpi.pk, Y2022, place, items[column]))
            assert found == (Decimal(printed) if printed else None)


def test_the_gdp_of_the_districts_is_that_of_the_city(reference):
    kpi, gdp = sheet("gdp")
    city = gdp.figure(Cell(kpi.pk, Y2022))
    assert (city.stated, city.best.value, city.differences) == (
        Decimal("28839.00"),
        Decimal("28839.00"),
        (),
    )


def test_figures_of_some_districts_are_no_total(reference):
    kpi, land = sheet("hee-land-parcels")
    city = land.figure(Cell(kpi.pk, Y2022))
    assert (city.value, city.best.have, city.best.of, city.differences) == (135, 2, 11, ())


def test_two_scopes_are_two_indicators_and_say_so(reference):
    pair = Kpi.objects.filter(code__in=("hee-output", "hee-output-plan"))
    assert len({kpi.scope for kpi in pair}) == 2
    assert all("口径不同" in kpi.caution for kpi in pair)
    assert not Observation.objects.filter(kpi__code="hee-output-plan").exists()
    assert not Target.objects.filter(kpi__code="hee-output").exists()
    assert "不得互为分子分母" in Kpi.objects.get(code="hee-firms-table1").caution
    assert not Kpi.objects.exclude(numerator=None, denominator=None, weight=None).exists()


def test_every_figure_and_target_names_its_sources(reference):
    known = set(Source.objects.values_list("code", flat=True))
    for row in [*Observation.objects.all(), *Target.objects.all(), *Kpi.objects.all()]:
        assert row.sources
        assert set(row.sources) <= known
        assert row.confidence
    assert Observation.objects.get(kpi__code="hee-output").qualifier == "约"


def test_a_draft_for_comment_is_no_target(reference):
    aims = set(Target.objects.values_list("kpi__code", "period"))
    assert ("gd-hee-growth", "2025") not in aims
    assert Target.objects.filter(policy__code="GD-10").count() == 19
    assert not Target.objects.filter(policy__code="GD-10", period="2027", low=None).exclude(
        comparator="RANK"
    )
