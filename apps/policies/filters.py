"""Finding policies; shared by every face."""

import django_filters
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Level
from apps.core.search import words_of
from apps.policies.models import Policy, PolicyQuerySet


class PolicyFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """By words of its name, number or issuer, and by what it is."""

    q = django_filters.CharFilter(
        method="with_words", label=_("Name, number or issuer"), max_length=100
    )
    use = django_filters.ChoiceFilter(choices=Policy.Use.choices, label=_("use"))
    level = django_filters.ChoiceFilter(
        choices=Level.choices, label=_("level"), empty_label=_("All levels")
    )

    class Meta:
        model = Policy
        fields = ["use", "level"]

    def with_words(self, policies: PolicyQuerySet, name: str, words: str) -> PolicyQuerySet:
        """Every word stands somewhere in what a policy is called or known by."""
        found = words_of(words)
        return policies.matching(found) if found else policies.none()
