"""Telling webhooks: entries become a message that waits; it is sent until it arrives, in order.

A message and the webhook's new place are one transaction. A webhook is taken for LEASE by a short
transaction, its message is sent outside of any, then it is noted what became of it. Killed in
between, a sender leaves a message that is sent again under the same number.
"""

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.standing import Standing
from apps.api.feed.places import Epoch, Place
from apps.api.feed.reading import Entry, current_epoch, entries_after
from apps.api.feed.sight import Concern, Sight
from apps.api.models import Webhook, WebhookDelivery
from apps.api.webhooks.signing import HEADER, signature, unsealed
from apps.reminders.outbound import Failure, Trouble, post

LEASE = timedelta(minutes=2)
"""Longer than any attempt."""
MOST_ENTRIES = 500
PAUSED_AFTER = 10
"""Failures in a row: about half a day of growing pauses."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=2)
MOST_MESSAGES = 20
A_SHARE = timedelta(seconds=10)
"""What one webhook gets of a pass, so that none keeps the others waiting."""
A_PASS = timedelta(seconds=50)
"""Ended before the next one is ordered; whoever had no turn comes first in that one."""
PING_PATIENCE = 3.0
"""Seconds: whoever tries a webhook holds up a process that answers people."""
PING = json.dumps({"restarted": False, "results": [], "ping": True}).encode()

log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]


def tell_all(*, clock: Clock) -> int:
    """Send what waits and is due, to each its share; returns how many messages arrived."""
    arrived, until = 0, clock() + A_PASS
    for pk in Webhook.objects.at_work().in_turn().values_list("pk", flat=True):
        if clock() >= until:
            break
        arrived += _tell(pk, clock)
    return arrived


def _tell(pk: int, clock: Clock) -> int:
    """One webhook, until it has nothing, a message does not arrive, or its share is used up."""
    arrived, until = 0, clock() + A_SHARE
    while arrived < MOST_MESSAGES and clock() < until and (delivery := take(pk, at=clock())):
        if not _attempt(delivery, clock):
            break
        arrived += 1
    return arrived


@transaction.atomic
def take(pk: int, *, at: datetime) -> WebhookDelivery | None:
    """Take the webhook's next message, made of the feed where none waits; nobody else does."""
    due = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=at)
    held = Webhook.objects.at_work().filter(due, pk=pk)
    webhook = (
        held.select_for_update(of=("self",), skip_locked=True)
        .select_related("account__agency", "account__user")
        .first()
    )
    if webhook is None:
        return None
    waiting = webhook.deliveries.waiting().order_by("pk").first() or _message(webhook, at=at)
    if waiting:
        waiting.attempts += 1
        waiting.save(update_fields=["attempts"])
        webhook.attempted_at, webhook.next_attempt_at = at, at + LEASE
        webhook.save(update_fields=["attempted_at", "next_attempt_at"])
    return waiting


def _message(webhook: Webhook, *, at: datetime) -> WebhookDelivery | None:
    """What the feed has after the webhook's place; nothing when it has nothing for it."""
    epoch, sight = current_epoch(), _sight(webhook, on=timezone.localdate(at))
    place = Place(webhook.xid, webhook.entry)
    feed = f"{epoch.name} {sight.digest}"
    begun_anew = webhook.feed not in ("", feed) or place < epoch.pruned
    found = [] if begun_anew else entries_after(place, epoch, sight, limit=MOST_ENTRIES)
    _move(webhook, feed, found, epoch)
    if not found and not begun_anew:
        return None
    said = {"restarted": begun_anew, "results": [entry.as_row() for entry in found]}
    return WebhookDelivery.objects.create(webhook=webhook, body=json.dumps(said), made_at=at)


def _move(webhook: Webhook, feed: str, found: list[Entry], epoch: Epoch) -> None:
    place = found[-1].place if len(found) == MOST_ENTRIES else Place(epoch.horizon)
    webhook.feed, webhook.xid, webhook.entry = feed, place.xid, place.entry
    webhook.save(update_fields=["feed", "xid", "entry"])


def _sight(webhook: Webhook, *, on: date) -> Sight:
    """What its program may see, as far as the webhook asks for it."""
    sight = Sight.of(webhook.account, Standing.of_service(webhook.account, on=on))
    if not webhook.kinds:
        return sight
    wanted = [
        Concern(kinds, each.numbers)
        for each in sight.concerns
        if (kinds := [kind for kind in each.kinds if kind in webhook.kinds])
    ]
    return Sight(wanted, sight.digest)


def _attempt(delivery: WebhookDelivery, clock: Clock) -> bool:
    failure = _sent(delivery.webhook, delivery.uid, delivery.body.encode(), at=clock())
    _settle(delivery, failure, at=clock())
    said = {"webhook": delivery.webhook_id, "delivery": str(delivery.uid)}
    log.info("webhook", **said, trouble=str(failure or ""))
    return failure is None


def ping(webhook: Webhook, *, at: datetime) -> Failure | None:
    """A message without entries, to try address and signature. Nothing is noted of it."""
    return _sent(webhook, uuid.uuid4(), PING, at=at, patience=PING_PATIENCE)


def _sent(
    webhook: Webhook,
    uid: uuid.UUID,
    body: bytes,
    *,
    at: datetime,
    patience: float | None = None,
) -> Failure | None:
    """Send it, signed; None when it has arrived.

    A webhook whose key is gone, as after a restore elsewhere, keeps no other one waiting.
    """
    try:
        address, secret = unsealed(webhook.address_encrypted), unsealed(webhook.secret_encrypted)
    except InvalidToken:
        return Failure(Trouble.KEY_GONE)
    headers = {
        "Content-Type": "application/json",
        "Policytrack-Delivery": str(uid),
        HEADER: signature(secret, body, at=at),
    }
    inside = webhook.by_administrator
    answer = post(address, body, headers, patience=patience, inside=inside)
    return answer if isinstance(answer, Failure) else None


@transaction.atomic
def _settle(delivery: WebhookDelivery, failure: Failure | None, *, at: datetime) -> None:
    """Note what became of this attempt, and when the webhook is next told anything."""
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    if failure is None:
        delivery.sent_at, delivery.last_error = at, ""
        webhook.failures, webhook.next_attempt_at = 0, None
    else:
        delivery.last_error = str(failure)
        webhook.failures += 1
        webhook.next_attempt_at = at + pause_after(webhook.failures)
        if webhook.failures >= PAUSED_AFTER:
            webhook.paused_at = webhook.paused_at or at
    delivery.save(update_fields=["sent_at", "last_error"])
    webhook.save(update_fields=["failures", "next_attempt_at", "paused_at"])


def pause_after(failures: int) -> timedelta:
    """A minute, doubled with each failure in a row."""
    doubled: timedelta = FIRST_PAUSE * 2 ** (failures - 1)
    return min(doubled, LONGEST_PAUSE)


def prune_sent(*, before: datetime) -> int:
    """Forget messages that arrived before that moment; returns how many they were."""
    deleted, _each = WebhookDelivery.objects.sent_before(before).delete()
    return deleted
