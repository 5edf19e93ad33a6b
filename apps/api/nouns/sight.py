"""What somebody sees of what hangs on measures: whatever hangs on those that they see."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.standing import Standing
from apps.measures.models import Evidence, Measure


def seen_by(standing: Standing) -> Any:
    """The ids of the measures that somebody sees."""
    return Measure.objects.visible_to(standing).order_by().values("pk")


def evidence_seen_by(standing: Standing) -> "QuerySet[Evidence]":
    """What was handed in for measures that somebody sees, and what they uploaded themselves."""
    own = Q(uploaded_by_id=standing.person_id)
    return Evidence.objects.filter(own | _handed_in_for(seen_by(standing)))


def _handed_in_for(measures: Any) -> Any:
    """The same ways as `EvidenceQuerySet.handed_in_for`, for many measures, without a join."""
    handed = Q(pk__in=[])
    for way in ("reports", "contributions", "requests", "instructions", "scan_of__request"):
        rows = Evidence.objects.filter(pk=OuterRef("pk"), **{f"{way}__measure__in": measures})
        handed |= Q(Exists(rows))
    return handed
