"""Sending: take a message that waits, deliver what still holds of it, note what became of it.

Three steps, each complete in itself. A message is taken for LEASE by a short transaction that
counts the attempt; it is delivered outside of any; it is SENT only once its channel accepted it.
Whoever is killed in between leaves a message that is taken again when the lease is over. Killed
between acceptance and note, a letter goes out twice, with the same Message-ID.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from apps.reminders.channels import Message, trouble_of
from apps.reminders.models import Channel, Delivery
from apps.reminders.operation import KILLED
from apps.reminders.operations.composing import composed
from apps.reminders.outbound import Failure, MailLine

LEASE = timedelta(minutes=5)
"""Longer than any attempt: the task that makes it is ended before."""
MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)

log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]


@dataclass
class Sendings:
    """What one run did. `trouble` is what stopped it, if anything did."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    needless: int = 0
    trouble: str = ""

    def count(self, state: str) -> None:
        name = _COUNTERS[state]
        setattr(self, name, getattr(self, name) + 1)

    @property
    def did_anything(self) -> bool:
        return any(asdict(self).values())

    def as_said(self) -> dict[str, int | str]:
        """For logs and signs: the counts, and the trouble where there was any."""
        return {name: value for name, value in asdict(self).items() if value or name == "sent"}


_COUNTERS: dict[str, str] = {
    Delivery.State.SENT: "sent",
    Delivery.State.WAITING: "postponed",
    Delivery.State.FAILED: "failed",
    Delivery.State.DROPPED: "needless",
}


def send_waiting(
    channel: Channel, *, clock: Clock, limit: int, budget: timedelta = timedelta(minutes=3)
) -> Sendings:
    """Send what waits for this channel, at most `limit` messages and about as long as `budget`.

    Where one server takes all of them, its trouble ends the run, and costs no message an attempt
    when it shows before one was taken.
    """
    done = Sendings(failed=_give_up(channel, at=clock()))
    with MailLine.opened() as line:
        if failure := trouble_of(channel, line):
            done.trouble = str(failure)
            return done
        for delivery in _taken_in_turn(channel, clock, limit, clock() + budget):
            failure = _attempt(delivery, line, done, clock)
            if failure and failure.of_the_line and channel == Channel.EMAIL:
                done.trouble = str(failure)
                break
    return done


def _taken_in_turn(
    channel: Channel, clock: Clock, limit: int, until: datetime
) -> Iterator[Delivery]:
    for _turn in range(limit):
        moment = clock()
        delivery = take(channel, at=moment) if moment < until else None
        if delivery is None:
            return
        yield delivery


def _give_up(channel: Channel, *, at: datetime) -> int:
    """Let go of what was broken off in every attempt: it may be what kills the worker."""
    due = Delivery.objects.waiting().filter(channel=channel, next_attempt_at__lte=at)
    worn = due.filter(attempts__gte=MOST_ATTEMPTS)
    return worn.update(state=Delivery.State.FAILED, next_attempt_at=None)


@transaction.atomic
def take(channel: Channel, *, at: datetime) -> Delivery | None:
    """Take the message that has waited longest; nobody else gets it until the lease is over."""
    due = Delivery.objects.waiting().filter(channel=channel, next_attempt_at__lte=at)
    held = due.select_for_update(skip_locked=True).order_by("next_attempt_at", "pk")
    delivery = held.first()
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.next_attempt_at = at + LEASE
    delivery.last_error = KILLED  # until it is known better
    delivery.save(update_fields=["attempts", "next_attempt_at", "last_error"])
    return delivery


def _attempt(delivery: Delivery, line: MailLine, done: Sendings, clock: Clock) -> Failure | None:
    moment = clock()
    message = composed(delivery, on=timezone.localdate(moment))
    failure = message.send(line, at=moment) if message else None
    state = _settle(delivery, message, failure, at=clock())
    done.count(state)
    log.info(
        "delivery",
        delivery=delivery.pk,
        channel=delivery.channel,
        state=state,
        attempt=delivery.attempts,
        trouble=str(failure or ""),
    )
    return failure


def _settle(
    delivery: Delivery, message: Message | None, failure: Failure | None, *, at: datetime
) -> str:
    """Note what became of this attempt, unless a later one has begun meanwhile."""
    ours = Delivery.objects.waiting().filter(pk=delivery.pk, attempts=delivery.attempts)
    state = Delivery.State
    if message is None:
        ours.update(state=state.DROPPED, next_attempt_at=None)
        return state.DROPPED
    if failure is None:
        ours.update(state=state.SENT, sent_at=at, next_attempt_at=None, last_error="")
        return state.SENT
    over = failure.lasting or delivery.attempts >= MOST_ATTEMPTS
    ours.update(
        state=state.FAILED if over else state.WAITING,
        next_attempt_at=None if over else at + pause_after(delivery.attempts),
        last_error=str(failure),
    )
    return state.FAILED if over else state.WAITING


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4, 8 … minutes, at most four hours."""
    return min(FIRST_PAUSE * float(2 ** (attempts - 1)), LONGEST_PAUSE)
