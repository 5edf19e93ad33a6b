"""Indicators of the cast, and figures that are handed in and approved by the operations."""

from datetime import datetime
from decimal import Decimal

from apps.accounts.models import Membership, User
from apps.agencies.models import District
from apps.core.actor import Role
from apps.kpis import operations
from apps.kpis.aggregation import Cell
from apps.kpis.models import (
    WHOLE,
    Breakdown,
    BreakdownItem,
    Kpi,
    KpiClause,
    KpiMeasure,
    Place,
    Submission,
)
from apps.kpis.operations import Aim, Entry
from apps.kpis.periods import Period
from apps.measures.models import Measure
from apps.policies.models import Clause
from tests.conftest import Cast

JANUARY, FEBRUARY = Period.parse("2026-01"), Period.parse("2026-02")
YEAR = Period.parse("2026")


def owner_of(cast: Cast) -> None:
    """The bureau owns indicators: somebody there reviews their figures."""
    if "owner" not in cast.users:
        cast.users["owner"] = User.objects.create(username="owner", name="owner")
        Membership.objects.create(
            user=cast.users["owner"],
            agency=cast.agencies["bureau"],
            role=Role.KPI_OWNER,
            from_on=cast.today.replace(year=2025),
        )


def a_kpi(cast: Cast, code: str = "k", **said) -> Kpi:
    """Monthly, added up over time and districts, owned by the bureau."""
    owner_of(cast)
    usual = {"over_time": "SUM", "over_districts": "SUM", "frequency": "MONTHLY"}
    usual |= {"owner": cast.agencies["bureau"], "name": f"指标 {code}"}
    kpi = Kpi(code=code, **usual | said)
    return operations.define_kpi(kpi, definition="口径", by=cast["supervisor"], at=cast.at())


def huangpu() -> Place:
    return Place(district_id=District.objects.get(adcode="440112").pk)


def another_district() -> Place:
    said = {"adcode": "440113", "name": "番禺区", "position": 9}
    return Place(district_id=District.objects.get_or_create(adcode="440113", defaults=said)[0].pk)


def entered(
    cast: Cast,
    kpi: Kpi,
    *entries: Entry,
    by: str = "liaison",
    agency: str = "bureau",
    at: datetime | None = None,
) -> Submission:
    """Handed in, as seen by somebody who looked just now."""
    seen = operations.last_entered(kpi, [entry.cell(kpi) for entry in entries])
    handed_in = operations.enter_observations(
        kpi, entries, agency=cast.agencies[agency], seen=seen, by=cast[by], at=at or cast.at()
    )
    return handed_in.submission


def known(cast: Cast, kpi: Kpi, *entries: Entry, at: datetime | None = None) -> Submission:
    """Handed in and approved."""
    submission = entered(cast, kpi, *entries, at=at)
    operations.review_observations(submission, "APPROVED", by=cast["owner"], at=at or cast.at())
    return submission


def entry(value, period: Period = JANUARY, place: Place | None = None, **said) -> Entry:
    number = None if value is None else Decimal(value)
    return Entry(period, number, place or huangpu(), **said)


def cell(kpi: Kpi, period: Period = JANUARY, place: Place = WHOLE) -> Cell:
    return Cell(kpi.pk, period, place)


def aimed(cast: Cast, kpi: Kpi, aim: Aim | None = None, **said):
    """The supervisor sets a target of the whole for the year."""
    aim = aim or Aim("AT_LEAST", low=Decimal(100), period=YEAR)
    usual = {"seen": 0, "by": cast["supervisor"], "at": cast.at()}
    return operations.set_target(kpi, aim, **usual | said)


def measured(cast: Cast, measure: Measure, clause: Clause) -> Kpi:
    """An indicator with a row in each of its tables."""
    parts = Breakdown.objects.create(code="b", name="行业")
    BreakdownItem.objects.create(breakdown=parts, code="b/1", name="一", position=1)
    kpi = a_kpi(cast, breakdown=parts)
    aimed(cast, kpi)
    said = {"seen": 0, "by": cast["supervisor"], "at": cast.at()}
    operations.set_baseline(kpi, Decimal(1), period=YEAR.moved(-1), **said)
    known(cast, kpi, entry(1))
    operations.close_period(kpi, JANUARY, **said)
    KpiMeasure.objects.create(kpi=kpi, measure=measure)
    KpiClause.objects.create(kpi=kpi, clause=clause)
    return kpi
