"""How reminding runs, for the administrator: beat's last sign, queues, what waits, what failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.reminders.models import Channel, Delivery, Reminder
from apps.reminders.outbound import Trouble

SIGN = "reminders.sign.{}"
PATIENCE = 2
"""Seconds that the broker may take to answer."""
BEAT = "beat"
LATE_AFTER = timedelta(minutes=5)
"""Beat gives a sign every minute; whoever is silent for longer does not run."""
KILLED = "KILLED"
"""What is kept of an attempt of which nothing was heard again."""


@dataclass(frozen=True)
class Sign:
    """The last time that beat sent a task, the broker passed it on and a worker did it."""

    task: str
    at: datetime | None
    said: Mapping[str, Any]

    def is_late(self, *, at: datetime, after: timedelta = LATE_AFTER) -> bool:
        return self.at is None or at - self.at > after


@dataclass(frozen=True)
class WayOut:
    """One channel: what waits, since when, what was given up, what stops all of it."""

    channel: Channel
    waiting: int
    oldest_on: date | None
    failed: int
    trouble: str | Promise


@dataclass(frozen=True)
class Operation:
    """Everything on the page. A queue's length is None when the broker does not tell."""

    beat: Sign
    reminding: Sign
    queues: Mapping[str, int | None]
    planned: int
    oldest_planned_on: date | None
    ways: tuple[WayOut, ...]


def leave_sign(task: str, *, at: datetime, **said: Any) -> None:
    """Leave word that a task ran. It is news, not a record: the cache may lose it."""
    cache.set(SIGN.format(task), {"at": at, "said": said}, timeout=None)


def sign_of(task: str) -> Sign:
    left = cache.get(SIGN.format(task)) or {"at": None, "said": {}}
    return Sign(task, left["at"], left["said"])


def operation() -> Operation:
    """How things stand now. Two queries, and a question to the broker."""
    planned = Reminder.objects.planned().aggregate(count=Count("pk"), oldest=Min("planned_on"))
    return Operation(
        beat=sign_of(BEAT),
        reminding=sign_of("remind"),
        queues=queue_lengths(),
        planned=planned["count"],
        oldest_planned_on=planned["oldest"],
        ways=tuple(_ways()),
    )


def failed(*, most: int = 50) -> list[Delivery]:
    """What was given up, newest first, with the person or the robot that it was for."""
    given_up = Delivery.objects.filter(state=Delivery.State.FAILED).order_by("-id")
    return list(given_up.select_related("digest__user", "robot__agency")[:most])


def queue_lengths() -> dict[str, int | None]:
    """How many tasks wait in each queue that workers listen to."""
    names = [queue.name for queue in settings.CELERY_TASK_QUEUES]
    try:
        patience = {"socket_timeout": PATIENCE}
        with current_app.connection_for_write(transport_options=patience) as broker:
            broker.ensure_connection(max_retries=1, timeout=PATIENCE)
            return {name: _length(broker, name) for name in names}
    except Exception:  # noqa: BLE001  # each broker fails in its own way; the page says "unknown"
        return dict.fromkeys(names)


def trouble_in_words(kept: str) -> str | Promise:
    """What `last_error` of a delivery means; the other side's own words are left to the log."""
    code = kept.partition(" ")[0]
    if code == KILLED:
        return _("The attempt was broken off before it ended.")
    return Trouble(code).label if code in Trouble else kept


def _length(broker: Any, name: str) -> int:
    """A queue in which nothing waits may not be there at all."""
    with broker.channel() as channel:
        try:
            return int(channel.queue_declare(queue=name, passive=True).message_count)
        except broker.channel_errors:
            return 0


def _ways() -> Iterable[WayOut]:
    state = Delivery.State
    open_or_failed = Delivery.objects.filter(state__in=(state.WAITING, state.FAILED)).order_by()
    waits = Q(state=state.WAITING)
    rows = open_or_failed.values("channel").annotate(
        waiting=Count("pk", filter=waits),
        failed=Count("pk", filter=~waits),
        oldest=Min("on", filter=waits),
    )
    found = {row["channel"]: row for row in rows}
    for channel in (Channel.EMAIL, Channel.ROBOT):
        row = found.get(channel, {"waiting": 0, "failed": 0, "oldest": None})
        trouble = sign_of(channel).said.get("trouble", "")
        yield WayOut(
            channel, row["waiting"], row["oldest"], row["failed"], trouble_in_words(trouble)
        )
