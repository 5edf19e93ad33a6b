"""What rows of a noun say, read off a serializer once: which columns, and how a row is built.

A serializer here describes; it never serialises a model instance. A page of rows is one SELECT of
exactly the columns asked for, and rows are built from tuples.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Expression, QuerySet
from rest_framework import serializers

Row = dict[str, Any]
Annotation = Callable[[date], Expression | Any]
"""An expression that the rows of a day are annotated with."""
Serializer = serializers.Serializer[Any]


@dataclass(frozen=True)
class Derived:
    """What is worked out of other columns of the row."""

    columns: tuple[str, ...]
    work_out: Callable[[tuple[Any, ...], date], Any]


class Noun(Serializer):
    """The description of a row. `annotated` and `derived` name the fields that are no columns;
    `expandable` those that come only when they are asked for.
    """

    annotated: Mapping[str, Annotation] = {}
    derived: Mapping[str, Derived] = {}
    expandable: Sequence[str] = ()


@dataclass(frozen=True)
class Nested:
    """A row that this one points to: its name and the place of its columns."""

    name: str
    names: tuple[str, ...]
    first: int

    def of(self, values: Sequence[Any]) -> Row | None:
        part = values[self.first : self.first + len(self.names)]
        return None if part[0] is None else dict(zip(self.names, part, strict=True))


@dataclass(frozen=True)
class Shape:
    """The compiled description of one choice of fields."""

    plain: tuple[str, ...]
    columns: tuple[str, ...]
    annotated: Mapping[str, Annotation]
    nested: tuple[Nested, ...]
    derived: tuple[tuple[str, int, Derived], ...] = field(default=())

    def select(self, rows: "QuerySet[Any]", on: date, *more: str) -> "QuerySet[Any, Any]":
        """The rows as tuples: our columns, then `more`."""
        made = {name: expression(on) for name, expression in self.annotated.items()}
        found: QuerySet[Any, Any] = rows.annotate(**made).values_list(*self.columns, *more)
        return found

    def build(self, values: Sequence[Any], on: date) -> Row:
        row = dict(zip(self.plain, values, strict=False))
        for nested in self.nested:
            row[nested.name] = nested.of(values)
        for name, first, how in self.derived:
            row[name] = how.work_out(tuple(values[first : first + len(how.columns)]), on)
        return row

    def rows(self, found: Iterable[Sequence[Any]], on: date) -> list[Row]:
        return [self.build(values, on) for values in found]


@lru_cache(maxsize=512)
def shape_of(noun: type[Noun], chosen: tuple[str, ...]) -> Shape:
    """The shape of the chosen fields; a noun's fields never change while the program runs."""
    fields = {name: each for name, each in noun().fields.items() if name in chosen}
    simple = {n: f for n, f in fields.items() if n not in noun.derived and not _points_on(f)}
    columns = [_column(noun, name, each) for name, each in simple.items()]
    nested = []
    for name, each in fields.items():
        if _points_on(each) and name not in noun.derived:
            inner = list(each.fields)  # type: ignore[attr-defined]  # a serializer, as _points_on says
            nested.append(Nested(name, tuple(inner), len(columns)))
            columns += [f"{_path(each)}__{_path(each.fields[n])}" for n in inner]  # type: ignore[attr-defined]  # as above
    derived = []
    for name in fields:
        if how := noun.derived.get(name):
            derived.append((name, len(columns), how))
            columns += how.columns
    annotated = {f"x_{n}": noun.annotated[n] for n in fields if n in noun.annotated}
    return Shape(tuple(simple), tuple(columns), annotated, tuple(nested), tuple(derived))


@lru_cache(maxsize=64)
def names_of(noun: type[Noun]) -> tuple[str, ...]:
    """Every field there is, expandable ones included."""
    return tuple(noun().fields)


def _column(noun: type[Noun], name: str, each: Any) -> str:
    return f"x_{name}" if name in noun.annotated else _path(each)


def _path(each: Any) -> str:
    return str(each.source or each.field_name).replace(".", "__")


def _points_on(each: Any) -> bool:
    return isinstance(each, serializers.Serializer)
