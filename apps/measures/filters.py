"""Which measures somebody asks for: the whitelisted filters, shared by every face."""

import calendar
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.functional import cached_property
from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, District
from apps.core.search import words_of
from apps.measures.lights import Light, in_light
from apps.measures.models import Measure, MeasureClause, MeasureProblem, Review, State, Support
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.models.states import OPEN, UNISSUED
from apps.measures.periods import week_end
from apps.policies.models import Clause, Policy, Problem

NONE = "none"
"""As a value: those that have no lead, or no district."""
OWED = (State.ISSUED, State.IN_PROGRESS)


class Phase(TextChoices):
    """The states in three parts."""

    NOT_ISSUED = "NOT_ISSUED", _("Not issued yet")
    OPEN = "OPEN", _("Open")
    ENDED = "ENDED", _("Completed or cancelled")


class Due(TextChoices):
    """Deadlines by name, of what is still owed. Weeks begin on Monday.

    Overdue is what the light says: workdays in completion review are not the lead's.
    """

    OVERDUE = "OVERDUE", _("Overdue")
    THIS_WEEK = "THIS_WEEK", _("This week")
    THIS_MONTH = "THIS_MONTH", _("This month")
    NONE = "NONE", _("No deadline")


class Place(TextChoices):
    """Where a measure stands when it was broken down. Headlines count top-level ones."""

    TOP = "TOP", _("Top-level measures")
    PART = "PART", _("Parts of a measure")


class OnTime(TextChoices):
    """How a completed measure is judged, by the day of the application that was granted."""

    ON_TIME = "ON_TIME", _("Completed on time")
    LATE = "LATE", _("Completed late")


class YesNo(TextChoices):
    YES = "YES", _("Yes")
    NO = "NO", _("No")


PHASES = {
    Phase.NOT_ISSUED: Q(state__in=UNISSUED),
    Phase.OPEN: Q(state__in=OPEN),
    Phase.ENDED: ~Q(state__in=(*UNISSUED, *OPEN)),
}
DUE: dict[Due, Callable[[date], Q]] = {
    Due.OVERDUE: lambda on: Q(overdue_from_on__lte=on, state__in=OWED),
    Due.THIS_WEEK: lambda on: Q(due_on__range=_week_of(on), state__in=OWED),
    Due.THIS_MONTH: lambda on: Q(due_on__range=_month_of(on), state__in=OWED),
    Due.NONE: lambda on: Q(due_on__isnull=True),
}


def choice(kind: type[TextChoices], label: Any, **how: Any) -> django_filters.ChoiceFilter:
    """One of the values of a kind, or all."""
    return django_filters.ChoiceFilter(
        choices=kind.choices, label=label, empty_label=_("All"), **how
    )


def _row(rows: Any, label: Any, method: str, **how: Any) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        queryset=rows, label=label, method=method, empty_label=_("All"), null_value=NONE, **how
    )


def _agencies_of_districts() -> Any:
    return Agency.objects.filter(district__isnull=False).order_by()


def _agencies_of(district: Any) -> ArraySubquery:
    """Comes with the district: a list asks for what its filter names once."""
    return ArraySubquery(_agencies_of_districts().filter(district=district).values("pk"))


class MeasureFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """All filters of measures; lights and named deadlines are those of the day `on`.

    `beside` names what else may stand in the address. What cannot be meant is said in
    `sentences` and finds nothing: a mistyped filter must not look like a wide one.
    """

    q = django_filters.CharFilter(method="by_words", label=_("Code or title"), max_length=100)
    policy = _row(Policy.objects.all(), _("Policy"), "by_policy")
    clause = _row(Clause.objects.select_related("policy"), _("Clause with its parts"), "by_clause")
    lead = _row(Agency.objects.all(), _("Lead agency"), "by_lead", null_label=_("No lead yet"))
    supporter = _row(Agency.objects.all(), _("Supporting agency"), "by_supporter")
    district = _row(
        District.objects.defer("boundary").annotate(agency_ids=_agencies_of(OuterRef("pk"))),
        _("District"),
        "by_district",
        null_label=_("Not led by a district"),
    )
    problem = _row(Problem.objects.all(), _("Problem"), "by_problem")
    category = choice(Measure.Category, _("Chain category"))
    phase = choice(Phase, _("Open or ended"), method="by_phase")
    state = choice(State, _("State"))
    light = choice(Light, _("Light"), method="by_light")
    due = choice(Due, _("Deadline"), method="by_due")
    due_from = django_filters.DateFilter("due_on", "gte", label=_("Deadline from"))
    due_to = django_filters.DateFilter("due_on", "lte", label=_("Deadline to"))
    ever_overdue = choice(YesNo, _("Ever overdue"), method="by_ever_overdue")
    granted = choice(OnTime, _("By the granted deadline"), method="by_granted")
    original = choice(OnTime, _("By the original deadline"), method="by_original")
    returned = choice(YesNo, _("Ever had a report returned"), method="by_returned")
    place = choice(Place, _("Broken down"), method="by_place")
    restricted = choice(YesNo, _("Restricted"), method="by_restricted")

    def __init__(
        self, data: Any, *, queryset: MeasureQuerySet, on: date, beside: Collection[str] = ()
    ) -> None:
        super().__init__(data, queryset=queryset)
        self.on = on
        self.unknown = [name for name in self.data if name not in {*self.base_filters, *beside}]

    @cached_property
    def sentences(self) -> list[str]:
        """What is wrong with what was asked, for people."""
        errors = self.form.errors
        wrong = [
            _said("%(filter)s: %(what)s") % {"filter": self.form[name].label, "what": one}
            for name in errors
            for one in errors[name]
        ]
        said = _said("There is no filter “%(name)s” here.")
        return [*wrong, *(said % {"name": name[:40]} for name in self.unknown)]

    @property
    def qs(self) -> MeasureQuerySet:
        found: MeasureQuerySet = self.queryset.none() if self.sentences else super().qs
        return found

    def by_words(self, measures: MeasureQuerySet, name: str, words: str) -> MeasureQuerySet:
        """Each word stands in the code, in a title or in its pinyin initials."""
        found = words_of(words)
        return measures.matching(found) if found else measures.none()

    def by_policy(self, measures: MeasureQuerySet, name: str, policy: Policy) -> MeasureQuerySet:
        """Carries out a clause of the policy."""
        carried = MeasureClause.objects.filter(measure=OuterRef("pk"), clause__policy=policy)
        return measures.filter(Exists(carried))

    def by_clause(self, measures: MeasureQuerySet, name: str, clause: Clause) -> MeasureQuerySet:
        """Carries out the clause, or a part of it."""
        parts = Clause.objects.with_parts(clause.pk)
        carried = MeasureClause.objects.filter(measure=OuterRef("pk"), clause__in=parts)
        return measures.filter(Exists(carried))

    def by_lead(self, measures: MeasureQuerySet, name: str, agency: Any) -> MeasureQuerySet:
        """Led by the agency or by one below it."""
        if agency == NONE:
            return measures.filter(lead__isnull=True)
        return measures.led_by([agency.pk])

    def by_supporter(self, measures: MeasureQuerySet, name: str, agency: Agency) -> MeasureQuerySet:
        """Supported by the agency or by one below it."""
        given = Support.objects.filter(measure=OuterRef("pk"), agency__path__contains=[agency.pk])
        return measures.filter(Exists(given))

    def by_problem(self, measures: MeasureQuerySet, name: str, problem: Problem) -> MeasureQuerySet:
        """Addresses the problem, or its group as a whole."""
        meant = MeasureProblem.objects.filter(
            Q(problem=problem) | Q(problem=problem.group_id), measure=OuterRef("pk")
        )
        return measures.filter(Exists(meant))

    def by_district(self, measures: MeasureQuerySet, name: str, district: Any) -> MeasureQuerySet:
        """Led by an agency of the district or by one below it; being named is not leading."""
        if district == NONE:
            ids = list(_agencies_of_districts().values_list("pk", flat=True))
            return measures.filter(Q(lead__isnull=True) | ~Q(lead__path__overlap=ids))
        return measures.led_by(district.agency_ids)

    def by_phase(self, measures: MeasureQuerySet, name: str, phase: str) -> MeasureQuerySet:
        return measures.filter(PHASES[Phase(phase)])

    def by_light(self, measures: MeasureQuerySet, name: str, light: str) -> MeasureQuerySet:
        return measures.filter(in_light(Light(light), on=self.on))

    def by_due(self, measures: MeasureQuerySet, name: str, due: str) -> MeasureQuerySet:
        return measures.filter(DUE[Due(due)](self.on))

    def by_ever_overdue(self, measures: MeasureQuerySet, name: str, said: str) -> MeasureQuerySet:
        ever = measures.ever_overdue(on=self.on)
        return ever if said == YesNo.YES else measures.exclude(pk__in=ever.values("pk"))

    def by_granted(self, measures: MeasureQuerySet, name: str, judged: str) -> MeasureQuerySet:
        """Judged by the last deadline that was granted, or given with the issue."""
        on_time = judged == OnTime.ON_TIME
        return measures.on_time_granted() if on_time else measures.late_granted()

    def by_original(self, measures: MeasureQuerySet, name: str, judged: str) -> MeasureQuerySet:
        """Judged by the deadline given with the issue."""
        on_time = judged == OnTime.ON_TIME
        return measures.on_time_original() if on_time else measures.late_original()

    def by_returned(self, measures: MeasureQuerySet, name: str, said: str) -> MeasureQuerySet:
        back = Review.objects.ever_returned().order_by().values("report__measure")
        is_back = Q(pk__in=back)
        return measures.filter(is_back if said == YesNo.YES else ~is_back)

    def by_place(self, measures: MeasureQuerySet, name: str, place: str) -> MeasureQuerySet:
        if place == Place.TOP:
            return measures.top_level()
        return measures.filter(parent__isnull=False)

    def by_restricted(self, measures: MeasureQuerySet, name: str, said: str) -> MeasureQuerySet:
        return measures.filter(restricted=said == YesNo.YES)


def _week_of(on: date) -> tuple[date, date]:
    return on - timedelta(days=on.weekday()), week_end(on)


def _month_of(on: date) -> tuple[date, date]:
    last = calendar.monthrange(on.year, on.month)[1]
    return on.replace(day=1), on.replace(day=last)
