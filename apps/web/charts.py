"""Charts: each is a table first, with a name and a CSV; charts.js draws it where there is a script.

A page makes a `Chart` (or `Panels`, small ones side by side), shows it with `{% chart one %}` and
answers `?csv=<key>` through `csv_asked`. The same numbers stand in the drawing, table and file.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from apps.agencies.models import installation_is_demo

Words = str | Promise
Value = Decimal | int | None
ASKED = "csv"
"""The parameter of a page's address that asks for a chart's file instead."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell of words that begins so would be taken for a formula by a spreadsheet."""


class Kind(Enum):
    """How a chart is drawn; a series may stand apart as a line or bars of its own."""

    LINES = "lines"
    BARS = "bars"
    LIGHTS = "lights"
    """Bars stacked on each other, one series for each light."""


class Look(Enum):
    """What a series means: charts.js knows the colour, line and pattern of each."""

    PLAIN = ""
    TARGET = "target"
    EXPECTED = "expected"
    BEFORE = "before"
    RED = "RED"
    YELLOW = "YELLOW"
    GREEN = "GREEN"
    GREY = "GREY"
    BLUE = "BLUE"


@dataclass(frozen=True)
class Series:
    """One line, or bars of one colour: a value for each label; None is no value, never 0."""

    name: Words
    values: Sequence[Value]
    look: Look = Look.PLAIN
    links: Sequence[str] = ()
    """For each value the address of what it was counted from, "" for none."""

    @property
    def data(self) -> dict[str, Any]:
        return {
            "name": str(self.name),
            "look": self.look.value,
            "values": [None if value is None else f"{value}" for value in self.values],
            "links": list(self.links),
        }


@dataclass(frozen=True)
class Cell:
    """A value of the table with its link."""

    value: Value
    link: str


@dataclass(frozen=True)
class Row:
    label: Words
    link: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Chart:
    """What is drawn. `key` names it within its page; `name` says what it shows, as a heading."""

    key: str
    name: Words
    labels: Sequence[Words]
    series: Sequence[Series]
    kind: Kind = Kind.LINES
    heading: Words = ""
    """What the labels are: the head of the table's first column."""
    unit: Words = ""
    links: Sequence[str] = ()
    """For each label the address of what it is about."""
    note: Words = ""
    url: str = ""
    """The address of what the whole is about."""
    is_small: bool = False

    @property
    def is_empty(self) -> bool:
        return all(value is None for one in self.series for value in one.values)

    @property
    def data(self) -> dict[str, Any]:
        """For charts.js. Numbers go as text: nothing is rounded on the way."""
        return {
            "kind": self.kind.value,
            "name": str(self.name),
            "unit": str(self.unit),
            "labels": [str(label) for label in self.labels],
            "links": list(self.links),
            "series": [one.data for one in self.series],
        }

    @property
    def columns(self) -> list[Words]:
        return [one.name for one in self.series]

    @property
    def rows(self) -> list[Row]:
        """The table: a row for each label."""
        return [
            Row(
                label, _at(self.links, n), [Cell(s.values[n], _at(s.links, n)) for s in self.series]
            )
            for n, label in enumerate(self.labels)
        ]

    @property
    def charts(self) -> Sequence["Chart"]:
        return [self]


@dataclass(frozen=True)
class Panels:
    """Small charts of one kind, labels and scale, side by side; one table for all of them."""

    key: str
    name: Words
    charts: Sequence[Chart]
    heading: Words = ""
    unit: Words = ""
    note: Words = ""
    is_small: bool = field(default=True, init=False)

    @property
    def is_empty(self) -> bool:
        return all(chart.is_empty for chart in self.charts)

    @property
    def top(self) -> Decimal | int:
        """The scale that all share."""
        return max((v for one in self._series for v in one.values if v is not None), default=0)

    @property
    def _series(self) -> list[Series]:
        return [one for chart in self.charts for one in chart.series]

    @property
    def columns(self) -> Sequence[Words]:
        return self.charts[0].labels if self.charts else []

    @property
    def rows(self) -> list[Row]:
        """The table: a row for each series of each chart, a column for each label."""
        return [
            Row(
                _("%(chart)s: %(series)s") % {"chart": chart.name, "series": one.name},
                "",
                [Cell(value, _at(one.links, n)) for n, value in enumerate(one.values)],
            )
            for chart in self.charts
            for one in chart.series
        ]


Drawn = Chart | Panels


class Tabled(Protocol):
    """What a file is made of."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> Words: ...
    @property
    def unit(self) -> Words: ...
    @property
    def heading(self) -> Words: ...
    @property
    def columns(self) -> Sequence[Words]: ...
    @property
    def rows(self) -> Sequence[Row]: ...


def _at(links: Sequence[str], n: int) -> str:
    return links[n] if n < len(links) else ""


# --- The file -----------------------------------------------------------------------------


def csv_asked(request: HttpRequest, charts: Iterable[Tabled]) -> HttpResponse | None:
    """The file of the chart that the address asks for, if it asks for one of these."""
    asked = request.GET.get(ASKED)
    return next((csv_of(chart) for chart in charts if chart.key == asked), None)


def csv_of(chart: Tabled) -> HttpResponse:
    """The chart's table, as spreadsheets open it, with the demo mark where it belongs."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    disposition = content_disposition_header(as_attachment=True, filename=f"{chart.name}.csv")
    answer["Content-Disposition"] = disposition or "attachment"
    answer.write("\ufeff")  # or a spreadsheet takes the Chinese for something else
    lines = csv.writer(answer)
    lines.writerows(_lines(chart))
    return answer


def _lines(chart: Tabled) -> Iterable[list[str]]:
    unit = f" ({chart.unit})" if chart.unit else ""
    yield [_words(f"{chart.name}{unit}")]
    if installation_is_demo():
        yield [_("Demo data: not the actual work of any office")]
    yield [_words(chart.heading), *(_words(column) for column in chart.columns)]
    for row in chart.rows:
        numbers = ["" if cell.value is None else f"{cell.value}" for cell in row.cells]
        yield [_words(row.label), *numbers]


def _words(said: Words) -> str:
    text = str(said)
    return f"'{text}" if text.startswith(FORMULA) else text
