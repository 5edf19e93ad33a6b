"""How somebody is told: chosen by oneself, tried, and a calendar under a private address."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from apps.accounts.models import User
from apps.agencies.operations import mark_as_demo
from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.measures.models import Measure
from apps.reminders import outbox
from apps.reminders.models import CalendarKey, Preference
from apps.reminders.operations.preferring import (
    choose_reminders,
    make_calendar_address,
    revoke_calendar_address,
)
from tests.conftest import SET_UP, a_plan, in_progress, issued
from tests.measures.instructing import instructed
from tests.measures.stories_of_others import asked
from tests.web.here import of_today

PAGE = "/preferences/"


@pytest.fixture
def here(cast, settings, tmp_path):
    settings.MAIL_OUTBOX_DIR = str(tmp_path / "outbox")
    settings.EMAIL_BACKEND = "apps.reminders.outbox.FileOutbox"
    settings.SITE_URL = "https://office.example"
    cache.clear()
    User.objects.update(email="", language="en")
    return of_today(cast)


def typed(**changed):
    return {"hour": "9", "by_email": "on", "muted": ["report", "milestone"], "seen": "0"} | changed


# --- What is chosen -------------------------------------------------------------------------


def test_it_is_chosen_and_on_record(here):
    client = here.signed_in("liaison")
    assert client.post(PAGE, typed()).status_code == 302
    held = Preference.objects.get(user=here.users["liaison"])
    assert (held.hour, held.by_email, held.muted) == (9, True, ["milestone", "report"])
    event = AuditEvent.objects.get(act="reminders.choose_reminders")
    assert event.changes == {"hour": [8, 9], "muted": [[], ["milestone", "report"]]}
    assert client.post(PAGE, {"hour": "7", "seen": "1"}).status_code == 302
    held.refresh_from_db()
    assert (held.hour, held.by_email, held.muted, held.version) == (7, False, [], 2)


def test_what_was_typed_stays_beside_the_refusal(here):
    client = here.signed_in("liaison")
    client.post(PAGE, typed())
    answer = client.post(PAGE, typed(hour="14"))
    assert answer.status_code == 422
    assert "You have changed this elsewhere" in answer.content.decode()
    assert '<option value="14" selected>' in answer.content.decode()
    assert client.post(PAGE, typed(seen="1", hour="25")).status_code == 422
    assert client.post(PAGE, typed(seen="1", muted=["nonsense"])).status_code == 422
    assert Preference.objects.get().hour == 9


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"by": "drafter"}, NotAllowed),
        ({"hour": 24}, RuleBroken),
        ({"muted": ["nonsense"]}, RuleBroken),
        ({"seen": 3}, Stale),
    ],
)
def test_the_operation_itself_refuses(here, changed, error):
    said = {"hour": 8, "by_email": True, "muted": [], "seen": 0, "by": "liaison"} | changed
    by = here[said.pop("by")]
    with pytest.raises(error):
        choose_reminders(here.users["liaison"], **said, by=by, at=here.at())
    assert not Preference.objects.exists()


def test_the_page_says_that_escalations_come_all_the_same(here):
    page = here.signed_in("liaison").get(PAGE).content.decode()
    assert "Escalations cannot be muted" in page
    assert 'href="/preferences/"' in page


# --- A test message -------------------------------------------------------------------------


def test_a_test_message_reaches_ones_own_address_once_a_minute(here):
    client = here.signed_in("liaison")
    nowhere = client.post(f"{PAGE}test/", follow=True).content.decode()
    assert "No e-mail address is on record for you" in nowhere
    cache.clear()
    User.objects.filter(username="liaison").update(email="li@office.example")
    said = client.post(f"{PAGE}test/", follow=True).content.decode()
    assert "The test message is on its way to li@office.example." in said
    again = client.post(f"{PAGE}test/", follow=True).content.decode()
    assert "wait a minute" in again
    assert [letter.recipient for letter in outbox.letters()] == ["li@office.example"]


def test_a_server_that_is_not_there_is_said(here, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    User.objects.filter(username="liaison").update(email="li@office.example")
    page = here.signed_in("liaison").post(f"{PAGE}test/", follow=True).content.decode()
    assert "The test message was not accepted: The server cannot be reached." in page


# --- The calendar ---------------------------------------------------------------------------


def address(cast, who: str) -> str:
    return cast.signed_in(who).post(f"{PAGE}calendar/").context["address"]


def path_of(cast, who: str) -> str:
    return address(cast, who).removeprefix("https://office.example")


def days_of(body: bytes) -> dict[str, str]:
    """The entries of a feed: what, and on which day."""
    calendar = Calendar.from_ical(body)
    return {str(e["summary"]): e.decoded("dtstart").isoformat() for e in calendar.walk("VEVENT")}


def test_the_feed_has_what_the_person_owes(here, clause):
    running = in_progress(here, clause, code="a-1", plan=a_plan(here, title_en="First"))
    asked(here, running)
    instructed(here, running)
    first = running.milestones.order_by("due_on").first()
    body = Client().get(path_of(here, "liaison")).content
    assert days_of(body) == {
        f"Deadline · {running.code} First": running.due_on.isoformat(),
        f"Report due · {running.code} First": running.next_report_due_on.isoformat(),
        f"Instruction to be acknowledged · {running.code} First": here.today.isoformat(),
        **{
            f"Milestone {row.title} · {running.code} First": row.due_on.isoformat()
            for row in running.milestones.all()
        },
    }
    assert first is not None
    event = Calendar.from_ical(body).walk("VEVENT")[0]
    assert event["url"] == f"https://office.example/measures/{running.pk}/"
    assert event["transp"] == "TRANSPARENT"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
    asked_of = days_of(Client().get(path_of(here, "district_liaison")).content)
    assert list(asked_of) == [f"Coordination item to answer · {running.code} First"]


def test_a_restricted_measure_is_named_by_its_code(here, clause):
    issued(here, clause, code="s-1", plan=a_plan(here, restricted=True, title_en="Hush"))
    body = Client().get(path_of(here, "liaison")).content.decode()
    assert "s-1" in body
    assert "Hush" not in body


def test_what_is_not_seen_is_not_in_it(here, clause):
    measure = issued(here, clause, code="a-1")
    path = path_of(here, "liaison")
    assert b"a-1" in Client().get(path).content
    Measure.objects.filter(pk=measure.pk).update(viewer_agencies=[])
    assert b"a-1" not in Client().get(path).content
    assert b"a-1" not in Client().get(path_of(here, "stranger")).content


def test_it_is_in_the_language_of_its_owner(here, clause):
    issued(here, clause, code="a-1")
    path = path_of(here, "liaison")
    User.objects.filter(username="liaison").update(language="zh-hans")
    found = list(days_of(Client().get(path).content))
    assert any(each.startswith("期限") or each.startswith("办理期限") for each in found), found


def test_a_calendar_asks_again_and_is_told_that_nothing_changed(here, clause):
    measure = issued(here, clause)
    path, client = path_of(here, "liaison"), Client()
    first = client.get(path)
    assert first["Content-Type"].startswith("text/calendar")
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Measure.objects.filter(pk=measure.pk).update(due_on=measure.due_on + timedelta(days=1))
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert not first.cookies


def test_the_address_is_told_once_kept_as_a_hash_and_ends(here):
    path = path_of(here, "liaison")
    key = path.removeprefix("/calendar/").removesuffix(".ics")
    assert key not in here.signed_in("liaison").get(PAGE).content.decode()
    assert key not in str(CalendarKey.objects.values()) + str(AuditEvent.objects.values())
    second = path_of(here, "liaison")
    assert Client().get(path).status_code == 404
    assert Client().get(second).status_code == 200
    here.signed_in("liaison").post(f"{PAGE}calendar/revoke/")
    assert Client().get(second).status_code == 404
    assert "There is no calendar address." in (
        here.signed_in("liaison").post(f"{PAGE}calendar/revoke/", follow=True).content.decode()
    )
    acts = AuditEvent.objects.filter(act__contains="calendar_address").order_by("id")
    assert [event.act.split(".")[1] for event in acts] == [
        "make_calendar_address",
        "make_calendar_address",
        "revoke_calendar_address",
    ]


def test_nobody_makes_or_revokes_that_of_another(here):
    for act in (make_calendar_address, revoke_calendar_address):
        with pytest.raises(NotAllowed):
            act(here.users["liaison"], by=here["administrator"], at=here.at())


def test_a_closed_account_has_no_calendar(here):
    path = path_of(here, "liaison")
    User.objects.filter(username="liaison").update(is_active=False)
    assert Client().get(path).status_code == 404
    assert Client().get("/calendar/nonsense.ics").status_code == 404


def test_the_feed_costs_the_same_for_one_and_for_many(here, clause, django_assert_num_queries):
    instructed(here, in_progress(here, clause, code="a-0"))
    path = path_of(here, "liaison")
    for n in range(1, 6):
        instructed(here, in_progress(here, clause, code=f"a-{n}"))
    with django_assert_num_queries(7):
        Client().get(path)


# --- Who reads the folder of mails ----------------------------------------------------------


def test_in_a_demo_everybody_reads_the_mails_else_the_administrator(here):
    User.objects.filter(username="liaison").update(email="li@office.example")
    here.signed_in("liaison").post(f"{PAGE}test/")
    (letter,) = outbox.letters()
    addresses = ["/outbox/", f"/outbox/{letter.name}/", f"/outbox/{letter.name}/html/"]
    assert statuses(here.signed_in("liaison"), addresses) == [403] * 3
    assert statuses(here.signed_in("administrator"), addresses) == [200] * 3
    assert statuses(Client(), addresses) == [302] * 3
    mark_as_demo(by=SET_UP, at=here.at())
    assert statuses(here.signed_in("liaison"), addresses) == [200] * 3


def statuses(client: Client, addresses: list[str]) -> list[int]:
    return [client.get(address).status_code for address in addresses]


def test_html_leaves_as_a_file_and_names_lead_nowhere_else(here):
    User.objects.filter(username="administrator").update(email="a@office.example")
    client = here.signed_in("administrator")
    client.post(f"{PAGE}test/")
    (letter,) = outbox.letters()
    html = client.get(f"/outbox/{letter.name}/html/")
    assert html["Content-Disposition"].startswith("attachment")
    assert client.get("/outbox/..%2Fsettings.py/").status_code == 404
    assert client.get("/outbox/none.eml/").status_code == 404


def test_with_a_mail_server_there_is_no_folder(here, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert here.signed_in("administrator").get("/outbox/").status_code == 404
