"""Figures that look odd: asked about when they are entered, never blocked."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kpis.aggregation import Cell, Sheet
from apps.kpis.models import Basis, Kpi

MOST, LEAST = Decimal(2), Decimal("0.5")
"""More than twice the figure before, or less than half of it, is asked about."""


class Oddity(models.TextChoices):
    JUMP = "JUMP", _("More than twice the figure before, or less than half of it.")
    FALLING = "FALLING", _("Less than the total of the period before.")
    NEGATIVE = "NEGATIVE", _("Negative, though it never was.")


@dataclass(frozen=True)
class Query:
    """A question about one figure: what it is now and what it was before."""

    cell: Cell
    oddity: Oddity
    value: Decimal
    before: Decimal


def query_about(sheet: Sheet, kpi: Kpi, cell: Cell, value: Decimal) -> Query | None:
    """What is odd about a figure, compared with the period before; the sheet has that one."""
    earlier = Cell(cell.kpi_id, cell.period.moved(-1), cell.place, cell.item_id)
    before = sheet.value(earlier)
    if before is None:
        return None
    if value < 0 <= before:
        return Query(cell, Oddity.NEGATIVE, value, before)
    if kpi.basis == Basis.CUMULATIVE and cell.period.previous:
        if value < before:
            return Query(cell, Oddity.FALLING, value, before)
        added, added_before = value - before, sheet.of_period(earlier)
        odd = added_before is not None and _jumps(added, added_before)
        return Query(cell, Oddity.JUMP, value, before) if odd else None
    same_length = kpi.basis != Basis.CUMULATIVE  # January's total follows on December's
    return (
        Query(cell, Oddity.JUMP, value, before) if same_length and _jumps(value, before) else None
    )


def _jumps(value: Decimal, before: Decimal) -> bool:
    return before > 0 and not before * LEAST <= value <= before * MOST
