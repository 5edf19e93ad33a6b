"""Signing in and out, the lock after wrong passwords, the second factor, the language."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import NoReverseMatch, reverse

from apps.accounts.models import User
from apps.accounts.operations import add_user, set_password
from apps.audit.models import AuditEvent
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


@pytest.fixture
def liaison(cast) -> User:
    user = cast.users["liaison"]
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def browser() -> Client:
    """A browser set to English that checks the CSRF token like every other."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def sign_in(browser, name="liaison", password=PASSWORD):
    return browser.post(LOGIN, {"login": name, "password": password})


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


# --- Passwords ----------------------------------------------------------------------------


def test_signing_in_opens_the_first_page_and_is_recorded(liaison, browser):
    response = sign_in(browser)
    assert response.status_code == 302
    assert response.url == "/"
    event = AuditEvent.objects.get(act="accounts.sign_in")
    assert (event.actor_id, event.actor_name) == (liaison.pk, "liaison")


def test_a_wrong_password_is_said_in_a_sentence(liaison, browser):
    response = sign_in(browser, password="wrong")
    assert response.status_code == 200
    assert "The username and/or password you specified are not correct." in response.text
    assert not AuditEvent.objects.filter(act="accounts.sign_in").exists()


def test_an_unknown_name_is_answered_like_a_wrong_password(liaison, browser):
    assert (
        sign_in(browser, name="nobody").context["form"].non_field_errors()
        == sign_in(browser, password="wrong").context["form"].non_field_errors()
    )


def test_wrong_passwords_and_the_lock_are_on_record_for_accounts_that_exist(liaison, browser):
    for _ in range(7):
        sign_in(browser, password="wrong")
    sign_in(browser, name="nobody", password="wrong")
    told = AuditEvent.objects.filter(actor_name="sign-in").order_by("id")
    wrong, lock = "accounts.sign_in_failed", "accounts.locked_out"
    acts = [(act, liaison.pk) for act in (*[wrong] * 4, lock)]
    assert list(told.values_list("act", "subject_id")) == acts


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Sign-in is locked"), ("zh-hans", "登录已锁定")]
)
def test_five_wrong_passwords_lock_the_name(liaison, browser, language, said):
    browser.cookies["django_language"] = language
    for _ in range(4):
        assert sign_in(browser, password="wrong").status_code == 200
    locked = sign_in(browser, password="wrong")
    assert locked.status_code == 429
    assert said in locked.text
    assert sign_in(browser).status_code == 429


def test_the_lock_holds_for_one_name_however_it_is_written(cast, liaison, browser):
    for name in ("liaison", "Liaison", "LIAISON", " liaison", "liaisoN"):
        sign_in(browser, name=name, password="wrong")
    assert sign_in(browser).status_code == 429
    other = cast.users["drafter"]
    other.set_password(PASSWORD)
    other.save()
    assert sign_in(Client(), name="drafter").status_code == 302


def test_signing_in_forgets_the_wrong_passwords_before(liaison, browser):
    for _ in range(4):
        sign_in(browser, password="wrong")
    assert sign_in(browser).status_code == 302
    assert sign_in(Client(), password="wrong").status_code == 200


def test_a_closed_account_is_told_so(liaison, browser):
    liaison.is_active = False
    liaison.save()
    assert sign_in(browser).status_code in (200, 302)
    assert "_auth_user_id" not in browser.session
    assert "no longer in use" in browser.get(reverse("account_inactive")).text


def test_signing_out_takes_a_post(cast):
    browser = cast.signed_in("liaison")
    assert browser.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in browser.session
    assert browser.post("/accounts/logout/").url == LOGIN
    assert "_auth_user_id" not in browser.session


def test_changing_the_password_asks_for_the_old_one(liaison, browser):
    sign_in(browser)
    new = "another passphrase 43"
    form = {"password1": new, "password2": new}
    page = "/accounts/password/change/"
    assert browser.post(page, {"oldpassword": "wrong"} | form).status_code == 200
    assert browser.post(page, {"oldpassword": PASSWORD} | form).status_code == 302
    assert User.objects.get(pk=liaison.pk).check_password(new)


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_reset_password", "account_set_password"]
)
def test_pages_nobody_uses_have_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


# --- Second factor ------------------------------------------------------------------------


def activated(browser) -> str:
    """Set the second factor up in the browser as a person would; its secret."""
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    response = browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert response.url == reverse("mfa_view_recovery_codes")
    return secret


def test_the_second_factor_is_asked_for_once_it_is_set_up(liaison, browser):
    sign_in(browser)
    secret = activated(browser)
    stored = Authenticator.objects.get(user=liaison, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)

    again = Client()
    again.cookies["django_language"] = "en"
    assert sign_in(again).url.startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in again.session
    wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert "Incorrect code." in wrong.text
    # allauth takes each code once; the one that set the factor up was never used to sign in.
    right = again.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert right.status_code == 302
    assert "_auth_user_id" in again.session


def test_a_recovery_code_lets_in_once(liaison, browser):
    sign_in(browser)
    activated(browser)
    code = browser.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    assert code in browser.get(reverse("mfa_download_recovery_codes")).text
    for expected in (302, 200):
        again = Client()
        sign_in(again)
        answer = again.post(reverse("mfa_authenticate"), {"code": code})
        assert answer.status_code == expected


def test_the_second_factor_can_be_turned_off(liaison, browser):
    sign_in(browser)
    activated(browser)
    assert browser.get(reverse("mfa_deactivate_totp")).status_code == 200
    assert browser.post(reverse("mfa_deactivate_totp")).url == reverse("mfa_index")
    assert not Authenticator.objects.filter(user=liaison).exists()


# --- Language -----------------------------------------------------------------------------


def test_a_browser_without_a_language_gets_that_of_the_account(liaison, browser):
    del browser.cookies["django_language"]
    assert sign_in(browser).cookies["django_language"].value == "zh-hans"


def test_a_language_chosen_before_signing_in_stays(liaison, browser):
    sign_in(browser)
    assert browser.cookies["django_language"].value == "en"


def test_the_switch_is_kept_with_the_account(cast):
    browser = cast.signed_in("liaison")
    response = browser.post("/i18n/language/", {"language": "en", "next": "/accounts/2fa/"})
    assert response.url == "/accounts/2fa/"
    assert response.cookies["django_language"].value == "en"
    assert User.objects.get(pk=cast.users["liaison"].pk).language == "en"
    event = AuditEvent.objects.get(act="accounts.choose_language")
    assert event.changes == {"language": ["zh-hans", "en"]}


def test_a_stranger_switches_the_browser_alone(db, browser):
    response = browser.post("/i18n/language/", {"language": "en"})
    assert response.cookies["django_language"].value == "en"


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_switch_leads_nowhere_else(db, browser, page):
    assert browser.post("/i18n/language/", {"language": "en", "next": page}).url == "/"


def test_an_unknown_language_changes_nothing(cast):
    browser = cast.signed_in("liaison")
    response = browser.post("/i18n/language/", {"language": "tlh"})
    assert "django_language" not in response.cookies
    assert User.objects.get(pk=cast.users["liaison"].pk).language == "zh-hans"


def test_whoever_must_have_a_second_factor_cannot_take_it_away(liaison, browser, settings):
    sign_in(browser)
    activated(browser)
    settings.SECOND_FACTOR_ROLES = ["LIAISON"]
    browser.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=liaison, type="totp").exists()


def test_a_changed_password_is_on_record(liaison, browser):
    sign_in(browser)
    said = {"oldpassword": PASSWORD, "password1": "another passphrase 7"}
    browser.post(reverse("account_change_password"), said | {"password2": said["password1"]})
    event = AuditEvent.objects.get(act="accounts.change_password")
    assert (event.actor_id, event.changes) == (liaison.pk, {})


# --- A password that an administrator chose ------------------------------------------------


def test_a_given_password_is_changed_before_anything_else(cast, liaison, browser):
    chosen = "the administrator knows 1"
    set_password(liaison, chosen, by=cast["administrator"], at=cast.at())
    sign_in(browser, password=chosen)
    change = reverse("account_change_password")
    assert browser.get("/measures/").url == change
    assert "An administrator chose your password." in browser.get(change).text
    own = "only the liaison knows 2"
    browser.post(change, {"oldpassword": chosen, "password1": own, "password2": own})
    assert browser.get("/measures/").status_code == 200
    assert "An administrator chose" not in browser.get(change).text


def test_one_s_own_password_set_in_the_admin_is_one_s_own(cast, liaison):
    by = cast["administrator"]
    user = cast.users["administrator"]
    set_password(user, "known to nobody else 3", by=by, at=cast.at())
    user.refresh_from_db()
    assert not user.password_is_given
    entered = add_user("new", name="新人", password="known to two 44", by=by, at=cast.at())
    assert entered.password_is_given
