"""Figures of the dashboards, counted for this caller from the measures that it sees."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Resource
from apps.api.asked import AS_OF, day_asked, refuse_unknown
from apps.api.clock import today
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.openapi import OF_A_DAY
from apps.api.views import ApiView
from apps.dashboards import agencies, queries
from apps.dashboards.days import Day
from apps.measures.lights import Light

DAY = OpenApiParameter(AS_OF, OpenApiTypes.DATE, description=OF_A_DAY)


class LedRow(serializers.Serializer[Any]):
    """What is led at one place: top-level measures, or parts of others. The two are never added."""

    lights = serializers.DictField(child=serializers.IntegerField())
    ever_overdue = serializers.IntegerField()
    ever_returned = serializers.IntegerField()
    completed = serializers.IntegerField()
    on_time_original = serializers.IntegerField()
    on_time_granted = serializers.IntegerField()


class AgencyFigures(serializers.Serializer[Any]):
    """An agency with those below it, by what they lead today, in the order of the tree."""

    agency = AgencyRef()
    depth = serializers.IntegerField()
    top = LedRow()
    parts = LedRow()


class CoverageFigures(serializers.Serializer[Any]):
    """How far the actionable clauses of a policy are carried out; `uncovered` is null for whoever
    does not see enough to say so.
    """

    policy = CodeRef()
    actionable = serializers.IntegerField()
    carried_out = serializers.IntegerField()
    only_drafted = serializers.IntegerField()
    behind = serializers.IntegerField()
    uncovered = serializers.IntegerField(allow_null=True)
    unreadable = serializers.IntegerField()
    unknown = serializers.IntegerField()
    to_be_entered = serializers.IntegerField()
    measures = serializers.DictField(child=serializers.IntegerField())


class Figures(ApiView):
    """How things stand, as numbers: nothing is ranked."""

    resource = Resource.DASHBOARDS
    serializer_class = AgencyFigures

    @extend_schema(responses=AgencyFigures(many=True), parameters=[DAY], filters=False)
    @action(detail=False, pagination_class=None)
    def agencies(self, request: Request) -> Response:
        """What each agency leads, and what stays true of it."""
        day = self._day()
        shown = agencies.pages_of(self.standing)
        return Response(
            [
                {
                    "agency": _ref(each.agency),
                    "depth": each.depth,
                    "top": _led(each.top),
                    "parts": _led(each.parts),
                }
                for each in agencies.figures(shown, self.standing, on=day.on, is_past=day.is_past)
            ]
        )

    @extend_schema(responses=CoverageFigures(many=True), parameters=[DAY], filters=False)
    @action(detail=False, pagination_class=None)
    def policies(self, request: Request) -> Response:
        """How far each policy that obliges is carried out."""
        day = self._day()
        obliging = list(day.obliging().order_by("code"))
        found = queries.coverages(obliging, self.standing, on=day.on, is_past=day.is_past)
        return Response(
            [
                {
                    "policy": {"id": policy.pk, "code": policy.code},
                    **asdict(found[policy.pk]),
                    "measures": _lights(found[policy.pk].measures),
                }
                for policy in obliging
            ]
        )

    def _day(self) -> Day:
        refuse_unknown(self.request.GET, ("format", AS_OF))
        return day_asked(self.request.GET, today())


def _ref(agency: Any) -> dict[str, Any]:
    said = {name: getattr(agency, name) for name in ("code", "name", "name_en")}
    return {"id": agency.pk, **said}


def _led(led: agencies.Led) -> dict[str, Any]:
    return asdict(led) | {"lights": _lights(led.lights)}


def _lights(tally: Any) -> dict[str, int]:
    return {str(light): tally[light] for light in Light}
