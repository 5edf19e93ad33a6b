"""Measures: where each stands, whose it is, by when, and why its light is what it is."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet
from django.db.models.functions import Cast, JSONObject
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Resource
from apps.api.asked import refuse_unknown
from apps.api.clock import today
from apps.api.nouns.acts import OfferRow, address_of, attach_acts
from apps.api.nouns.drafting import WithDrafting
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.nouns.report_drafts import WithDraft
from apps.api.shapes import Derived, Noun
from apps.api.views import NounView
from apps.measures.filters import MeasureFilter
from apps.measures.lifecycle import Action, label_of
from apps.measures.lights import REASONS, Light, light_expression
from apps.measures.models import Measure, MeasureClause, Milestone, State, Support
from apps.measures.models.states import Basis, Cadence
from apps.measures.operations.offering import offers

REASON_CODES = tuple(name.removesuffix("_from_on") for name in REASONS)
RUNNING = (State.ISSUED, State.IN_PROGRESS)


def _reasons(values: tuple[Any, ...], on: date) -> list[dict[str, Any]]:
    """Each reason that holds on the day, and since when; the worst first."""
    state, *since = values
    if state not in RUNNING:
        return []
    pairs = zip(REASON_CODES, since, strict=True)
    return [{"code": code, "since": day} for code, day in pairs if day and day <= on]


def _supporters(on: date) -> Any:
    named = JSONObject(
        id="agency_id", code="agency__code", name="agency__name", name_en="agency__name_en"
    )
    given = Support.objects.filter(measure=OuterRef("pk")).order_by("agency_id")
    return ArraySubquery(given.values_list(named))


def _clauses(on: date) -> Any:
    carried = MeasureClause.objects.filter(measure=OuterRef("pk")).order_by("clause_id")
    return ArraySubquery(carried.values_list(JSONObject(id="clause_id", code="clause__code")))


def _milestones(on: date) -> Any:
    said = JSONObject(
        id="pk",
        title="title",
        due_on=Cast("due_on", CharField()),
        weight="weight",
        reached_in="reached_in_id",
    )
    steps = Milestone.objects.filter(measure=OuterRef("pk"), dropped_in=None).order_by(
        "due_on", "pk"
    )
    return ArraySubquery(steps.values_list(said))


class ReasonRow(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=REASON_CODES)
    since = serializers.DateField()


class StepRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    due_on = serializers.DateField()
    weight = serializers.IntegerField()
    reached_in = serializers.IntegerField(allow_null=True)


class MeasureRow(Noun):
    """A measure as it stands today."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    category = serializers.ChoiceField(choices=Measure.Category.choices, allow_blank=True)
    state = serializers.ChoiceField(choices=State.choices)
    light = serializers.ChoiceField(choices=Light.choices)
    reasons = ReasonRow(many=True)
    lead = AgencyRef(allow_null=True)
    supporters = AgencyRef(many=True)
    parent_id = serializers.IntegerField(allow_null=True)
    weight = serializers.IntegerField()
    basis = serializers.ChoiceField(choices=Basis.choices)
    target_quantity = serializers.DecimalField(18, 4, allow_null=True)
    quantity_unit = serializers.CharField()
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    standing = serializers.BooleanField()
    restricted = serializers.BooleanField()
    reported_progress = serializers.DecimalField(5, 2)
    approved_progress = serializers.DecimalField(5, 2)
    due_on = serializers.DateField(allow_null=True)
    original_due_on = serializers.DateField(allow_null=True)
    extensions = serializers.IntegerField()
    issued_on = serializers.DateField(allow_null=True)
    acknowledge_due_on = serializers.DateField(allow_null=True)
    acknowledged_on = serializers.DateField(allow_null=True)
    next_report_due_on = serializers.DateField(allow_null=True)
    review_waiting_since = serializers.DateTimeField(allow_null=True)
    completion_applied_on = serializers.DateField(allow_null=True)
    completion_verified_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    suspended_on = serializers.DateField(allow_null=True)
    review_on = serializers.DateField(allow_null=True)
    cancelled_on = serializers.DateField(allow_null=True)
    first_overdue_on = serializers.DateField(allow_null=True)
    changed_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    clauses = CodeRef(many=True, required=False)
    milestones = StepRow(many=True, required=False)

    annotated = {
        "light": lambda on: light_expression(on=on),
        "supporters": _supporters,
        "clauses": _clauses,
        "milestones": _milestones,
    }
    derived = {"reasons": Derived(("state", *REASONS), _reasons)}
    expandable = ("clauses", "milestones")


@attach_acts
class Measures(WithDrafting, WithDraft, NounView):
    """What this caller sees of measures, as `visible_to` says it for every face."""

    resource = Resource.MEASURES
    serializer_class = MeasureRow
    filterset = MeasureFilter
    orders = {
        "id": "pk",
        "code": "code",
        "due_on": "due_key",
        "changed_at": "changed_at",
        "progress": "reported_progress",
    }
    usual_order = "code"
    always = ("clauses", "milestones")
    versioned = True

    def visible(self) -> "QuerySet[Any]":
        return Measure.objects.visible_to(self.standing)

    def made_filter(self, rows: Any) -> MeasureFilter:
        beside = [name for name in self.request.GET if name not in MeasureFilter.base_filters]
        return MeasureFilter(self.request.GET, queryset=rows, on=today(), beside=beside)

    @extend_schema(responses=OfferRow(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def actions(self, request: Request, pk: str) -> Response:
        """What this caller may do to the measure now, and why not the rest."""
        refuse_unknown(request.GET, ("format",))
        loaded = self.one(pk).select_related("lead", "parent__lead")
        measure = get_object_or_404(loaded.prefetch_related("supporters"))
        found = offers(self.standing, measure, among=Action, on=today())
        return Response(
            [
                {
                    "action": offer.action,
                    "name": str(label_of(offer.action, measure.state)),
                    "allowed": bool(offer.verdict),
                    "reason": str(offer.verdict.reason),
                    "address": address_of(offer.action, measure),
                }
                for offer in found
            ]
        )
