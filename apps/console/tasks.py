"""Periodic tasks that are not reminders. Each may run twice or late without harm."""

from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from apps.audit.context import Origin, coming_from
from apps.audit.operations import seal_tables
from apps.core.actor import Machine
from apps.measures.operations import following

log = structlog.get_logger(__name__)


@shared_task(bind=True, name="apps.console.tasks.seal_audit")
def seal_audit(self: Any) -> int:
    """Seal what the append-only tables gained; returns how many tables gained anything."""
    with coming_from(Origin(trace=self.request.id or "")):
        seals = seal_tables(at=timezone.now())
    log.info("sealed", tables=len(seals), rows=sum(seal.rows for seal in seals))
    return len(seals)


@shared_task(bind=True, name="apps.console.tasks.follow_calendar")
def follow_calendar(self: Any) -> int:
    """Let light dates follow the calendar; returns how many measures moved."""
    with coming_from(Origin(trace=self.request.id or "")):
        moved = following.follow_calendar(by=Machine("follow_calendar"), at=timezone.now())
    log.info("followed the calendar", measures=moved)
    return moved
