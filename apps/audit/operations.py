"""Writing the record, keeping reference data by it, and sealing it."""

import time
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.audit import context
from apps.audit.models import AuditEvent, Seal
from apps.audit.seals import GENESIS, columns_of, digest_of, sealed_models
from apps.core.actor import Actor, Role
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.core.search import InitialsField

Changes = Mapping[str, tuple[Any, Any]]
M = TypeVar("M", bound=models.Model)
HIDDEN = "•••"


def record(
    act: str,
    subject: models.Model,
    *,
    by: Actor,
    at: datetime,
    changes: Changes | None = None,
    note: str = "",
    restricted: bool = False,
) -> AuditEvent:
    """Write one event for one operation. Call it inside the operation's own transaction.

    The trail of a restricted subject shows who did what and when, not what it says.
    """
    event = _event(act, subject, by, at, changes or {}, note, restricted)
    event.save(force_insert=True)
    return event


def record_each(
    act: str, changed: Iterable[tuple[models.Model, Changes]], *, note: str, by: Actor, at: datetime
) -> None:
    """Write one event for each subject of an act that reaches many. One statement."""
    AuditEvent.objects.bulk_create(
        _event(act, subject, by, at, changes, note, getattr(subject, "restricted", False))
        for subject, changes in changed
    )


def _event(
    act: str,
    subject: models.Model,
    by: Actor,
    at: datetime,
    changes: Changes,
    note: str,
    restricted: bool,
) -> AuditEvent:
    origin = context.current()
    return AuditEvent(
        at=at,
        act=act,
        actor_id=by.pk,
        actor_name=str(by),
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=str(subject)[:300],
        changes={field: _pair(field, *values) for field, values in changes.items()},
        note=note,
        restricted=restricted,
        address=origin.address,
        trace=origin.trace,
    )


def _pair(field: str, old: Any, new: Any) -> list[Any]:
    """Old and new; of what is kept encrypted only that it is another one."""
    if field.endswith("_encrypted"):
        return [HIDDEN if old else "", HIDDEN if new else ""]
    return [_plain(old), _plain(new)]


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if value is None or isinstance(value, (bool, int, str, list)):
        return value
    return value.pk if isinstance(value, models.Model) else str(value)


# --- Reference data: one way for every table that people keep by hand ---------------------


@transaction.atomic
def add_reference(row: M, *, keepers: Collection[Role], by: Actor, at: datetime) -> M:
    """Enter a new row of reference data.

    Raises NotAllowed unless a keeper's role is held, RuleBroken when the database knows the
    row already.
    """
    refuse_unless_kept_by(keepers, by)
    _save(row)
    said = {name: value for name, value in _columns(row).items() if value not in (None, "", [])}
    changes = {name: ("", value) for name, value in said.items()}
    record(act_of("add", row), row, by=by, at=at, changes=changes)
    return row


@transaction.atomic
def keep_reference(
    row: M,
    said: Mapping[str, Any],
    *,
    seen: int,
    keepers: Collection[Role],
    by: Actor,
    at: datetime,
) -> M:
    """Change what a row says, by field name; the record keeps old → new.

    `seen` is the version the person's page showed. Saying what it says already changes nothing.
    Raises NotAllowed, Stale, or RuleBroken when the database refuses the new values.
    """
    refuse_unless_kept_by(keepers, by)
    locked = lock_reference(row, seen=seen)
    before = _columns(locked)
    for name, value in said.items():
        setattr(locked, name, value)
    changes = {n: (before[n], now) for n, now in _columns(locked).items() if before[n] != now}
    if changes:
        locked.version += 1  # type: ignore[attr-defined]  # every kept table has one
        _save(locked)
        record(act_of("keep", row), locked, by=by, at=at, changes=changes)
    return locked


def lock_reference(row: M, *, seen: int) -> M:
    """The row as it stands now, locked. Raises Stale when its version is not the one seen."""
    model = cast(type[models.Model], type(row))
    locked = cast(M, model._default_manager.select_for_update(of=("self",)).get(pk=row.pk))
    if locked.version != seen:  # type: ignore[attr-defined]  # every kept table has one
        raise Stale(_said_since(locked))
    return locked


def refuse_unless_kept_by(keepers: Collection[Role], by: Actor) -> None:
    if not any(by.holds(role) for role in keepers):
        raise NotAllowed(_("Your role does not keep these records."))


def act_of(verb: str, row: models.Model) -> str:
    """The act as the audit trail names it: policies.keep_policy."""
    return f"{row._meta.app_label}.{verb}_{row._meta.model_name}"


def _save(row: models.Model) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        said = _("This contradicts another record: %(why)s") % {"why": _why(error)}
        raise RuleBroken(said) from error


def _why(error: IntegrityError) -> str:
    """What PostgreSQL names: the constraint, else its first line."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or str(error).partition("\n")[0]


def _said_since(row: models.Model) -> str:
    last = AuditEvent.objects.about(row).exclude(changes={}).first()
    if last is None:
        return _("This record has changed since you opened it.")
    return _("%(who)s changed this record at %(time)s, after you opened it.") % {
        "who": last.actor_name,
        "time": date_format(timezone.localtime(last.at), "SHORT_DATETIME_FORMAT"),
    }


def _columns(row: models.Model) -> dict[str, Any]:
    """What a person says in a row, by field name; ids and the version follow from elsewhere."""
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not (field.primary_key or _follows(field) or field.name in ("version", "password"))
    }


def _follows(field: "models.Field[Any, Any]") -> bool:
    """Whether nobody says it: the database or the field makes it of what is said."""
    return field.generated or isinstance(field, InitialsField)


# --- Sealing ------------------------------------------------------------------------------


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
    """Wait until every transaction that was writing a sealed table at the call has ended.

    Ids are handed out in order, and a writer locks the table before it gets one, so after that
    no row with a lower id can still appear.
    """
    awaited = _writers()
    deadline = time.monotonic() + patience
    while awaited := awaited & _writers():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _writers() -> set[str]:
    """Other transactions that have written, or are about to write, one of the sealed tables."""
    tables = [model._meta.db_table for model in sealed_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT virtualtransaction FROM pg_locks
               WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                 AND relation = ANY (%s::text[]::regclass[])
                 AND pid IS DISTINCT FROM pg_backend_pid()""",
            [tables],
        )
        return {row[0] for row in cursor.fetchall()}
