"""What is asked again and again for a person and a day: worked out into SQL once."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from apps.accounts.standing import Standing
from apps.dashboards.days import sql_of
from apps.web.desk import Desk
from apps.workdays.arithmetic import Calendar

REMEMBERED = 1_000
"""So many texts per process, each of some ten thousand characters."""

Rows = Callable[[Desk], "QuerySet[Any, Any] | None"]
"""The rows of a desk, from nothing but the desk; None where there can be none."""
Asked = tuple[str, tuple[Any, ...]]


def count_of(rows: Rows, desk: Desk) -> int:
    """How many rows there are now. One query, none where there can be no row."""
    asked = written(rows, desk)
    if asked is None:
        return 0
    sql, said = asked
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {sql} AS counted", said)
        return int(cursor.fetchone()[0])


def written(rows: Rows, desk: Desk) -> Asked | None:
    """The rows as SQL in brackets and what it is asked with; None where there can be no row.

    A union of thirty causes takes Django longer to write than the database to answer, so it is
    written once: the rows depend on the desk alone.
    """
    return _written(rows, desk.standing, desk.on, desk.calendar)


@lru_cache(maxsize=REMEMBERED)
def _written(rows: Rows, standing: Standing, on: date, calendar: Calendar) -> Asked | None:
    found = rows(Desk(standing, on, calendar))
    if found is None:
        return None
    try:
        return sql_of(found)
    except EmptyResultSet:
        return None
