"""What hangs on measures: milestones, reports, evidence, requests, decisions, deadlines.

A row is seen by whoever sees its measure.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
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
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Call

from apps.accounts.models import Resource
from apps.accounts.standing import Standing
from apps.api.clock import now
from apps.api.nouns.finding import by_choice, by_id, since, until
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.nouns.words import Nothing, Reason
from apps.api.shapes import Noun
from apps.api.views import NounView
from apps.api.writing import IF_MATCH, ONCE, Done, body_of, once, seen_of
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
from apps.measures.operations import approve_report, return_report

WAITING = "WAITING"


def seen_by(standing: Standing) -> Any:
    """The ids of the measures that somebody sees."""
    return Measure.objects.visible_to(standing).order_by().values("pk")


def evidence_through(through: Any, owner: str) -> Any:
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


class ReviewedRow(serializers.Serializer[Any]):
    report = serializers.IntegerField()
    outcome = serializers.CharField()


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
        "evidence": lambda on: evidence_through(ProgressReport.evidence.through, "report"),
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
        "evidence": lambda on: evidence_through(Request.evidence.through, "request"),
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

    @extend_schema(
        request=Nothing, responses=ReviewedRow, parameters=[IF_MATCH, ONCE], filters=False
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def approve(self, request: Call, pk: str) -> HttpResponse:
        """Approve the report; If-Match names the version of its measure."""
        return once(request, lambda: self._review(request, pk, Nothing, approve_report))

    @extend_schema(
        request=Reason, responses=ReviewedRow, parameters=[IF_MATCH, ONCE], filters=False
    )
    @action(detail=True, methods=["post"], url_path="return", pagination_class=None)
    def give_back(self, request: Call, pk: str) -> HttpResponse:
        """Return the report for a reason; If-Match names the version of its measure."""
        return once(request, lambda: self._review(request, pk, Reason, return_report))

    def _review(self, request: Call, pk: str, body: Any, operation: Any) -> Done:
        report = get_object_or_404(self.one(pk))
        said = body_of(request, body)
        review = operation(report, **said, seen=seen_of(request), by=self.standing, at=now())
        version = Measure.objects.values_list("version", flat=True).get(pk=report.measure_id)
        return Done({"report": report.pk, "outcome": review.outcome}, version=version)


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
