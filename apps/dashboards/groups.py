"""Visible measures in groups that nothing tells apart: the database counts, Python adds up.

Each measure stands in exactly one group, with the set of clauses that it carries out: sums over
groups count nothing twice, however many parts of a chapter a measure carries out.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.dashboards.days import Day, sql_of
from apps.measures.lights import Light

KNOWS_GAPS = frozenset({Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR})
"""Who sees enough measures to be told that a clause has none."""

# The ORM groups by no result of another grouping; `seen` is still its visible_to. Who sees nearly
# everything reads the links once in the order of their index; who sees little looks up its own.
GROUPED = """
    SELECT carried.clause_ids, {lead}, seen.shown, seen.state, seen.is_top, count(*)
    FROM {seen} AS seen
    JOIN {carried} AS carried ON carried.measure_id = seen.row
    GROUP BY 1, 2, 3, 4, 5
"""
CARRIED = """(
    SELECT measure_id, array_agg(clause_id) AS clause_ids FROM {links} AS link
    WHERE clause_id = ANY(%s) GROUP BY measure_id
)"""
CARRIED_BY_FEW = """LATERAL (
    SELECT measure_id, array_agg(clause_id) AS clause_ids FROM {links} AS link
    WHERE clause_id = ANY(%s) AND measure_id = seen.row GROUP BY measure_id
)"""


LIVE_LINKS = "measures_measureclause"
"""Read by its index."""


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
    clause_ids: Collection[int], standing: Standing, *, day: Day, by_lead: bool
) -> list[Group]:
    """The measures this person sees that carry out one of the clauses. One query."""
    try:
        rows = _rows(clause_ids, standing, day, by_lead)
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
    clause_ids: Collection[int], standing: Standing, day: Day, by_lead: bool
) -> list[tuple[list[int], int | None, str, str, bool, int]]:
    columns = ("row", "lead_id", "state", "shown", "is_top")
    sql, said = sql_of(day.measures(standing).values(*columns))
    links, of_links = LIVE_LINKS, ()
    if day.is_past:
        links, of_links = sql_of(day.links().values("measure_id", "clause_id"))
    carried = CARRIED if standing.holds_any(KNOWS_GAPS) else CARRIED_BY_FEW
    query = GROUPED.format(
        seen=sql,
        carried=carried.format(links=links),
        lead="seen.lead_id" if by_lead else "NULL::bigint",
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [*said, *of_links, list(clause_ids)])
        found: list[tuple[list[int], int | None, str, str, bool, int]] = cursor.fetchall()
    return found
