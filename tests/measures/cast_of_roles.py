"""Everybody of the permission tables: the cast, and the odd cases beside it."""

from datetime import date

from apps.accounts.models import Deputy, Membership, User
from apps.core.actor import Role

LONG_AGO, YESTERDAY = date(2025, 1, 1), date(2026, 3, 1)

PEOPLE = (
    "liaison",
    "drafter",
    "unit_leader",
    "unit_head",
    "section_liaison",  # below the lead
    "stranger",  # liaison of the supporting agency
    "district_liaison",  # liaison of an agency that has no part in it
    "supervisor",  # drafted and proposed it
    "second_supervisor",
    "director",
    "deputy",  # of the absent director
    "former_director",
    "leader",
    "kpi_owner",
    "auditor",
    "administrator",
    "integrator",
    "reader",  # named reader, no role
    "superuser",
)


def complete(cast) -> None:
    """Add whom the small cast of conftest does without."""
    for name in set(PEOPLE) - set(cast.users):
        cast.users[name] = User.objects.create(
            username=name, name=name, is_superuser=name == "superuser", is_staff=True
        )
    hold(cast, "kpi_owner", Role.KPI_OWNER)
    hold(cast, "integrator", Role.INTEGRATOR)
    hold(cast, "former_director", Role.DIRECTOR, to_on=YESTERDAY)
    Deputy.objects.create(
        absent=cast.users["director"],
        deputy=cast.users["deputy"],
        role=Role.DIRECTOR,
        from_on=cast.today,
        to_on=cast.today,
    )


def hold(cast, name: str, role: Role, *, to_on: date | None = None) -> None:
    Membership.objects.create(
        user=cast.users[name],
        agency=cast.agencies["office"],
        role=role,
        from_on=LONG_AGO,
        to_on=to_on,
    )


def read_table(text: str) -> dict[str, dict[str, str]]:
    """A table written out in a test: its first line names the columns, then one line a person."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    assert all(len(row) == len(head) + 1 for row in rows), "a cell is missing"
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in rows}
