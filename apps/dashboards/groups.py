"""Visible measures in groups that nothing tells apart: the database counts, Python adds up.

Each measure stands in exactly one group, with the set of clauses that it carries out: sums over
groups count nothing twice, however many parts of a chapter a measure carries out.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.measures.lights import Light, light_expression
from apps.measures.models import Measure

KNOWS_GAPS = frozenset({Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR})
"""Who sees enough measures to be told that a clause has none."""

# The ORM groups by no result of another grouping; `seen` is still its visible_to. Who sees nearly
# everything reads the links once in the order of their index; who sees little looks up its own.
GROUPED = """
    SELECT carried.clause_ids, {lead}, seen.shown, seen.state, seen.is_top, count(*)
    FROM ({seen}) AS seen
    JOIN {carried} AS carried ON carried.measure_id = seen.id
    GROUP BY 1, 2, 3, 4, 5
"""
CARRIED = """(
    SELECT measure_id, array_agg(clause_id) AS clause_ids FROM measures_measureclause
    WHERE clause_id = ANY(%s) GROUP BY measure_id
)"""
CARRIED_BY_FEW = """LATERAL (
    SELECT measure_id, array_agg(clause_id) AS clause_ids FROM measures_measureclause
    WHERE clause_id = ANY(%s) AND measure_id = seen.id GROUP BY measure_id
)"""


@dataclass(frozen=True)
class Group:
    """So many measures with the same clauses, columns, light and state."""

    clause_ids: Sequence[int]
    columns: Sequence[int | None]
    """The ids of the leads; once `merged`, the columns they count in."""
    light: Light
    state: str
    is_top: bool
    count: int


def groups(
    clause_ids: Collection[int], standing: Standing, *, on: date, by_lead: bool
) -> list[Group]:
    """The measures this person sees that carry out one of the clauses. One query."""
    try:
        rows = _rows(clause_ids, standing, on, by_lead)
    except EmptyResultSet:  # what the ORM says of a person who sees nothing
        return []
    return [
        Group(tuple(carried), (lead,) if by_lead else (), Light(shown), state, is_top, count)
        for carried, lead, shown, state, is_top, count in rows
    ]


def merged(
    found: Iterable[Group], columns_of: Callable[[int | None], Sequence[int | None]]
) -> list[Group]:
    """The groups by columns instead of leads: the more leads share a column, the fewer."""
    counts: Counter[tuple[Sequence[int], Sequence[int | None], Light, str, bool]] = Counter()
    for group in found:
        columns = columns_of(group.columns[0])
        counts[group.clause_ids, columns, group.light, group.state, group.is_top] += group.count
    return [Group(*key, count) for key, count in counts.items()]


def _rows(
    clause_ids: Collection[int], standing: Standing, on: date, by_lead: bool
) -> list[tuple[list[int], int | None, str, str, bool, int]]:
    is_top = ExpressionWrapper(Q(parent__isnull=True), output_field=BooleanField())
    visible = Measure.objects.visible_to(standing).order_by()
    seen = visible.annotate(shown=light_expression(on=on), is_top=is_top)
    sql, said = seen.values("id", "lead_id", "state", "shown", "is_top").query.sql_with_params()
    carried = CARRIED if standing.holds_any(KNOWS_GAPS) else CARRIED_BY_FEW
    lead = "seen.lead_id" if by_lead else "NULL::bigint"
    with connection.cursor() as cursor:
        cursor.execute(
            GROUPED.format(seen=sql, carried=carried, lead=lead), [*said, list(clause_ids)]
        )
        found: list[tuple[list[int], int | None, str, str, bool, int]] = cursor.fetchall()
    return found
