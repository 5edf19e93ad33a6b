"""The tables of the kpis app, split by noun."""

from apps.kpis.models.breakdown import Breakdown, BreakdownItem
from apps.kpis.models.choices import (
    LIMITS,
    Basis,
    Comparator,
    Curve,
    Direction,
    OverDistricts,
    OverTime,
    Vintage,
)
from apps.kpis.models.closing import PeriodClosing
from apps.kpis.models.draft import GridDraft
from apps.kpis.models.kpi import COLLECTED, Kpi, KpiDefinition
from apps.kpis.models.links import KpiClause, KpiMeasure
from apps.kpis.models.observation import Observation, Submission, SubmissionReview
from apps.kpis.models.places import WHOLE, Place
from apps.kpis.models.sight import EVERYTHING, Sight
from apps.kpis.models.target import Baseline, Target, TargetStep

__all__ = [
    "COLLECTED",
    "EVERYTHING",
    "LIMITS",
    "WHOLE",
    "Baseline",
    "Basis",
    "Breakdown",
    "BreakdownItem",
    "Comparator",
    "Curve",
    "Direction",
    "GridDraft",
    "Kpi",
    "KpiClause",
    "KpiDefinition",
    "KpiMeasure",
    "Observation",
    "OverDistricts",
    "OverTime",
    "PeriodClosing",
    "Place",
    "Sight",
    "Submission",
    "SubmissionReview",
    "Target",
    "TargetStep",
    "Vintage",
]
