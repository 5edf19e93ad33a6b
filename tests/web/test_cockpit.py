"""The cockpit: whose it is, what its numbers open on every day, and how many queries it asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import District
from apps.dashboards.operations import tally_missing_days
from apps.measures.models import Measure
from tests.conftest import Cast, a_plan, drafted, in_progress, issued
from tests.dashboards.boards import Days
from tests.kpis.figuring import FEBRUARY, a_kpi, aimed, another_district, entry, huangpu, known
from tests.measures.stories_of_others import asked
from tests.web.here import of_today
from tests.web.test_counters import differences, length_of

COCKPIT = "/cockpit/"
NAMED = ("supervisor", "auditor", "leader")
"""Readers by name of the restricted measure."""
READERS = ("director", "supervisor", "auditor", "leader", "liaison", "district_liaison")


@pytest.fixture
def here(cast, clause) -> Cast:
    """A month of it: some red since a week, some longer, one led by the district."""
    now = of_today(cast).today
    days = Days(cast)
    cast.today = now - timedelta(days=30)
    first = in_progress(cast, clause, code="m-1")
    by_district = a_plan(cast, lead=cast.agencies["district"], supporters=[])
    issued(cast, clause, code="m-2", plan=by_district)
    secret = issued(cast, clause, code="m-3", plan=a_plan(cast, restricted=True, supporters=[]))
    named = [cast[who].pk for who in NAMED]
    Measure.objects.filter(pk=secret.pk).update(reader_ids=named)
    drafted(cast, clause, code="m-4")
    asked(cast, first)
    kpi = a_kpi(cast, places=1)
    aimed(cast, kpi)
    figures = [entry("12.5", place=huangpu()), entry(3, place=another_district())]
    known(cast, kpi, *figures)
    days.pass_by(20)
    Measure.objects.filter(code="m-2").update(overdue_from_on=cast.today)
    days.pass_by(7)
    Measure.objects.filter(code="m-1").update(overdue_from_on=cast.today)
    days.pass_by(3)
    return cast


def shown(here, who: str, query: str = "") -> str:
    answer = here.signed_in(who).get(COCKPIT + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", READERS)
def test_every_number_of_every_day_opens_exactly_what_it_counts(here, who):
    back = (1, 5, 12) if who == "director" else (5,)
    past = [here.today - timedelta(days=days) for days in back]
    pages = [f"{COCKPIT}?on={day}" for day in past]
    tried, wrong = differences(here.signed_in(who), [COCKPIT, *pages])
    assert not wrong
    assert tried >= 15


@pytest.mark.parametrize("who", NAMED)
def test_the_trend_opens_what_was_tallied_without_what_is_read_by_name(here, clause, who):
    tally_missing_days(at=timezone.now())
    day = here.today - timedelta(days=1)
    client, bureau = here.signed_in(who), here.agencies["bureau"].pk
    pages = {COCKPIT: "trend", f"/agencies/{bureau}/": "course"}
    if who != "leader":
        pages[f"/policies/{clause.policy_id}/"] = "course"
    for url, name in pages.items():
        chart = client.get(url).context[name]
        last = {light.links[-1]: light.values[-1] for light in chart.series}
        assert all(f"on={day}" in link for link in last), url
        assert {link: length_of(client, link) for link in last} == last, url
        assert sum(last.values()), url


def test_whoever_has_no_figures_has_no_cockpit(here):
    client = here.signed_in("administrator")
    assert client.get(COCKPIT).status_code == 404
    assert "/cockpit/" not in client.get("/").content.decode()
    assert here.signed_in("auditor").get(COCKPIT).status_code == 200


def test_restricted_readers_are_told_whose_figures_they_see(here):
    assert "Only what you see is counted" in shown(here, "liaison")
    assert "Restricted measures that are not for you" in shown(here, "supervisor")
    assert "is counted" not in shown(here, "director")
    assert "Of the places that you see." in shown(here, "district_liaison")


def test_the_sentence_is_made_of_the_figures(here):
    page = here.signed_in("director").get(COCKPIT)
    head = page.context["headline"]
    assert head.total.count == 4
    assert [(part.label, part.number.count) for part in head.parts] == [
        ("Completed", 0),
        ("On course", 0),
        ("At risk", 1),
        ("Behind", 2),
        ("Not started, suspended", 1),
    ]
    assert head.turned.count == 1
    assert [row.measure.code for row in page.context["turned"]] == ["m-1"]
    assert page.context["turned"][0].reasons


def test_the_map_is_coloured_by_an_indicator(here):
    page = here.signed_in("director").get(f"{COCKPIT}?figure=k&sort=-value")
    board = page.context["districts"]
    assert [(line.label, f"{line.value}") for line in board.lines] == [
        ("Huangpu", "12.5"),
        ("番禺区", "3.0"),
    ]
    assert f"{board.figure.whole}" == "15.5"
    own = here.signed_in("district_liaison").get(f"{COCKPIT}?figure=k").context["districts"]
    assert f"{own.figure.whole}" == "12.5", "a total is of what is seen"
    file = here.signed_in("director").get(f"{COCKPIT}?figure=k&csv=districts").content.decode()
    assert any(
        line.startswith("Huangpu,") and line.endswith(",12.5") for line in file.split("\r\n")
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?on=yesterday", "That is no day"),
        ("?on=2026-13-45", "That is no day"),
        ("?on=2199-01-01", "still to come"),
        ("?than=nonsense", ""),
        ("?figure=nothing&sort=nothing", ""),
    ],
)
def test_what_cannot_be_meant_is_said(here, query, sentence):
    page = shown(here, "director", query)
    assert sentence in page


def test_the_number_of_queries_does_not_grow(here, clause):
    def count(query: str) -> int:
        client = here.signed_in("director")
        client.get(COCKPIT)
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            client.get(COCKPIT + query)
        return len(asked_for)

    before = count(""), count(f"?on={here.today - timedelta(days=3)}")
    for n in range(5):
        made = in_progress(here, clause, code=f"n-{n}")
        Measure.objects.filter(pk=made.pk).update(overdue_from_on=here.today)
        kpi = a_kpi(here, f"k-{n}")
        aimed(here, kpi)
        known(here, kpi, entry(n, place=huangpu()), entry(n, FEBRUARY))
        District.objects.create(adcode=f"44019{n}", name=f"区{n}", position=n)
    assert (count(""), count(f"?on={here.today - timedelta(days=3)}")) <= before


def test_lists_of_a_day_say_which_day_it_is(here):
    day = here.today - timedelta(days=12)
    url = f"{reverse('web:measures_then')}?on={day}&place=TOP"
    page = here.signed_in("director").get(url)
    assert "As it stood at the end of" in page.content.decode()
    assert page.context["total"] == 4
