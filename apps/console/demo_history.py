"""When the demo's rows became what they are: on the days of the story, not on that of loading.

Row versions carry the time of their transaction, and the whole story is told in one. Without this
the demo had no past: nothing to compare with, no trend. Only the owner of the tables may date
versions; loaded as anybody else the demo begins on the day of loading.
"""

from datetime import datetime

from django.apps import apps
from django.db import connection
from pghistory.models import Event


class Diary:
    """`then(at)` dates what was written since the last entry."""

    def __init__(self) -> None:
        self.tables = sorted(m._meta.db_table for m in apps.get_models() if issubclass(m, Event))
        self.is_allowed = self._may_date()
        self.dated = dict.fromkeys(self.tables, 0)

    def then(self, at: datetime) -> None:
        if not self.is_allowed:
            return
        for table, last in self._last().items():
            if last > self.dated[table]:
                self._date(table, at)
                self.dated[table] = last

    def _date(self, table: str, at: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_id > %s",
                [at, self.dated[table]],
            )

    def _last(self) -> dict[str, int]:
        parts = " UNION ALL ".join(
            f"SELECT '{table}', coalesce(max(pgh_id), 0) FROM {table}" for table in self.tables
        )
        with connection.cursor() as cursor:
            cursor.execute(parts)
            return dict(cursor.fetchall())

    def _may_date(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT bool_and(has_table_privilege(name, 'UPDATE')) FROM unnest(%s::text[]) name",
                [self.tables],
            )
            return bool(cursor.fetchone()[0])
