"""Indicators and targets made in memory: the arithmetic asks no database."""

from decimal import Decimal

from apps.kpis.aggregation import Cell, Sheet
from apps.kpis.models import WHOLE, Kpi, Place, Target
from apps.kpis.periods import Period

A, B, C = Place(district_id=1), Place(district_id=2), Place(district_id=3)


def kpi(pk: int = 1, **said) -> Kpi:
    usual = {"over_time": "SUM", "over_districts": "SUM", "frequency": "MONTHLY", "places": 1}
    return Kpi(pk=pk, code=f"k{pk}", name=f"k{pk}", **usual | said)


def cell(period: str, place: Place = WHOLE, *, of: int = 1, item: int | None = None) -> Cell:
    return Cell(of, Period.parse(period), place, item)


def sheet(*kpis: Kpi, districts=(A, B), districts_of=None, **figures) -> Sheet:
    """Figures by place: sheet(kpi(), A={"2026-01": 5}); those of an indicator: A1, A2."""
    stated = {}
    for name, said in figures.items():
        place, of = PLACES[name[0]], int(name[1:] or 1)
        for period, value in said.items():
            stated[cell(period, place, of=of)] = Decimal(value)
    whole = {one.pk: list(districts) for one in kpis}
    return Sheet({one.pk: one for one in kpis}, stated, whole, districts_of or {})


PLACES = {"A": A, "B": B, "C": C, "W": WHOLE}


def target(comparator: str = "AT_LEAST", low=None, high=None, **said) -> Target:
    numbers = {"low": low, "high": high}
    numbers = {name: None if n is None else Decimal(n) for name, n in numbers.items()}
    return Target(comparator=comparator, **numbers, **{"period": "2026"} | said)
