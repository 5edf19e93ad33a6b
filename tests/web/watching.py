"""What a request asks of the database."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


def queries_of(client: Client, url: str) -> list[str]:
    """The SQL of one GET that succeeds, authentication included.

    The first request notes the session's activity, at most once a minute; it is not the one
    that is watched.
    """
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        assert response.status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def writes_in(queries: list[str]) -> list[str]:
    return [sql for sql in queries if sql.lstrip().upper().startswith(WRITES)]
