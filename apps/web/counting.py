"""Counts that stand on every page: worked out into SQL once for a person and a day."""

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

REMEMBERED = 500
"""So many people's counts per process; each is a text of some ten thousand characters."""

Rows = Callable[[Desk], "QuerySet[Any, Any] | None"]
"""The rows of a desk, from nothing but the desk; None where there can be none."""
Asked = tuple[str, tuple[Any, ...]]


def count_of(rows: Rows, desk: Desk) -> int:
    """How many rows there are now. One query, none where there can be no row.

    A union of thirty causes takes Django longer to write than the database to answer, so it is
    written once: the rows depend on the desk alone.
    """
    asked = _asked(rows, desk.standing, desk.on, desk.calendar)
    if asked is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(*asked)
        return int(cursor.fetchone()[0])


@lru_cache(maxsize=REMEMBERED)
def _asked(rows: Rows, standing: Standing, on: date, calendar: Calendar) -> Asked | None:
    found = rows(Desk(standing, on, calendar))
    if found is None:
        return None
    try:
        sql, said = sql_of(found)
    except EmptyResultSet:
        return None
    return f"SELECT count(*) FROM {sql} AS counted", said
