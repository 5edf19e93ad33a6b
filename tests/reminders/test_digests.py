"""Digests: one a person a workday, of what is still owed, by what there is to do."""

from datetime import date, timedelta

import pytest

from apps.measures import operations
from apps.measures.models import Measure
from apps.reminders.digests import grouped, mail_of
from apps.reminders.ladders import Day
from apps.reminders.models import Delivery, Digest, Preference, Reminder
from apps.reminders.operations.digests import make_digests
from apps.reminders.operations.planning import plan
from apps.workdays.models import current_calendar
from tests.conftest import a_plan, fresh
from tests.measures.racing import race
from tests.reminders.mornings import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    inbox,
    mails,
    measures,
    morning,
    told,
)


@pytest.fixture
def cast(everybody_has_mail):
    return everybody_has_mail


def acknowledged(cast, measure: Measure) -> None:
    operations.acknowledge_measure(
        measure, seen=fresh(measure).version, by=cast["liaison"], at=morning(TUESDAY)
    )


def choose(cast, name: str, **said) -> None:
    Preference.objects.create(user=cast.users[name], **said)


def test_everybody_is_told_once_a_morning_in_the_inbox_and_by_mail(cast, clause):
    measures(cast, clause, count=2)
    assert told(MONDAY) == 0
    assert told(TUESDAY) == 2
    for name in ("liaison", "drafter"):
        assert inbox(cast, name) == ["m-1 acknowledge", "m-2 acknowledge"]
    assert {(d.digest.user.username, d.channel, d.state) for d in Delivery.objects.all()} == {
        ("liaison", "INBOX", "SENT"),
        ("liaison", "EMAIL", "WAITING"),
        ("drafter", "INBOX", "SENT"),
        ("drafter", "EMAIL", "WAITING"),
    }
    assert told(TUESDAY, hour=9) == 0
    assert Digest.objects.count() == 2


def test_the_hour_is_the_persons_own(cast, clause):
    measures(cast, clause)
    choose(cast, "drafter", hour=14)
    plan(on=TUESDAY, at=morning(TUESDAY))
    assert make_digests(at=morning(TUESDAY, hour=7)) == 0
    assert make_digests(at=morning(TUESDAY, hour=8)) == 1
    assert make_digests(at=morning(TUESDAY, hour=13)) == 0
    assert make_digests(at=morning(TUESDAY, hour=14)) == 1
    assert inbox(cast, "drafter") == ["m-1 acknowledge"]


def test_nothing_is_in_the_inbox_before_its_digest(cast, clause):
    measures(cast, clause)
    plan(on=TUESDAY, at=morning(TUESDAY))
    assert inbox(cast, "liaison") == []
    assert Reminder.objects.planned().count() == 2


@pytest.mark.parametrize(
    ("day", "goes_out"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 17), False),  # the Spring Festival, a Tuesday
        (date(2026, 2, 21), False),
        (date(2026, 2, 28), True),
        (date(2026, 3, 1), False),
    ],
)
def test_nothing_goes_out_on_a_day_off(cast, clause, day, goes_out):
    measures(cast, clause)
    plan(on=TUESDAY, at=morning(TUESDAY))
    Reminder.objects.update(planned_on=day)
    Measure.objects.update(acknowledge_due_on=day + timedelta(days=30))
    Reminder.objects.update(owed_on=day + timedelta(days=30))
    made = make_digests(at=morning(day))
    assert (made > 0 or Reminder.objects.filter(state="DROPPED").exists()) is goes_out


def test_what_is_done_before_the_hour_is_not_sent(cast, clause):
    first, _second = measures(cast, clause, count=2)
    plan(on=TUESDAY, at=morning(TUESDAY))
    acknowledged(cast, first)
    assert make_digests(at=morning(TUESDAY)) == 2
    assert inbox(cast, "liaison") == ["m-2 acknowledge"]
    assert Reminder.objects.filter(state="DROPPED").count() == 2


def test_nothing_to_say_is_no_digest(cast, clause):
    (only,) = measures(cast, clause)
    plan(on=TUESDAY, at=morning(TUESDAY))
    acknowledged(cast, only)
    assert make_digests(at=morning(TUESDAY)) == 0
    assert Digest.objects.count() == 0


def test_a_muted_cause_is_in_the_inbox_and_not_in_the_mail(cast, clause):
    measures(cast, clause)
    choose(cast, "liaison", muted=["acknowledge"])
    assert told(TUESDAY) == 2
    assert inbox(cast, "liaison") == ["m-1 acknowledge"]
    assert [mail.digest.user.username for mail in mails()] == ["drafter"]


@pytest.mark.parametrize("said", [{"muted": ["acknowledge"]}, {"by_email": False}])
def test_an_escalation_cannot_be_muted(cast, clause, said):
    measures(cast, clause)
    choose(cast, "liaison", **said)
    choose(cast, "unit_leader", **said)
    told(TUESDAY)
    assert "liaison" not in {mail.digest.user.username for mail in mails()}
    told(THURSDAY)
    to = {mail.digest.user.username for mail in mails().filter(on=THURSDAY)}
    assert to == {"liaison", "drafter", "unit_leader"}


def test_who_has_no_address_is_told_in_the_inbox(cast, clause):
    measures(cast, clause)
    cast.users["liaison"].email = ""
    cast.users["liaison"].save()
    assert told(TUESDAY) == 2
    assert inbox(cast, "liaison") == ["m-1 acknowledge"]
    assert mails().count() == 1


def test_what_was_planned_after_the_digest_waits_until_the_next_morning(cast, clause):
    measures(cast, clause)
    told(TUESDAY)
    late = Reminder.objects.filter(recipient__username="liaison").get()
    late.pk, late.state, late.sent_at, late.digest = None, "PLANNED", None, None
    late.owed_on, late.planned_on = FRIDAY, TUESDAY
    late.save()
    assert make_digests(at=morning(TUESDAY, hour=15)) == 0
    assert Reminder.objects.planned().count() == 1


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_the_mail_says_what_to_do_where_and_why(cast, clause, settings):
    settings.SITE_URL = "https://duban.example"
    (measure,) = measures(cast, clause)
    told(THURSDAY)
    mail = letter_to(cast, "unit_leader", "en")
    mine = Reminder.objects.get(recipient=cast.users["unit_leader"], measure=measure)
    link = f"https://duban.example/messages/{mine.pk}/open/"
    assert mail.subject == "Supervision · 5 Mar: 1 thing to do (1 escalated)"
    assert lines_of(mail.text)[:6] == [
        "Dear unit leader,",
        "5 Mar: 1 thing to do (1 escalated)",
        "Acknowledge",
        "[Escalated] m-1 A measure",
        "To be acknowledged: 4 Mar 2026, 1 workday ago",
        link,
    ]
    assert f'href="{link}"' in mail.html
    assert "m-1 A measure" in mail.html


def letter_to(cast, name: str, language: str):
    user = cast.users[name]
    user.language = language
    owed = Reminder.objects.sent_to(user.pk).select_related("measure")
    return mail_of("<1@here>", user, THURSDAY, list(owed))


def test_the_mail_is_in_the_language_of_its_reader(cast, clause):
    measures(cast, clause, count=2)
    told(THURSDAY)
    mail = letter_to(cast, "liaison", "zh-hans")
    assert mail.subject == "督查督办 · 3月5日：2件事项待办理（其中升级督办2件）"
    assert lines_of(mail.text)[:5] == [
        "liaison，您好：",
        "3月5日：2件事项待办理（其中升级督办2件）",
        "签收",
        "[升级督办] m-1 一项举措",
        "待签收：2026年3月4日，已过1个工作日",
    ]
    assert '<html lang="zh-hans">' in mail.html
    assert "一项举措" in mail.html


def test_a_restricted_measure_leaves_by_its_code_alone(cast, clause):
    measures(cast, clause, plan=a_plan(cast, restricted=True, supporters=[]))
    told(THURSDAY)
    mail = letter_to(cast, "liaison", "en")
    assert "m-1 (restricted)" in mail.text
    assert "A measure" not in mail.text + mail.html


def test_what_somebody_typed_is_text_in_the_mail(cast, clause):
    measures(cast, clause, plan=a_plan(cast, title_en="<b>& more</b>"))
    told(THURSDAY)
    mail = letter_to(cast, "liaison", "en")
    assert "m-1 <b>& more</b>" in mail.text
    assert "m-1 &lt;b&gt;&amp; more&lt;/b&gt;" in mail.html


def test_the_most_urgent_comes_first(calendar):
    said = [
        ("report", THURSDAY, False),
        ("deadline", date(2026, 3, 10), False),
        ("acknowledge", FRIDAY, False),
        ("acknowledge", date(2026, 1, 30), True),
        ("unknown", THURSDAY, False),
    ]
    reminders = [
        Reminder(pk=pk, cause=cause, is_escalation=escalated, owed_on=owed_on)
        for pk, (cause, owed_on, escalated) in enumerate(said)
    ]
    groups = [
        (str(group.todo), [entry.why.split(", ")[-1] for entry in group.entries])
        for group in grouped(reminders, Day(THURSDAY, calendar))
    ]
    assert groups == [
        ("Acknowledge", ["20 workdays ago", "1 workday left"]),
        ("Finish, or apply for completion", ["3 workdays left"]),
        ("Report", ["today"]),
        ("unknown", ["today"]),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_who_make_digests_at_once_make_each_once(cast, clause):
    measures(cast, clause, count=3)
    plan(on=THURSDAY, at=morning(THURSDAY))
    made = race(*[lambda: make_digests(at=morning(THURSDAY))] * 3)
    assert sum(made) == 3
    assert Digest.objects.count() == 3
    assert Delivery.objects.filter(channel="EMAIL").count() == 3
    assert not Reminder.objects.planned().exists()


@pytest.mark.parametrize("restricted", [False, True])
def test_a_milestone_is_named_unless_its_measure_is_restricted(cast, clause, restricted):
    (measure,) = measures(cast, clause, plan=a_plan(cast, restricted=restricted, supporters=[]))
    said = {"milestone": "完成样机"}
    told_of = Reminder(cause="milestone", measure=measure, owed_on=FRIDAY, facts=said, pk=7)
    (group,) = grouped([told_of], Day(FRIDAY, current_calendar()))
    named = "m-1 (restricted)" if restricted else f"{measure} · 完成样机"
    assert group.entries[0].what == named
