"""The administrator's page on which duties go to a successor: asked, shown, confirmed."""

from datetime import timedelta

import pytest

from apps.accounts.models import Deputy, Membership, User
from apps.core.actor import Role
from tests.conftest import a_plan, an_estimate, drafted, in_progress
from tests.web.here import of_today
from tests.web.watching import queries_of


@pytest.fixture
def today_cast(cast):
    of_today(cast)
    cast.users["successor"] = User.objects.create(username="successor", name="接任的人")
    return cast


def url(cast, who: str) -> str:
    return f"/people/{cast.users[who].pk}/hand-over/"


def confirmed(cast, who: str, to: str = "successor", **said) -> dict:
    version = User.objects.get(username=who).version
    return {"to": cast.users[to].pk, "seen": version} | said


@pytest.mark.parametrize(
    "who", ["liaison", "unit_leader", "supervisor", "director", "leader", "auditor"]
)
def test_it_is_the_administrator_s(today_cast, who):
    browser = today_cast.signed_in(who)
    assert browser.get(url(today_cast, "drafter")).status_code == 403
    assert browser.post(url(today_cast, "drafter"), {}).status_code == 403
    assert browser.get("/people/999999/hand-over/").status_code == 403


def test_a_stranger_signs_in_first(today_cast, client):
    assert client.get(url(today_cast, "drafter")).status_code == 302


def test_nobody_of_that_number(today_cast):
    assert today_cast.signed_in("administrator").get("/people/999999/hand-over/").status_code == 404


def test_from_the_person_s_page_to_the_confirmation(today_cast):
    browser = today_cast.signed_in("administrator")
    person, successor = today_cast.users["liaison"], today_cast.users["successor"]
    admin_page = f"/admin/accounts/user/{person.pk}/change/"
    assert url(today_cast, "liaison") in browser.get(admin_page).content.decode()
    asked = browser.get(url(today_cast, "liaison")).content.decode()
    assert "Liaison · Bureau" in asked
    assert 'method="post" novalidate' not in asked
    shown = browser.get(url(today_cast, "liaison"), {"to": successor.pk, "close_account": "on"})
    assert "接任的人" in shown.content.decode()
    assert "The account is closed in the same act." in shown.content.decode()
    said = confirmed(today_cast, "liaison", close_account="on")
    done = browser.post(url(today_cast, "liaison"), said, follow=True)
    assert done.redirect_chain == [(admin_page, 302)]
    assert "are handed over to 接任的人" in done.content.decode()
    assert Membership.objects.filter(user=successor, role=Role.LIAISON).exists()
    assert not User.objects.get(pk=person.pk).is_active


def test_an_auditor_s_page_has_no_link(today_cast):
    person = today_cast.users["liaison"]
    page = today_cast.signed_in("auditor").get(f"/admin/accounts/user/{person.pk}/change/")
    assert url(today_cast, "liaison") not in page.content.decode()


def test_no_business_content_is_read(today_cast, clause):
    """Of measures there are numbers only, of restricted ones above all."""
    plan = a_plan(today_cast, title="不可外传的事项", restricted=True)
    drafted(today_cast, clause, plan=plan, code="secret-1")
    plan = an_estimate(today_cast, title="公开的事项")
    in_progress(today_cast, clause, plan=plan, code="open-1")
    browser = today_cast.signed_in("administrator")
    to = {"to": today_cast.users["successor"].pk}
    page = browser.get(url(today_cast, "supervisor"), to).content.decode()
    assert "<dt>Restricted</dt><dd>1 " in page
    for said in ("不可外传的事项", "secret-1", "公开的事项", "open-1"):
        assert said not in page


@pytest.mark.parametrize(
    ("who", "to", "sentence"),
    [
        ("liaison", "liaison", "Select a valid choice"),
        ("liaison", "closed", "Select a valid choice"),
        ("liaison", "auditor", "hold no other role"),
    ],
)
def test_what_is_refused_says_so_before_and_after(today_cast, who, to, sentence):
    today_cast.users["closed"] = User.objects.create(username="closed", is_active=False)
    browser = today_cast.signed_in("administrator")
    page = browser.get(url(today_cast, who), {"to": today_cast.users[to].pk}).content.decode()
    assert sentence in page
    assert "Hand over</button>" not in page
    answer = browser.post(url(today_cast, who), confirmed(today_cast, who, to))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_who_has_nothing_is_asked_nothing(today_cast):
    page = today_cast.signed_in("administrator").get(url(today_cast, "successor"))
    assert "There is nothing to hand over" in page.content.decode()
    assert "<select" not in page.content.decode()


def test_the_second_of_two_is_told(today_cast):
    browser = today_cast.signed_in("administrator")
    said = confirmed(today_cast, "liaison")
    browser.post(url(today_cast, "liaison"), said)
    again = browser.post(url(today_cast, "liaison"), said)
    assert again.status_code == 409
    assert "after you opened it" in again.content.decode()


def test_more_to_hand_over_costs_no_more_queries(today_cast):
    browser = today_cast.signed_in("administrator")
    page = url(today_cast, "liaison")
    few = len(queries_of(browser, page))
    for number, code in enumerate(("section", "other", "district")):
        Membership.objects.create(
            user=today_cast.users["liaison"],
            agency=today_cast.agencies[code],
            role=Role.LIAISON,
            from_on=today_cast.today,
        )
        Deputy.objects.create(
            absent=today_cast.users["drafter"],
            deputy=today_cast.users["liaison"],
            role=Role.DRAFTER,
            from_on=today_cast.today,
            to_on=today_cast.today + timedelta(days=1 + number),
        )
    assert len(queries_of(browser, page)) == few
