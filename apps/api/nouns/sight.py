"""What somebody sees of what hangs on measures: whatever hangs on those that they see."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.standing import Standing
from apps.measures.models import Evidence, Measure, ReportDraft


def seen_by(standing: Standing) -> Any:
    """The ids of the measures that somebody sees."""
    return Measure.objects.visible_to(standing).order_by().values("pk")


def evidence_told_to(standing: Standing) -> "QuerySet[Evidence]":
    """What was handed in for measures that somebody sees, and what they uploaded themselves.

    It is what the feed tells of, and so what is listed.
    """
    return Evidence.objects.filter(_told(standing))


def evidence_seen_by(standing: Standing) -> "QuerySet[Evidence]":
    """What is told, and of their own agency's measures the files of drafts, which come and go."""
    return Evidence.objects.filter(_told(standing) | _of_drafts(standing))


def _told(standing: Standing) -> Any:
    return Q(uploaded_by_id=standing.person_id) | _handed_in_for(seen_by(standing))


def _of_drafts(standing: Standing) -> Any:
    """The rule of `may_read_draft`, for many measures."""
    drafts = ReportDraft.objects.filter(
        measure__in=seen_by(standing),
        measure__lead__path__overlap=standing.unit_agencies,
        evidence=OuterRef("pk"),
    )
    return Q(Exists(drafts))


def _handed_in_for(measures: Any) -> Any:
    """The same ways as `EvidenceQuerySet.handed_in_for`, for many measures, without a join."""
    handed = Q(pk__in=[])
    for way in ("reports", "contributions", "requests", "instructions", "scan_of__request"):
        rows = Evidence.objects.filter(pk=OuterRef("pk"), **{f"{way}__measure__in": measures})
        handed |= Q(Exists(rows))
    return handed
