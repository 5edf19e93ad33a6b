"""Which figures are owed, by whom: what an agency handed in before, it hands in again.

Nobody keeps a list of who fills what. The cells that an agency filled within the year before are
those it owes for the last period that has ended; an indicator that nobody has handed in yet is
its owner's to begin. Computed indicators and closed periods owe nothing.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.kpis.models import Kpi, Observation, PeriodClosing, Submission
from apps.kpis.models.kpi import KpiQuerySet
from apps.kpis.models.observation import ObservationQuerySet
from apps.kpis.periods import Frequency, Period
from apps.workdays.arithmetic import Calendar

ENTER_WITHIN = 7
"""Workdays after its end in which a period's figures are handed in."""
CLOSE_WITHIN = 15
"""Workdays after its end in which a period is closed."""
WRITERS = (Role.LIAISON, Role.DRAFTER)
COLLECTED = tuple(frequency for frequency in Frequency if frequency.months)


def last_ended(frequency: Frequency, *, on: date) -> Period:
    """The period whose figures are due: the last one that was over before the day."""
    return Period.holding(on, frequency.months).moved(-1)


def enter_by(period: Period, calendar: Calendar) -> date:
    return calendar.add(period.ends_on, ENTER_WITHIN)


def close_by(period: Period, calendar: Calendar) -> date:
    return calendar.add(period.ends_on, CLOSE_WITHIN)


def with_period(kpis: KpiQuerySet, *, on: date, calendar: Calendar) -> KpiQuerySet:
    """Adds `of_period`, the last period that is over, `since_period` a year before it, and the
    days `enter_by` and `close_by`.
    """
    return kpis.collected().annotate(
        of_period=_by_frequency(lambda f: last_ended(f, on=on).code, CharField()),
        since_period=_by_frequency(
            lambda f: last_ended(f, on=on).moved(-12 // f.months).code, CharField()
        ),
        enter_by=_by_frequency(lambda f: enter_by(last_ended(f, on=on), calendar), DateField()),
        close_by=_by_frequency(lambda f: close_by(last_ended(f, on=on), calendar), DateField()),
    )


def owed(*, on: date, calendar: Calendar) -> "QuerySet[Any, Any]":
    """A row for each indicator and agency that owes figures of `of_period`, as `for_agency`.

    Only the columns that are asked for with `values` make rows different: ask for both.
    """
    entered = with_period(Kpi.objects.all(), on=on, calendar=calendar).exclude(
        over_districts="RATIO"
    )
    of_agency = entered.annotate(
        for_agency=Coalesce(
            F("submissions__agency_id"), F("owner_id"), output_field=BigIntegerField()
        ),
        is_begun=Exists(Submission.objects.filter(kpi=OuterRef("pk"))),
    ).filter(for_agency__isnull=False)
    missing = Q(is_begun=False) | Exists(_missing())
    return of_agency.filter(missing, ~_is_closed()).order_by().distinct()


def to_enter(standing: Standing, *, on: date, calendar: Calendar) -> KpiQuerySet:
    """The indicators for which an agency that this person writes for owes figures."""
    mine = Agency.objects.filter(path__overlap=standing.agencies_of(WRITERS)).values("pk")
    rows = owed(on=on, calendar=calendar).filter(for_agency__in=mine)
    return Kpi.objects.filter(pk__in=rows.values("pk"))


def to_close(*, on: date, calendar: Calendar) -> KpiQuerySet:
    """The indicators with figures of `of_period`, none of which waits, that is not closed yet."""
    figures = Observation.objects.filter(kpi=OuterRef("pk"), period=OuterRef("of_period"))
    waiting = figures.filter(submission__isnull=False, submission__review__isnull=True)
    in_time = with_period(Kpi.objects.all(), on=on, calendar=calendar).exclude(
        over_districts="RATIO"
    )
    return in_time.filter(Exists(figures), ~Exists(waiting), ~_is_closed())


def _missing() -> "QuerySet[Any, Any]":
    """Cells of the outer row's agency with a figure within the year, and none of the period."""
    now = _by_cell(_counting()).filter(
        kpi=OuterRef("kpi"),
        period=OuterRef(OuterRef("of_period")),
        district_=OuterRef("district_"),
        agency_=OuterRef("agency_"),
        item_=OuterRef("item_"),
    )
    handed_in = Observation.objects.filter(
        kpi=OuterRef("pk"),
        submission__agency_id=OuterRef("for_agency"),
        value__isnull=False,
        period__gte=OuterRef("since_period"),
    )
    came_back = Q(submission__review__outcome="RETURNED")
    before = ~came_back & Q(period__lt=OuterRef("of_period"))
    returned = came_back & Q(period=OuterRef("of_period"))
    return _by_cell(handed_in.filter(before | returned)).filter(~Exists(now))


def _counting() -> ObservationQuerySet:
    return Observation.objects.exclude(submission__review__outcome="RETURNED")


def _by_cell(rows: ObservationQuerySet) -> "QuerySet[Any, Any]":
    """With the cell's parts so that they can be compared: 0 where there is none."""
    return rows.annotate(
        district_=Coalesce("district_id", 0),
        agency_=Coalesce("agency_id", 0),
        item_=Coalesce("item_id", 0),
    )


def _is_closed() -> Exists:
    """The last word on the period was to close it."""
    said = PeriodClosing.objects.filter(kpi=OuterRef("kpi"), period=OuterRef("period"))
    opened = Exists(said.filter(number=OuterRef("number") + 1))
    closed = PeriodClosing.objects.filter(
        ~opened, kpi=OuterRef("pk"), period=OuterRef("of_period"), is_closed=True
    )
    return Exists(closed)


def _by_frequency(said: Callable[[Frequency], Any], kind: Any) -> Case:
    cases = (When(frequency=f, then=Value(said(f))) for f in COLLECTED)
    return Case(*cases, output_field=kind)
