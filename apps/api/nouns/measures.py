"""Measures: where each stands, whose it is, by when, and why its light is what it is."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Resource
from apps.api.asked import refuse_unknown
from apps.api.clock import today
from apps.api.nouns.acts import OfferRow, address_of, attach_acts
from apps.api.nouns.drafting import WithDrafting
from apps.api.nouns.measure_clocks import with_clocks
from apps.api.nouns.measure_rows import MeasureRow
from apps.api.nouns.measures_then import FilterThen, MeasureThen, measures_then
from apps.api.nouns.report_drafts import WithDraft
from apps.api.shapes import Noun, Row
from apps.api.views import NounView
from apps.measures.filters import MeasureFilter
from apps.measures.lifecycle import Action, label_of
from apps.measures.models import Measure
from apps.measures.operations.offering import offers


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
    always = ("clauses", "milestones", "clock")
    versioned = True
    versions = "measures.MeasureEvent"
    not_then = ("q", "returned")

    @property
    def serializer_then(self) -> type[Noun]:
        return MeasureThen

    def visible(self) -> "QuerySet[Any]":
        return Measure.objects.visible_to(self.standing)

    def visible_then(self, ids: Any = None) -> "QuerySet[Any]":
        found: QuerySet[Any] = measures_then(self.standing, self.day, ids)
        return found

    def finished(self, rows: Sequence[Row]) -> Sequence[Row]:
        return with_clocks(rows, self.day.on)

    def made_filter(self, rows: Any) -> MeasureFilter:
        beside = [name for name in self.request.GET if name not in MeasureFilter.base_filters]
        kind = FilterThen if self.day.is_past else MeasureFilter
        return kind(self.request.GET, queryset=rows, on=self.day.on, beside=beside)

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
