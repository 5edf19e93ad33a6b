"""The hash chain over append-only tables: what a seal's digest is computed from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from apps.audit.models import AppendOnly, Seal

GENESIS = "0" * 64


@dataclass(frozen=True)
class Broken:
    """A seal that no longer matches its rows."""

    seal: Seal
    rows_found: int


def sealed_models() -> list[type[models.Model]]:
    """Every append-only table but the seals themselves, which are chained already."""
    return [m for m in apps.get_models() if issubclass(m, AppendOnly) and m is not Seal]


def columns_of(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if field.column]


def digest_of(
    table: str, columns: Sequence[str], *, after: int, upto: int, previous: str
) -> tuple[int, str]:
    """Count and SHA-256 of the rows with after < id <= upto, chained to the previous digest.

    After 0 means from the very first row: an id below 1 is as forged as any.
    """
    quote = connection.ops.quote_name
    row = ", ".join(quote(column) for column in columns)
    sql = f"""
        SELECT count(*), encode(sha256(convert_to(
                 %s || coalesce(string_agg(digest, '' ORDER BY id), ''), 'UTF8')), 'hex')
        FROM (SELECT id, encode(sha256(convert_to(
                 jsonb_build_array({row})::text, 'UTF8')), 'hex') AS digest
              FROM {quote(table)} WHERE (%s = 0 OR id > %s) AND id <= %s) AS sealed
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [previous, after, after, upto])
        rows, digest = cursor.fetchone()
    return rows, digest


def broken_seals() -> Iterator[Broken]:
    """Recompute every chain; yield each seal whose rows changed, vanished or were added to."""
    previous: dict[str, Seal] = {}
    for seal in Seal.objects.order_by("id"):
        before = previous.get(seal.table)
        rows, digest = digest_of(
            seal.table,
            seal.columns,
            after=before.last_id if before else 0,
            upto=seal.last_id,
            previous=before.digest if before else GENESIS,
        )
        if digest != seal.digest or rows != seal.rows:
            yield Broken(seal, rows)
        previous[seal.table] = seal
