"""The pages of agencies: whose they are, what they say, and the way to them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import Cast, fresh, in_progress
from tests.web.here import of_today


@pytest.fixture
def here(cast) -> Cast:
    return of_today(cast)


def page(cast, who: str, name: str):
    url = reverse("web:agency", args=[cast.agencies[name].pk])
    return cast.signed_in(who).get(url)


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("liaison", "bureau", 200),
        ("liaison", "section", 200),
        ("liaison", "other", 404),
        ("liaison", "district", 404),
        ("supervisor", "district", 200),
        ("director", "bureau", 200),
        ("auditor", "bureau", 200),
        ("administrator", "bureau", 404),
        ("director", "office", 404),  # it leads nothing
    ],
)
def test_whose_page_it_is(here, who, name, status):
    assert page(here, who, name).status_code == status


def test_the_workdays_are_a_bar_with_its_table(here, clause):
    now, here.today = here.today, here.today - timedelta(days=14)
    in_progress(here, clause)
    here.today = now
    shown = page(here, "liaison", "bureau")
    days = shown.context["facts"][0].workdays
    assert days.clock.own
    text = shown.content.decode()
    assert (
        f'<td class="number"><a class="figure" href="{days.every.url}">{days.every.count}' in text
    )
    assert "clock-bar" in text
    assert "None is led here." in text, "there are no parts"


def test_a_rate_is_never_shown_without_what_it_is_out_of(here, clause):
    in_progress(here, clause)
    text = page(here, "director", "bureau").content.decode()
    assert "%" not in text.split("<main")[1].split("</main")[0].replace("%2", "")


def test_the_lead_on_the_measure_page_leads_to_it(here, clause):
    measure = fresh(in_progress(here, clause))
    url = reverse("web:agency", args=[measure.lead_id])
    there = reverse("web:measure", args=[measure.pk])
    assert url in here.signed_in("liaison").get(there).content.decode()
    assert url not in here.signed_in("stranger").get(there).content.decode()


@pytest.mark.parametrize(("who", "offered"), [("liaison", True), ("administrator", False)])
def test_it_stands_in_the_navigation_of_those_who_see_figures(here, who, offered):
    text = here.signed_in(who).get(reverse("web:policies")).content.decode()
    assert ('href="/agencies/"' in text) == offered
