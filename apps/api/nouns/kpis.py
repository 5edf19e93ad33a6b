"""Indicators, what they are to be, and their figures. Each sees those of its places."""

from typing import Any

import django_filters
from django.db.models import Case, F, Q, QuerySet, When
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from apps.accounts.models import Resource
from apps.agencies.models import Level
from apps.api.clock import now
from apps.api.nouns.entering import ATOMIC, Figures, OneFigure, ResultRow, ResultsRow, Sheaf
from apps.api.nouns.finding import ByWords, by_choice, by_code, by_id
from apps.api.nouns.references import AgencyRef, CodeRef
from apps.api.shapes import Noun
from apps.api.views import NounView
from apps.api.writing import ONCE, Done, body_of, once
from apps.dashboards.row_versions import at_end_of, end_of
from apps.kpis.models import COLLECTED, Observation, Sight, Target, Vintage
from apps.kpis.models.choices import Basis, Comparator, Curve, Direction, OverDistricts, OverTime
from apps.kpis.periods import Frequency


class KpiRow(Noun):
    """What is measured, and by what arithmetic."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    level = serializers.ChoiceField(choices=Level.choices)
    unit = serializers.CharField()
    places = serializers.IntegerField()
    direction = serializers.ChoiceField(choices=Direction.choices)
    basis = serializers.ChoiceField(choices=Basis.choices)
    is_rate = serializers.BooleanField()
    over_time = serializers.ChoiceField(choices=OverTime.choices)
    over_districts = serializers.ChoiceField(choices=OverDistricts.choices)
    numerator = CodeRef(allow_null=True)
    denominator = CodeRef(allow_null=True)
    frequency = serializers.ChoiceField(choices=Frequency.choices)
    scope = serializers.CharField()
    origin = serializers.CharField()
    caution = serializers.CharField()
    owner = AgencyRef(allow_null=True)
    retired_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class TargetRow(Noun):
    """What an indicator is to be in a period; neither district nor agency is the whole."""

    id = serializers.IntegerField()
    kpi = CodeRef()
    district_id = serializers.IntegerField(allow_null=True)
    agency_id = serializers.IntegerField(allow_null=True)
    item_id = serializers.IntegerField(allow_null=True)
    period = serializers.CharField()
    comparator = serializers.ChoiceField(choices=Comparator.choices)
    low = serializers.DecimalField(20, 4, allow_null=True)
    high = serializers.DecimalField(20, 4, allow_null=True)
    text = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    curve = serializers.ChoiceField(choices=Curve.choices)
    policy = CodeRef(allow_null=True)
    number = serializers.IntegerField()
    at = serializers.DateTimeField()


class ObservationRow(Noun):
    """A figure as it was handed in or stated; a later row corrects it."""

    id = serializers.IntegerField()
    kpi = CodeRef()
    district_id = serializers.IntegerField(allow_null=True)
    agency_id = serializers.IntegerField(allow_null=True)
    item_id = serializers.IntegerField(allow_null=True)
    period = serializers.CharField()
    value = serializers.DecimalField(20, 4, allow_null=True)
    qualifier = serializers.CharField()
    vintage = serializers.ChoiceField(choices=Vintage.choices)
    note = serializers.CharField()
    submission_id = serializers.IntegerField(allow_null=True)
    review = serializers.ChoiceField(
        source="submission.review.outcome", choices=["APPROVED", "RETURNED"], allow_null=True
    )
    at = serializers.DateTimeField()


class ObservationThen(ObservationRow):
    """As it was known at the end of a day: a review of later on was none yet."""

    annotated = {
        "review": lambda on: Case(
            When(submission__review__at__lt=end_of(on), then=F("submission__review__outcome"))
        )
    }


class KpiFilter(ByWords):
    code = by_code()
    frequency = by_choice("frequency", Frequency.choices, _("frequency"))
    owner = by_id("owner_id", _("Agency"))


class PlacedFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    kpi = by_id("kpi_id", _("indicator"))
    district = by_id("district_id", _("District"))
    agency = by_id("agency_id", _("Agency"))
    period = django_filters.CharFilter("period", label=_("period"), max_length=7)
    from_period = django_filters.CharFilter("period", "gte", label=_("period"), max_length=7)


class Kpis(NounView):
    """The indicators that this caller is shown."""

    resource = Resource.KPIS
    serializer_class = KpiRow
    filterset = KpiFilter
    orders = {"id": "pk", "code": "code"}
    versioned = True
    versions = "kpis.KpiEvent"

    def visible(self) -> "QuerySet[Any]":
        return Sight.of(self.standing).kpis()

    def visible_then(self, ids: Any = None) -> "QuerySet[Any]":
        """Whether figures were collected of it, and whether there were any, is that day's."""
        versions = at_end_of(self.day.on, self.versions, ids=ids)
        collected = versions.filter(COLLECTED).values("pgh_obj_id")
        mine = Sight.of(self.standing).kpis_among(collected, by=self.day.as_of)
        return versions.filter(pgh_obj_id__in=mine.order_by().values("pk"))


class Targets(NounView):
    """The targets that hold."""

    resource = Resource.KPIS
    serializer_class = TargetRow
    filterset = PlacedFilter
    orders = {"id": "pk", "period": "period"}
    dated = True

    def visible(self) -> "QuerySet[Any]":
        holding = Target.objects.holding(self.day.as_of)
        rows: QuerySet[Any] = holding.filter(Sight.of(self.standing).rows())
        return rows


class Observations(NounView):
    """Figures that count, and those of one's own that wait for review or were returned."""

    resource = Resource.KPIS
    serializer_class = ObservationRow
    filterset = PlacedFilter
    orders = {"id": "pk", "period": "period"}
    dated = True

    @property
    def serializer_then(self) -> type[Noun]:
        return ObservationThen

    def visible(self) -> "QuerySet[Any]":
        sight, moment = Sight.of(self.standing), self.day.as_of
        seen = Observation.objects.filter(sight.rows())
        if moment is not None:
            seen = seen.filter(at__lte=moment)
        if sight.is_all:
            return seen
        counting = Observation.objects.in_effect(moment).order_by().values("pk")
        own = Q(submission__agency__in=sight.agencies) | Q(kpi__owner__in=sight.agencies)
        return seen.filter(Q(pk__in=counting) | own)

    @extend_schema(request=OneFigure, responses={201: ResultRow}, parameters=[ONCE])
    def create(self, request: Request) -> HttpResponse:
        """Hand in one figure for its owner's review."""
        return once(request, lambda: self._enter_one(request))

    @extend_schema(request=Figures, responses={200: ResultsRow}, parameters=[ONCE], filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def bulk(self, request: Request) -> HttpResponse:
        """Hand in up to 5,000 figures, all or none or as many as can be."""
        return once(request, lambda: self._enter_many(request))

    def _enter_one(self, request: Request) -> Done:
        said = body_of(request, OneFigure)
        sheaf = Sheaf(said["agency"], said["note"], self.standing, now())
        sheaf.hand_in([said], all_or_none=True)
        return Done(sheaf.results(1)[0], 201)

    def _enter_many(self, request: Request) -> Done:
        said = body_of(request, Figures)
        sheaf = Sheaf(said["agency"], said["note"], self.standing, now())
        sheaf.hand_in(said["items"], all_or_none=said["mode"] == ATOMIC)
        results = sheaf.results(len(said["items"]))
        refused = len(sheaf.refused)
        counts = {"accepted": len(results) - refused, "refused": refused}
        return Done({**counts, "results": results})
