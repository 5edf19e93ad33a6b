"""Reading the feed: what is written below the horizon, in the order of transactions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from apps.api.feed.places import Epoch, Place
from apps.api.feed.sight import Concern, Sight, address_of
from apps.api.models import FeedEpoch

EPOCH = """
    SELECT epoch || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
             || '/' || (SELECT system_identifier FROM pg_control_system()),
           pruned_xid::text, pruned_id, pg_snapshot_xmin(pg_current_snapshot())::text
    FROM api_feedepoch
"""
"""A database restored by hand is another one, although its rows are the same."""
ENTRIES = """
    SELECT xid::text, id, kind, row_id, coalesce(version, id), is_gone
    FROM api_change
    WHERE (xid, id) > (%s::xid8, %s) AND xid < %s::xid8 AND ({})
    ORDER BY xid, id LIMIT %s
"""
CONCERN = "(kind = ANY(%s) AND viewers && %s::bigint[])"


@dataclass(frozen=True)
class Entry:
    """Something was written: which row, not what it says. It may be gone for who is told."""

    place: Place
    kind: str
    row_id: int
    version: int
    is_gone: bool

    def as_row(self) -> dict[str, str | int | bool]:
        """As it is told."""
        return {
            "sequence": self.place.entry,
            "type": self.kind,
            "id": self.row_id,
            "version": self.version,
            "gone": self.is_gone,
            "href": address_of(self.kind, self.row_id),
        }


def current_epoch() -> Epoch:
    """The epoch and how far the feed can be read now. One query; the very first one writes it."""
    with connection.cursor() as cursor:
        cursor.execute(EPOCH)
        found = cursor.fetchone()
    if found is None:
        FeedEpoch.objects.bulk_create([FeedEpoch(epoch=uuid.uuid4())], ignore_conflicts=True)
        return current_epoch()
    name, pruned_xid, pruned_id, horizon = found
    return Epoch(name, Place(int(pruned_xid), pruned_id), int(horizon))


def entries_after(place: Place, epoch: Epoch, sight: Sight, *, limit: int) -> list[Entry]:
    """What follows a place and concerns this program, `limit` at most.

    An entry of a transaction that still runs, or that began while one does, is left for later:
    so nothing ever appears before a place that was given out.
    """
    if not sight.concerns:
        return []
    told = " OR ".join(CONCERN for _each in sight.concerns)
    wanted = [value for each in sight.concerns for value in _parameters(each)]
    with connection.cursor() as cursor:
        cursor.execute(
            ENTRIES.format(told),
            [str(place.xid), place.entry, str(epoch.horizon), *wanted, limit],
        )
        return [Entry(Place(int(xid), pk), *rest) for xid, pk, *rest in cursor.fetchall()]


def _parameters(concern: Concern) -> Sequence[list[str] | list[int]]:
    return concern.kinds, concern.numbers


def held_back_since() -> datetime | None:
    """Since when the oldest entry waits that a running transaction keeps from being told."""
    horizon = current_epoch().horizon
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(at) FROM api_change WHERE xid >= %s::xid8", [str(horizon)])
        since: datetime | None = cursor.fetchone()[0]
        return since


@transaction.atomic
def prune(*, before: datetime) -> int:
    """Forget entries up to the last one that is as old; who has not read them begins anew."""
    horizon = current_epoch().horizon
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH last AS (
                 SELECT xid, id FROM api_change WHERE at < %s AND xid < %s::xid8
                 ORDER BY xid DESC, id DESC LIMIT 1
               ), noted AS (
                 UPDATE api_feedepoch SET pruned_xid = last.xid, pruned_id = last.id FROM last
               )
               DELETE FROM api_change USING last
               WHERE (api_change.xid, api_change.id) <= (last.xid, last.id)""",
            [before, str(horizon)],
        )
        return int(cursor.rowcount)
