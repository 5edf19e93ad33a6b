"""One policy: how far it is carried out, its clauses against those who lead, and their text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.agencies.models import in_language
from apps.core.actor import Role
from apps.core.typed import whole_number
from apps.dashboards.columns import Across, Column
from apps.dashboards.queries import Covering, Line, Matrix, matrix
from apps.dashboards.trends import trend
from apps.measures.filters import NONE, Place
from apps.measures.lights import Light
from apps.measures.models import Measure
from apps.measures.permissions import may_draft
from apps.policies.models import Clause, Policy, PolicyLink
from apps.policies.operations import KEEPERS
from apps.web.board import Board, board_of
from apps.web.cards import Card, cards, listed
from apps.web.charts import csv_asked
from apps.web.cockpit import TREND_DAYS, Told, told
from apps.web.cockpit import trend as lights_by_day
from apps.web.tallies import Count, count_of
from apps.workdays.models import current_calendar

DEEPEST = 2
MOST_CARDS = 200
Carrying = Card | Told
"""Beyond so many measures the clauses show numbers and no rows; the numbers open the lists."""
SHOWN: dict[str, Callable[[Line], bool]] = {
    "actionable": lambda line: line.covering is not Covering.NOT_COUNTED,
    "carried_out": lambda line: line.covering is Covering.CARRIED_OUT,
    "drafted": lambda line: line.is_only_drafted,
    "behind": lambda line: line.is_behind,
    "uncovered": lambda line: line.is_gap,
    "unreadable": lambda line: line.covering is Covering.UNREADABLE,
    "unknown": lambda line: line.is_unknown,
    "to_be_entered": lambda line: line.is_unknown and not line.clause.heading,
}
"""What `?clauses=` keeps of the clauses."""


@require_safe
@login_required
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures, the matrix, and clause by clause what carries it out."""
    found = get_object_or_404(Policy, pk=pk)
    board = board_of(request)
    standing, day = board.standing, board.day
    tallied = trend(standing, before=day.on, days=TREND_DAYS, policy=found)
    course = lights_by_day(board, tallied, policy=pk)
    if file := csv_asked(request, [course]):
        return file
    across = Across.DISTRICTS if request.GET.get("across") == "districts" else Across.AGENCIES
    counted = matrix(found, standing, on=day.on, across=across, is_past=day.is_past)
    asked = request.GET.get("clauses", "")
    here = _Address(found, board, across, asked if asked in SHOWN else "")
    branches = _branches(counted, here)
    obliges = found.use == Policy.Use.OBLIGES
    context = {
        "policy": found,
        "board": board,
        "kept": here.kept,
        "wrong": "" if here.only == asked else _not_told_apart(asked),
        "links": _links(found),
        "branches": branches,
        "obliges": obliges,
        "coverage": counted.coverage,
        "headline": here.count(counted.coverage.measures, policy=pk, place=Place.TOP.value),
        "sheet": _sheet(counted, here) if obliges else None,
        "beside": _beside(branches, whole_number(request.GET.get("beside", ""))),
        "proposed": counted.proposed if _decides(board) else 0,
        "course": None if course.is_empty else course,
        "may_draft": not day.is_past and bool(may_draft(standing)),
        "may_enter": not day.is_past and standing.holds_any(KEEPERS),
    }
    return render(request, "web/policy.html", context)


def _decides(board: Board) -> bool:
    """Whether the reader may issue what is proposed: today, not on a past day."""
    return not board.day.is_past and board.standing.holds(Role.DIRECTOR)


def _not_told_apart(asked: str) -> str:
    said = gettext("The clauses are not told apart by “%(key)s”; all are shown.")
    return said % {"key": asked[:40]}


# --- Figures and matrix ---------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A number of clauses, of how many, and the address that shows just these."""

    key: str
    label: str | Promise
    count: int
    of: int | None
    url: str
    chosen: bool


@dataclass(frozen=True)
class Cell:
    """What one column counts, with the column's name."""

    label: str | Promise
    count: Count


@dataclass(frozen=True)
class Row:
    """A clause with its sum and its cells in the order of the columns."""

    line: Line
    total: Count
    cells: Sequence["Cell"]
    url: str
    """The address that opens its text beside the matrix."""

    @property
    def heading(self) -> str:
        return in_language(self.line.clause.heading, self.line.clause.heading_en)

    @property
    def level(self) -> int:
        return min(self.line.depth, DEEPEST)


@dataclass(frozen=True)
class Tab:
    label: str | Promise
    url: str
    chosen: bool


@dataclass(frozen=True)
class Sheet:
    """The matrix as the page draws it."""

    figures: Sequence[Figure]
    notes: Sequence[Figure]
    actionable: Figure
    """What the three numbers are of."""
    tabs: Sequence[Tab]
    columns: Sequence[Cell]
    left_out: int
    rows: Sequence[Row]
    only: Figure | None
    everything: str
    closed: str
    """The address without a text beside the matrix."""


@dataclass(frozen=True)
class _Address:
    """Where the page is, and where it can go from there: of the same day."""

    policy: Policy
    board: Board
    across: Across
    only: str

    def to(self, *, only: str | None = None, across: Across | None = None, beside: int = 0) -> str:
        asked = {
            **self.board.query,
            "across": "districts" if (across or self.across) is Across.DISTRICTS else "",
            "clauses": self.only if only is None else only,
            "beside": beside or "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('web:policy', args=[self.policy.pk])}{'?' if query else ''}{query}"

    def count(self, tally: Mapping[Light, int], **asked: object) -> Count:
        return count_of(tally, opens=self.board.measures, **asked)

    def led(self, key: int | None) -> dict[str, object]:
        """The filter that finds what a column counts."""
        return {self.across.value: NONE if key is None else key}

    @property
    def kept(self) -> dict[str, str]:
        """What stays as it is when another day is asked for."""
        said = {"across": "districts" if self.across is Across.DISTRICTS else ""}
        said["clauses"] = self.only
        return {name: value for name, value in said.items() if value}


def _sheet(counted: Matrix, here: _Address) -> Sheet:
    figures, notes = _figures(counted, here), _notes(counted, here)
    actionable = counted.coverage.actionable
    of = _figure("actionable", _("actionable clauses"), actionable, None, here)
    kept = SHOWN.get(here.only)
    return Sheet(
        figures=figures,
        notes=[note for note in notes if note.count],
        actionable=of,
        tabs=[
            Tab(label, here.to(across=across), across is counted.across)
            for across, label in (
                (Across.AGENCIES, _("Agencies")),
                (Across.DISTRICTS, _("Districts")),
            )
        ],
        columns=[_column(counted, column, here) for column in counted.columns],
        left_out=counted.left_out,
        rows=[_row(counted, line, here) for line in counted.lines if kept is None or kept(line)],
        only=next((figure for figure in (*figures, *notes, of) if figure.chosen), None),
        everything=here.to(only=""),
        closed=here.to(),
    )


def _column(counted: Matrix, column: Column, here: _Address) -> Cell:
    sums: Mapping[Light, int] = counted.sums.get(column.key, {})
    return Cell(column.label, here.count(sums, policy=here.policy.pk, **here.led(column.key)))


def _figures(counted: Matrix, here: _Address) -> list[Figure]:
    """The three numbers that matter, each of all actionable clauses."""
    coverage = counted.coverage
    said = [
        ("carried_out", _("carried out"), coverage.carried_out),
        ("behind", _("behind"), coverage.behind),
        ("uncovered", _("not covered"), coverage.uncovered),
    ]
    return [
        _figure(key, label, count, coverage.actionable, here)
        for key, label, count in said
        if count is not None
    ]


def _notes(counted: Matrix, here: _Address) -> list[Figure]:
    """What keeps the three numbers from saying everything."""
    coverage = counted.coverage
    said = [
        ("drafted", _("carried out by drafts and proposals only"), coverage.only_drafted),
        ("unreadable", _("carried out by measures you may not read"), coverage.unreadable),
        ("unknown", _("not known to be actionable"), coverage.unknown),
        ("to_be_entered", _("of these to be entered"), coverage.to_be_entered),
    ]
    return [_figure(key, label, count, None, here) for key, label, count in said]


def _figure(key: str, label: str | Promise, count: int, of: int | None, here: _Address) -> Figure:
    return Figure(key, label, count, of, f"{here.to(only=key)}#matrix", here.only == key)


def _row(counted: Matrix, line: Line, here: _Address) -> Row:
    pk = line.clause.pk
    return Row(
        line,
        here.count(line.total, clause=pk, place=Place.TOP.value),
        [
            Cell(
                column.label,
                here.count(line.cells.get(column.key, {}), clause=pk, **here.led(column.key)),
            )
            for column in counted.columns
        ],
        here.to(beside=pk),
    )


# --- Clause by clause -----------------------------------------------------------------------


@dataclass(frozen=True)
class Branch:
    """A clause with the measures that carry it out itself."""

    line: Line
    total: Count
    """Top-level measures that carry out the clause or a part of it."""
    cards: Sequence[Carrying] = ()

    @property
    def clause(self) -> Clause:
        return self.line.clause

    @property
    def level(self) -> int:
        """The depth that is still shown; deeper clauses stand as deep as that."""
        return min(self.line.depth, DEEPEST)

    @property
    def heading(self) -> str:
        return in_language(self.clause.heading, self.clause.heading_en)

    @property
    def invites(self) -> bool:
        """A measure can be drafted: what it asks is known, in force, and not idle."""
        asks = self.clause.actionable != Clause.Actionable.NO
        return asks and self.line.is_in_force and self.line.is_known


def _branches(counted: Matrix, here: _Address) -> list[Branch]:
    """The clauses in reading order, with rows for their measures where these are not too many."""
    shown = _cards(here.policy, here.board) if counted.measures <= MOST_CARDS else {}
    return [
        Branch(
            line,
            here.count(line.total, clause=line.clause.pk, place=Place.TOP.value),
            shown.get(line.clause.pk, []),
        )
        for line in counted.lines
    ]


def _cards(policy: Policy, board: Board) -> dict[int, list[Carrying]]:
    """The measures of the policy that this person sees, by clause, as people count: 9 before 10."""
    links = board.day.links().filter(clause__policy=policy)
    by_id = {each.measure.pk: each for each in _carrying(links, board)}
    by_clause: dict[int, list[Carrying]] = defaultdict(list)
    for clause_id, measure_id in links.values_list("clause_id", "measure_id"):
        if measure_id in by_id:
            by_clause[clause_id].append(by_id[measure_id])
    return {pk: sorted(each, key=_in_order) for pk, each in by_clause.items()}


def _carrying(links: "QuerySet[Any]", board: Board) -> Sequence[Carrying]:
    """Today's rows, else the measures as they stood."""
    if board.day.is_past:
        seen = board.day.measures(board.standing, among=links.values("measure_id"))
        return told(board, list(seen.values_list("row", flat=True)), current_calendar())
    seen = Measure.objects.visible_to(board.standing)
    measures = seen.filter(Exists(links.filter(measure=OuterRef("pk"))))
    return cards(listed(measures), on=board.day.on, calendar=current_calendar())


def _in_order(card: Carrying) -> list[tuple[str, int]]:
    parts = re.findall(r"(\D*)(\d*)", card.measure.code)
    return [(word, int(number or 0)) for word, number in parts]


def _beside(branches: Iterable[Branch], clause_id: int) -> Branch | None:
    """The clause that is opened beside the matrix."""
    return next((branch for branch in branches if branch.clause.pk == clause_id), None)


# --- Links ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linked:
    """A link as this policy says it: implements the other, or is implemented by it."""

    how: str | Promise
    other: Policy
    link: PolicyLink


def _links(policy: Policy) -> list[Linked]:
    """What it is linked to, either way. One query."""
    links = PolicyLink.objects.filter(Q(policy=policy) | Q(other=policy))
    return [_said_from(policy, link) for link in links.select_related("policy", "other")]


def _said_from(policy: Policy, link: PolicyLink) -> Linked:
    kind = PolicyLink.Kind(link.kind)
    if link.policy_id == policy.pk:
        return Linked(kind.label, link.other, link)
    return Linked(kind.reverse, link.policy, link)
