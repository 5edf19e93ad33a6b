"""Pages of a long list by key, never by OFFSET: the last page costs what the first does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import QueryDict

Key = tuple[Any, int]
"""The value of the sort column and the id of a row."""


@dataclass(frozen=True)
class Page:
    """The rows of a page, and the addresses' ends of the pages on either side ("" at an end)."""

    rows: Sequence[Any]
    before: str
    after: str


def page(
    rows: "QuerySet[Any]",
    column: str,
    *,
    size: int,
    descending: bool = False,
    after: str = "",
    before: str = "",
    bands: Mapping[int, Q] | None = None,
    key: Callable[[Any], Key] | None = None,
    number: str = "pk",
) -> Page:
    """The rows that follow `after`, or precede `before`, by (column, id). One query.

    The column is never NULL. A key that is none of ours, or another column's, is as
    good as no key. `bands` are the few values of a column that no index sorts by, each with
    the condition that finds its rows. `key` takes the key out of a row that is no instance;
    `number` is the column of the id where rows are versions of others.
    """
    key = key or (lambda row: (getattr(row, column), row.pk))
    backwards = bool(before)
    edge = _read(before or after, column)
    downwards = descending != backwards
    if bands:
        rows = rows.filter(pk__in=_nearest(rows, bands, edge, downwards, size + 1))
    if edge is not None:
        rows = rows.filter(_beyond(column, number, edge, downwards))
    sign = "-" if downwards else ""
    found = list(rows.order_by(f"{sign}{column}", f"{sign}{number}")[: size + 1])
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
        return _page(shown, column, key, has_before=more, has_after=edge is not None)
    return _page(shown, column, key, has_before=edge is not None, has_after=more)


def is_key(text: str, column: str) -> bool:
    """Whether the text is a key that was written for this column."""
    return _read(text, column) is not None


def query_of(asked: QueryDict, **changed: str) -> str:
    """The address' query with something else asked for, from the first page on."""
    query = asked.copy()
    for place in ("after", "before"):
        query.pop(place, None)
    for name, value in changed.items():
        query[name] = value
    return query.urlencode()


def _beyond(column: str, number: str, edge: Key, downwards: bool) -> Q:
    """Past the edge in the direction of reading; the first condition lets an index find it."""
    value, pk = edge
    way = "lt" if downwards else "gt"
    return Q(**{f"{column}__{way}e": value}) & (
        Q(**{f"{column}__{way}": value}) | Q(**{f"{number}__{way}": pk})
    )


def _nearest(
    rows: "QuerySet[Any]", bands: Mapping[int, Q], edge: Key | None, downwards: bool, most: int
) -> "QuerySet[Any]":
    """The first rows of each band past the edge: the page is among them, whatever their number."""
    sign, way = ("-", "lt") if downwards else ("", "gt")
    at = None if edge is None else int(edge[0])
    found = []
    for value, condition in bands.items():
        band = rows.order_by(f"{sign}pk").filter(condition)
        if edge is not None and value == at:
            band = band.filter(**{f"pk__{way}": edge[1]})
        if at is None or value == at or (value < at) == downwards:
            found.append(band.values("pk")[:most])
    return found[0].union(*found[1:], all=True)


def _page(
    shown: Sequence[Any],
    column: str,
    key: Callable[[Any], Key],
    *,
    has_before: bool,
    has_after: bool,
) -> Page:
    return Page(
        shown,
        before=_written(key(shown[0]), column) if shown and has_before else "",
        after=_written(key(shown[-1]), column) if shown and has_after else "",
    )


def _written(key: Key, column: str) -> str:
    """A key as it stands in an address: signed, so that it always reads back as it was."""
    value, pk = key
    return signing.dumps([str(value), pk], salt=f"{__name__} {column}")


def _read(text: str, column: str) -> Key | None:
    try:
        value, pk = signing.loads(text, salt=f"{__name__} {column}")
    except (signing.BadSignature, ValueError):
        return None
    return value, pk
