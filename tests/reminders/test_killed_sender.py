"""kill -9 between every two steps: nothing is lost, nothing is doubled but the one letter that was
accepted and not noted yet, which keeps its Message-ID."""

import subprocess
from collections.abc import Iterator

import pytest

from apps.reminders.models import Channel, Delivery, Digest, Reminder
from apps.reminders.operations.digests import make_digests
from apps.reminders.operations.planning import plan
from apps.reminders.operations.sending import LEASE, send_waiting
from tests.reminders.mornings import TUESDAY, mails, measures, morning
from tests.reminders.processes import running, surroundings

pytestmark = pytest.mark.django_db(transaction=True)

AT = morning(TUESDAY)
MOST_STEPS = 300


@pytest.fixture
def sender(postbox) -> Iterator[subprocess.Popen[str]]:
    """Forks a sender for each number of a step that it is told."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    arguments = ("-m", "tests.reminders.killed_sender", AT.isoformat())
    with running(*arguments, settings=surroundings(postbox.port), **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def killed_at(sender: subprocess.Popen[str], step: int) -> bool:
    """Whether it came to that step; if not, it ended well."""
    assert sender.stdin is not None
    assert sender.stdout is not None
    sender.stdin.write(f"{step}\n")
    sender.stdin.flush()
    said = sender.stdout.readline().strip()
    assert said in ("killed", "ended 0")
    return said == "killed"


def as_planned() -> None:
    """Everything as it was before anybody was told."""
    Reminder.objects.update(state="PLANNED", sent_at=None, digest=None)
    Delivery.objects.all().delete()
    Digest.objects.all().delete()


def recovered() -> None:
    """The next worker: digests at the next time, letters when the lease is over."""
    for moment in (AT, AT + LEASE):
        make_digests(at=moment)
        send_waiting(Channel.EMAIL, clock=lambda moment=moment: moment, limit=10)


def test_whatever_the_step_nothing_is_lost_and_one_window_repeats_a_letter(
    everybody_has_mail, clause, postbox, sender
):
    cast = everybody_has_mail
    measures(cast, clause)
    cast.users["drafter"].email = ""
    cast.users["drafter"].save()
    plan(on=TUESDAY, at=AT)
    twice, step = [], 1
    while killed_at(sender, step):
        recovered()
        assert mails().get().state == "SENT", step
        assert not Reminder.objects.exclude(state="SENT").exists(), step
        assert Digest.objects.count() == 2, step
        assert set(postbox.message_ids) == {mails().get().message_id}, step
        twice += [step] * (len(postbox.letters) - 1)
        postbox.letters.clear()
        as_planned()
        step += 1
        assert step < MOST_STEPS
    assert step > 25
    # Between the server's acceptance and the commit of the note: one unbroken stretch.
    assert twice == list(range(twice[0], twice[0] + len(twice)))
    assert 1 <= len(twice) <= 6
