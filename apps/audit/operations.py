"""Writing the record, and sealing it."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from apps.audit import context
from apps.audit.models import AuditEvent, Seal
from apps.audit.seals import GENESIS, columns_of, digest_of, sealed_models
from apps.core.actor import Actor

Changes = Mapping[str, tuple[Any, Any]]


def record(
    act: str,
    subject: models.Model,
    *,
    by: Actor,
    at: datetime,
    changes: Changes | None = None,
    note: str = "",
) -> AuditEvent:
    """Write one event for one operation. Call it inside the operation's own transaction."""
    origin = context.current()
    return AuditEvent.objects.create(
        at=at,
        act=act,
        actor_id=by.pk,
        actor_name=str(by),
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=str(subject)[:300],
        changes={
            field: [_plain(old), _plain(new)] for field, (old, new) in (changes or {}).items()
        },
        note=note,
        address=origin.address,
        trace=origin.trace,
    )


def seal_tables(*, at: datetime, patience: float = 60.0) -> list[Seal]:
    """Chain a new seal over what every append-only table gained since its last one.

    Rows of transactions still open are waited for, `patience` seconds at most; a table
    whose writers take longer is sealed the next night.
    """
    marks = {model: _highest_id(model) for model in sealed_models()}
    if not _writers_finished(patience):
        return []
    return [seal for model, mark in marks.items() if (seal := _seal(model, upto=mark, at=at))]


@transaction.atomic
def _seal(model: type[models.Model], *, upto: int, at: datetime) -> Seal | None:
    table = model._meta.db_table
    last = Seal.objects.filter(table=table).order_by("-id").first()
    after, previous = (last.last_id, last.digest) if last else (0, GENESIS)
    if upto <= after:
        return None
    columns = columns_of(model)
    rows, digest = digest_of(table, columns, after=after, upto=upto, previous=previous)
    return Seal.objects.create(
        sealed_at=at,
        table=table,
        columns=columns,
        first_id=after,
        last_id=upto,
        rows=rows,
        digest=digest,
    )


def _highest_id(model: type[models.Model]) -> int:
    return model._default_manager.aggregate(top=models.Max("id"))["top"] or 0


def _writers_finished(patience: float) -> bool:
    """Wait until every transaction that was open at the call has ended.

    Ids are handed out in order, so after that no row with a lower id can still appear.
    """
    horizon = _snapshot("xmax")
    deadline = time.monotonic() + patience
    while _snapshot("xmin") < horizon:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _snapshot(bound: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (pg_snapshot_{bound}(pg_current_snapshot())::text)::bigint")
        return int(cursor.fetchone()[0])


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if value is None or isinstance(value, (bool, int, str, list)):
        return value
    return value.pk if isinstance(value, models.Model) else str(value)
