"""Where indicators stood when progress began to be counted. Each sees those of its places."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from apps.accounts.models import Resource
from apps.api.nouns.kpis import PlacedFilter
from apps.api.nouns.references import CodeRef
from apps.api.shapes import Noun
from apps.api.views import NounView
from apps.kpis.models import Baseline, Sight


class BaselineRow(Noun):
    """A value at the end of a period; neither district nor agency is the whole."""

    id = serializers.IntegerField()
    kpi = CodeRef()
    district_id = serializers.IntegerField(allow_null=True)
    agency_id = serializers.IntegerField(allow_null=True)
    item_id = serializers.IntegerField(allow_null=True)
    period = serializers.CharField()
    value = serializers.DecimalField(20, 4)
    number = serializers.IntegerField()
    at = serializers.DateTimeField()


class Baselines(NounView):
    """The baselines that hold."""

    resource = Resource.KPIS
    serializer_class = BaselineRow
    filterset = PlacedFilter
    orders = {"id": "pk", "period": "period"}
    dated = True

    def visible(self) -> "QuerySet[Any]":
        holding = Baseline.objects.holding(self.day.as_of)
        rows: QuerySet[Any] = holding.filter(Sight.of(self.standing).rows())
        return rows
