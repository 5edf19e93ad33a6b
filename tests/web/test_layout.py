"""What stands around every page: navigation, language, demo mark, refusals, no mixed languages."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import Deputy
from apps.agencies.models import Installation
from apps.core.errors import RuleBroken
from apps.web.middleware import RefusalMiddleware
from tests.conftest import PASSWORD

ACCOUNT_PAGES = [
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
]
# Words that are the same in both languages, and the offer of the other language.
LATIN = {"policytrack", "English", "Cookie"}


class Words(HTMLParser):
    """Everything a person reads or hears on a page."""

    SPOKEN = ("title", "placeholder", "alt", "aria-label")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.silent = tag in ("script", "style")
        self.found += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag):
        self.silent = False

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.found.append(data.strip())


def latin_in(page: str, *, names: set[str] = frozenset()) -> set[str]:
    words = {word for text in Words(page).found for word in re.findall(r"[A-Za-z]{2,}", text)}
    return words - LATIN - names


def chinese_in(page: str) -> set[str]:
    texts = Words(page).found
    return {text for text in texts if re.search(r"[\u4e00-\u9fff]", text)} - {"中文"}


@pytest.fixture
def signed_in(cast):
    def browser(language: str) -> Client:
        user = cast.users["liaison"]
        user.name = "王工" if language == "zh-hans" else "Wang"
        user.set_password(PASSWORD)
        user.save()
        agency = cast.agencies["bureau"]
        agency.name = "工业和信息化局"
        agency.save()
        client = cast.signed_in("liaison", language=language)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    return browser


# --- One language at a time ---------------------------------------------------------------


@pytest.mark.parametrize("path", ACCOUNT_PAGES)
def test_account_pages_are_wholly_chinese(signed_in, path):
    page = signed_in("zh-hans").get(path)
    assert page.status_code == 200
    assert 'lang="zh-hans"' in page.text
    secret = {page.context["form"].secret} if "totp" in path else set()
    found = latin_in(page.text)
    assert not {word for word in found if not any(word in each for each in secret)}


@pytest.mark.parametrize("path", ACCOUNT_PAGES)
def test_account_pages_are_wholly_english(signed_in, path):
    page = signed_in("en").get(path)
    assert 'lang="en"' in page.text
    assert not chinese_in(page.text)


def test_the_sign_in_page_is_in_one_language_and_warns(db):
    for language, warning, stray in [
        ("zh-hans", "严禁上传涉密信息", latin_in),
        ("en", "No classified material may be uploaded", chinese_in),
    ]:
        browser = Client()
        browser.cookies["django_language"] = language
        for page in (
            browser.get("/accounts/login/"),
            browser.post("/accounts/login/", {"login": "", "password": ""}),
            browser.post("/accounts/login/", {"login": "x", "password": "y"}),
        ):
            assert warning in page.text
            assert not stray(page.text)


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_bare_error_pages_need_no_context(template):
    with translation.override("zh-hans"):
        assert not latin_in(render_to_string(template))
    with translation.override("en"):
        assert not chinese_in(render_to_string(template))


@pytest.mark.parametrize("template", ["403.html", "404.html", "429.html", "403_csrf.html"])
def test_error_pages_are_in_one_language(cast, rf, template):
    request = rf.get("/")
    for language, stray in (("zh-hans", latin_in), ("en", chinese_in)):
        with translation.override(language):
            assert not stray(render_to_string(template, {}, request))


# --- Frame --------------------------------------------------------------------------------


def test_a_page_that_is_not_there(cast):
    page = cast.signed_in("liaison").get("/nowhere/")
    assert page.status_code == 404
    assert "There is nothing at this address" in page.text
    assert 'class="app-nav"' in page.text


def test_a_stranger_is_shown_no_navigation(db):
    page = Client().get("/nowhere/")
    assert page.status_code == 404
    assert 'class="app-nav"' not in page.text


def test_a_form_without_its_token_is_answered_by_a_page_of_ours(db):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["django_language"] = "en"
    page = browser.post("/accounts/login/", {"login": "x", "password": "y"})
    assert page.status_code == 403
    assert "Page out of date" in page.text


@pytest.mark.parametrize(
    ("person", "labels"),
    [
        (
            "liaison",
            ["Workbench", "Cockpit", "Messages", "Measures", "Policies", "Indicators", "Agencies"],
        ),
        (
            "supervisor",
            [
                "Workbench",
                "Cockpit",
                "Messages",
                "Review",
                "Measures",
                "Policies",
                "Indicators",
                "Agencies",
                "Admin",
            ],
        ),
        (
            "leader",
            [
                "Workbench",
                "Cockpit",
                "Messages",
                "Review",
                "Measures",
                "Policies",
                "Indicators",
                "Agencies",
            ],
        ),
        (
            "auditor",
            [
                "Workbench",
                "Cockpit",
                "Messages",
                "Measures",
                "Policies",
                "Indicators",
                "Agencies",
                "Audit trail",
                "Admin",
            ],
        ),
    ],
)
def test_navigation_by_role(cast, person, labels):
    page = cast.signed_in(person).get("/nowhere/")
    assert [str(entry.label) for entry in page.context["nav"]] == labels


def test_the_account_menu_names_those_one_stands_in_for(cast):
    Deputy.objects.create(
        absent=cast.users["unit_leader"],
        deputy=cast.users["liaison"],
        role="UNIT_LEADER",
        from_on="2025-01-01",
        to_on="2099-01-01",
    )
    page = cast.signed_in("liaison").get("/accounts/2fa/")
    assert "standing in for unit leader" in page.text
    assert 'class="for">Bureau<' in page.text


def test_the_demo_mark_is_on_every_page_of_a_demo_database(cast, signed_in):
    mark = "Demo data: not the actual work of any office"
    assert mark not in Client(headers={"accept-language": "en"}).get("/accounts/login/").text
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True})
    browser = cast.signed_in("supervisor")
    for path in ("/accounts/logout/", "/nowhere/", "/admin/"):
        assert mark in browser.get(path).text
    stranger = Client()
    stranger.cookies["django_language"] = "en"
    assert mark in stranger.get("/accounts/login/").text


def test_no_page_carries_inline_script_or_style(cast, signed_in):
    for path in (*ACCOUNT_PAGES, "/nowhere/"):
        page = signed_in("en").get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", page), path


def test_a_refusal_is_a_page_with_the_sentence(cast, rf):
    request = rf.get("/")
    response = RefusalMiddleware(lambda _: None).process_exception(
        request, RuleBroken("It was closed meanwhile.")
    )
    assert response.status_code == 409
    assert "It was closed meanwhile." in response.content.decode()


def test_reading_writes_nothing(cast):
    browser = cast.signed_in("liaison")
    browser.get("/accounts/2fa/")  # notes the activity of this minute
    for path in ("/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/", "/nowhere/"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(path)
        written = [q["sql"] for q in queries if not q["sql"].lstrip("( ").startswith("SELECT")]
        assert written == [], path


def test_the_language_switch_names_the_other_language(cast):
    assert ">中文<" not in cast.signed_in("liaison", language="zh-hans").get("/nowhere/").text
    page = cast.signed_in("liaison").get("/nowhere/")
    assert "中文" in page.text
    assert reverse("web:set_language") in page.text
