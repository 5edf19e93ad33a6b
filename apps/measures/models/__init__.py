"""The tables of the measures app, split by noun."""

from apps.measures.models.evidence import Evidence
from apps.measures.models.measure import (
    Basis,
    Cadence,
    LeadTerm,
    Measure,
    MeasureClause,
    Milestone,
    State,
    Support,
)
from apps.measures.models.problem import MeasureProblem
from apps.measures.models.report import ProgressReport, ReportEvidence, ReportMilestone, Review
from apps.measures.models.request import Decision, Request, RequestEvidence

__all__ = [
    "Basis",
    "Cadence",
    "Decision",
    "Evidence",
    "LeadTerm",
    "Measure",
    "MeasureClause",
    "MeasureProblem",
    "Milestone",
    "ProgressReport",
    "ReportEvidence",
    "ReportMilestone",
    "Request",
    "RequestEvidence",
    "Review",
    "State",
    "Support",
]
