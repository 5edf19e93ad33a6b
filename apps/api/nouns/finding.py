"""Filters of nouns that no page of the web filters: by an id, a code, a day, a word of a few."""

from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from apps.core.search import words_of

BOUNDS = [MinValueValidator(0), MaxValueValidator(10**18)]


def by_id(column: str, label: Any) -> django_filters.NumberFilter:
    """A row that the column names by its id; one that is not there names nothing."""
    return django_filters.NumberFilter(column, label=label, decimal_places=0, validators=BOUNDS)


def by_choice(column: str, choices: Any, label: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(field_name=column, choices=choices, label=label)


def by_code() -> django_filters.CharFilter:
    return django_filters.CharFilter("code", label=_("code"), max_length=80)


def since(column: str, label: Any) -> django_filters.IsoDateTimeFilter:
    return django_filters.IsoDateTimeFilter(column, "gte", label=label)


def until(column: str, label: Any) -> django_filters.IsoDateTimeFilter:
    return django_filters.IsoDateTimeFilter(column, "lt", label=label)


class ByWords(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """What people search by words, found by words."""

    q = django_filters.CharFilter(method="by_words", label=_("Words"), max_length=100)

    def by_words(self, rows: Any, name: str, words: str) -> Any:
        found = words_of(words)
        return rows.matching(found) if found else rows.none()
