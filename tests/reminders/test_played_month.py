"""A month with a real worker, beat, broker and mail server, beside the slow reference."""

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from subprocess import Popen

import pytest
from django.core.cache.backends.redis import RedisCache
from django.utils import timezone
from redis import Redis

from apps.reminders import operation
from apps.reminders.models import Channel, Reminder
from tests.conftest import at
from tests.reminders.conftest import written_to
from tests.reminders.mail_server import Postbox
from tests.reminders.mornings import mails
from tests.reminders.processes import client_of, is_idle, running, surroundings
from tests.reminders.reference import DAY, Memory, days
from tests.reminders.test_played_days import BEGINS, ENDS, Story
from tests.reminders.test_worker_and_beat import database_of_broker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

Told = tuple[str, int, date, int, str]
MESSAGE = re.compile(r"http://localhost/messages/(\d+)/open/")
NUMBER = 6
"""The broker's database that is this test's own."""


@dataclass
class Office:
    """The processes of an installation whose clock the test sets."""

    clock: Path
    beat: "Popen[str]"
    broker: Redis
    signs: RedisCache
    postbox: Postbox

    def morning(self, on: date) -> list[tuple[str, Counter[int]]]:
        """It is five past eight: until all is done that beat orders. The letters that came."""
        moment, before = at(on, 8).replace(minute=5), len(self.postbox.letters)
        self._set(moment)
        self.beat.send_signal(signal.SIGCONT)
        for task in ("remind", Channel.EMAIL):
            self._run_once(task)
        self.beat.send_signal(signal.SIGSTOP)
        wait_until(self._idle)
        return sorted(map(addressed, self.postbox.letters[before:]), key=str)

    def _set(self, moment: datetime) -> None:
        """At one stroke: nobody reads half a moment."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(moment.isoformat())
        fresh.replace(self.clock)

    def _run_once(self, task: str) -> None:
        """Wait until the task ended once more. One process does one thing after the other."""
        sign = operation.SIGN.format(task)
        self.signs.delete(sign)
        wait_until(lambda: self.signs.get(sign))

    def _idle(self) -> bool:
        return is_idle(self.broker)


def addressed(letter) -> tuple[str, Counter[int]]:
    """Whom it reaches, and which measures it leads to."""
    text = letter.get_body(("plain",)).get_content()
    opened = list(map(int, MESSAGE.findall(text)))
    found = Reminder.objects.in_bulk(opened)
    return str(letter["To"]), Counter(found[pk].measure_id for pk in opened)


@pytest.fixture
def office(postbox, tmp_path) -> Iterator[Office]:
    """One worker that lives in the played time, and one beat that lives in ours."""
    clock = tmp_path / "clock"
    clock.write_text(timezone.now().isoformat())
    broker = database_of_broker(NUMBER)
    cache = cache_of_its_own()  # else other tests would read signs of another year
    said = surroundings(postbox.port) | {"CELERY_BROKER_URL": broker, "CACHE_URL": cache}
    said |= {"PLAYED_CLOCK": str(clock)}
    with celery(
        "tests.reminders.played_beat", "beat", "--schedule", str(tmp_path / "beat"), said=said
    ) as beat:
        beat.send_signal(signal.SIGSTOP)
        with celery("tests.reminders.played_worker", "worker", "--concurrency=1", said=said):
            signs = RedisCache(cache, {})
            yield Office(clock, beat, client_of(broker, NUMBER), signs, postbox)


def cache_of_its_own() -> str:
    url = os.environ["CACHE_URL"]
    by_socket = re.sub(r"db=\d+", f"db={NUMBER + 1}", url)
    return by_socket if by_socket != url else re.sub(r"/\d+$", f"/{NUMBER + 1}", url)


@contextmanager
def celery(module: str, kind: str, *arguments: str, said: dict[str, str]) -> Iterator["Popen[str]"]:
    with running("-m", "celery", "-A", module, kind, *arguments, settings=said) as process:
        yield process


def letters_of(told: set[Told]) -> list[tuple[str, Counter[int]]]:
    """One a person, with a line for each thing that the reference says is owed."""
    measures = {
        (cause, subject): measure
        for cause, subject, measure in Reminder.objects.values_list(
            "cause", "subject_id", "measure_id"
        )
    }
    found: dict[str, Counter[int]] = {}
    for cause, subject, _on, _step, name in told:
        found.setdefault(f"{name}@office.example", Counter())[measures[cause, subject]] += 1
    return sorted(found.items(), key=str)


def test_a_month_of_letters_is_that_of_the_reference(everybody_has_mail, clause, office):
    story, memory, sent = Story(everybody_has_mail, clause), Memory(), 0
    written_to(everybody_has_mail)  # whom the story brings along as well
    for on in days(BEGINS - DAY, ENDS):
        expected = memory.morning(on)
        came = office.morning(on)
        assert came == letters_of(expected), on
        sent += len(came)
        story.happens(on)
    assert sent == mails().filter(state="SENT").count() > 30
    assert len(set(office.postbox.message_ids)) == sent
