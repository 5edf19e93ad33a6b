"""The tasks that beat orders, what they leave for the administrator, and the command by hand."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from apps.api.tasks import tell_webhooks
from apps.reminders import operation, tasks
from apps.reminders.operations.sending import LEASE
from tests.reminders.mail_server import free_port
from tests.reminders.mornings import TUESDAY, mails, measures, told, use_mail_server


@pytest.fixture
def owed(everybody_has_mail, clause):
    measures(everybody_has_mail, clause)
    told(TUESDAY)
    return everybody_has_mail


def test_each_task_of_ours_is_ordered_and_has_its_queue():
    ordered = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ours = (tasks.give_sign, tasks.remind, tasks.send_mail, tasks.call_robots)
    assert {task.name for task in ours} <= ordered
    queues = {name: route["queue"] for name, route in settings.CELERY_TASK_ROUTES.items()}
    assert queues == {
        tasks.send_mail.name: "mail",
        tasks.call_robots.name: "robots",
        tell_webhooks.name: "robots",
    }


def test_a_sender_ends_before_its_lease_does():
    for task in (tasks.send_mail, tasks.call_robots):
        assert timedelta(seconds=task.soft_time_limit) < timedelta(seconds=task.time_limit) < LEASE


@pytest.mark.django_db
def test_beat_is_late_until_it_gives_a_sign():
    assert operation.operation().beat.is_late(at=timezone.now())
    tasks.give_sign.apply()
    beat = operation.operation().beat
    assert not beat.is_late(at=timezone.now())
    assert beat.is_late(at=timezone.now() + timedelta(minutes=6))


def test_reminding_twice_does_nothing_the_second_time(owed):
    tasks.remind.apply(throw=True)
    before = mails().count()
    assert tasks.remind.apply(throw=True).get() == {"planned": 0, "digests": 0, "calls": 0}
    assert mails().count() == before
    assert operation.operation().reminding.said["digests"] == 0


def test_the_administrator_sees_what_waits_and_why(owed, settings, postbox):
    use_mail_server(settings, free_port())
    assert tasks.send_mail.apply(throw=True).get() == 0
    by_mail, by_robot = operation.operation().ways
    assert (by_mail.waiting, by_mail.oldest_on, by_mail.failed) == (2, TUESDAY, 0)
    assert str(by_mail.trouble) == "The server cannot be reached."
    assert (by_robot.waiting, by_robot.oldest_on, by_robot.trouble) == (0, None, "")
    use_mail_server(settings, postbox.port)
    assert tasks.send_mail.apply(throw=True).get() == 2
    by_mail, _by_robot = operation.operation().ways
    assert (by_mail.waiting, by_mail.trouble) == (0, "")


def test_the_lengths_of_the_queues_are_asked_of_the_broker():
    assert operation.queue_lengths().keys() == {"default", "mail", "robots"}
    before = operation.queue_lengths()["robots"]
    assert before is not None
    tasks.call_robots.apply_async()
    assert operation.queue_lengths()["robots"] == before + 1


def test_by_hand_no_more_than_asked_for_is_sent(owed, postbox):
    said = StringIO()
    call_command("send_reminders", "--limit", "1", stdout=said)
    assert "EMAIL: sent 1" in said.getvalue()
    assert len(postbox.letters) == 1
