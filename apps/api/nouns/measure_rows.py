"""What rows of measures say: where each stands, whose it is, by when, and why its light shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, JSONObject
from rest_framework import serializers

from apps.api.nouns.measure_clocks import CLOCK, ClockRow, told_from
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.shapes import Derived, Noun
from apps.measures.lights import REASONS, Light, light_expression
from apps.measures.models import Measure, MeasureClause, Milestone, State, Support
from apps.measures.models.states import Basis, Cadence

REASON_CODES = tuple(name.removesuffix("_from_on") for name in REASONS)
RUNNING = (State.ISSUED, State.IN_PROGRESS)
OF_ROW = Q(measure=OuterRef("pk"))


def _reasons(values: tuple[Any, ...], on: date) -> list[dict[str, Any]]:
    """Each reason that holds on the day, and since when; the worst first."""
    state, *since = values
    if state not in RUNNING:
        return []
    pairs = zip(REASON_CODES, since, strict=True)
    return [{"code": code, "since": day} for code, day in pairs if day and day <= on]


def supporters_of(given: "QuerySet[Any]") -> Any:
    """The supporting agencies of each row, from the table of support or from its versions."""
    named = JSONObject(
        id="agency_id", code="agency__code", name="agency__name", name_en="agency__name_en"
    )
    return ArraySubquery(given.order_by("agency_id").values_list(named))


def clauses_of(carried: "QuerySet[Any]") -> Any:
    """The clauses that each row carries out, likewise."""
    said = JSONObject(id="clause_id", code="clause__code")
    return ArraySubquery(carried.order_by("clause_id").values_list(said))


def milestones_of(steps: "QuerySet[Any]") -> Any:
    """The steps of each row that were not dropped, likewise."""
    said = JSONObject(
        id="id",
        title="title",
        due_on=Cast("due_on", CharField()),
        weight="weight",
        reached_in="reached_in_id",
    )
    in_order = steps.filter(dropped_in=None).order_by("due_on", "id")
    return ArraySubquery(in_order.values_list(said))


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
    clock = ClockRow(required=False)

    annotated = {
        "clock": told_from,
        "light": lambda on: light_expression(on=on),
        "supporters": lambda on: supporters_of(Support.objects.filter(OF_ROW)),
        "clauses": lambda on: clauses_of(MeasureClause.objects.filter(OF_ROW)),
        "milestones": lambda on: milestones_of(Milestone.objects.filter(OF_ROW)),
    }
    derived = {"reasons": Derived(("state", *REASONS), _reasons), "clock": CLOCK}
    expandable: Sequence[str] = ("clauses", "milestones", "clock")
