"""Two periods of an indicator side by side: by how much a figure changed, and what is not compared.

Only what is complete in both periods is compared: else a hole would look like a fall. A rate
changes by percentage points and never by percent. What comes of a division is compared as it is
told, so that whoever subtracts on paper finds the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kpis.aggregation import Cell, Figure, Sheet, Value, rounded
from apps.kpis.models import WHOLE, Basis, Kpi, OverDistricts, Place
from apps.kpis.periods import Period


class Unlike(models.TextChoices):
    """Why two periods say nothing about each other."""

    SAME = "SAME", _("This is twice the same period.")
    LENGTHS = "LENGTHS", _("Periods of different lengths are not compared.")
    STRETCHES = (
        "STRETCHES",
        _("Running totals are compared within a year, or with the same months of another year."),
    )


@dataclass(frozen=True)
class Pair:
    """The periods that are compared, the earlier one first as it was asked for."""

    before: Period
    after: Period

    def unlike(self, kpi: Kpi) -> Unlike | None:
        """Why they are not compared, None where they are."""
        before, after = self.before, self.after
        if before == after:
            return Unlike.SAME
        if before.months != after.months:
            return Unlike.LENGTHS
        is_apart = before.year != after.year and before.number != after.number
        return Unlike.STRETCHES if is_apart and kpi.basis == Basis.CUMULATIVE else None


@dataclass(frozen=True)
class Change:
    """A figure in both periods. `by` is later less earlier, of a rate in percentage points."""

    before: Figure
    after: Figure
    by: Value = None
    percent: Value = None
    """Of the earlier figure; nothing of a rate, and nothing where that was 0 or less."""


@dataclass(frozen=True)
class Common:
    """The sums of those places alone that are complete in both periods: `have` of `of`."""

    change: Change
    have: int
    of: int


def change(kpi: Kpi, before: Figure, after: Figure) -> Change:
    """What changed between two figures of an indicator."""
    earlier, later = _whole(kpi, before), _whole(kpi, after)
    if earlier is None or later is None:
        return Change(before, after)
    by = later - earlier
    is_told_in_percent = not kpi.is_rate and earlier > 0
    return Change(before, after, by, 100 * by / earlier if is_told_in_percent else None)


def change_of(
    sheet: Sheet, kpi: Kpi, pair: Pair, place: Place, item_id: int | None = None
) -> Change:
    """What changed at a place. Periods that are unlike have figures and no change."""
    before, after = (
        sheet.figure(Cell(kpi.pk, period, place, item_id)) for period in (pair.before, pair.after)
    )
    return Change(before, after) if pair.unlike(kpi) else change(kpi, before, after)


def common(sheet: Sheet, kpi: Kpi, pair: Pair, item_id: int | None = None) -> Common | None:
    """Where a sum of places misses some of them in either period: that of those with both."""
    whole = change_of(sheet, kpi, pair, WHOLE, item_id)
    is_needed = not (whole.before.is_complete and whole.after.is_complete)
    if kpi.over_districts != OverDistricts.SUM or pair.unlike(kpi) or not is_needed:
        return None
    places = sheet.places_below(kpi.pk, WHOLE)
    found = [change_of(sheet, kpi, pair, place, item_id) for place in places]
    both = [one for one in found if one.by is not None]
    if not both:
        return None
    made = change(kpi, _sum(one.before for one in both), _sum(one.after for one in both))
    return Common(made, len(both), len(places))


def _whole(kpi: Kpi, figure: Figure) -> Value:
    if figure.value is None or not figure.is_complete:
        return None
    return rounded(figure.value, kpi.places) if kpi.is_divided else figure.value


def _sum(figures: Iterable[Figure]) -> Figure:
    return Figure(stated=sum((figure.value or Decimal(0) for figure in figures), Decimal(0)))
