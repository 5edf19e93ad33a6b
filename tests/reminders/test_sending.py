"""Sending: accepted is sent, refused is tried again and ends, and what fails harms nothing else."""

from datetime import datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.measures import operations
from apps.measures.models import Measure
from apps.reminders import operation
from apps.reminders.models import Channel, Delivery, Digest, Reminder
from apps.reminders.operations.sending import (
    LEASE,
    MOST_ATTEMPTS,
    Sendings,
    pause_after,
    send_waiting,
    take,
)
from tests.conftest import fresh
from tests.measures.racing import race
from tests.reminders.mail_server import free_port
from tests.reminders.mornings import (
    TUESDAY,
    mails,
    measures,
    morning,
    state_of,
    told,
    use_mail_server,
)

AT = morning(TUESDAY)


@pytest.fixture
def owed(everybody_has_mail, clause):
    """On Tuesday morning a mail waits for the liaison and one for the drafter."""
    measures(everybody_has_mail, clause)
    told(TUESDAY)
    return everybody_has_mail


def send(*, at: datetime = AT, limit: int = 50) -> Sendings:
    return send_waiting(Channel.EMAIL, clock=lambda: at, limit=limit)


def test_a_letter_arrives_with_both_texts_and_its_own_id(owed, postbox):
    User.objects.filter(username="drafter").update(language="en")
    assert send() == Sendings(sent=2)
    letters = {letter["To"]: letter for letter in postbox.letters}
    assert letters.keys() == {"liaison@office.example", "drafter@office.example"}
    chinese, english = letters["liaison@office.example"], letters["drafter@office.example"]
    assert [part.get_content_type() for part in chinese.iter_parts()] == ["text/plain", "text/html"]
    assert "一项举措" in chinese.get_body(("plain",)).get_content()
    assert "A measure" in english.get_body(("html",)).get_content()
    assert chinese["Auto-Submitted"] == "auto-generated"
    assert sorted(postbox.message_ids) == sorted(mails().values_list("message_id", flat=True))
    assert state_of("liaison") == ("SENT", 1)
    assert send() == Sendings()  # once


def test_who_is_refused_for_good_is_given_up_and_the_others_get_theirs(owed, postbox):
    postbox.refused["drafter@office.example"] = "550 no such user"
    assert send() == Sendings(sent=1, failed=1)
    assert postbox.recipients == ["liaison@office.example"]
    (failed,) = operation.failed()
    assert failed.digest.user.username == "drafter"
    assert failed.last_error == "REFUSED 550 no such user"
    assert operation.trouble_in_words(failed.last_error) == "The server refused the message."


def test_who_is_refused_for_now_is_tried_again_later_with_the_same_id(owed, postbox):
    postbox.refused["drafter@office.example"] = "450 mailbox busy"
    assert send() == Sendings(sent=1, postponed=1)
    postbox.refused.clear()
    assert send(at=AT + timedelta(seconds=59)) == Sendings()
    assert send(at=AT + timedelta(minutes=1)) == Sendings(sent=1)
    assert state_of("drafter") == ("SENT", 2)
    assert len(set(postbox.message_ids)) == 2


def test_without_a_server_nothing_is_taken_and_everything_waits(owed, settings, postbox):
    working = settings.EMAIL_PORT
    use_mail_server(settings, free_port())
    done = send()
    assert (done.sent, done.postponed) == (0, 0)
    assert done.trouble.startswith("NO_CONNECTION")
    assert state_of("liaison") == ("WAITING", 0)
    use_mail_server(settings, working)
    assert send() == Sendings(sent=2)


def test_a_server_that_takes_too_long_ends_the_run_and_costs_one_attempt(owed, settings, postbox):
    settings.EMAIL_TIMEOUT = 0.2
    postbox.delay = 0.6
    done = send()
    assert (done.sent, done.postponed, done.trouble) == (0, 1, "TIMEOUT")
    assert sorted([state_of("liaison")[1], state_of("drafter")[1]]) == [0, 1]
    settings.EMAIL_TIMEOUT, postbox.delay = 5, 0
    assert send(at=AT + timedelta(minutes=1)) == Sendings(sent=2)


def test_trying_ends_and_the_administrator_sees_it(owed, postbox):
    postbox.refused["drafter@office.example"] = "451 try later"
    moment, pauses = AT, []
    while state_of("drafter")[0] == "WAITING":
        send(at=moment)
        pauses.append(pause_after(len(pauses) + 1))
        moment += pauses[-1]
    assert state_of("drafter") == ("FAILED", MOST_ATTEMPTS)
    assert [pause.seconds // 60 for pause in pauses[:9]] == [1, 2, 4, 8, 16, 32, 64, 128, 240]
    assert [delivery.digest.user.username for delivery in operation.failed()] == ["drafter"]
    assert send(at=moment + timedelta(days=9)) == Sendings()


def test_what_was_done_since_the_digest_is_not_sent(owed, postbox):
    measure = Measure.objects.get()
    operations.acknowledge_measure(measure, seen=fresh(measure).version, by=owed["liaison"], at=AT)
    assert send() == Sendings(needless=2)
    assert postbox.letters == []


def test_a_letter_that_is_taken_is_nobody_elses_until_the_lease_is_over(owed):
    first, second = take(Channel.EMAIL, at=AT), take(Channel.EMAIL, at=AT)
    assert first is not None
    assert second is not None
    assert first.pk != second.pk
    assert take(Channel.EMAIL, at=AT + LEASE - timedelta(seconds=1)) is None
    again = take(Channel.EMAIL, at=AT + LEASE)
    assert again is not None
    assert (again.pk, again.attempts) == (first.pk, 2)


def test_a_letter_whose_every_attempt_was_broken_off_is_given_up(owed, postbox):
    mails().update(attempts=MOST_ATTEMPTS, last_error=operation.KILLED)
    assert send() == Sendings(failed=2)
    assert postbox.letters == []


def test_no_more_than_asked_for(owed, postbox):
    assert send(limit=1) == Sendings(sent=1)
    assert len(postbox.letters) == 1


def test_an_address_that_would_add_a_header_is_refused(owed, postbox):
    User.objects.filter(username="drafter").update(email="a@b.c\nBcc: x@y.z")
    assert send() == Sendings(sent=1, failed=1)
    assert postbox.recipients == ["liaison@office.example"]


@pytest.mark.django_db(transaction=True)
def test_senders_who_race_send_each_letter_once(owed, postbox):
    more_people(mails()[0], count=12)
    done = race(*[send] * 3)
    assert sum(each.sent for each in done) == 14
    assert len(postbox.message_ids) == len(set(postbox.message_ids)) == 14
    assert {mail.state for mail in mails()} == {"SENT"}


def more_people(mail: Delivery, *, count: int) -> None:
    """The same letter to more people."""
    for number in range(count):
        user = User.objects.create(username=f"u{number}", email=f"u{number}@office.example")
        digest = Digest.objects.create(user=user, on=mail.on, made_at=AT)
        for reminder in Reminder.objects.filter(digest=mail.digest):
            reminder.pk, reminder.recipient, reminder.digest = None, user, digest
            reminder.save()
        said = {"on": mail.on, "next_attempt_at": AT, "message_id": f"<{number}@here>"}
        Delivery.objects.create(digest=digest, channel="EMAIL", **said)
