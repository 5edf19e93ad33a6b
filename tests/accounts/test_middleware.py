"""Idle sessions end; certain roles need a second factor before all else."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse
from django.utils import timezone

from apps.accounts.adapters import MFAAdapter
from apps.accounts.operations import name_deputy
from apps.core.actor import Role

PAGE = "/accounts/2fa/"
"""A page that anybody who is signed in may open."""


def idle(browser, minutes: int) -> None:
    """The last thing this person did was so long ago."""
    session = browser.session
    session["active_at"] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
    session.save()


def signed_in(browser) -> bool:
    return "_auth_user_id" in browser.session


def test_an_idle_session_ends(cast, settings):
    settings.IDLE_TIMEOUT = timedelta(minutes=30)
    browser = cast.signed_in("liaison")
    idle(browser, 29)
    browser.get(PAGE)
    assert signed_in(browser)
    idle(browser, 31)
    response = browser.get(PAGE)
    assert not signed_in(browser)
    assert response.url.startswith(reverse("account_login"))


def test_activity_is_noted_at_most_once_a_minute(cast):
    browser = cast.signed_in("liaison")
    browser.get(PAGE)
    first = browser.session["active_at"]
    browser.get(PAGE)
    assert browser.session["active_at"] == first
    idle(browser, 2)
    browser.get(PAGE)
    assert browser.session["active_at"] > first


@pytest.fixture
def demanding(settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["ADMINISTRATOR", "DIRECTOR"]


@pytest.mark.parametrize(
    ("name", "asked"),
    [("director", True), ("administrator", True), ("supervisor", False), ("liaison", False)],
)
def test_certain_roles_set_up_a_second_factor_before_all_else(cast, demanding, name, asked):
    browser = cast.signed_in(name)
    for page in ("/", "/admin/"):
        sent_there = browser.get(page).headers.get("Location") == reverse("mfa_activate_totp")
        assert sent_there is asked


def test_nothing_is_written_before_it_is_set_up(cast, demanding):
    response = cast.signed_in("director").post("/admin/", {"anything": "at all"})
    assert response.url == reverse("mfa_activate_totp")


def test_a_deputy_of_such_a_role_needs_one_too(cast, demanding):
    today = timezone.localdate()
    name_deputy(
        cast.users["director"],
        deputy=cast.users["supervisor"],
        role=Role.DIRECTOR,
        from_on=today,
        to_on=today,
        by=cast["administrator"],
        at=cast.at(),
    )
    browser = cast.signed_in("supervisor")
    assert browser.get("/").headers.get("Location") == reverse("mfa_activate_totp")


def test_whoever_has_one_goes_on(cast, demanding):
    TOTP.activate(cast.users["director"], "JBSWY3DPEHPK3PXP")
    response = cast.signed_in("director").get("/")
    assert response.headers.get("Location") != reverse("mfa_activate_totp")


def test_its_secret_is_encrypted_at_rest(cast):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(cast.users["director"], secret)
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored
    assert MFAAdapter().decrypt(stored) == secret


def test_every_secret_is_encrypted_anew(db):
    adapter = MFAAdapter()
    assert adapter.encrypt("the same") != adapter.encrypt("the same")
