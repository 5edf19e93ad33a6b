"""Rows that most tests begin with: made by operations once, then the same rows put in again.

What a test needs of the office costs a tenth of a second to make and a hundredth to put in
again. The database's triggers see the rows come in, so that each test has their history too.

What is told of a measure afterwards is put in with the history that its telling left, while no
trigger looks: it had several versions. It is told anew wherever anything else was written before.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Max
from pghistory.models import Event

from apps.api.models import Change

HISTORY = (Event, Change)
"""Numbered as they come, by the transaction that writes them: no row refers to one of them."""


def _comes_anew(field: models.Field) -> bool:
    return field.primary_key or field.name == "xid"


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
            if not f.generated and not (issubclass(model, HISTORY) and _comes_anew(f))
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
        )
        if not issubclass(model, HISTORY):
            # A flush may have set the numbers back, and nobody else may be given these.
            last = f"greatest({last}, (SELECT last_value FROM {sequence}))"
            insert += f"SELECT setval('{sequence}', {last});"
        return cls(insert, rows)


@dataclass
class Made:
    """What was made, and the rows that it left in the database."""

    value: Any
    insert: str
    rows: list[str]


OFTEN = 3
"""What is told so many times is written down: that takes longer than telling it once."""
READING = ("SELECT", "SAVEPOINT", "RELEASE", "SHOW")
WITH_ALL_THEIR_VERSIONS = "SET session_replication_role = {};"
"""PostgreSQL's word for: no trigger looks."""


class Replay:
    """`replay("name", make)` is what `make()` returns, with its rows in the database."""

    def __init__(self) -> None:
        self.made: dict[Hashable, Made] = {}
        self.met: Counter[Hashable] = Counter()
        self.so_far: list[Hashable] = []
        """What this test has of us; nothing can be put in on top once it wrote for itself."""
        self.is_alone = False
        self.is_ours = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """One test, which has nothing yet."""
        self.so_far, self.is_alone = [], True
        with connection.execute_wrapper(self._see):
            yield
        self.is_alone = False

    def __call__(self, name: str, make: Callable[[], Any]) -> Any:
        with self._ours(name):
            if name in self.made:
                return _put_in(self.made[name])
            self.made[name], value = _made(make, _rows())
            return value

    def told(self, story: Hashable, make: Callable[[], Any]) -> Any:
        """As above, once it was told often, on top of just what this test has of us so far."""
        if self.is_ours or not self.is_alone or not self.so_far or not _is_superuser():
            return make()
        known = (*self.so_far, story)
        with self._ours(story):
            if known in self.made:
                return _put_in(self.made[known], WITH_ALL_THEIR_VERSIONS)
            self.met[known] += 1
            if self.met[known] < OFTEN:
                return make()
            self.made[known], value = _made(make, rows_and_history())
            return value

    @contextmanager
    def _ours(self, name: Hashable) -> Iterator[None]:
        inside, self.is_ours = self.is_ours, True
        try:
            yield
        finally:
            self.is_ours = inside
        if not inside:
            self.so_far.append(name)

    def _see(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not self.is_ours and not str(sql).startswith(READING):
            self.is_alone = False
        return execute(sql, params, many, context)


def _put_in(made: Made, role: str = "") -> Any:
    # Whole by itself, as an operation is: a row tells which part of a transaction wrote it last.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(role.format("replica") + made.insert + role.format("origin"), made.rows)
    return deepcopy(made.value)


def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return bool(cursor.fetchone()[0] == "on")


def _made(make: Callable[[], Any], models: "Models") -> tuple[Made, Any]:
    before = {model: _last(model) for model in models}
    value = make()
    tables = [t for model, last in before.items() if (t := Table.of(model, last))]
    insert, rows = "".join(t.insert for t in tables), [t.rows for t in tables]
    return Made(deepcopy(value), insert, rows), value


Models = list[type[models.Model]]


def rows_and_history() -> Models:
    """All with a number for a key."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if isinstance(model._meta.pk, models.AutoField)]


def _rows() -> Models:
    """Without history and feed: triggers write them again."""
    return [model for model in rows_and_history() if not issubclass(model, HISTORY)]


def _last(model: type[models.Model]) -> int:
    return model._base_manager.aggregate(last=Max("pk"))["last"] or 0
