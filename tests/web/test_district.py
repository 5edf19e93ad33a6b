"""The page of a district: what is led there, its indicators and facts, and who sees of it what."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.agencies.models import DistrictProfile
from apps.kpis.models import Breakdown, BreakdownItem
from apps.measures.models import Measure
from tests.conftest import Cast, a_plan, issued
from tests.dashboards.boards import Days
from tests.kpis.figuring import FEBRUARY, a_kpi, entry, huangpu, known
from tests.web.here import of_today
from tests.web.test_counters import differences


@pytest.fixture
def here(cast, clause) -> Cast:
    now = of_today(cast).today
    days = Days(cast)
    cast.today = now - timedelta(days=40)
    plan = a_plan(cast, lead=cast.agencies["district"], supporters=[])
    whole = issued(cast, clause, code="m-1", plan=plan)
    part = issued(cast, clause, code="m-2", plan=plan)
    Measure.objects.filter(pk=part.pk).update(parent=whole)
    issued(cast, clause, code="m-3")
    kpi = a_kpi(cast, "k")
    known(cast, kpi, entry(5), entry(7, FEBRUARY))
    DistrictProfile.objects.create(
        district_id=huangpu().district_id, role="CORE", key_areas=["园区一"], directions=["机器人"]
    )
    days.pass_by(35)
    Measure.objects.filter(pk=part.pk).update(overdue_from_on=cast.today)
    days.pass_by(5)
    return cast


def url(query: str = "") -> str:
    return reverse("web:district", args=[huangpu().district_id]) + query


def test_what_is_led_there_and_since_when(here):
    page = here.signed_in("director").get(url())
    top, parts = page.context["places"]
    assert (top.total.count, parts.total.count) == (1, 1)
    red = parts.lines[0]
    assert (red.light, red.now.count, red.changes[0].by) == ("RED", 1, 1)
    assert [row.measure.code for row in page.context["urgent"]] == ["m-2", "m-1"]
    assert [one.agency.code for one in page.context["clocks"]] == ["district"]
    assert "机器人" in page.content.decode()


def test_its_indicators_one_after_the_other(here):
    (course,) = here.signed_in("director").get(url()).context["indicators"].courses
    assert [f"{value:f}" for value in course.series[0].values] == ["5.0000", "7.0000"]
    answer = here.signed_in("director").get(url(f"?csv={course.key}"))
    assert answer["Content-Type"].startswith("text/csv")


def test_its_row_of_a_breakdown_with_the_sum(here):
    of = Breakdown.objects.create(code="b", name="行业")
    items = [
        BreakdownItem.objects.create(breakdown=of, code=f"b/{n}", name=f"行业{n}", position=n)
        for n in (1, 2, 3)
    ]
    kpi = a_kpi(here, "t", breakdown=of)
    known(here, kpi, *(entry(n * 10, item_id=items[n - 1].pk) for n in (1, 2)))
    (row,) = here.signed_in("director").get(url()).context["indicators"].breakdowns
    assert [None if v is None else int(v) for v in row.series[0].values] == [10, 20, None]
    assert row.series[0].name.endswith("Σ 30")


@pytest.mark.parametrize("who", ["director", "district_liaison", "stranger"])
def test_every_number_opens_exactly_its_list(here, who):
    day = here.today - timedelta(days=10)
    agency = reverse("web:agency", args=[here.agencies["district"].pk])
    pages = [url(), url(f"?on={day}"), url(f"?than={day}")]
    pages += [agency, f"{agency}?on={day}"] if who != "stranger" else []
    tried, wrong = differences(here.signed_in(who), pages)
    assert not wrong
    assert tried >= 8 or who == "stranger"


def test_the_figures_of_others_are_not_there(here):
    page = here.signed_in("stranger").get(url())
    assert not page.context["indicators"].courses
    assert here.signed_in("administrator").get(url()).status_code == 404


def test_the_number_of_queries_does_not_grow(here, clause):
    def count() -> int:
        client = here.signed_in("director")
        client.get(url())
        with CaptureQueriesContext(connection) as asked:
            client.get(url())
        return len(asked)

    before = count()
    for n in range(4):
        known(here, a_kpi(here, f"k-{n}"), entry(5), entry(7, FEBRUARY))
        plan = a_plan(here, lead=here.agencies["district"], supporters=[])
        issued(here, clause, code=f"n-{n}", plan=plan)
    assert count() <= before
