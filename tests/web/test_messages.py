"""The messages: own ones only, read by going where it is done, told why, over when it is over."""

from datetime import timedelta

import pytest
from django.conf import settings

from apps.measures import operations
from apps.measures.models import Measure
from apps.reminders.digests import way_to_act
from apps.reminders.models import Preference, Reminder
from apps.web.where_done import place_of
from tests.conftest import a_plan, applied, fresh, in_progress, issued, reported
from tests.measures.instructing import instructed
from tests.measures.stories_of_others import asked
from tests.web.here import in_chinese, of_today
from tests.web.reminding import later, reminded
from tests.web.watching import queries_of, writes_in

PAGE = "/messages/"


@pytest.fixture
def here(cast):
    return of_today(cast)


@pytest.fixture
def measure(here, clause) -> Measure:
    return issued(here, clause, code="z-9")


def page_of(cast, who: str, query: str = "", language: str = "en") -> str:
    return cast.signed_in(who, language=language).get(PAGE + query).content.decode()


def titles(response) -> list[str]:
    return [each.code for day in response.context["days"] for each in day.messages]


def test_everybody_reads_their_own(here, measure):
    mine = reminded(here, "liaison", measure)
    assert "z-9" in page_of(here, "liaison")
    assert "z-9" not in page_of(here, "drafter")
    stranger = here.signed_in("drafter")
    assert stranger.post(f"{PAGE}{mine.pk}/open/").status_code == 404
    assert stranger.get(f"{PAGE}{mine.pk}/open/").status_code == 404
    mine.refresh_from_db()
    assert mine.read_at is None


@pytest.mark.parametrize(
    ("who", "reached_as", "act"),
    [("liaison", "LIAISON", "Finish, or apply for completion"), ("director", "ISSUER", "View")],
)
def test_who_issued_it_looks_and_who_leads_it_acts(here, measure, who, reached_as, act):
    reminded(here, who, measure, cause="deadline", reached_as=reached_as, is_escalation=True)
    page = here.signed_in(who).get(PAGE)
    assert [str(each.act) for day in page.context["days"] for each in day.messages] == [act]


def test_the_link_of_a_mail_leads_to_the_act_and_reads_the_message(here, clause):
    measure = in_progress(here, clause, code="z-8")
    mine = reminded(here, "liaison", measure, cause="report")
    link = way_to_act(mine).removeprefix(settings.SITE_URL)
    assert here.signed_in("liaison").get(link).url == f"/measures/{measure.pk}/report/"
    mine.refresh_from_db()
    assert mine.read_at


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_says_what_why_and_as_whom(here, measure, language):
    reminded(here, "unit_leader", measure, reached_as="UNIT_LEADER", is_escalation=True)
    page = page_of(here, "unit_leader", language=language)
    for said in (
        "Why did I get this?",
        "Unit leader of the lead",
        "Escalation; it cannot be muted",
        "To be acknowledged",
    ):
        assert (said if language == "en" else in_chinese(said)) in page


def test_opening_reads_it_and_leads_to_the_act(here, clause):
    running = in_progress(here, clause)
    mine = reminded(here, "liaison", running, "report")
    client = here.signed_in("liaison")
    answer = client.post(f"{PAGE}{mine.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, f"/measures/{running.pk}/report/")
    mine.refresh_from_db()
    first = mine.read_at
    assert first is not None
    client.post(f"{PAGE}{mine.pk}/open/")
    mine.refresh_from_db()
    assert mine.read_at == first


def test_all_are_read_but_what_came_since(here, measure):
    old = reminded(here, "liaison", measure)
    others = reminded(here, "drafter", measure)
    client = here.signed_in("liaison")
    opened_at = client.get(PAGE).context["opened_at"]
    new = reminded(here, "liaison", measure, step=3, sent_at=later(old.sent_at, 60 * 24))
    answer = client.post(f"{PAGE}read/", {"opened_at": opened_at}, follow=True)
    assert "1 message marked as read." in answer.content.decode()
    read = set(Reminder.objects.filter(read_at__isnull=False))
    assert read == {old}
    assert {new, others} <= set(Reminder.objects.filter(read_at__isnull=True))


@pytest.mark.parametrize("broken", ["", "x", "9999-99-99T00:00", "1" * 80])
def test_a_moment_that_is_none_is_now(here, measure, broken):
    reminded(here, "liaison", measure, sent_at=here.at(0))
    client = here.signed_in("liaison")
    assert client.post(f"{PAGE}read/", {"opened_at": broken}).status_code == 302
    assert not Reminder.objects.filter(read_at__isnull=True).exists()


def test_what_is_done_presses_no_more(here, measure):
    reminded(here, "liaison", measure, is_escalation=True)
    page = page_of(here, "liaison")
    assert "is-pressing" in page
    assert "no longer owed" not in page
    seen = fresh(measure).version
    operations.acknowledge_measure(measure, seen=seen, by=here["liaison"], at=here.at(11))
    page = page_of(here, "liaison")
    assert "is-pressing" not in page
    assert "no longer owed" in page


def test_what_has_left_ones_sight_keeps_its_message_and_not_its_name(here, clause):
    restricted = issued(
        here, clause, code="z-9", plan=a_plan(here, restricted=True, title="保密的举措")
    )
    reminded(here, "stranger", restricted)
    Measure.objects.filter(pk=restricted.pk).update(viewer_agencies=[here.agencies["bureau"].pk])
    page = page_of(here, "stranger")
    assert "A measure that you no longer see" in page
    assert "保密的举措" not in page
    assert "z-9" not in page


def test_muted_is_not_hidden(here, measure):
    Preference.objects.create(user=here.users["liaison"], muted=["acknowledge"], by_email=False)
    reminded(here, "liaison", measure)
    assert "z-9" in page_of(here, "liaison")


def test_the_counters_open_what_they_count(here, clause):
    first, second = issued(here, clause, code="a-1"), in_progress(here, clause, code="a-2")
    reminded(here, "liaison", first)
    reminded(here, "liaison", second, "report", read_at=here.at(9))
    reminded(here, "liaison", second, "report", step=3)
    client = here.signed_in("liaison")
    page = client.get(PAGE)
    counted = {each.key: each.count for each in page.context["counters"]}
    assert counted == {"": 3, "unread": 2, "acknowledge": 1, "report": 2}
    for each in page.context["counters"]:
        assert len(titles(client.get(each.url))) == each.count, each.key
    assert titles(client.get(f"{PAGE}?only=nonsense")) == titles(page)
    nav = {entry.url: entry.count for entry in page.context["nav"]}
    assert nav[PAGE] == 2


def test_pages_by_key_newest_first(here, clause):
    measure = issued(here, clause)
    for n in range(65):
        reminded(here, "liaison", measure, step=n - 32, sent_at=later(here.at(0), n // 2))
    client, found = here.signed_in("liaison"), []
    response = client.get(PAGE)
    while True:
        shown = [each.reminder for day in response.context["days"] for each in day.messages]
        found += [(each.sent_at, each.pk) for each in shown]
        if not response.context["after"]:
            break
        response = client.get(f"{PAGE}?{response.context['after']}")
    assert len(set(found)) == len(found) == 65
    pages = [found[:30], found[30:60], found[60:]]
    assert [sorted(page, reverse=True) for page in pages] == [
        sorted(found, reverse=True)[start : start + 30] for start in (0, 30, 60)
    ]


def test_on_a_day_what_presses_comes_first_and_what_is_over_last(here, clause):
    over = in_progress(here, clause, code="a-1")
    reminded(here, "liaison", over, "acknowledge", owed_on=here.today, is_escalation=True)
    reminded(here, "liaison", issued(here, clause, code="a-2"))
    reminded(here, "liaison", over, "report")
    reminded(here, "liaison", issued(here, clause, code="a-3"), is_escalation=True)
    page = here.signed_in("liaison").get(PAGE)
    (day,) = page.context["days"]
    found = [(each.code, each.reminder.cause) for each in day.messages]
    assert found == [
        ("a-3", "acknowledge"),
        ("a-2", "acknowledge"),
        ("a-1", "report"),
        ("a-1", "acknowledge"),
    ]


def test_days_are_those_of_the_office(here, measure):
    midnight = here.at(0)
    reminded(here, "liaison", measure, sent_at=midnight)
    reminded(here, "liaison", measure, step=3, sent_at=midnight - timedelta(minutes=1))
    days = here.signed_in("liaison").get(PAGE).context["days"]
    assert [day.on for day in days] == [here.today, here.today - timedelta(days=1)]


def test_the_number_of_queries_is_that_of_one_message(here, clause):
    client = here.signed_in("liaison")
    reminded(here, "liaison", issued(here, clause, code="a-0"))
    few = queries_of(client, PAGE)
    for n in range(1, 12):
        reminded(here, "liaison", issued(here, clause, code=f"a-{n}"))
    many = queries_of(client, PAGE)
    assert len(many) == len(few)
    assert writes_in(many) == []


# --- Where it is done -----------------------------------------------------------------------


def place(cast, who: str, measure: Measure, cause: str, **said) -> str:
    return place_of(reminded(cast, who, measure, cause, **said), cast[who])


def test_each_leads_to_its_act_for_whoever_may_do_it(here, clause):
    running = in_progress(here, clause, code="a-1")
    asked_for = asked(here, running)
    instructed(here, running)
    report = reported(here, running)
    finished = applied(here, clause, code="a-2")
    newly = issued(here, clause, code="a-3")
    page = f"/measures/{running.pk}/"
    assert place(here, "liaison", newly, "acknowledge") == f"/measures/{newly.pk}/"
    assert place(here, "unit_head", running, "deadline") == page
    assert place(here, "liaison", running, "instruction") == f"{page}instructions/acknowledge/"
    assert place(here, "supervisor", running, "instruction") == page
    review = place(here, "supervisor", running, "review", subject_id=report.pk)
    assert review == f"/review/{report.pk}/"
    assert place(here, "liaison", running, "review", subject_id=report.pk, step=2) == page
    question = place(here, "district_liaison", running, "coordination", subject_id=asked_for.pk)
    assert question == f"/coordination/{asked_for.pk}/"
    verify = place(here, "supervisor", finished, "completion")
    assert verify == f"/measures/{finished.pk}/verify/"
    assert place(here, "stranger", running, "moved") == page
    assert place(here, "administrator", running, "moved") == PAGE


def test_a_cause_that_is_no_longer_known_is_still_told(here, measure):
    mine = reminded(here, "liaison", measure, "retired")
    assert "z-9" in page_of(here, "liaison")
    assert place_of(mine, here["liaison"]) == f"/measures/{measure.pk}/"
