"""Finding indicators; shared by every face."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.search import words_of
from apps.kpis.models import Kpi, Sight, Submission, Target
from apps.kpis.models.kpi import KpiQuerySet
from apps.kpis.owed import to_enter
from apps.kpis.periods import Frequency
from apps.workdays.arithmetic import Calendar


class Waiting(TextChoices):
    """What of an indicator waits for the person who asks."""

    ANY = "ANY", _("Anything waiting for me")
    ENTER = "ENTER", _("Figures to enter")
    REVIEW = "REVIEW", _("Figures to review")


class Aimed(TextChoices):
    """Whether an indicator has a target that attainment can be computed from."""

    YES = "YES", _("With a computable target")
    NO = "NO", _("No computable target set")


class KpiFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """By words of its name or code, its owner, how often it is collected, its target, and what
    waits for this person on the day.
    """

    q = django_filters.CharFilter(method="by_words", label=_("Name or code"), max_length=100)
    owner = django_filters.ModelChoiceFilter(
        queryset=Agency.objects.none(), label=_("KPI owner agency"), empty_label=_("All")
    )
    frequency = django_filters.ChoiceFilter(
        choices=Frequency.choices, label=_("Frequency"), empty_label=_("All")
    )
    target = django_filters.ChoiceFilter(
        choices=Aimed.choices, method="by_target", label=_("Target"), empty_label=_("All")
    )
    waits = django_filters.ChoiceFilter(
        choices=Waiting.choices, method="by_waiting", label=_("Waiting"), empty_label=_("All")
    )

    class Meta:
        model = Kpi
        fields = ["owner", "frequency"]

    def __init__(
        self, data: Any, *, standing: Standing, sight: Sight, on: date, calendar: Calendar
    ) -> None:
        seen = sight.kpis()
        super().__init__(data, queryset=seen)
        self.standing, self.sight, self.on, self.calendar = standing, sight, on, calendar
        owners = Agency.objects.filter(pk__in=seen.order_by().values("owner"))
        self.filters["owner"].queryset = owners

    def by_words(self, kpis: KpiQuerySet, name: str, words: str) -> KpiQuerySet:
        found = words_of(words)
        return kpis.matching(found) if found else kpis.none()

    def by_target(self, kpis: KpiQuerySet, name: str, asked: str) -> KpiQuerySet:
        return kpis.filter(aimed(self.sight) if asked == Aimed.YES else ~aimed(self.sight))

    def by_waiting(self, kpis: KpiQuerySet, name: str, asked: str) -> KpiQuerySet:
        return kpis.filter(waiting(asked, self.standing, on=self.on, calendar=self.calendar))


def aimed(sight: Sight) -> Exists:
    """A target with a number, of those that are seen, holds."""
    numbers = Q(low__isnull=False) | Q(high__isnull=False)
    holding = Target.objects.holding().filter(sight.rows(), numbers, kpi=OuterRef("pk"))
    return Exists(holding)


def waiting(what: str, standing: Standing, *, on: date, calendar: Calendar) -> Q:
    """Indicators of which something waits for this person: the list, and every count of it."""
    reviews = Q(pk__in=Submission.objects.for_review_by(standing).order_by().values("kpi"))
    entries = Q(pk__in=to_enter(standing, on=on, calendar=calendar).values("pk"))
    asked = {Waiting.ENTER: entries, Waiting.REVIEW: reviews}
    return asked[Waiting(what)] if what in asked else entries | reviews
