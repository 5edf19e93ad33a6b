"""One policy: how far it is carried out, its clauses against those who lead, and their text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.agencies.models import in_language
from apps.core.actor import Role
from apps.core.typed import whole_number
from apps.dashboards.columns import Across
from apps.dashboards.queries import Covering, Line, Matrix, matrix
from apps.dashboards.trends import trend
from apps.measures.filters import NONE, Place
from apps.measures.models import Measure, MeasureClause
from apps.measures.permissions import may_draft
from apps.policies.models import Clause, Policy, PolicyLink
from apps.policies.operations import KEEPERS
from apps.web.cards import Card, cards, listed
from apps.web.charts import csv_asked
from apps.web.clock import today
from apps.web.cockpit import TREND_DAYS
from apps.web.cockpit import trend as lights_by_day
from apps.web.tallies import Count, count_of
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar

DEEPEST = 2
MOST_CARDS = 200
"""Beyond so many measures the clauses show numbers and no rows; the numbers open the lists."""
SHOWN: dict[str, Callable[[Line], bool]] = {
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
    standing, on = standing_of(request), today()
    course = lights_by_day(trend(standing, before=on, days=TREND_DAYS, policy=found))
    if file := csv_asked(request, [course]):
        return file
    across = Across.DISTRICTS if request.GET.get("across") == "districts" else Across.AGENCIES
    board = matrix(found, standing, on=on, across=across)
    asked = request.GET.get("clauses", "")
    only = asked if asked in SHOWN else ""
    branches = _branches(found, board, standing, on)
    obliges = found.use == Policy.Use.OBLIGES
    context = {
        "policy": found,
        "wrong": "" if only == asked else _not_told_apart(asked),
        "links": _links(found),
        "branches": branches,
        "obliges": obliges,
        "coverage": board.coverage,
        "headline": count_of(board.coverage.measures, policy=pk, place=Place.TOP.value),
        "sheet": _sheet(found, board, only) if obliges else None,
        "beside": _beside(branches, whole_number(request.GET.get("beside", ""))),
        "proposed": board.proposed if standing.holds(Role.DIRECTOR) else 0,
        "course": None if course.is_empty else course,
        "may_draft": bool(may_draft(standing)),
        "may_enter": standing.holds_any(KEEPERS),
    }
    return render(request, "web/policy.html", context)


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
    tabs: Sequence[Tab]
    columns: Sequence[Cell]
    left_out: int
    rows: Sequence[Row]
    only: Figure | None
    everything: str
    closed: str
    """The address without a text beside the matrix."""


def _sheet(policy: Policy, board: Matrix, only: str) -> Sheet:
    here = _Address(policy, board.across, only)
    figures, notes = _figures(board, here), _notes(board, here)
    kept = SHOWN.get(only)
    return Sheet(
        figures=figures,
        notes=[note for note in notes if note.count],
        tabs=[
            Tab(label, here.to(across=across), across is board.across)
            for across, label in (
                (Across.AGENCIES, _("Agencies")),
                (Across.DISTRICTS, _("Districts")),
            )
        ],
        columns=[
            Cell(
                column.label,
                count_of(
                    board.sums.get(column.key, {}), policy=policy.pk, **_led(board, column.key)
                ),
            )
            for column in board.columns
        ],
        left_out=board.left_out,
        rows=[_row(board, line, here) for line in board.lines if kept is None or kept(line)],
        only=next((figure for figure in (*figures, *notes) if figure.chosen), None),
        everything=here.to(only=""),
        closed=here.to(),
    )


@dataclass(frozen=True)
class _Address:
    """Where the page is, and where it can go from there."""

    policy: Policy
    across: Across
    only: str

    def to(self, *, only: str | None = None, across: Across | None = None, beside: int = 0) -> str:
        asked = {
            "across": "districts" if (across or self.across) is Across.DISTRICTS else "",
            "clauses": self.only if only is None else only,
            "beside": beside or "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('web:policy', args=[self.policy.pk])}{'?' if query else ''}{query}"


def _figures(board: Matrix, here: _Address) -> list[Figure]:
    """The three numbers that matter, each of all actionable clauses."""
    coverage = board.coverage
    counted = [
        ("carried_out", _("carried out"), coverage.carried_out),
        ("behind", _("behind"), coverage.behind),
        ("uncovered", _("not covered"), coverage.uncovered),
    ]
    return [
        _figure(key, label, count, coverage.actionable, here)
        for key, label, count in counted
        if count is not None
    ]


def _notes(board: Matrix, here: _Address) -> list[Figure]:
    """What keeps the three numbers from saying everything."""
    coverage = board.coverage
    counted = [
        ("drafted", _("carried out by drafts and proposals only"), coverage.only_drafted),
        ("unreadable", _("carried out by measures you may not read"), coverage.unreadable),
        ("unknown", _("not known to be actionable"), coverage.unknown),
        ("to_be_entered", _("of these to be entered"), coverage.to_be_entered),
    ]
    return [_figure(key, label, count, None, here) for key, label, count in counted]


def _figure(key: str, label: str | Promise, count: int, of: int | None, here: _Address) -> Figure:
    return Figure(key, label, count, of, f"{here.to(only=key)}#matrix", here.only == key)


def _row(board: Matrix, line: Line, here: _Address) -> Row:
    pk = line.clause.pk
    return Row(
        line,
        count_of(line.total, clause=pk, place=Place.TOP.value),
        [
            Cell(
                column.label,
                count_of(line.cells.get(column.key, {}), clause=pk, **_led(board, column.key)),
            )
            for column in board.columns
        ],
        here.to(beside=pk),
    )


def _led(board: Matrix, key: int | None) -> dict[str, object]:
    """The filter that finds what a column counts."""
    return {board.across.value: NONE if key is None else key}


# --- Clause by clause -----------------------------------------------------------------------


@dataclass(frozen=True)
class Branch:
    """A clause with the measures that carry it out itself."""

    line: Line
    total: Count
    """Top-level measures that carry out the clause or a part of it."""
    cards: list[Card] = field(default_factory=list)

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


def _branches(policy: Policy, board: Matrix, standing: Standing, on: date) -> list[Branch]:
    """The clauses in reading order, with rows for their measures where these are not too many."""
    shown = _cards(policy, standing, on) if board.measures <= MOST_CARDS else {}
    return [
        Branch(
            line,
            count_of(line.total, clause=line.clause.pk, place=Place.TOP.value),
            shown.get(line.clause.pk, []),
        )
        for line in board.lines
    ]


def _cards(policy: Policy, standing: Standing, on: date) -> dict[int, list[Card]]:
    """The measures of the policy that this person sees, by clause, as people count: 9 before 10."""
    links = MeasureClause.objects.filter(clause__policy=policy)
    measures = Measure.objects.visible_to(standing).filter(
        Exists(links.filter(measure=OuterRef("pk")))
    )
    found = cards(listed(measures), on=on, calendar=current_calendar())
    by_id = {card.measure.pk: card for card in found}
    by_clause: dict[int, list[Card]] = defaultdict(list)
    for clause_id, measure_id in links.filter(measure__in=by_id).values_list("clause", "measure"):
        by_clause[clause_id].append(by_id[measure_id])
    return {pk: sorted(each, key=_counted) for pk, each in by_clause.items()}


def _counted(card: Card) -> list[tuple[str, int]]:
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
