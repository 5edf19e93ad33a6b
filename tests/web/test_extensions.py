"""Extensions in pages: asked for, decided, whose desk, what is said about them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.measures.lifecycle import Action
from apps.measures.models import Measure
from tests.conftest import extension_asked, fresh, in_progress
from tests.web.here import in_chinese, of_today
from tests.web.test_requests import does, offered, url_of, words_of
from tests.web.test_workbench import desk_of, held


@pytest.fixture
def here(cast):
    return of_today(cast)


def again(cast, clause, *, times: int, code: str = "m-1") -> Measure:
    """An extension is asked for, after so many were granted."""
    measure = extension_asked(cast, clause, code=code)
    Measure.objects.filter(pk=measure.pk).update(extensions=times)
    return fresh(measure)


def test_the_lead_asks_and_the_director_grants(here, clause):
    measure = in_progress(here, clause)
    day = measure.due_on + timedelta(days=30)
    asked = does(here, "liaison", "ask_extension", measure, grounds="推迟", due_on=day.isoformat())
    assert asked.url == url_of("measure", measure)
    page = here.signed_in("director").get(url_of("extend", measure))
    assert "推迟" in words_of(page)
    assert does(here, "director", "extend", fresh(measure), reason="").status_code == 302
    assert fresh(measure).due_on == day


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_day_that_is_not_later_comes_back_beside_its_field(here, clause, language):
    measure = in_progress(here, clause)
    day = measure.due_on.isoformat()
    response = does(
        here, "liaison", "ask_extension", measure, grounds="推迟", due_on=day, language=language
    )
    sentence = "An extension ends after the deadline it extends."
    assert response.status_code == 422
    assert (sentence if language == "en" else in_chinese(sentence)) in words_of(response)
    assert "due_on" in response.context["form"].errors
    assert "推迟" in words_of(response)


@pytest.mark.parametrize(
    ("times", "keys", "turn"),
    [
        (0, {"director": "extend"}, "Director of the supervision office"),
        (1, {"leader": "extend_again"}, "Supervising leader"),
        (
            2,
            {"director": "extended_twice", "supervisor": "record_extension"},
            "The level that issued the task, on paper",
        ),
    ],
)
def test_it_lies_with_whoever_decides(here, clause, times, keys, turn):
    measure = again(here, clause, times=times)
    desks = {name: held(desk_of(here, name)) for name in ("director", "leader", "supervisor")}
    assert {name: rows for name, rows in desks.items() if rows} == {
        name: {"m-1": [key]} for name, key in keys.items()
    }
    page = here.signed_in("liaison").get(url_of("measure", measure))
    assert [str(each.turn) for each in page.context["requests"]] == [turn]


def test_the_act_on_the_desk_opens_its_form(here, clause):
    for times, who in ((0, "director"), (1, "leader"), (2, "director")):
        again(here, clause, times=times, code=f"m-{times}")
        browser = here.signed_in(who)
        for row in browser.get("/").context["rows"]:
            assert browser.get(row.button.url).status_code == 200


def test_the_supervisor_puts_a_third_one_on_record_from_the_desk(here, clause):
    measure = again(here, clause, times=2)
    browser = here.signed_in("supervisor")
    (row,) = browser.get("/").context["rows"]
    page = browser.get(f"{row.link.url}?next=/", follow=True)
    number = measure.requests.get().number
    assert page.redirect_chain[-1][0] == f"/measures/{measure.pk}/requests/{number}/paper/?next=%2F"
    assert page.status_code == 200
    other = in_progress(here, clause, code="m-9")
    nothing = browser.get(reverse("web:record_extension", args=[other.pk]))
    assert nothing.url == reverse("web:measure", args=[other.pk])
    assert here.signed_in("liaison").get(row.link.url, follow=True).status_code == 403


def test_the_lead_sees_that_it_waits(here, clause):
    extension_asked(here, clause)
    page = here.signed_in("liaison").get("/")
    waiting = {part.cause.key: part.count for part in page.context["waiting"]}
    assert waiting["extending"] == 1


def test_a_late_request_is_marked_where_it_is_shown(here, clause):
    measure = in_progress(here, clause)
    passed = here.today - timedelta(days=1)
    Measure.objects.filter(pk=measure.pk).update(due_on=passed)
    day = here.today + timedelta(days=30)
    does(here, "liaison", "ask_extension", measure, grounds="推迟", due_on=day.isoformat())
    address = reverse("web:measure", args=[measure.pk])
    words = here.signed_in("director").get(address).content.decode()
    assert words.count("asked for after the deadline") == 2  # on top, and in the timeline


def test_the_page_says_why_not(here, clause):
    measure = again(here, clause, times=2)
    acts, refused = offered(here, "director", measure)
    assert Action.REFUSE_EXTENSION in acts
    assert "third extension" in refused[Action.EXTEND]
    acts, refused = offered(here, "liaison", measure)
    assert "waits to be decided" in refused[Action.ASK_EXTENSION]
