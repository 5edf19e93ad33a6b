"""A newcomer watches a reminder arrive: in the messages, in the mail, and gone when it is done."""

from datetime import date

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.agencies.operations import mark_as_demo
from apps.measures.models import Measure
from apps.reminders.models import Channel
from apps.reminders.operations.digests import make_digests
from apps.reminders.operations.planning import plan
from apps.reminders.operations.sending import send_waiting
from apps.workdays.models import current_calendar
from tests.conftest import SET_UP, at, issued
from tests.journeys.test_every_page import barriers, overflow
from tests.journeys.visits import DESK, PHONE, Screen


@pytest.fixture
def day(cast, settings, tmp_path) -> date:
    """The last workday: nothing goes out on others. Mails go into a folder of the test's own."""
    settings.EMAIL_BACKEND = "apps.reminders.outbox.FileOutbox"
    settings.MAIL_OUTBOX_DIR = str(tmp_path / "outbox")
    User.objects.filter(username="liaison").update(email="li@demo.example")
    mark_as_demo(by=SET_UP, at=cast.at(8))
    return current_calendar().last_workday_on_or_before(cast.today)


def morning_of(day: date) -> None:
    """What beat has the worker do."""
    moment = at(day, 9)
    plan(on=day, at=moment)
    make_digests(at=moment)
    send_waiting(Channel.EMAIL, clock=lambda: moment, limit=10)


@pytest.mark.parametrize("screen", [Screen("zh-hans", PHONE), Screen("en", DESK)], ids=str)
def test_a_reminder_arrives_is_acted_on_and_presses_no_more(cast, clause, visit, day, screen):
    measure = issued(cast, clause, code="6.1-1")
    Measure.objects.filter(pk=measure.pk).update(acknowledge_due_on=day)
    User.objects.update(language=screen.language)
    liaison = visit("liaison", screen)
    liaison.goto("/messages/")
    expect(liaison.page.locator("main")).to_contain_text(liaison.say("No messages yet."))

    morning_of(day)
    liaison.goto("/")
    liaison.go("Messages")
    message = liaison.page.locator(".message.is-unread")
    expect(message).to_have_count(1)
    message.locator("summary").click()
    expect(message).to_contain_text(liaison.say("Liaison of the lead"))
    assert [*barriers(liaison.page), *overflow(liaison.page)] == []

    message.get_by_role("button").click()
    expect(liaison.page).to_have_url(f"{liaison.home}/measures/{measure.pk}/")
    liaison.button("Acknowledge").click()
    liaison.goto("/messages/")
    expect(liaison.page.locator(".message.is-over")).to_have_count(1)
    expect(liaison.page.locator(".is-unread")).to_have_count(0)

    liaison.goto("/preferences/")
    liaison.link("Mails in the folder").click()
    assert [*barriers(liaison.page), *overflow(liaison.page)] == []
    liaison.page.locator("table a").click()
    expect(liaison.page.locator(".letter-text")).to_contain_text("6.1-1")
    assert [*barriers(liaison.page), *overflow(liaison.page)] == []
