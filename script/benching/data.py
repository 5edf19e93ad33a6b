"""A city at full size: measures under forty clauses, led by two thousand agencies, reported on.

Written by SQL from one measure and one report that operations made: their columns are real.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, models

from apps.accounts.models import Membership, User
from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.agencies.operations import add_agency
from apps.core.actor import Machine, Role
from apps.measures import operations
from apps.measures.models import Basis, Measure, MeasureClause, ProgressReport
from apps.policies.models import Clause, Policy
from apps.workdays.operations import days_known_for, enter_notice

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
SET_UP = Machine("set-up", frozenset({Role.ADMINISTRATOR}))
AGENCIES, CLAUSES, REPORTS, USERS = 2_000, 40, 10, 5_000
ROLES = {"director": Role.DIRECTOR, "supervisor": Role.SUPERVISOR, "liaison": Role.LIAISON}


@dataclass(frozen=True)
class People:
    """Who asks: the director sees everything, the liaison one measure in two hundred."""

    director: Standing
    liaison: Standing
    policy: Policy


def fill(measures: int) -> People:
    for year in (2025, 2026):
        off, worked = days_known_for(year)
        enter_notice(year, holidays=off, make_up_days=worked, notice="", seen=0, by=SET_UP, at=NOW)
    office, bureau = _agency("office", Agency.Kind.SUPERVISION), _agency("bureau", "BUREAU")
    people = {
        name: _person(name, role, bureau if name == "liaison" else office)
        for name, role in ROLES.items()
    }
    policy, clauses = _clauses()
    model = _model(bureau, clauses[0], people)
    agencies = _agencies()
    _copies_of(model, measures, bureau, agencies)
    _links(model, clauses)
    _reports(model)
    _users(agencies)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return People(people["director"], people["liaison"], policy)


def _agency(code: str, kind: str) -> Agency:
    return add_agency(Agency(code=code, name=code, kind=kind, level="CITY"), by=SET_UP, at=NOW)


def _person(name: str, role: Role, agency: Agency) -> Standing:
    user = User.objects.create(username=name, name=name)
    Membership.objects.create(user=user, agency=agency, role=role, from_on=date(2025, 1, 1))
    return Standing.of(user, on=TODAY)


def _clauses() -> tuple[Policy, list[Clause]]:
    policy = Policy.objects.create(code="P", name="政策", level="CITY", kind="PLAN", use="OBLIGES")
    made: list[Clause] = []
    for n in range(1, CLAUSES + 1):
        above = made[(n - 2) // 6] if n > 7 else None
        made.append(
            Clause.objects.create(
                policy=policy, code=f"P-{n}", position=n, heading=f"第{n}条", parent=above
            )
        )
    return policy, made


def _model(bureau: Agency, clause: Clause, people: dict[str, Standing]) -> Measure:
    """Issued, acknowledged, reported and reviewed once."""
    plan = operations.Plan(
        title="推进装备制造业数字化改造",
        lead=bureau,
        due_on=TODAY + timedelta(days=200),
        basis=Basis.ESTIMATE,
    )
    measure = operations.draft_measure(
        plan, code="m-0", clauses=[clause], by=people["supervisor"], at=NOW
    )
    for act, who in (
        (operations.propose_measure, "supervisor"),
        (operations.issue_measure, "director"),
        (operations.acknowledge_measure, "liaison"),
    ):
        measure = act(measure, seen=measure.version, by=people[who], at=NOW)
    account = operations.Account(summary="完成十家企业改造", progress=Decimal(20))
    operations.submit_report(measure, account, seen=measure.version, by=people["liaison"], at=NOW)
    return Measure.objects.get(pk=measure.pk)


def _agencies() -> list[int]:
    Agency.objects.bulk_create(
        Agency(code=f"ag{n}", name=f"单位{n}", kind="BUREAU", level="CITY") for n in range(AGENCIES)
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_agency SET path = ARRAY[id] WHERE code LIKE 'ag%'")
    found = Agency.objects.filter(code__startswith="ag").order_by("pk")
    return list(found.values_list("pk", flat=True))


def _copies_of(model: Measure, many: int, bureau: Agency, agencies: list[int]) -> None:
    """One in two hundred is the bureau's, one in a hundred red, one in five hundred restricted."""
    lead = f"CASE n % 200 WHEN 0 THEN {bureau.pk} ELSE {agencies[0]} + n % {AGENCIES} END"
    said = {
        "code": "'m-' || lpad(n::text, 7, '0')",
        "title": "'举措' || n || CASE n % 1000 WHEN 0 THEN '装备' ELSE '' END",
        "lead_id": lead,
        "viewer_agencies": f"ARRAY[{lead}]::bigint[]",
        "restricted": "n % 500 = 0",
        "due_on": "date '2026-03-10' + n % 290",
        "reported_progress": "(n * 7919) % 101",
        "review_waiting_since": "NULL",
        "next_report_due_on": "date '2026-02-25' + n % 40",
        "overdue_from_on": (
            "CASE n % 100 WHEN 0 THEN date '2026-03-02' - n % 365 ELSE date '2026-12-31' END"
        ),
        "due_soon_from_on": "date '2026-03-01' + n % 290",
        "changed_at": "timestamptz '2026-01-01' + n * interval '1 second'",
    }
    _insert(Measure, f"measures_measure, generate_series(1, {many}) n WHERE id = {model.pk}", said)


def _links(model: Measure, clauses: list[Clause]) -> None:
    source = f"measures_measureclause c, measures_measure m WHERE m.id > {model.pk}"
    said = {"measure_id": "m.id", "clause_id": f"{clauses[0].pk} + m.id % {CLAUSES}"}
    _insert(MeasureClause, source, said, of="c")


def _reports(model: Measure) -> None:
    source = (
        f"measures_progressreport r, measures_measure m, generate_series(1, {REPORTS}) n"
        f" WHERE m.id > {model.pk}"
    )
    said = {
        "measure_id": "m.id",
        "number": "n",
        "submitted_at": "r.submitted_at - n * interval '1 day'",
    }
    _insert(ProgressReport, source, said, of="r")


def _users(agencies: list[int]) -> None:
    """A liaison or two in every agency: what rights and recipients are looked up in."""
    made = User.objects.bulk_create(
        User(username=f"user-{n}", name=f"用户{n}") for n in range(USERS)
    )
    Membership.objects.bulk_create(
        Membership(
            user=user,
            agency_id=agencies[n % len(agencies)],
            role=Role.LIAISON,
            from_on=date(2025, 1, 1),
        )
        for n, user in enumerate(made)
    )


def _insert(model: type[models.Model], source: str, said: dict[str, str], *, of: str = "") -> None:
    """Copies of rows without their history: only the present is measured."""
    table, fields = model._meta.db_table, _columns(model)
    values = [said.get(name, f"{of}.{name}" if of else name) for name in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(fields)}) SELECT {', '.join(values)} FROM {source}"
        )
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _columns(model: type[models.Model]) -> list[str]:
    fields: list[Any] = list(model._meta.concrete_fields)
    return [field.column for field in fields if not field.generated and not field.primary_key]
