"""Rows that most tests begin with: made by operations once, then the same rows put in again.

What a test needs of the office costs a tenth of a second to make and a hundredth to put in
again. The database's triggers see the rows come in, so that each test has their history too.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Max
from pghistory.models import Event

from apps.api.models import Change


@dataclass
class Table:
    """The new rows of one table, as JSON, and how to put them in."""

    insert: str
    rows: str

    @classmethod
    def of(cls, model: type[models.Model], after: int) -> "Table | None":
        """The rows of the model with an id above `after`; None when there are none."""
        columns = ", ".join(
            connection.ops.quote_name(f.column)
            for f in model._meta.concrete_fields
            if not f.generated
        )
        table, key = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT json_agg(t ORDER BY {key})::text, max({key}),"
                f" pg_get_serial_sequence('{table}', '{key}') FROM {table} t WHERE {key} > {after}"
            )
            rows, last, sequence = cursor.fetchone()
        if rows is None:
            return None
        insert = (
            f"INSERT INTO {table} ({columns})"
            f" SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json);"
            # A flush may have set the numbers back, and nobody else may be given these.
            f"SELECT setval('{sequence}', greatest({last}, (SELECT last_value FROM {sequence})));"
        )
        return cls(insert, rows)


@dataclass
class Made:
    """What was made, and the rows that it left in the database."""

    value: Any
    insert: str
    rows: list[str]


class Replay:
    """`replay("name", make)` is what `make()` returns, with its rows in the database."""

    def __init__(self) -> None:
        self.made: dict[str, Made] = {}

    def __call__(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self.made:
            return self._make(name, make)
        made = self.made[name]
        with connection.cursor() as cursor:
            cursor.execute(made.insert, made.rows)
        return deepcopy(made.value)

    def _make(self, name: str, make: Callable[[], Any]) -> Any:
        before = {model: _last(model) for model in _tables()}
        value = make()
        tables = [t for model, last in before.items() if (t := Table.of(model, last))]
        self.made[name] = Made(
            deepcopy(value), "".join(t.insert for t in tables), [t.rows for t in tables]
        )
        return value


def _tables() -> list[type[models.Model]]:
    """All with a number for a key, but for history and feed: triggers write them again."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if isinstance(model._meta.pk, models.AutoField) and not issubclass(model, (Event, Change))
    ]


def _last(model: type[models.Model]) -> int:
    return model._base_manager.aggregate(last=Max("pk"))["last"] or 0
