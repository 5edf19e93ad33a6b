"""How far policies are carried out: coverage in numbers, and clauses × agencies or districts.

A measure carries out the clauses it names and, with them, every clause that they are part of:
a chapter sums its parts without counting a measure twice. Everything is counted for one person,
from the measures that this person sees, on one day.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from django.db.models import Exists, OuterRef, Q

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.dashboards.columns import Across, Column, Columns, columns_of
from apps.dashboards.days import Day
from apps.dashboards.groups import KNOWS_GAPS, Group, groups, merged
from apps.dashboards.row_versions import at_end_of
from apps.measures.lights import Light
from apps.measures.models import MeasureClause, State
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.models.states import UNISSUED
from apps.policies.models import Clause, Policy

MOST_COLUMNS = 30

Tally = Counter[Light]
"""How many measures show each light."""


class Covering(Enum):
    """What has become of a clause that asks for something."""

    CARRIED_OUT = "carried_out"
    """At least one measure that the reader sees carries it out and is not cancelled."""
    UNREADABLE = "unreadable"
    """Only measures that the reader may not read carry it out."""
    UNCOVERED = "uncovered"
    """Nothing carries it out."""
    NONE_SEEN = "none_seen"
    """The reader sees no measure, and does not see enough to say that there is none."""
    NOT_COUNTED = "not_counted"
    """Not actionable, not known to be, or no longer in force: it claims no coverage."""


@dataclass(frozen=True)
class Line:
    """One clause: how it stands, and who carries it out."""

    clause: Clause
    depth: int
    covering: Covering
    is_carried: bool
    """The reader sees a measure that carries it out, cancelled or not."""
    is_only_drafted: bool
    """Carried out by measures that all still wait to be issued."""
    total: Tally
    """Top-level measures."""
    cells: Mapping[int | None, Tally]
    """By shown column: what is led there, parts included. Never added to the total."""

    @property
    def is_in_force(self) -> bool:
        return self.clause.retired_on is None

    @property
    def is_known(self) -> bool:
        """Whether anybody can know what the clause says."""
        return bool(self.clause.heading or self.clause.text)

    @property
    def is_behind(self) -> bool:
        """Carried out, and a top-level measure shows red."""
        return self.covering is Covering.CARRIED_OUT and bool(self.total[Light.RED])

    @property
    def is_gap(self) -> bool:
        return self.covering is Covering.UNCOVERED

    @property
    def is_unknown(self) -> bool:
        """In force, and not known to be actionable or not."""
        return self.is_in_force and self.clause.actionable == Clause.Actionable.UNKNOWN


@dataclass(frozen=True)
class Coverage:
    """How far the actionable clauses of a policy are carried out.

    All but the last are numbers of clauses in force; `measures` are top-level ones. Clauses not
    known to be actionable are said in `unknown` and counted nowhere else.
    """

    actionable: int
    carried_out: int
    only_drafted: int
    behind: int
    uncovered: int | None
    """None for those who do not see enough to say so."""
    unreadable: int
    unknown: int
    to_be_entered: int
    """Those of the unknown of which not even the heading is known."""
    measures: Tally


@dataclass(frozen=True)
class Matrix:
    """The clauses of a policy in reading order against those who lead."""

    across: Across
    coverage: Coverage
    columns: Sequence[Column]
    left_out: int
    """How many more columns there are, with fewer measures than those shown."""
    sums: Mapping[int | None, Tally]
    """By column: the measures of the policy that are led there."""
    lines: Sequence[Line]
    measures: int
    """All measures of the policy that the reader sees, parts of others included."""
    proposed: int
    """Those of them that wait to be issued."""


def coverages(
    policies: Sequence[Policy], standing: Standing, *, on: date, is_past: bool = False
) -> dict[int, Coverage]:
    """The coverage of each policy, by its id. Three queries for all of them."""
    day = Day(on, is_past)
    tree = _Tree(day.clauses(Q(policy_id__in=[policy.pk for policy in policies])))
    counted = groups(tree.by_id, standing, day=day, by_lead=False)
    found: dict[int, list[Line]] = {policy.pk: [] for policy in policies}
    for line in _lines(tree, counted, _judge(tree, standing, day)):
        found[line.clause.policy_id].append(line)
    tops = _top_level_by_policy(tree, counted)
    return {pk: _coverage(lines, tops[pk], standing) for pk, lines in found.items()}


def carried_out_by(measures: MeasureQuerySet) -> list[int]:
    """The ids of the policies of which one of the measures carries something out. One query,
    asked by itself: within another one the database would ask it anew for each policy.
    """
    links = MeasureClause.objects.filter(clause=OuterRef("pk"), measure__in=measures)
    carried = Clause.objects.filter(Exists(links)).order_by()
    return list(carried.values_list("policy_id", flat=True).distinct())


def matrix(
    policy: Policy, standing: Standing, *, on: date, across: Across, is_past: bool = False
) -> Matrix:
    """A policy's clauses against agencies or districts. Six queries, whatever the size.

    A retired clause is shown as long as a measure that the reader sees carries it out.
    """
    day = Day(on, is_past)
    tree = _Tree(day.clauses(Q(policy_id=policy.pk), with_text=True))
    by_lead = groups(tree.by_id, standing, day=day, by_lead=True)
    columns = columns_of((group.columns[0] for group in by_lead), across)
    sums = _by_column(by_lead, columns)
    wanted = [c for c in columns.all if c.key in sums or (across is Across.DISTRICTS and c.key)]
    most = sorted(wanted, key=lambda c: -sums[c.key].total())[:MOST_COLUMNS]
    shown = {column.key for column in most}
    counted = merged(by_lead, columns.narrowed(shown).of_lead.__getitem__)
    lines = [
        line
        for line in _lines(tree, counted, _judge(tree, standing, day))
        if line.is_in_force or line.is_carried
    ]
    return Matrix(
        across=across,
        coverage=_coverage(lines, _top_level_by_policy(tree, counted)[policy.pk], standing),
        columns=[column for column in wanted if column.key in shown],
        left_out=len(wanted) - len(most),
        sums=sums,
        lines=lines,
        measures=sum(group.count for group in counted),
        proposed=sum(group.count for group in counted if group.state == State.PROPOSED),
    )


def _coverage(lines: Sequence[Line], measures: Tally, standing: Standing) -> Coverage:
    kinds = Counter(line.covering for line in lines)
    unknown = [line for line in lines if line.is_unknown]
    knows = standing.holds_any(KNOWS_GAPS)
    return Coverage(
        actionable=len(lines) - kinds[Covering.NOT_COUNTED],
        carried_out=kinds[Covering.CARRIED_OUT],
        only_drafted=sum(line.is_only_drafted for line in lines),
        behind=sum(line.is_behind for line in lines),
        uncovered=kinds[Covering.UNCOVERED] if knows else None,
        unreadable=kinds[Covering.UNREADABLE],
        unknown=len(unknown),
        to_be_entered=sum(not line.clause.heading for line in unknown),
        measures=measures,
    )


# --- The clauses as a tree -----------------------------------------------------------------


class _Tree:
    """Clauses in reading order, with what each is part of."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self.by_id = {clause.pk: clause for clause in clauses}

    def __iter__(self) -> Iterator[tuple[Clause, int]]:
        """Each clause with its depth, parents before their parts."""
        below: dict[int | None, list[Clause]] = defaultdict(list)
        for clause in self.by_id.values():
            below[clause.parent_id].append(clause)
        return self._walk(below, None, 0)

    def _walk(
        self, below: Mapping[int | None, Sequence[Clause]], parent_id: int | None, depth: int
    ) -> Iterator[tuple[Clause, int]]:
        for clause in below.get(parent_id, ()):
            yield clause, depth
            yield from self._walk(below, clause.pk, depth + 1)

    def carried_with(self, clause_ids: Iterable[int]) -> set[int]:
        """These clauses, and those that they are in-force parts of."""
        return {above for pk in clause_ids for above in self._upwards(pk)}

    def _upwards(self, pk: int) -> Iterator[int]:
        clause = self.by_id[pk]
        yield pk
        if clause.retired_on is None and clause.parent_id is not None:
            yield from self._upwards(clause.parent_id)


# --- Sums ----------------------------------------------------------------------------------


def _by_column(by_lead: Iterable[Group], columns: Columns) -> dict[int | None, Tally]:
    sums: dict[int | None, Tally] = defaultdict(Counter)
    for group in by_lead:
        for column in columns.of_lead[group.columns[0]]:
            sums[column][group.light] += group.count
    return sums


def _top_level_by_policy(tree: _Tree, counted: Iterable[Group]) -> dict[int, Tally]:
    found: dict[int, Tally] = defaultdict(Counter)
    for group in counted:
        if group.is_top:
            for policy_id in {tree.by_id[pk].policy_id for pk in group.clause_ids}:
                found[policy_id][group.light] += group.count
    return found


# --- Lines ---------------------------------------------------------------------------------

_Judge = Callable[[Clause, bool], Covering]


@dataclass
class _Sum:
    """What is added up for one clause."""

    total: Tally = field(default_factory=Counter)
    cells: dict[int | None, Tally] = field(default_factory=lambda: defaultdict(Counter))
    states: set[str] = field(default_factory=set)

    def add(self, group: Group) -> None:
        self.states.add(group.state)
        if group.is_top:
            self.total[group.light] += group.count
        for column in group.columns:
            self.cells[column][group.light] += group.count


def _lines(tree: _Tree, counted: Iterable[Group], judge: _Judge) -> Iterator[Line]:
    sums: dict[int, _Sum] = defaultdict(_Sum)
    for group in counted:
        for pk in tree.carried_with(group.clause_ids):
            sums[pk].add(group)
    for clause, depth in tree:
        found = sums[clause.pk]
        alive = found.states - {State.CANCELLED}
        covering = judge(clause, bool(alive))
        only_drafted = covering is Covering.CARRIED_OUT and alive.issubset(UNISSUED)
        is_carried = bool(found.states)
        yield Line(clause, depth, covering, is_carried, only_drafted, found.total, found.cells)


def _judge(tree: _Tree, standing: Standing, day: Day) -> _Judge:
    """How this person is told what became of a clause, given whether they see it carried out."""
    knows = standing.holds_any(KNOWS_GAPS)
    carried = tree.carried_with(_carried_at_all(tree, day)) if _needs_more(standing) else set()

    def judge(clause: Clause, is_seen_carried: bool) -> Covering:
        if clause.retired_on or clause.actionable != Clause.Actionable.YES:
            return Covering.NOT_COUNTED
        if is_seen_carried:
            return Covering.CARRIED_OUT
        if not knows:
            return Covering.NONE_SEEN
        return Covering.UNREADABLE if clause.pk in carried else Covering.UNCOVERED

    return judge


def _needs_more(standing: Standing) -> bool:
    """Told of gaps without seeing every measure: what is hidden must not be called a gap."""
    return standing.holds_any(KNOWS_GAPS) and not standing.holds(Role.DIRECTOR)


def _carried_at_all(tree: _Tree, day: Day) -> Collection[int]:
    """The clauses that any measure carries out that is not cancelled, seen or not. One query."""
    links = day.links().filter(clause_id__in=list(tree.by_id))
    if day.is_past:
        then = at_end_of(day.on, "measures.MeasureEvent").exclude(state=State.CANCELLED)
        alive = links.filter(measure_id__in=then.values("pgh_obj_id"))
    else:
        alive = links.exclude(measure__state=State.CANCELLED)
    return set(alive.values_list("clause_id", flat=True).distinct())
