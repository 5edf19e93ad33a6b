"""What beat orders for the interface. Each may run twice, late, or beside another without harm."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.api.feed.reading import prune

log = structlog.get_logger(__name__)


@shared_task(name="apps.api.tasks.prune_changes")
def prune_changes() -> int:
    """Forget what the feed has told for long enough; returns how many entries went."""
    kept = timedelta(days=settings.FEED_RETENTION_DAYS)
    pruned = prune(before=timezone.now() - kept)
    log.info("pruned the feed", entries=pruned)
    return pruned
