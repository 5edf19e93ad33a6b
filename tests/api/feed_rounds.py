"""Time in tests of the feed: a test is one transaction, so its rounds stand for transactions."""

import pytest
from django.db import connection

from apps.api.feed import reading


@pytest.fixture
def rounds(monkeypatch) -> None:
    """Nothing happens below the beginning of a transaction: time goes by in rounds instead."""
    running = "pg_snapshot_xmin(pg_current_snapshot())::text"
    assert running in reading.EPOCH
    in_rounds = reading.EPOCH.replace(running, "current_setting('feed.horizon')")
    monkeypatch.setattr(reading, "EPOCH", in_rounds)


def a_round_ends() -> None:
    """What was written so far is of a transaction that has ended, after all that ended before."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT set_config('feed.horizon', (2 + greatest(
                 coalesce(nullif(current_setting('feed.horizon', true), ''), '0')::bigint,
                 pg_current_xact_id()::text::bigint))::text, true)"""
        )
        horizon = int(cursor.fetchone()[0])
        ended = str(horizon - 1)
        cursor.execute(
            "UPDATE api_change SET xid = %s::xid8 WHERE xid = pg_current_xact_id()", [ended]
        )
