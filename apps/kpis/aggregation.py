"""How figures of parts make one of the whole: over time, over places, over a breakdown.

Nothing here asks the database. A `Sheet` holds the effective figures of some indicators, and
`Sheet.figure(cell)` says what a cell is: as it was stated, else computed from its parts, and how
the two differ. A difference is shown, never corrected. Empty is not 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kpis.models import WHOLE, Basis, Kpi, OverDistricts, OverTime, Place
from apps.kpis.periods import Frequency, Period

Value = Decimal | None


class Way(models.TextChoices):
    """Along what a computed figure was put together."""

    RATIO = "RATIO", _("From numerator and denominator")
    PLACES = "PLACES", _("From the districts")
    PARTS = "PARTS", _("From the parts of the breakdown")
    TIME = "TIME", _("From shorter periods")


@dataclass(frozen=True)
class Cell:
    """One figure's place: of an indicator, in a period; `item_id` None is all its parts."""

    kpi_id: int
    period: Period
    place: Place = WHOLE
    item_id: int | None = None


@dataclass(frozen=True)
class Computed:
    """What the parts make together: `have` of them, `of` that there should be."""

    way: Way
    value: Decimal
    have: int
    of: int

    @property
    def is_complete(self) -> bool:
        return self.have == self.of


@dataclass(frozen=True)
class Difference:
    """A figure as stated differs from what its parts make: by so much, stated less computed."""

    way: Way
    computed: Decimal
    by: Decimal


@dataclass(frozen=True)
class Figure:
    """What a cell is. `computed` holds each way there is, complete or not."""

    stated: Value = None
    computed: tuple[Computed, ...] = ()
    places: int | None = None
    """To so many decimal places means and ratios are compared; None: exactly."""

    @property
    def value(self) -> Value:
        """As stated, else as computed, from all of the parts rather than from some."""
        if self.stated is not None:
            return self.stated
        return self.best.value if self.best else None

    @property
    def best(self) -> Computed | None:
        complete = (one for one in self.computed if one.is_complete)
        return next(complete, self.computed[0] if self.computed else None)

    @property
    def is_complete(self) -> bool:
        """Whether nothing of it is missing."""
        return self.stated is not None or bool(self.best and self.best.is_complete)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the whole as stated is not what all its parts make."""
        if self.stated is None:
            return ()
        found = (self._compared(one, self.stated) for one in self.computed if one.is_complete)
        return tuple(one for one in found if one.by)

    def _compared(self, one: Computed, stated: Decimal) -> Difference:
        if self.places is None:
            return Difference(one.way, one.value, stated - one.value)
        near, said = rounded(one.value, self.places), rounded(stated, self.places)
        return Difference(one.way, near, said - near)


# --- Arithmetic ---------------------------------------------------------------------------


def rounded(value: Decimal, places: int) -> Decimal:
    """As people round: half away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def ratio(numerator: Value, denominator: Value, factor: Decimal = Decimal(1)) -> Value:
    """Numerator over denominator times a factor; nothing by nothing or by 0."""
    if numerator is None or not denominator:
        return None
    return factor * numerator / denominator


def weighted_mean(pairs: Iterable[tuple[Decimal, Decimal]]) -> Value:
    """Of pairs of a value and its weight."""
    known = list(pairs)
    weights = sum((weight for _value, weight in known), Decimal(0))
    return ratio(sum((value * weight for value, weight in known), Decimal(0)), weights)


def since_january(values: Sequence[Decimal]) -> list[Decimal]:
    """Figures of the periods of a year, as running totals."""
    return list(accumulate(values))


def of_periods(totals: Sequence[Decimal]) -> list[Decimal]:
    """Running totals of a year, as figures of its periods."""
    return [now - before for now, before in zip(totals, [Decimal(0), *totals], strict=False)]


def over_time(rule: str, values: Sequence[Value]) -> tuple[Value, int, int]:
    """The value of a period from those of its parts in order; how many count, and of how many."""
    known = [value for value in values if value is not None]
    if not known:
        return None, 0, len(values)
    if rule == OverTime.LAST:
        return known[-1], int(values[-1] is not None), 1
    total = sum(known, Decimal(0))
    mean = rule == OverTime.MEAN
    return total / len(known) if mean else total, len(known), len(values)


# --- The sheet ----------------------------------------------------------------------------


@dataclass
class Sheet:
    """The effective figures of some indicators, and what follows from them.

    `kpis` holds also those that others are computed from. `districts` are the places that the
    whole of each is made of; `districts_of` says to which an agency's figures belong. Where
    somebody sees some places only, the sheet has only those, and totals are theirs.
    """

    kpis: Mapping[int, Kpi]
    stated: Mapping[Cell, Decimal]
    districts: Mapping[int, Sequence[Place]] = field(default_factory=dict)
    districts_of: Mapping[int, int | None] = field(default_factory=dict)
    _made: dict[Cell, Figure] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._places: dict[int, set[Place]] = {}
        self._items: dict[int, set[int]] = {}
        for cell in self.stated:
            self._places.setdefault(cell.kpi_id, set()).add(cell.place)
            if cell.item_id is not None:
                self._items.setdefault(cell.kpi_id, set()).add(cell.item_id)

    def figure(self, cell: Cell) -> Figure:
        """What the cell is, with what its parts make."""
        if cell not in self._made:
            kpi = self.kpis[cell.kpi_id]
            exact = kpi.over_districts == OverDistricts.SUM and kpi.over_time != OverTime.MEAN
            computed = tuple(self._computed(kpi, cell))
            self._made[cell] = Figure(
                self.stated.get(cell), computed, None if exact else kpi.places
            )
        return self._made[cell]

    def value(self, cell: Cell) -> Value:
        return self.figure(cell).value

    def of_period(self, cell: Cell) -> Value:
        """What the period itself added, of a figure since January; of others the figure."""
        before = cell.period.previous
        if self.kpis[cell.kpi_id].basis != Basis.CUMULATIVE or before is None:
            return self.value(cell)
        now, then = self.value(cell), self.value(_at(cell, period=before))
        return None if now is None or then is None else now - then

    def since_january(self, cell: Cell) -> Value:
        """The running total of the year up to the period; nothing when a part is missing."""
        if self.kpis[cell.kpi_id].basis != Basis.PERIOD:
            return self.value(cell)
        values = [
            self.value(_at(cell, period=part))
            for part in cell.period.of_year.parts(cell.period.months)
            if part.number <= cell.period.number
        ]
        return None if None in values else sum(filter(None, values), Decimal(0))

    def places_below(self, kpi_id: int, place: Place) -> list[Place]:
        """What a place's figures are made of: the whole of districts, or of agencies where only
        these have figures; a district of the agencies in it that have figures.
        """
        if place.agency_id:
            return []
        known = self._places.get(kpi_id, set())
        agencies = [p for p in known if p.agency_id]
        if place.district_id:
            return [p for p in agencies if self._district_of(p) == place.district_id]
        districts = self.districts.get(kpi_id, ())
        free = [p for p in agencies if not self._district_of(p)]
        return free if free and known.isdisjoint(districts) else list(districts)

    def _district_of(self, place: Place) -> int | None:
        return self.districts_of.get(place.agency_id or 0)

    def _computed(self, kpi: Kpi, cell: Cell) -> Iterable[Computed]:
        """Each way there is. Periods count where some are stated, or where nothing else does:
        else they would say once more what the districts say.
        """
        if kpi.is_computed:
            found = [self._by_ratio(kpi, cell)]
        else:
            found = [self._by_places(kpi, cell), self._by_parts(kpi, cell)]
            shorter = self._shorter(kpi, cell)
            if any(part in self.stated for part in shorter) or not any(found):
                found.append(self._by_time(kpi, shorter))
        return filter(None, found)

    def _by_places(self, kpi: Kpi, cell: Cell) -> Computed | None:
        if kpi.over_districts == OverDistricts.NONE:
            return None
        below = [_at(cell, place=place) for place in self.places_below(kpi.pk, cell.place)]
        if kpi.over_districts == OverDistricts.WEIGHTED_MEAN:
            return self._by_weight(kpi, below)
        return self._added(Way.PLACES, below)

    def _by_weight(self, kpi: Kpi, below: list[Cell]) -> Computed | None:
        weight = kpi.weight
        if weight is None or weight.scope != kpi.scope:
            return None
        weights = [_at(cell, kpi_id=weight.pk, item_id=None) for cell in below]
        mean = weighted_mean(self._pairs(below, weights))
        return _made(Way.PLACES, mean, len(self._pairs(below, weights, whole=True)), len(below))

    def _by_parts(self, kpi: Kpi, cell: Cell) -> Computed | None:
        """Of a breakdown, what has figures at all: a part that is empty here is not missing."""
        if cell.item_id is not None or kpi.over_districts != OverDistricts.SUM:
            return None
        parts = [_at(cell, item_id=item) for item in self._items.get(kpi.pk, ())]
        found = [part for part in parts if self.value(part) is not None]
        return self._added(Way.PARTS, found)

    def _by_time(self, kpi: Kpi, parts: list[Cell]) -> Computed | None:
        """What is itself missing a part is missing here."""
        if not parts:
            return None
        figures = [self.figure(part) for part in parts]
        value, _have, of = over_time(kpi.over_time, [figure.value for figure in figures])
        counted = figures[-of:]  # where the last one counts, that one
        whole = sum(figure.value is not None and figure.is_complete for figure in counted)
        return _made(Way.TIME, value, whole, of)

    def _shorter(self, kpi: Kpi, cell: Cell) -> list[Cell]:
        months = Frequency(kpi.frequency).months
        if not 0 < months < cell.period.months:
            return []
        return [_at(cell, period=part) for part in cell.period.parts(months)]

    def _by_ratio(self, kpi: Kpi, cell: Cell) -> Computed | None:
        """Numerator and denominator are each made up first; where either has holes, only of the
        places, else the periods, that have both. Two scopes are never divided by each other.
        """
        above, below = kpi.numerator, kpi.denominator
        if above is None or below is None or above.scope != below.scope:
            return None
        top, bottom = _at(cell, kpi_id=above.pk), _at(cell, kpi_id=below.pk)
        if self.figure(top).is_complete and self.figure(bottom).is_complete:
            return _made(Way.RATIO, ratio(self.value(top), self.value(bottom), kpi.factor), 1, 1)
        tried = (self._by_both(kpi, tops, bottoms) for tops, bottoms in self._both(top, bottom))
        return next((one for one in tried if one), None)

    def _both(self, top: Cell, bottom: Cell) -> Iterable[tuple[list[Cell], list[Cell]]]:
        above, below = self.kpis[top.kpi_id], self.kpis[bottom.kpi_id]
        if above.over_districts == below.over_districts == OverDistricts.SUM:
            places = self.places_below(above.pk, top.place)
            yield [_at(top, place=p) for p in places], [_at(bottom, place=p) for p in places]
        if above.over_time == below.over_time == OverTime.SUM:
            yield self._shorter(above, top), self._shorter(below, bottom)

    def _by_both(self, kpi: Kpi, tops: list[Cell], bottoms: list[Cell]) -> Computed | None:
        if len(tops) != len(bottoms):
            return None
        pairs = self._pairs(tops, bottoms, whole=True)
        above = sum((one for one, _other in pairs), Decimal(0))
        below = sum((other for _one, other in pairs), Decimal(0))
        return _made(Way.RATIO, ratio(above, below, kpi.factor), len(pairs), len(tops))

    def _pairs(
        self, ones: list[Cell], others: list[Cell], *, whole: bool = False
    ) -> list[tuple[Decimal, Decimal]]:
        """The cells that have both values; with `whole`, and nothing missing from either."""
        figures = [(self.figure(a), self.figure(b)) for a, b in zip(ones, others, strict=True)]
        return [
            (a.value, b.value)
            for a, b in figures
            if a.value is not None
            and b.value is not None
            and (not whole or (a.is_complete and b.is_complete))
        ]

    def _added(self, way: Way, cells: list[Cell]) -> Computed | None:
        """What is itself missing a part is missing a part here."""
        figures = [figure for cell in cells if (figure := self.figure(cell)).value is not None]
        total = sum((figure.value or Decimal(0) for figure in figures), Decimal(0))
        whole = sum(figure.is_complete for figure in figures)
        return _made(way, total if figures else None, whole, len(cells))


def _made(way: Way, value: Value, have: int, of: int) -> Computed | None:
    return None if value is None else Computed(way, value, have, of)


def _at(cell: Cell, **other: object) -> Cell:
    """The cell beside it."""
    said = {
        "kpi_id": cell.kpi_id,
        "period": cell.period,
        "place": cell.place,
        "item_id": cell.item_id,
    }
    return Cell(**said | other)  # type: ignore[arg-type]  # the fields of a cell
