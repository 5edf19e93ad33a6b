"""The list of measures as somebody left it."""

import pytest

from tests.conftest import in_progress
from tests.web.here import of_today

LIST = "/measures/"
HERE = {"HTTP_REFERER": f"http://testserver{LIST}?x=1"}


@pytest.fixture
def cast(cast):
    return of_today(cast)


def nav(client, url: str = "/") -> str:
    """Where the navigation leads for measures."""
    return next(e.url for e in client.get(url).context["nav"] if e.url.startswith(LIST))


def test_the_navigation_opens_the_list_as_it_was_left(cast, clause):
    client = cast.signed_in("supervisor")
    client.get(f"{LIST}?state=DRAFT&sort=-deadline&after=zzz", **HERE)
    assert nav(client) == f"{LIST}?state=DRAFT&sort=-deadline"
    client.get(LIST, **HERE)
    assert nav(client) == LIST


def test_a_number_followed_from_elsewhere_replaces_nothing(cast, clause):
    client = cast.signed_in("supervisor")
    client.get(f"{LIST}?state=DRAFT", **HERE)
    for referer in ("http://testserver/policies/1/", "http://elsewhere/measures/", ""):
        client.get(f"{LIST}?light=RED", HTTP_REFERER=referer)
    assert nav(client) == f"{LIST}?state=DRAFT"


def test_what_was_wrong_or_too_long_is_not_kept(cast, clause):
    client = cast.signed_in("supervisor")
    client.get(f"{LIST}?state=NONE", **HERE)
    client.get(f"{LIST}?q={'%E6' * 50}", **HERE)
    client.get(f"{LIST}?{'&'.join(['light=RED'] * 200)}", **HERE)
    assert nav(client) == LIST


def test_two_people_at_one_browser_have_their_own(cast, clause):
    client = cast.signed_in("supervisor")
    client.get(f"{LIST}?state=DRAFT", **HERE)
    client.force_login(
        cast.users["director"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert nav(client) == LIST


def test_a_bare_address_always_means_everything(cast, clause):
    in_progress(cast, clause)
    client = cast.signed_in("supervisor")
    client.get(f"{LIST}?state=DRAFT", **HERE)
    assert client.get(LIST).context["total"] == 1


def test_filters_in_use_are_said_and_taken_off_one_by_one(cast, clause):
    client = cast.signed_in("supervisor")
    query = f"clause={clause.pk}&lead=none&state=DRAFT&due_from=2026-03-02&q=x+y&sort=code"
    page = client.get(f"{LIST}?{query}")
    chips = {chip.label: (chip.value, chip.query) for chip in page.context["chips"]}
    assert chips["Lead agency"] == (
        "No lead yet",
        f"clause={clause.pk}&state=DRAFT&due_from=2026-03-02&q=x+y&sort=code",
    )
    assert chips["State"][0] == "Draft"
    assert chips["Code or title"][0] == "x y"
    assert chips["Clause with its parts"][0] == str(clause)
    assert len(chips) == 5


def test_an_unknown_order_is_said(cast, clause):
    page = cast.signed_in("supervisor").get(f"{LIST}?sort=lead__version")
    assert page.context["sentences"] == ["The list cannot be sorted by “lead__version”."]


def test_the_list_of_policies_is_remembered_too(cast):
    client = cast.signed_in("supervisor")
    here = {"HTTP_REFERER": "http://testserver/policies/"}
    client.get("/policies/?use=BACKGROUND&level=CITY&after=zzz", **here)
    client.get("/policies/?level=NOWHERE", **here)
    entries = client.get("/").context["nav"]
    assert "/policies/?use=BACKGROUND&level=CITY" in [entry.url for entry in entries]
