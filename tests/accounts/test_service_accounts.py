"""Service accounts where people keep them: the admin and the terminal."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import ServiceAccount, ServiceToken, User
from apps.accounts.operations.service_accounts import hash_of
from tests.web.here import of_today

ADMIN = "/admin/accounts/serviceaccount/"


def entered(cast) -> ServiceAccount:
    """An administrator enters one by the form."""
    said = {
        "code": "platform",
        "name": "Platform",
        "agency": cast.agencies["bureau"].pk,
        "role": "LIAISON",
        "scopes": ["measures:read", "kpis:write"],
        "requests_a_minute": 60,
        "seen": 0,
    }
    answer = cast.signed_in("administrator").post(f"{ADMIN}add/", said)
    assert answer.status_code == 302, answer.context["errors"]
    return ServiceAccount.objects.get()


def test_an_administrator_lets_a_program_in(cast):
    account = entered(of_today(cast))
    assert account.scopes == ["kpis:write", "measures:read"]
    assert (account.user.username, account.requests_a_minute) == ("platform", 60)
    assert account.user.has_usable_password() is False


def test_among_people_a_program_is_named_as_one(cast):
    account = entered(of_today(cast))
    listed = cast.signed_in("administrator").get("/admin/accounts/user/?q=platform")
    [user] = listed.context["cl"].result_list
    assert user == account.user
    assert "service account</td>" in listed.text


def test_a_key_is_shown_once_on_the_page(cast):
    account = entered(of_today(cast))
    browser = cast.signed_in("administrator")
    page = browser.post(f"{ADMIN}{account.pk}/act/issue/", {"seen": 1}, follow=True)
    (key,) = re.findall(r"pt_[\w-]{40,}", page.content.decode())
    assert ServiceToken.objects.get().sha256 == hash_of(key)
    again = browser.get(f"{ADMIN}{account.pk}/change/").content.decode()
    assert key not in again
    assert key[:9] in again


def test_an_administrator_rotates_and_revokes(cast):
    account = entered(of_today(cast))
    browser = cast.signed_in("administrator")
    assert "Rotate" not in browser.get(f"{ADMIN}{account.pk}/change/").text  # there is none yet
    for name in ("issue", "rotate"):
        browser.post(f"{ADMIN}{account.pk}/act/{name}/", {"seen": 1})
    new = ServiceToken.objects.latest("pk")
    browser.post(f"{ADMIN}{account.pk}/act/revoke/", {"seen": 1, "target": new.pk})
    new.refresh_from_db()
    assert new.revoked_at is not None
    assert ServiceToken.objects.filter(revoked_at=None).count() == 1


def test_scopes_are_changed_with_a_version(cast):
    account = entered(of_today(cast))
    said = {
        "name": "Platform",
        "scopes": ["measures:read"],
        "requests_a_minute": 60,
        "in_use": "on",
        "tokens-TOTAL_FORMS": 0,
        "tokens-INITIAL_FORMS": 0,
    }
    browser = cast.signed_in("administrator")
    for seen, version in ((1, 2), (1, 2)):  # the second form is older than what it would change
        browser.post(f"{ADMIN}{account.pk}/change/", {**said, "seen": seen})
        account.refresh_from_db()
        assert (account.scopes, account.version) == (["measures:read"], version)


def test_a_program_is_let_in_at_the_terminal(cast):
    said = StringIO()
    call_command(
        "create_service_account", "platform", "measures:read", agency="bureau", stdout=said
    )
    account = ServiceAccount.objects.get()
    assert account.tokens.get().sha256 == hash_of(said.getvalue().strip())
    assert (account.role, account.agency) == ("LIAISON", cast.agencies["bureau"])


@pytest.mark.parametrize(
    ("agency", "days", "said"),
    [("nowhere", 365, "no agency"), ("bureau", 4000, "two years")],
)
def test_the_terminal_says_what_is_wrong(cast, agency, days, said):
    with pytest.raises(CommandError, match=said):
        call_command(
            "create_service_account", "platform", "measures:read", agency=agency, days=days
        )
    assert not User.objects.filter(username="platform").exists()
