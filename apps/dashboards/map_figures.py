"""What the map of the districts can be coloured by, from the figures of indicators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from apps.dashboards.attaining import kpis_on
from apps.dashboards.days import Day
from apps.kpis.aggregation import Cell, Sheet, rounded
from apps.kpis.figures import sheet_of
from apps.kpis.models import WHOLE, Kpi, Observation, Place, Sight
from apps.kpis.periods import Period


@dataclass(frozen=True)
class DistrictFigures:
    """An indicator's last figures by district, and what they make together."""

    kpi: Kpi
    period: Period
    values: Mapping[int, Decimal]
    whole: Decimal | None
    is_whole_complete: bool


def with_districts(sight: Sight, day: Day) -> list[Kpi]:
    """The indicators with figures of districts that this person sees. Two queries."""
    known = Observation.objects.filter(sight.rows(), district__isnull=False).in_effect(day.as_of)
    having = set(known.order_by().values_list("kpi_id", flat=True).distinct())
    either = Q(pk__in=having) | Q(numerator__in=having, denominator__in=having)
    return list(kpis_on(day).filter(either).with_arithmetic())


def of_districts(
    kpi: Kpi, districts: Sequence[int], sight: Sight, day: Day
) -> DistrictFigures | None:
    """The last period, up to that day, in which most of the districts have a figure."""
    sheet = sheet_of([kpi], None, sight=sight, as_of=day.as_of)
    last = Period.holding(day.on, 1).last_month
    periods = {cell.period for cell in sheet.stated if cell.period.last_month <= last}
    best: DistrictFigures | None = None
    for period in sorted(periods, key=lambda p: (p.last_month, p.months)):
        made = _in_period(sheet, kpi, period, districts)
        if best is None or len(made.values) >= len(best.values):
            best = made
    return best if best and best.values else None


def _in_period(sheet: Sheet, kpi: Kpi, period: Period, districts: Sequence[int]) -> DistrictFigures:
    values = {pk: sheet.value(Cell(kpi.pk, period, Place(pk))) for pk in districts}
    whole = sheet.figure(Cell(kpi.pk, period, WHOLE))
    return DistrictFigures(
        kpi,
        period,
        {pk: value for pk, value in values.items() if value is not None},
        None if whole.value is None else rounded(whole.value, kpi.places),
        whole.is_complete,
    )
