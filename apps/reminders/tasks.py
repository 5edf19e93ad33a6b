"""What beat orders: planning with digests, and sending, a queue for each kind of way out.

Each may run twice, late, or beside another one without harm: what counts are rows. An order that
waited longer than until the next one is thrown away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from apps.audit.context import Origin, coming_from
from apps.reminders.models import Channel
from apps.reminders.operation import BEAT, leave_sign
from apps.reminders.operations.digests import make_digests
from apps.reminders.operations.group_calls import call_groups
from apps.reminders.operations.planning import plan
from apps.reminders.operations.sending import LEASE, send_waiting

MOST_AT_A_TIME = 500
LIMIT = LEASE - timedelta(seconds=15)
"""A sender ends before its lease does, so that nobody else has begun the same message."""

log = structlog.get_logger(__name__)


@shared_task(bind=True, name="apps.reminders.tasks.give_sign")
def give_sign(self: Any) -> None:
    """Show that beat, broker and worker work together."""
    leave_sign(BEAT, at=timezone.now())


@shared_task(bind=True, name="apps.reminders.tasks.remind")
def remind(self: Any) -> dict[str, int]:
    """Write down what is owed, and make the digests of those whose hour has come."""
    with _traced(self):
        now = timezone.now()
        planned = plan(on=timezone.localdate(now), at=now)
        done = {
            "planned": planned.total,
            "digests": make_digests(at=timezone.now()),
            "calls": call_groups(at=timezone.now()),
        }
        leave_sign("remind", at=timezone.now(), **done)
        log.info("reminded", **done)
    return done


@shared_task(
    bind=True,
    name="apps.reminders.tasks.send_mail",
    soft_time_limit=LIMIT.seconds - 15,
    time_limit=LIMIT.seconds,
)
def send_mail(self: Any) -> int:
    """Send the mails that wait; returns how many were accepted."""
    return _send(self, Channel.EMAIL)


@shared_task(
    bind=True,
    name="apps.reminders.tasks.call_robots",
    soft_time_limit=LIMIT.seconds - 15,
    time_limit=LIMIT.seconds,
)
def call_robots(self: Any) -> int:
    """Let the group robots speak that have something to say; returns how many were heard."""
    return _send(self, Channel.ROBOT)


def _send(task: Any, channel: Channel) -> int:
    with _traced(task):
        done = send_waiting(channel, clock=timezone.now, limit=MOST_AT_A_TIME)
        leave_sign(channel, at=timezone.now(), **done.as_said())
        if done.did_anything:
            log.info("sent", channel=channel.value, **done.as_said())
    return done.sent


@contextmanager
def _traced(task: Any) -> Iterator[None]:
    """What is recorded and logged meanwhile carries the task's id."""
    trace = task.request.id or ""
    with coming_from(Origin(trace=trace)), structlog.contextvars.bound_contextvars(trace=trace):
        yield
