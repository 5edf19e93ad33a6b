"""Who waits for whom in the database, seen from within a transaction that others wait for."""

import time

from django.db import connection

PATIENCE = 15.0
"""Seconds that another session may take until it waits, on a machine that is busy."""


def whoever_waits_for_us() -> list[int]:
    """The backends that wait for a lock of ours, as soon as there is one.

    Raises:
        AssertionError: nobody came to wait.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if waiting := waiting_now():
            return waiting
        time.sleep(0.02)
    raise AssertionError("another session was expected to wait for a lock of ours")


def end_whoever_waits_for_us() -> None:
    """As the server ends sessions that an administrator terminates."""
    waiting = whoever_waits_for_us()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [waiting])


def waiting_now() -> list[int]:
    with connection.cursor() as cursor:
        # Else a transaction is shown the sessions of its first look every time.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return [pid for (pid,) in cursor.fetchall()]
