"""/healthz: whether database, broker and migrations are well."""

from celery import current_app
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

PATIENCE = 2
"""Seconds that the broker may take to answer."""


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503 with the reason of each part that is not."""
    checks = {"database": _database(), "migrations": _migrations(), "broker": _broker()}
    well = all(state == "ok" for state in checks.values())
    return JsonResponse(
        {"status": "ok" if well else "unwell", **checks}, status=200 if well else 503
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the answer
        return _said(error)
    return "ok"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the answer
        return _said(error)
    return f"{len(waiting)} not applied" if waiting else "ok"


def _broker() -> str:
    try:
        # A broker that takes the call and never answers is not well either.
        patience = {"socket_timeout": PATIENCE}
        with current_app.connection_for_write(transport_options=patience) as broker:
            broker.ensure_connection(max_retries=1, timeout=PATIENCE)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the answer
        return _said(error)
    return "ok"


def _said(error: Exception) -> str:
    """The kind of failure; messages may hold addresses and are left to the log."""
    return type(error).__name__
