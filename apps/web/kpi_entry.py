"""What somebody typed into a grid, read cell by cell: figures, wrong cells, and what is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kpis.models import Vintage
from apps.kpis.operations import Entry, queries_about
from apps.kpis.operations.entering import EXACT, MOST
from apps.kpis.outliers import Query
from apps.web.kpi_grid import Grid, GridCell
from apps.web.kpi_numbers import LONGEST, NoNumber, read_number
from apps.web.kpi_words import oddity_of

LONGEST_NOTE = 500
NO_NUMBER = gettext_lazy("“%(text)s” is no number.")
TOO_EXACT = gettext_lazy("“%(text)s” is too large, or has more than 4 decimal places.")


@dataclass(frozen=True)
class Question:
    """Something odd about a figure, or one that was emptied: asked about, not refused."""

    cell: GridCell
    label: str
    said: str | Promise
    value: Decimal | None
    before: Decimal | None
    note: str

    @property
    def note_name(self) -> str:
        return f"note-{self.cell.name}"


@dataclass
class Typed:
    """The texts of a form or a draft by the names of their cells."""

    texts: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)
    vintage: str = Vintage.PRELIMINARY
    note: str = ""

    @classmethod
    def of(cls, posted: QueryDict, grid: Grid) -> "Typed":
        """What the form holds of the grid's cells; anything else is no part of it."""
        names = grid.named()
        texts = {n: posted.get(n, "")[: LONGEST + 1] for n in names if n in posted}
        notes = {n: posted.get(f"note-{n}", "")[:LONGEST_NOTE] for n in names}
        vintage = posted.get("vintage", "")
        return cls(
            texts,
            {name: note for name, note in notes.items() if note.strip()},
            vintage if vintage in Vintage else Vintage.PRELIMINARY,
            posted.get("note", "")[:LONGEST_NOTE],
        )

    @classmethod
    def kept(cls, content: Mapping[str, Any]) -> "Typed":
        """What a draft kept."""
        texts, notes = content.get("texts", {}), content.get("notes", {})
        vintage = content.get("vintage", Vintage.PRELIMINARY)
        return cls(texts, notes, vintage, content.get("note", ""))

    def content(self, grid: Grid) -> dict[str, Any]:
        """What a draft keeps: the cells that are not as they were."""
        cells = grid.named()
        texts = {n: t for n, t in self.texts.items() if n in cells and t != cells[n].text}
        return {"texts": texts, "notes": self.notes, "vintage": self.vintage, "note": self.note}


@dataclass(frozen=True)
class Change:
    """A cell that is to be another: with a value, or emptied."""

    cell: GridCell
    value: Decimal | None


@dataclass
class Reading:
    """The changes, and what is wrong, by the names of cells."""

    changes: list[Change] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)


def read(grid: Grid, said: Typed) -> Reading:
    """Every cell whose text says something else than what stands in it."""
    found = Reading()
    for name, cell in grid.named().items():
        if name not in said.texts:
            continue
        text = said.texts[name]
        try:
            value = _exact(read_number(text))
        except NoNumber:
            found.wrong[name] = NO_NUMBER % {"text": text[:LONGEST]}
        except ArithmeticError:
            found.wrong[name] = TOO_EXACT % {"text": text[:LONGEST]}
        else:
            if value != cell.base:
                found.changes.append(Change(cell, value))
    return found


def _exact(value: Decimal | None) -> Decimal | None:
    """Raises ArithmeticError for what the table of figures cannot hold."""
    if value is not None and (abs(value) >= MOST or value != value.quantize(EXACT)):
        raise ArithmeticError
    return value


def entries(changes: Iterable[Change], said: Typed) -> list[Entry]:
    """What is handed in: an emptied cell only where it is said why it is withdrawn."""
    return [
        Entry(
            change.cell.cell.period,
            change.value,
            change.cell.cell.place,
            change.cell.cell.item_id,
            vintage=_vintage(change.cell, said.vintage),
            note=said.notes.get(change.cell.name, ""),
        )
        for change in changes
        if change.value is not None or said.notes.get(change.cell.name)
    ]


def _vintage(cell: GridCell, chosen: str) -> str:
    """At least as settled as what it corrects; what was preliminary is revised by it."""
    if not cell.vintage:
        return chosen
    least = Vintage.REVISED if cell.vintage == Vintage.PRELIMINARY else Vintage(cell.vintage)
    return max(Vintage(chosen), least, key=lambda each: each.rank)


def questions(grid: Grid, changes: Iterable[Change], said: Typed) -> list[Question]:
    """Emptied cells, and figures that look odd beside those before."""
    listed = list(changes)
    by_cell = {change.cell.cell: change.cell for change in listed}
    asked = [
        Question(
            change.cell,
            grid.label(change.cell),
            _("It was emptied. To withdraw the figure say why; without a reason it stays."),
            None,
            change.cell.base,
            said.notes.get(change.cell.name, ""),
        )
        for change in listed
        if change.value is None
    ]
    odd = queries_about(grid.sheet, grid.kpi, entries(listed, said))
    return asked + [_about(grid, by_cell[query.cell], query, said) for query in odd]


def _about(grid: Grid, cell: GridCell, query: Query, said: Typed) -> Question:
    label, note = grid.label(cell), said.notes.get(cell.name, "")
    return Question(cell, label, oddity_of(query, grid.kpi), query.value, query.before, note)
