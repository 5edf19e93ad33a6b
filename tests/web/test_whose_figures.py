"""On every page of figures people see those of their own districts and agencies, totals included,
and are told so.
"""

from datetime import timedelta

import pytest

from apps.agencies.models import District
from apps.kpis.models import Kpi
from apps.measures.models import Measure
from apps.policies.models import Policy
from tests.conftest import Cast, a_plan, issued
from tests.dashboards.boards import Days
from tests.kpis.figuring import FEBRUARY, a_kpi, aimed, another_district, entry, huangpu, known
from tests.web.here import of_today

OWN = {
    "liaison": {"bureau", "section"},
    "section_liaison": {"section"},
    "district_liaison": {"district"},
    "stranger": {"other"},
    "leader": {"bureau", "section"},
}
"""Whose measures each of them sees."""
MEASURES = ("Only what you see is counted", "Restricted measures that are not for you")
FIGURES = ("Of the places that you see", "totals are of these")


@pytest.fixture
def here(cast, clause) -> Cast:
    """Each agency leads one measure that nobody supports; each district has figures."""
    now, days = of_today(cast).today, Days(cast)
    cast.today = now - timedelta(days=20)
    for name in ("bureau", "section", "other", "district"):
        plan = a_plan(cast, lead=cast.agencies[name], supporters=[])
        issued(cast, clause, code=f"led-by-{name}", plan=plan)
    kpi = a_kpi(cast, "k", owner=cast.agencies["office"])
    aimed(cast, kpi)
    Kpi.objects.filter(pk=kpi.pk).update(owner=cast.agencies["bureau"])
    known(cast, kpi, entry(31), entry(4007, place=another_district()))
    known(cast, kpi, entry(32, FEBRUARY), entry(4008, FEBRUARY, place=another_district()))
    Kpi.objects.filter(pk=kpi.pk).update(owner=cast.agencies["office"])
    days.pass_by(20)
    Measure.objects.update(overdue_from_on=now - timedelta(days=1))
    days.end()
    return cast


def pages(cast) -> list[str]:
    policy, kpi = Policy.objects.get(), Kpi.objects.get()
    day = (cast.today - timedelta(days=3)).isoformat()
    found = ["/cockpit/", "/cockpit/?figure=k", "/cockpit/waiting/", "/cockpit/measures/?place=TOP"]
    found += [f"/districts/{pk}/" for pk in District.objects.values_list("pk", flat=True)]
    found += ["/agencies/", *(f"/agencies/{agency.pk}/" for agency in cast.agencies.values())]
    found += [f"/agencies/{agency.pk}/workdays/" for agency in cast.agencies.values()]
    found += [f"/policies/{policy.pk}/", f"/policies/{policy.pk}/?across=districts"]
    found += [f"/kpis/{kpi.pk}/", f"/kpis/{kpi.pk}/figure/?period=2026-01"]
    return found + [url + ("&" if "?" in url else "?") + f"on={day}" for url in found]


@pytest.mark.parametrize("who", OWN)
def test_what_is_not_theirs_stands_on_no_page(here, who):
    client, hidden = here.signed_in(who), {"bureau", "section", "other", "district"} - OWN[who]
    seen = 0
    for url in pages(here):
        page = client.get(url)
        if page.status_code == 404:
            continue
        text = page.content.decode().split("<main")[1].split("</main")[0]
        found = [name for name in hidden if f"led-by-{name}" in text]
        assert not found, (url, found)
        assert "4,007" not in text, url
        assert "4,039" not in text, f"{url}: a total of all"
        assert any(said in text for said in (*MEASURES, *FIGURES)), f"{url} does not say so"
        seen += 1
    assert seen >= 10


@pytest.mark.parametrize("who", OWN)
def test_headlines_are_of_their_own(here, who):
    client, own = here.signed_in(who), len(OWN[who])
    for query in ("", f"?on={(here.today - timedelta(days=1)).isoformat()}"):
        assert client.get(f"/cockpit/{query}").context["headline"].total.count == own
        policy = client.get(f"/policies/{Policy.objects.get().pk}/{query}").context
        assert policy["headline"].total == own
        listed = client.get(f"/agencies/{query}").context["rows"]
        assert sum(row.places[0].lights.total for row in listed if not row.depth) == own


def test_a_district_adds_up_its_own_figures(here):
    client, kpi = here.signed_in("district_liaison"), Kpi.objects.get()
    assert client.get("/cockpit/?figure=k").context["districts"].figure.whole == 32
    table = client.get(f"/kpis/{kpi.pk}/").context["table"]
    assert [line.row.place for line in table.lines] == [huangpu()]
    assert (
        client.get(f"/districts/{another_district().district_id}/").context["indicators"].courses
        == []
    )
