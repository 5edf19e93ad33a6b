"""A real browser before a real server, on the day that it is, and an office with Chinese names."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, sync_playwright

from apps.accounts.models import User
from apps.agencies.models import Agency
from tests.conftest import PASSWORD, Cast
from tests.journeys.in_flight import until_answered
from tests.journeys.visits import Screen, Visit
from tests.web.here import of_today

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CALLED = {
    "liaison": "李明",
    "drafter": "王芳",
    "unit_leader": "张伟",
    "stranger": "杨帆",
    "district_liaison": "何静",
    "supervisor": "周敏",
    "second_supervisor": "吴强",
    "director": "郑华",
    "administrator": "管有序",
}
AGENCIES = {
    "office": "督查室",
    "bureau": "工业和信息化局",
    "section": "装备处",
    "other": "科技局",
    "district": "黄埔区",
}


PROGRAM = os.environ.get("POLICYTRACK_BROWSER", "")
NO_BROWSER = "no browser: POLICYTRACK_BROWSER is not set"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys write in earnest: the server reads on connections of its own."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Without a browser all are skipped, said in one line; CI skips none."""
    if not PROGRAM and os.environ.get("CI") == "true":
        pytest.fail(NO_BROWSER, pytrace=False)
    if not PROGRAM:
        pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium. Playwright keeps an event loop running in the tests' own thread, which
    Django would take for asynchronous code; it is told otherwise while the browser is open.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def cast(browser, cast) -> Cast:
    """The cast of today, called as people and agencies are called here."""
    for name, called in CALLED.items():
        User.objects.filter(username=name).update(name=called)
        cast.users[name].name = called
    for short, agency in cast.agencies.items():
        agency.name = AGENCIES[short]
        Agency.objects.filter(pk=agency.pk).update(name=agency.name)
    return of_today(cast)


@pytest.fixture
def with_passwords(cast) -> Cast:
    """A cast that can sign in through the form, and reads English."""
    User.objects.update(password=make_password(PASSWORD), language="en")
    return cast


@pytest.fixture
def window(browser, live_server) -> Iterator[Callable[..., Visit]]:
    """Opens browsers that share nothing; afterwards none may have met with trouble."""
    visits: list[Visit] = []

    def opened(screen: Screen | None = None, **options) -> Visit:
        visits.append(Visit.begin(browser, live_server.url, screen or Screen(), **options))
        return visits[-1]

    with until_answered():
        yield opened
        for each in visits:
            each.context.close()
    assert [trouble for each in visits for trouble in each.troubles] == []


@pytest.fixture
def visit(window, cast) -> Callable[..., Visit]:
    """A window, and before it somebody of the cast, signed in where a name is given."""

    def start(who: str = "", screen: Screen | None = None, **options) -> Visit:
        visit = window(screen, **options)
        if who:
            visit.is_signed_in(cast, who)
        return visit

    return start
