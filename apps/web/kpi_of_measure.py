"""The indicators that a measure is meant to move, with their last figures for its lead."""

from dataclasses import dataclass
from datetime import date

from apps.accounts.standing import Standing
from apps.kpis.models import WHOLE, Kpi, Place, Sight
from apps.kpis.models import Basis as OfKpi
from apps.kpis.models.kpi import KpiQuerySet
from apps.measures.models import Basis, Measure
from apps.web.kpi_rows import Last, last_figures

MOST = 10


@dataclass(frozen=True)
class Moved:
    """An indicator, and the last figure: of the lead's district where it has one, else in all."""

    kpi: Kpi
    last: Last | None


def moved_by(measure: Measure, standing: Standing, *, on: date) -> list[Moved]:
    """As far as this person sees them. One query where there are none, else a constant number."""
    linked = Kpi.objects.filter(moved_by__measure=measure)
    return _with_figures(linked, measure, standing, on)


def offered_as_quantity(measure: Measure, standing: Standing, *, on: date) -> list[Moved]:
    """Those counted in the measure's own unit: what is reported once is not to be typed again.

    A quantity counts from the beginning: what is of one period alone says nothing of it.
    """
    if measure.basis != Basis.QUANTITY:
        return []
    same = Kpi.objects.filter(moved_by__measure=measure, unit=measure.quantity_unit)
    same = same.exclude(basis=OfKpi.PERIOD)
    return [one for one in _with_figures(same, measure, standing, on) if one.last]


def _with_figures(
    linked: KpiQuerySet, measure: Measure, standing: Standing, on: date
) -> list[Moved]:
    if not linked.exists():
        return []
    sight = Sight.of(standing)
    seen = sight.kpis().filter(pk__in=linked.values("pk")).with_arithmetic()
    kpis = list(seen.order_by("code")[:MOST])
    lead = measure.lead
    place = Place(district_id=lead.district_id) if lead and lead.district_id else WHOLE
    figures = last_figures(kpis, sight, on=on, place=place)
    return [Moved(kpi, figures.get(kpi.pk)) for kpi in kpis]
