"""Who can be responsible, and where: agencies and districts."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.models import Resource
from apps.agencies.models import Agency, Confidence, District, Level
from apps.api.asked import fields_asked
from apps.api.nouns.finding import ByWords, by_choice, by_code, by_id
from apps.api.renderers import CSV, JSON, XLSX, GeoJSON
from apps.api.shapes import Noun
from apps.api.views import NounView


class DistrictRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    adcode = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class AgencyRow(Noun):
    """A node of the tree of offices; `path` are the ids from the root down to it."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    short_name = serializers.CharField()
    short_name_en = serializers.CharField()
    kind = serializers.ChoiceField(choices=Agency.Kind.choices)
    level = serializers.ChoiceField(choices=Level.choices)
    parent_id = serializers.IntegerField(allow_null=True)
    district = DistrictRef(allow_null=True)
    path = serializers.ListField(child=serializers.IntegerField())
    confirms_reports = serializers.BooleanField()
    version = serializers.IntegerField()


class DistrictRow(Noun):
    """A district of the city; `boundary` is a GeoJSON geometry."""

    id = serializers.IntegerField()
    adcode = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    position = serializers.IntegerField()
    confidence = serializers.ChoiceField(choices=Confidence.choices)
    version = serializers.IntegerField()
    boundary = serializers.DictField(allow_null=True, required=False)

    expandable = ("boundary",)


class AgencyFilter(ByWords):
    code = by_code()
    kind = by_choice("kind", Agency.Kind.choices, _("kind"))
    level = by_choice("level", Level.choices, _("level"))
    parent = by_id("parent_id", _("superior agency"))
    district = by_id("district_id", _("District"))


class Agencies(NounView):
    resource = Resource.AGENCIES
    serializer_class = AgencyRow
    filterset = AgencyFilter
    orders = {"id": "pk", "code": "code"}
    versioned = True

    def visible(self) -> "QuerySet[Any]":
        return Agency.objects.all()


class Districts(NounView):
    """Districts; as `application/geo+json` a collection of features with their boundaries."""

    resource = Resource.AGENCIES
    serializer_class = DistrictRow
    filterset = ByWords
    orders = {"id": "pk", "adcode": "adcode", "position": "position"}
    versioned = True
    renderer_classes = [JSON, CSV, XLSX, GeoJSON]

    def visible(self) -> "QuerySet[Any]":
        return District.objects.all()

    def chosen_fields(self) -> tuple[str, ...]:
        """A feature without its boundary would be none."""
        is_map = isinstance(self.request.accepted_renderer, GeoJSON)
        chosen = fields_asked(self.request.GET, DistrictRow)
        return (*chosen, "boundary") if is_map and "boundary" not in chosen else chosen
