"""Periodic tasks that are not reminders. Each may run twice or late without harm."""

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.audit.context import Origin, coming_from
from apps.audit.operations import seal_tables
from apps.console import pruning
from apps.core.actor import Machine
from apps.dashboards.operations import tally_missing_days
from apps.measures.operations import deeming
from apps.measures.operations.evidence import sweep_evidence as sweep
from apps.measures.operations.keeping_up import follow_calendar_if_changed
from apps.reminders import outbox

UNWANTED_FOR = timedelta(days=1)
"""How long a stored file may wait for the evidence that refers to it."""

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
    """Let dates and lights follow a changed calendar or rule; returns how many measures moved."""
    with coming_from(Origin(trace=self.request.id or "")):
        moved = follow_calendar_if_changed(by=Machine("follow_calendar"), at=timezone.now())
    log.info("followed the calendar", measures=moved)
    return moved


@shared_task(bind=True, name="apps.console.tasks.deem_acknowledged")
def deem_acknowledged(self: Any) -> int:
    """Let go on what nobody signed within three workdays; returns how many measures did."""
    with coming_from(Origin(trace=self.request.id or "")):
        deemed = deeming.deem_all_acknowledged(by=Machine("deem_acknowledged"), at=timezone.now())
    log.info("deemed acknowledged", measures=deemed)
    return deemed


@shared_task(bind=True, name="apps.console.tasks.tallies")
def tallies(self: Any) -> int:
    """Tally the days that are over and have no tallies yet; returns how many they were."""
    with coming_from(Origin(trace=self.request.id or "")):
        days = tally_missing_days(at=timezone.now())
    log.info("tallied", days=[day.isoformat() for day in days])
    return len(days)


@shared_task(bind=True, name="apps.console.tasks.sweep_evidence")
def sweep_evidence(self: Any) -> int:
    """Delete the files of refused uploads; returns how many went."""
    swept = sweep(before=timezone.now() - UNWANTED_FOR)
    log.info("swept evidence", files=swept)
    return swept


@shared_task(name="apps.console.tasks.prune_logs")
def prune_logs() -> int:
    """Forget sessions that ran out, and sign-ins and mails of long ago; returns how many."""
    at = timezone.now()
    before = at - timedelta(days=settings.LOG_RETENTION_DAYS)
    pruned = {
        "sessions": pruning.prune_sessions(at=at),
        "sign_ins": pruning.prune_sign_ins(before=before),
        "mails": outbox.prune(before=before),
    }
    log.info("pruned logs", **pruned)
    return sum(pruned.values())
