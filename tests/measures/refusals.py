"""How these tests expect a refusal: the kind, the sentence, the field, and nothing written."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Refusal, RuleBroken
from apps.measures.models import (
    Contribution,
    ContributionEvidence,
    ContributionRequest,
    CoordinationItem,
    CoordinationOutcome,
    DeadlineChange,
    Decision,
    Evidence,
    Instruction,
    InstructionReceipt,
    LeadTerm,
    LightRule,
    Measure,
    MeasureClause,
    Milestone,
    ProgressReport,
    ReportDraft,
    ReportEvidence,
    ReportMilestone,
    Request,
    RequestEvidence,
    Resumption,
    Review,
    Support,
    TakenAlong,
)

TABLES = (
    AuditEvent,
    DeadlineChange,
    Decision,
    Contribution,
    ContributionEvidence,
    ContributionRequest,
    CoordinationItem,
    CoordinationOutcome,
    Evidence,
    LeadTerm,
    Instruction,
    InstructionReceipt,
    LightRule,
    Measure,
    MeasureClause,
    Milestone,
    ProgressReport,
    ReportDraft,
    ReportEvidence,
    ReportMilestone,
    Request,
    RequestEvidence,
    Resumption,
    Review,
    Support,
    TakenAlong,
)


@contextmanager
def refused(sentence: str, *, field: str = "", kind: type[Refusal] = RuleBroken) -> Iterator[None]:
    """The body is refused with exactly this sentence and field, and leaves no trace."""
    before = everything()
    with pytest.raises(kind) as refusal:
        yield
    assert type(refusal.value) is kind
    assert str(refusal.value) == sentence
    assert getattr(refusal.value, "field", "") == field
    assert everything() == before


def everything() -> dict[str, list[dict[str, object]]]:
    """Every row of the field and of the audit trail, as it stands."""
    return {table._meta.label: list(table.objects.order_by("pk").values()) for table in TABLES}
