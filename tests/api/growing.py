"""A hundred rows of every noun, written around the operations: for what only counts queries."""

from copy import copy
from typing import Any

from apps.agencies.models import Agency, District
from apps.audit.models import AuditEvent
from apps.kpis.models import Baseline, Kpi, Observation, Target
from apps.measures.models import (
    Contribution,
    ContributionRequest,
    CoordinationItem,
    DeadlineChange,
    Decision,
    Evidence,
    Instruction,
    Measure,
    MeasureClause,
    Milestone,
    ProgressReport,
    Request,
    Support,
)
from apps.measures.models.report import ReportEvidence
from apps.policies.models import Chain, Clause, Policy, Problem
from apps.reminders.models import Reminder

MANY = 100


def a_hundred_of_everything() -> None:
    """Copies of the first row of each table; the measure m-1 has a hundred of what hangs on one."""
    districts = grown(District, lambda row, n: {"adcode": f"4409{n:02}"})
    agencies = grown(Agency, _coded)
    clauses = grown(Clause, lambda row, n: _coded(row, n) | {"position": 100 + n})
    for table in (Policy, Kpi):
        grown(table, _coded)
    for table in (Chain, Problem):
        grown(table, lambda row, n: _coded(row, n) | {"position": 100 + n})
    measures = grown(Measure, _coded)
    first = Measure.objects.get(code="m-1")
    Support.objects.bulk_create(Support(measure=first, agency=each) for each in agencies)
    Support.objects.bulk_create(Support(measure=each, agency=agencies[0]) for each in measures)
    MeasureClause.objects.bulk_create(MeasureClause(measure=first, clause=c) for c in clauses)
    grown(Milestone, lambda row, n: {"measure": first, "position": 100 + n})
    reports = grown(ProgressReport, _numbered)
    grown(Request, _numbered)
    grown(DeadlineChange, lambda row, n: {})
    pieces = grown(Evidence, lambda row, n: {"name": f"{n}.pdf"})
    ReportEvidence.objects.bulk_create(
        ReportEvidence(report=report, evidence=piece)
        for report, piece in zip(reports, pieces, strict=True)
    )
    asked = grown(ContributionRequest, lambda row, n: {})
    grown(Contribution, lambda row, n: {"request": asked[n]})
    grown(CoordinationItem, _numbered)
    grown(Instruction, _numbered)
    for table in (Target, Baseline, Observation):
        grown(table, lambda row, n: {"district": districts[n], "agency": None})
    grown(Reminder, lambda row, n: {"step": 10 + n})
    grown(AuditEvent, lambda row, n: {})
    Decision.objects.bulk_create(
        Decision(
            request=each, outcome="REFUSED", reason="缘由", by_id=1, by_name="x", at=each.asked_at
        )
        for each in Request.objects.order_by("-pk")[: MANY // 2]
    )


def grown(table: Any, changes: Any) -> list[Any]:
    """So many copies of the table's first row, each with what makes it another one."""
    row = table.objects.earliest("pk")
    copies = []
    for n in range(MANY - 1):
        made = copy(row)
        made._state = copy(row._state)
        made.pk = None
        for name, value in changes(row, n).items():
            setattr(made, name, value)
        copies.append(made)
    found: list[Any] = table._base_manager.bulk_create(copies)
    return found


def _coded(row: Any, n: int) -> dict[str, Any]:
    return {"code": f"{row.code}-{n}"}


def _numbered(row: Any, n: int) -> dict[str, Any]:
    return {"number": 100 + n}
