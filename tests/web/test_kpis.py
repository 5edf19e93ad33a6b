"""The indicators: their list, their page, the history of a figure; what is shown, to whom."""

from decimal import Decimal

import pytest

from apps.kpis import operations
from apps.kpis.models import WHOLE, Breakdown, BreakdownItem, KpiMeasure
from apps.kpis.operations import Aim
from apps.kpis.periods import Period
from tests.conftest import a_plan, in_progress
from tests.kpis.figuring import (
    a_kpi,
    aimed,
    another_district,
    entered,
    entry,
    huangpu,
    known,
    owner_of,
)
from tests.web.here import of_today
from tests.web.watching import queries_of, writes_in

KPIS = "/kpis/"


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def last_month(cast) -> Period:
    return Period.holding(cast.today, 1).moved(-1)


def of_month(line, month: Period) -> Decimal | None:
    return next(spot.figure.value for spot in line.spots if spot.column.period == month)


def codes(page) -> list[str]:
    return [row.kpi.code for row in page.context["rows"]]


def test_the_list_shows_the_last_figure_its_target_and_what_has_none(cast, last_month):
    kpi = a_kpi(cast, "a", unit="家")
    a_kpi(cast, "b")
    known(cast, kpi, entry(30, last_month), entry(12, last_month, another_district()))
    aimed(cast, kpi, Aim("AT_LEAST", low=Decimal(84), period=last_month.of_year))
    page = cast.signed_in("supervisor").get(KPIS)
    first, second = page.context["rows"]
    assert (first.last.figure.value, first.last.period) == (Decimal(42), last_month)
    assert first.progress.attainment.percent == Decimal(50)
    assert (second.last, second.is_aimed) == (None, False)
    assert "No computable target set" in page.content.decode()
    assert codes(cast.signed_in("supervisor").get(KPIS, {"target": "NO"})) == ["b"]
    assert codes(cast.signed_in("supervisor").get(KPIS, {"target": "YES"})) == ["a"]


def test_indicators_are_found_and_sorted(cast):
    for code, name in (("x-1", "技改投资"), ("x-2", "揭榜验收数")):
        a_kpi(cast, code, name=name)
    client = cast.signed_in("supervisor")
    assert codes(client.get(KPIS, {"q": "投资"})) == ["x-1"]
    assert codes(client.get(KPIS, {"q": "x-"})) == ["x-1", "x-2"]
    assert codes(client.get(KPIS, {"sort": "-code"})) == ["x-2", "x-1"]
    assert codes(client.get(KPIS, {"frequency": "YEARLY"})) == []
    owner = cast.agencies["bureau"].pk
    assert codes(client.get(KPIS, {"owner": owner})) == ["x-1", "x-2"]


def test_each_tab_and_the_navigation_count_what_they_open(cast, last_month):
    begun, waiting = a_kpi(cast, "begun"), a_kpi(cast, "waiting")
    known(cast, begun, entry(1, last_month.moved(-1)))
    entered(cast, waiting, entry(1, last_month))
    liaison, owner = cast.signed_in("liaison"), cast.signed_in("owner")
    page = liaison.get(KPIS, {"waits": "ANY"})
    assert codes(page) == ["begun"]
    assert [entry.count for entry in page.context["nav"] if entry.url.startswith(KPIS)] == [1]
    page = owner.get(KPIS, {"waits": "REVIEW"})
    assert codes(page) == ["waiting"]
    assert page.context["rows"][0].to_review == 1
    for tab in page.context["tabs"]:
        assert tab.count == owner.get(f"{KPIS}?{tab.query}").context["total"]


def test_who_is_no_reader_of_figures_has_no_indicators(cast):
    kpi = a_kpi(cast)
    client = cast.signed_in("administrator")
    assert codes(client.get(KPIS)) == []
    assert client.get(f"{KPIS}{kpi.pk}/").status_code == 404


def test_a_district_sees_its_figures_and_totals_of_these(cast, last_month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(30, last_month), entry(12, last_month, another_district()))
    cast.agencies["district"].district_id = huangpu().district_id
    cast.agencies["district"].save()
    client, address = cast.signed_in("district_liaison"), f"{KPIS}{kpi.pk}/"
    page = client.get(address)
    table = page.context["table"]
    found = [of_month(line, last_month) for line in (*table.lines, table.whole)]
    assert found == [Decimal(30), Decimal(30)]
    assert "totals are of these" in page.content.decode()
    of = {"period": last_month.code, "district": another_district().district_id}
    assert client.get(f"{address}figure/", of).status_code == 404
    assert client.get(f"{address}figure/", of | {"district": "x"}).status_code == 404
    assert client.get(f"{address}figure/", {"period": "x"}).status_code == 404
    known(cast, kpi, entry(99, last_month, WHOLE))
    whole = client.get(f"{address}figure/", {"period": last_month.code})
    assert (whole.context["figure"].value, whole.context["history"]) == (Decimal(30), [])
    assert "99" not in whole.content.decode().split("<main")[1].split("</main")[0]


def test_the_page_compares_what_is_stated_with_its_parts(cast, last_month):
    parts = Breakdown.objects.create(code="b", name="行业")
    one = BreakdownItem.objects.create(breakdown=parts, code="b/1", name="甲", position=1)
    two = BreakdownItem.objects.create(breakdown=parts, code="b/2", name="乙", position=2)
    kpi = a_kpi(cast, breakdown=parts)
    known(
        cast,
        kpi,
        entry(3, last_month, item_id=one.pk),
        entry(4, last_month, item_id=two.pk),
        entry(8, last_month),
    )
    page = cast.signed_in("supervisor").get(f"{KPIS}{kpi.pk}/")
    table = page.context["table"]
    assert [spot.figure.value for spot in table.lines[0].spots] == [3, 4, 8]
    assert [difference.by for _row, _spot, difference in table.differences] == [1]
    assert "stated 8, the parts make 7" in page.content.decode()


def test_the_page_says_what_it_means_and_what_it_has_to_do_with(cast, clause):
    kpi = a_kpi(cast)
    measure = in_progress(cast, clause, plan=a_plan(cast, supporters=[]))
    KpiMeasure.objects.create(kpi=kpi, measure=measure)
    operations.revise_definition(
        kpi, text="新口径", reason="制度调整", seen=1, by=cast["supervisor"], at=cast.at()
    )
    page = cast.signed_in("supervisor").get(f"{KPIS}{kpi.pk}/").content.decode()
    where = f"/measures/{measure.pk}/"
    for said in ("新口径", "制度调整", where, "no proof of a cause", "sum of its shorter"):
        assert said in page
    assert where not in cast.signed_in("stranger").get(f"{KPIS}{kpi.pk}/").content.decode()


def test_a_cell_keeps_all_that_was_stated_of_it(cast, last_month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(30, last_month))
    later = entered(cast, kpi, entry(33, last_month, vintage="REVISED"))
    operations.review_observations(
        later, "RETURNED", reason="请核实", by=cast["owner"], at=cast.at()
    )
    known(cast, kpi, entry(31, last_month, vintage="REVISED"))
    of = {"period": last_month.code, "district": huangpu().district_id}
    page = cast.signed_in("supervisor").get(f"{KPIS}{kpi.pk}/figure/", of)
    history = page.context["history"]
    assert [entry.observation.value for entry in history] == [31, 33, 30]
    assert [entry.counts for entry in history] == [True, False, False]
    assert "请核实" in page.content.decode()


def test_nothing_of_this_is_slower_for_more_indicators(cast, last_month):
    owner_of(cast)
    client = cast.signed_in("liaison")
    counts = []
    for n in (1, 12):
        for m in range(n):
            kpi = a_kpi(cast, f"{n}-{m:02}")
            known(cast, kpi, entry(m, last_month))
            aimed(cast, kpi, Aim("AT_LEAST", low=Decimal(84), period=last_month.of_year))
        client.get(KPIS)
        counts.append(len(queries_of(client, KPIS)))
    assert counts[0] == counts[1]
    assert not writes_in(queries_of(client, f"{KPIS}{kpi.pk}/"))


def test_a_measure_shows_the_indicators_it_is_to_move(cast, clause, last_month):
    """And a quantity that an indicator counts in the same unit is offered, not typed again."""
    stock = {"unit": "家", "basis": "POINT", "over_time": "LAST", "name": "改造企业数"}
    kpi, other = a_kpi(cast, "a", **stock), a_kpi(cast, "b", unit="家")
    known(cast, kpi, entry(30, last_month), entry(12, last_month, another_district()))
    known(cast, other, entry(5, last_month))
    plan = a_plan(cast, basis="QUANTITY", target_quantity=Decimal(60), quantity_unit="家")
    measure = in_progress(cast, clause, plan=plan)
    for each in (kpi, other):
        KpiMeasure.objects.create(kpi=each, measure=measure)
    client = cast.signed_in("liaison")
    moved = client.get(f"/measures/{measure.pk}/").context["kpis"]
    assert [(one.kpi.code, one.last.figure.value) for one in moved] == [("a", 42), ("b", 5)]
    page = client.get(f"/measures/{measure.pk}/report/").text
    assert 'data-figure="42"' in page
    assert 'data-figure="5"' not in page
    assert "改造企业数" in page
