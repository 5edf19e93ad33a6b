"""Two periods of an indicator on their page: by hand, with holes, for those who see a part."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.kpis.models import Breakdown, BreakdownItem
from apps.kpis.periods import Period
from tests.kpis.figuring import a_kpi, another_district, entry, huangpu, known
from tests.web.here import of_today
from tests.web.watching import queries_of, writes_in


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def month(cast) -> Period:
    return Period.holding(cast.today, 1).moved(-1)


def compared(client, kpi, before: Period | str = "", after: Period | str = "", **said):
    written = {"from": before, "to": after}
    asked = {name: str(getattr(each, "code", each)) for name, each in written.items()}
    answer = client.get(f"/kpis/{kpi.pk}/compare/", asked | said)
    assert answer.status_code == 200
    return answer


def changes(page) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    found = page.context["comparison"]
    lines = filter(None, [*found.lines, found.whole])
    return {str(line.label): (line.change.by, line.change.percent) for line in lines}


def test_districts_and_their_total_by_value_and_percent(cast, month):
    """80 → 100 is +20 and a quarter more; 40 → 30 is −10 and a quarter less; 120 → 130."""
    kpi = a_kpi(cast, unit="家")
    there = another_district()
    known(cast, kpi, entry(80, month.moved(-1)), entry(40, month.moved(-1), there))
    known(cast, kpi, entry(100, month), entry(30, month, there))
    page = compared(cast.signed_in("supervisor"), kpi, month.moved(-1), month)
    by, percent = changes(page)["Total"]
    assert changes(page) == {
        "Huangpu": (Decimal(20), Decimal(25)),
        "番禺区": (Decimal(-10), Decimal(-25)),
        "Total": (Decimal(10), percent),
    }
    said = page.content.decode()
    assert all(words in said for words in ("+25.0%", "−25.0%", "+8.3%", "+10"))


def test_a_rate_is_told_in_percentage_points_alone(cast, month):
    kpi = a_kpi(cast, unit="%", is_rate=True, over_time="MEAN", over_districts="NONE", places=1)
    known(cast, kpi, entry("3.5", month.moved(-1)), entry("7", month))
    page = compared(cast.signed_in("supervisor"), kpi, month.moved(-1), month)
    assert changes(page)["Huangpu"] == (Decimal("3.5"), None)
    said = page.content.decode()
    assert "Change in percentage points" in said
    assert "+3.5" in said
    assert "100.0%" not in said


def test_a_hole_is_to_be_entered_and_no_fall(cast, month):
    kpi = a_kpi(cast)
    there = another_district()
    known(cast, kpi, entry(10, month.moved(-1)), entry(20, month.moved(-1), there))
    known(cast, kpi, entry(15, month))
    page = compared(cast.signed_in("supervisor"), kpi, month.moved(-1), month)
    assert changes(page)["番禺区"] == (None, None)
    assert changes(page)["Total"] == (None, None)
    said = page.content.decode()
    assert "To be entered" in said
    assert "Those 1 of 2 that have both figures" in said
    assert "+50.0%" in said


def test_the_file_holds_the_same(cast, month):
    kpi = a_kpi(cast, name="产值", unit="家")
    known(cast, kpi, entry(80, month.moved(-1)), entry(100, month))
    page = compared(cast.signed_in("supervisor"), kpi, month.moved(-1), month, csv="compared")
    lines = page.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("产值 · ")
    assert lines[1] == f"Place,{month.moved(-1)},{month},Change,Change in %"
    assert lines[2] == "Huangpu,80,100,20,25.0"


def test_without_being_asked_it_compares_with_the_year_before(cast, month):
    kpi = a_kpi(cast)
    known(cast, kpi, *(entry(n, month.moved(-n)) for n in range(1, 14)))
    page = compared(cast.signed_in("supervisor"), kpi)
    pair = page.context["comparison"].asked.pair
    assert (pair.before, pair.after) == (month.moved(-13), month.moved(-1))
    queries = [each.query for each in page.context["shortcuts"]]
    assert queries == [
        f"from={month.moved(-13).code}&to={month.moved(-1).code}",
        f"from={month.moved(-2).code}&to={month.moved(-1).code}",
    ]


def test_what_is_not_alike_or_no_period_is_said_in_words(cast, month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(1, month), entry(2, month.moved(-1)))
    client = cast.signed_in("supervisor")
    page = compared(client, kpi, month, month.of_year)
    assert "different lengths are not compared" in page.content.decode()
    assert changes(page)["Total"] == (None, None)
    for odd in ("<b>", "0000-01", "9999", "2026-13", "x" * 5000):
        assert "is no period" in compared(client, kpi, odd).content.decode()
    assert "twice the same" in compared(client, kpi, month, month).content.decode()
    empty = compared(client, a_kpi(cast, "empty"))
    assert "no two periods with figures" in empty.content.decode()


def test_parts_of_a_breakdown_are_compared_apart(cast, month):
    parts = Breakdown.objects.create(code="b", name="行业")
    one, two = (
        BreakdownItem.objects.create(breakdown=parts, code=f"b/{n}", name=f"业{n}", position=n)
        for n in (1, 2)
    )
    kpi = a_kpi(cast, breakdown=parts)
    for period, values in ((month.moved(-1), (3, 4)), (month, (6, 2))):
        of = zip((one, two), values, strict=True)
        known(cast, kpi, *(entry(value, period, item_id=item.pk) for item, value in of))
    client = cast.signed_in("supervisor")
    assert changes(compared(client, kpi, month.moved(-1), month))["Huangpu"][0] == 1
    assert changes(compared(client, kpi, month.moved(-1), month, item=two.pk))["Huangpu"][0] == -2


def test_on_a_past_day_it_compares_what_was_known_then(cast, month):
    """Yesterday nothing of the last month had been handed in."""
    kpi, client = a_kpi(cast), cast.signed_in("supervisor")
    before, earlier = month.moved(-1), cast.at() - timedelta(days=1)
    known(cast, kpi, entry(10, before), entry(11, before.moved(-1)), at=earlier)
    known(cast, kpi, entry(15, month))
    on = earlier.date().isoformat()
    assert changes(compared(client, kpi, before, month))["Total"] == (5, 50)
    then = compared(client, kpi, before, month, on=on)
    assert changes(then)["Total"] == (None, None)
    assert all(f"on={on}" in each.query for each in then.context["shortcuts"])
    assert compared(client, kpi, on=on).context["comparison"].asked.pair.after == before


def test_the_page_of_the_indicator_leads_there_where_there_are_two_periods(cast, month):
    kpi, client = a_kpi(cast), cast.signed_in("supervisor")
    known(cast, kpi, entry(1, month))
    there = f'href="/kpis/{kpi.pk}/compare/"'
    assert there not in client.get(f"/kpis/{kpi.pk}/").content.decode()
    known(cast, kpi, entry(1, month.moved(-1)))
    page = client.get(f"/kpis/{kpi.pk}/").content.decode()
    assert there in page
    assert 'name="than"' not in page  # days are compared on other pages


def test_a_district_compares_its_own_only(cast, month):
    kpi = a_kpi(cast)
    there = another_district()
    known(cast, kpi, entry(10, month.moved(-1)), entry(20, month.moved(-1), there))
    known(cast, kpi, entry(15, month), entry(50, month, there))
    cast.agencies["district"].district_id = huangpu().district_id
    cast.agencies["district"].save()
    page = compared(cast.signed_in("district_liaison"), kpi, month.moved(-1), month)
    assert changes(page) == {"Huangpu": (5, 50), "Total": (5, 50)}
    assert "totals are of these" in page.content.decode()
    assert "番禺区" not in page.content.decode()
    assert cast.signed_in("administrator").get(f"/kpis/{kpi.pk}/compare/").status_code == 404


def test_its_queries_are_few_whatever_there_is_and_it_writes_nothing(cast, month):
    kpi, client = a_kpi(cast), cast.signed_in("supervisor")
    known(cast, kpi, entry(1, month), entry(2, month.moved(-1)))
    address = f"/kpis/{kpi.pk}/compare/"
    few = queries_of(client, address)
    known(cast, kpi, *(entry(n, month.moved(-n), another_district()) for n in range(20)))
    many = queries_of(client, address)
    assert len(many) == len(few)
    assert not writes_in(many)
