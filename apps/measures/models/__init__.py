"""The tables of the measures app, split by noun."""

from apps.measures.models.carrying import MeasureClause
from apps.measures.models.contribution import (
    Contribution,
    ContributionEvidence,
    ContributionRequest,
)
from apps.measures.models.coordination import CoordinationItem, CoordinationOutcome
from apps.measures.models.deadline import DeadlineChange
from apps.measures.models.draft import ReportDraft
from apps.measures.models.evidence import Evidence
from apps.measures.models.following import Following
from apps.measures.models.instruction import Instruction, InstructionReceipt
from apps.measures.models.lead_term import LeadTerm
from apps.measures.models.light_rule import (
    LightRule,
    Thresholds,
    current_rules,
    current_thresholds,
)
from apps.measures.models.measure import Measure
from apps.measures.models.milestone import Milestone
from apps.measures.models.problem import MeasureProblem
from apps.measures.models.report import ProgressReport, ReportEvidence, ReportMilestone, Review
from apps.measures.models.request import Asked, Decision, Request, RequestEvidence
from apps.measures.models.resting import Resumption, TakenAlong
from apps.measures.models.states import Basis, Cadence, State
from apps.measures.models.support import Support

__all__ = [
    "Asked",
    "Basis",
    "Cadence",
    "Decision",
    "Contribution",
    "ContributionEvidence",
    "ContributionRequest",
    "CoordinationItem",
    "CoordinationOutcome",
    "DeadlineChange",
    "Evidence",
    "Following",
    "Instruction",
    "InstructionReceipt",
    "LeadTerm",
    "LightRule",
    "Measure",
    "MeasureClause",
    "MeasureProblem",
    "Milestone",
    "ProgressReport",
    "ReportDraft",
    "ReportEvidence",
    "ReportMilestone",
    "Request",
    "RequestEvidence",
    "Resumption",
    "Review",
    "State",
    "Support",
    "TakenAlong",
    "Thresholds",
    "current_rules",
    "current_thresholds",
]
