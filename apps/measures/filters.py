"""Which measures somebody asks for: the whitelisted filters, shared by every face."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.measures.lights import Light, in_light
from apps.measures.models import MeasureClause, State
from apps.measures.models.measure import MeasureQuerySet
from apps.policies.models import Policy


class MeasureFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Words, light (on the day `on`), state, lead with its subtree, policy."""

    q = django_filters.CharFilter(method="by_words", label=_("Code or title"), max_length=100)
    light = django_filters.ChoiceFilter(
        method="by_light", label=_("Light"), choices=Light.choices, empty_label=_("All")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=State.choices, empty_label=_("All")
    )
    lead = django_filters.ModelChoiceFilter(
        method="by_lead",
        label=_("Lead agency"),
        queryset=Agency.objects.all(),
        empty_label=_("All"),
    )
    policy = django_filters.ModelChoiceFilter(
        method="by_policy", label=_("Policy"), queryset=Policy.objects.all(), empty_label=_("All")
    )

    def __init__(self, data: Any, *, queryset: MeasureQuerySet, on: date) -> None:
        super().__init__(data, queryset=queryset)
        self.on = on

    def by_words(self, measures: MeasureQuerySet, name: str, words: str) -> MeasureQuerySet:
        """Each word stands in the code or in one of the titles."""
        for word in words.split():
            measures = measures.filter(
                Q(code__istartswith=word) | Q(title__icontains=word) | Q(title_en__icontains=word)
            )
        return measures

    def by_light(self, measures: MeasureQuerySet, name: str, light: str) -> MeasureQuerySet:
        return measures.filter(in_light(Light(light), on=self.on))

    def by_lead(self, measures: MeasureQuerySet, name: str, agency: Agency) -> MeasureQuerySet:
        """Led by the agency or by one below it."""
        return measures.led_by([agency.pk])

    def by_policy(self, measures: MeasureQuerySet, name: str, policy: Policy) -> MeasureQuerySet:
        """Carries out a clause of the policy."""
        carried = MeasureClause.objects.filter(measure=OuterRef("pk"), clause__policy=policy)
        return measures.filter(Exists(carried))
