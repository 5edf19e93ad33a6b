"""What hangs on measures: milestones, reports, evidence, requests, decisions, deadlines.

A row is seen by whoever sees its measure.
"""

from base64 import b64encode
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.files.storage import default_storage
from django.db.models import (
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Call

from apps.accounts.models import Resource
from apps.accounts.standing import Standing
from apps.api.nouns.finding import by_choice, by_id, since, until
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.shapes import Noun
from apps.api.views import NounView
from apps.measures.models import (
    DeadlineChange,
    Decision,
    Evidence,
    Measure,
    Milestone,
    ProgressReport,
    Request,
    Review,
)
from apps.measures.models.states import Basis

WAITING = "WAITING"


def seen_by(standing: Standing) -> Any:
    """The ids of the measures that somebody sees."""
    return Measure.objects.visible_to(standing).order_by().values("pk")


def _evidence(through: Any, owner: str) -> Any:
    said = JSONObject(id="evidence_id", name="evidence__name", sha256="evidence__sha256")
    rows = through.objects.filter(**{owner: OuterRef("pk")}).order_by("evidence_id")
    return ArraySubquery(rows.values_list(said))


def _report_outcome(on: Any) -> Any:
    held = Review.objects.in_force().filter(report=OuterRef("pk")).values("outcome")[:1]
    return Coalesce(Subquery(held), Value(WAITING), output_field=TextField())


def _review_reason(on: Any) -> Any:
    held = Review.objects.in_force().filter(report=OuterRef("pk")).values("reason")[:1]
    return Coalesce(Subquery(held), Value(""), output_field=TextField())


def _request_outcome(on: Any) -> Any:
    last = Decision.objects.filter(request=OuterRef("pk")).order_by("-id").values("outcome")[:1]
    return Coalesce(Subquery(last), Value(WAITING), output_field=TextField())


def _decisions(on: Any) -> Any:
    said = JSONObject(
        id="pk",
        outcome="outcome",
        reason="reason",
        by="by_name",
        at=Cast("at", CharField()),
        on_paper="on_paper",
    )
    taken = Decision.objects.filter(request=OuterRef("pk")).order_by("pk")
    return ArraySubquery(taken.values_list(said))


class EvidenceRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    sha256 = serializers.CharField()


class DecisionRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=Decision.Outcome.choices)
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.CharField()
    on_paper = serializers.BooleanField()


class MilestoneRow(Noun):
    id = serializers.IntegerField()
    measure = CodeRef()
    position = serializers.IntegerField()
    title = serializers.CharField()
    due_on = serializers.DateField()
    weight = serializers.IntegerField()
    reached_in = serializers.IntegerField(source="reached_in_id", allow_null=True)


class ReportRow(Noun):
    """What the lead reported for a period, and what became of it."""

    id = serializers.IntegerField()
    measure = CodeRef()
    number = serializers.IntegerField()
    agency = AgencyRef()
    period_due_on = serializers.DateField()
    basis = serializers.ChoiceField(choices=Basis.choices)
    progress = serializers.DecimalField(5, 2)
    quantity = serializers.DecimalField(18, 4, allow_null=True)
    no_change = serializers.BooleanField()
    summary = serializers.CharField()
    problems = serializers.CharField()
    next_step = serializers.CharField()
    explanation = serializers.CharField()
    submitted_by = serializers.CharField(source="submitted_by_name")
    submitted_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=[WAITING, "APPROVED", "RETURNED"])
    review_reason = serializers.CharField()
    evidence = EvidenceRef(many=True, required=False)

    annotated = {
        "outcome": _report_outcome,
        "review_reason": _review_reason,
        "evidence": lambda on: _evidence(ProgressReport.evidence.through, "report"),
    }
    expandable = ("evidence",)


class RequestRow(Noun):
    """What somebody asked for, and what was decided on it."""

    id = serializers.IntegerField()
    measure = CodeRef()
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Request.Kind.choices)
    agency = AgencyRef(allow_null=True)
    grounds = serializers.CharField()
    wanted = serializers.DictField()
    late = serializers.BooleanField()
    asked_by = serializers.CharField(source="asked_by_name")
    asked_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=[WAITING, *Decision.Outcome.values])
    decisions = DecisionRow(many=True)
    evidence = EvidenceRef(many=True, required=False)

    annotated = {
        "outcome": _request_outcome,
        "decisions": _decisions,
        "evidence": lambda on: _evidence(Request.evidence.through, "request"),
    }
    expandable = ("evidence",)


class DeadlineRow(Noun):
    """A line of the ledger of deadlines."""

    id = serializers.IntegerField()
    measure = CodeRef()
    cause = serializers.ChoiceField(choices=DeadlineChange.Cause.choices)
    old_due_on = serializers.DateField()
    new_due_on = serializers.DateField()
    request_id = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    decided_by = serializers.CharField(source="decided_by_name")
    decided_at = serializers.DateTimeField()


class EvidenceRow(Noun):
    """A file handed in; its content is at `/evidence/{id}/content`."""

    id = serializers.IntegerField()
    agency = AgencyRef()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = serializers.CharField(source="uploaded_by_name")
    uploaded_at = serializers.DateTimeField()


class OfMeasure(FilterSet):  # type: ignore[misc]  # the package has no types
    measure = by_id("measure_id", _("Measure"))


class ReportFilter(OfMeasure):
    submitted_from = since("submitted_at", _("submitted at"))
    submitted_before = until("submitted_at", _("submitted at"))


class RequestFilter(OfMeasure):
    kind = by_choice("kind", Request.Kind.choices, _("kind"))


class OnMeasures(NounView):
    """Rows of one table that hangs on measures."""

    resource = Resource.MEASURES
    filterset = OfMeasure
    table: Any = None

    def visible(self) -> "QuerySet[Any]":
        rows: QuerySet[Any] = self.table.objects.filter(measure__in=seen_by(self.standing))
        return rows


class Milestones(OnMeasures):
    """Dated, checkable steps."""

    serializer_class = MilestoneRow
    table = Milestone
    orders = {"id": "pk", "due_on": "due_on"}


class Reports(OnMeasures):
    """Reports of progress, with what became of them."""

    serializer_class = ReportRow
    table = ProgressReport
    filterset = ReportFilter
    always = ("evidence",)
    orders = {"id": "pk", "submitted_at": "submitted_at"}


class Requests(OnMeasures):
    """Requests, with what was decided."""

    serializer_class = RequestRow
    table = Request
    filterset = RequestFilter
    always = ("evidence",)
    orders = {"id": "pk", "asked_at": "asked_at"}


class Deadlines(OnMeasures):
    """The ledger of deadlines that moved."""

    serializer_class = DeadlineRow
    table = DeadlineChange
    orders = {"id": "pk", "decided_at": "decided_at"}


class Evidences(NounView):
    """Files handed in for measures that this caller sees, and those that it uploaded itself."""

    resource = Resource.MEASURES
    serializer_class = EvidenceRow
    orders = {"id": "pk", "uploaded_at": "uploaded_at"}

    def visible(self) -> "QuerySet[Any]":
        seen = seen_by(self.standing)
        own = Q(uploaded_by_id=self.standing.person_id)
        return Evidence.objects.filter(own | _handed_in_for(seen))

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(detail=True, pagination_class=None)
    def content(self, request: Call, pk: str) -> FileResponse:
        """The file itself, as an attachment."""
        piece = get_object_or_404(self.one(pk))
        return FileResponse(
            default_storage.open(piece.stored_as),
            as_attachment=True,
            filename=piece.name,
            content_type=piece.media_type,
            headers={"X-Content-Type-Options": "nosniff", "Repr-Digest": _digest(piece.sha256)},
        )


def _handed_in_for(measures: Any) -> Any:
    """The same ways as `EvidenceQuerySet.handed_in_for`, for many measures, without a join."""
    handed = Q(pk__in=[])
    for way in ("reports", "contributions", "requests", "instructions", "scan_of__request"):
        rows = Evidence.objects.filter(pk=OuterRef("pk"), **{f"{way}__measure__in": measures})
        handed |= Q(Exists(rows))
    return handed


def _digest(sha256: str) -> str:
    """As RFC 9530 writes it."""
    return f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"
