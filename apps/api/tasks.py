"""What beat orders for the interface. Each may run twice, late, or beside another without harm."""

from datetime import datetime, timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.api.feed.reading import held_back_since, prune
from apps.api.webhooks.sending import LEASE, prune_sent, tell_all
from apps.api.writing import prune_kept

LATE = timedelta(minutes=5)

log = structlog.get_logger(__name__)


@shared_task(name="apps.api.tasks.prune_changes")
def prune_changes() -> int:
    """Forget what the feed has told, and programs were answered, for long enough.

    Returns how many entries of the feed went.
    """
    at, kept = timezone.now(), timedelta(days=settings.FEED_RETENTION_DAYS)
    pruned = prune(before=at - kept)
    messages = prune_sent(before=at - kept)
    log.info("pruned the feed", entries=pruned, messages=messages, answers=prune_kept(at=at))
    return pruned


@shared_task(
    name="apps.api.tasks.tell_webhooks",
    soft_time_limit=LEASE.seconds - 30,
    time_limit=LEASE.seconds - 15,
)
def tell_webhooks() -> int:
    """Bring to webhooks what changed; returns how many messages arrived."""
    _warn_of_a_feed_held_back(at=timezone.now())
    return tell_all(clock=timezone.now)


def _warn_of_a_feed_held_back(*, at: datetime) -> None:
    """A transaction that is left open loses nothing, but nobody is told anything meanwhile."""
    since = held_back_since()
    if since and at - since > LATE:
        log.warning("a transaction that is left open holds the feed of changes back", since=since)
