"""The figures that count, of many indicators, places and periods at once.

`sheet_of(kpis, periods, sight=...)` loads them in a constant number of queries; what it returns
answers for every cell without asking the database again:

    sheet = sheet_of(kpis, periods, sight=Sight.of(standing), as_of=None)
    figure = sheet.figure(Cell(kpi.pk, Period.parse("2026-Q1"), Place(district_id=3)))
    figure.value, figure.is_complete, figure.differences

`as_of` is a moment: what had been handed in and approved by then. It is what the cockpit of a
past day is made with. `sight.is_partial` says that totals are of the person's own places only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from apps.agencies.models import Agency, District
from apps.kpis.aggregation import Cell, Sheet
from apps.kpis.models import Kpi, Observation, OverDistricts, Place, Sight
from apps.kpis.periods import Period


@dataclass(frozen=True)
class Known:
    """An effective figure with where it comes from."""

    observation_id: int
    value: Decimal
    qualifier: str
    vintage: str
    confidence: str
    sources: tuple[str, ...]
    at: datetime


COLUMNS = (
    "kpi_id",
    "period",
    "district_id",
    "agency_id",
    "item_id",
    "id",
    "value",
    "qualifier",
    "vintage",
    "confidence",
    "sources",
    "at",
)


def effective(
    kpi_ids: Iterable[int], where: Q, *, sight: Sight, as_of: datetime | None = None
) -> dict[Cell, Known]:
    """The effective figure of each cell that has one. One query."""
    rows = Observation.objects.filter(where, sight.rows(), kpi_id__in=list(kpi_ids))
    found: dict[Cell, Known] = {}
    for row in rows.effective(as_of).values_list(*COLUMNS):
        kpi, period, district, agency, item, pk, value, qualifier, vintage, sure, sources, at = row
        if value is not None:
            cell = Cell(kpi, Period.parse(period), Place(district, agency), item)
            found[cell] = Known(pk, value, qualifier, vintage, sure, tuple(sources), at)
    return found


def known_figures(
    kpis: Iterable[Kpi],
    periods: Iterable[Period],
    *,
    sight: Sight,
    as_of: datetime | None = None,
) -> dict[Cell, Known]:
    """What is known of the years of these periods, with its provenance. One query."""
    return effective(_with_parts(kpis), in_years(periods), sight=sight, as_of=as_of)


def sheet_of(
    kpis: Iterable[Kpi],
    periods: Iterable[Period] | None,
    *,
    sight: Sight,
    as_of: datetime | None = None,
) -> Sheet:
    """The sheet of these indicators for the years of the periods; None: of all years.

    Load the indicators `with_arithmetic()`. Three queries at most.
    """
    listed = list(kpis)
    where = Q() if periods is None else in_years(periods)
    return made_sheet(
        listed, effective(_with_parts(listed), where, sight=sight, as_of=as_of), sight
    )


def made_sheet(kpis: Iterable[Kpi], known: Mapping[Cell, Known], sight: Sight) -> Sheet:
    """A sheet of figures that were loaded. Two queries at most."""
    of = _with_parts(kpis)
    agencies = {pk for cell in known if (pk := cell.place.agency_id)}
    districts_of = Agency.objects.filter(pk__in=agencies).values_list("pk", "district_id")
    return Sheet(
        kpis=of,
        stated={cell: one.value for cell, one in known.items()},
        districts=_districts(of.values(), sight),
        districts_of=dict(districts_of) if agencies else {},
    )


def in_years(periods: Iterable[Period]) -> Q:
    """Every period of the years that these lie in."""
    codes = [
        part.code
        for year in {period.of_year for period in periods}
        for months in (1, 3, 6, 12)
        for part in year.parts(months)
    ]
    return Q(period__in=codes)


def _with_parts(kpis: Iterable[Kpi]) -> dict[int, Kpi]:
    """The indicators, and those that they are computed from."""
    found: dict[int, Kpi] = {}
    for kpi in kpis:
        parts = (kpi.numerator, kpi.denominator, kpi.weight)
        found |= {one.pk: one for one in (*parts, kpi) if one is not None}
    return found


def _districts(kpis: Iterable[Kpi], sight: Sight) -> dict[int, list[Place]]:
    """What makes up the whole of each; of what is not seen as a whole, those that are seen."""
    added_up = [kpi for kpi in kpis if kpi.over_districts != OverDistricts.NONE]
    if not added_up:
        return {}
    everywhere = District.objects.order_by("position", "id").values_list("pk", flat=True)
    whole = [Place(pk) for pk in everywhere]
    seen = [place for place in whole if place.district_id in sight.districts]
    return {kpi.pk: whole if sight.is_all or sight.owns(kpi) else seen for kpi in added_up}
