"""What hangs on measures: milestones, reports, evidence, requests, decisions, deadlines.

A row is seen by whoever sees its measure.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    OuterRef,
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
from apps.api.clock import now
from apps.api.nouns.bodies import RecordingDecision
from apps.api.nouns.finding import by_choice, by_id, since, until
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.nouns.sight import seen_by
from apps.api.nouns.words import Nothing, Reason
from apps.api.shapes import Noun
from apps.api.views import NounView
from apps.api.writing import IF_MATCH, ONCE, Done, body_of, once, seen_of
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import DECIDES, Action
from apps.measures.models import (
    DeadlineChange,
    Decision,
    Milestone,
    ProgressReport,
    Request,
    Review,
)
from apps.measures.models.states import Basis
from apps.measures.operations import (
    approve_report,
    record_paper_decision,
    return_report,
    withdraw_review,
)
from apps.measures.permissions import may_record_decision, may_review, may_withdraw

WAITING = "WAITING"


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


class DecidedRow(serializers.Serializer[Any]):
    request = serializers.IntegerField()
    decision = serializers.IntegerField()
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

    @extend_schema(
        request=Nothing, responses=ReviewedRow, parameters=[IF_MATCH, ONCE], filters=False
    )
    @action(detail=True, methods=["post"], url_path="withdraw-review", pagination_class=None)
    def withdraw_review(self, request: Call, pk: str) -> HttpResponse:
        """Take one's verdict back within ten seconds; If-Match as for the verdict."""
        return once(request, lambda: self._take_back(request, pk))

    def _review(self, request: Call, pk: str, body: Any, operation: Any) -> Done:
        related = ("measure__lead", "measure__parent__lead")
        report = get_object_or_404(self.one(pk).select_related(*related))
        may_review(self.standing, report.measure, report).or_refuse()
        said = body_of(request, body)
        review = operation(report, **said, seen=seen_of(request), by=self.standing, at=now())
        return _reviewed(review)

    def _take_back(self, request: Call, pk: str) -> Done:
        """The verdict that stands on the report, withdrawn."""
        related = ("report__measure__lead", "report__measure__parent__lead")
        standing = Review.objects.in_force().filter(report__in=self.one(pk).values("pk"))
        review = get_object_or_404(standing.select_related(*related))
        may_withdraw(self.standing, review.report.measure, review).or_refuse()
        body_of(request, Nothing)
        return _reviewed(withdraw_review(review, seen=seen_of(request), by=self.standing, at=now()))


def _reviewed(review: Review) -> Done:
    """With the version that the verdict itself made of the measure."""
    report = review.report
    row = {"report": report.pk, "outcome": review.outcome}
    return Done(row, version=report.measure.version)


class Requests(OnMeasures):
    """Requests, with what was decided."""

    serializer_class = RequestRow
    table = Request
    filterset = RequestFilter
    always = ("evidence",)
    orders = {"id": "pk", "asked_at": "asked_at"}

    @extend_schema(
        request=RecordingDecision,
        responses={201: DecidedRow},
        parameters=[IF_MATCH, ONCE],
        filters=False,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def paper(self, request: Call, pk: str) -> HttpResponse:
        """Put a decision on paper on record; If-Match names the version of its measure."""
        return once(request, lambda: self._on_paper(request, pk))

    def _on_paper(self, request: Call, pk: str) -> Done:
        asked = get_object_or_404(self.one(pk).select_related("measure__lead"))
        may_record_decision(self.standing, asked.measure, asked).or_refuse()
        said = body_of(request, RecordingDecision)
        decide = Action(said.pop("action"))
        _refuse_other(asked, decide)
        how: dict[str, Any] = {"seen": seen_of(request), "by": self.standing, "at": now()}
        made = record_paper_decision(asked.measure, decide, **said, **how)
        row = {"request": asked.pk, "decision": made.pk, "outcome": made.outcome}
        return Done(row, 201, made.request.measure.version)


def _refuse_other(asked: Request, decide: Action) -> None:
    """The paper decides this request, and not another one on the same measure."""
    if DECIDES[decide].kind != asked.kind:
        raise RuleBroken(_("Choose what was decided."), field="action")
    if not Request.objects.waiting().filter(pk=asked.pk).exists():
        raise RuleBroken(_("This has been decided meanwhile."))


class Deadlines(OnMeasures):
    """The ledger of deadlines that moved."""

    serializer_class = DeadlineRow
    table = DeadlineChange
    orders = {"id": "pk", "decided_at": "decided_at"}
