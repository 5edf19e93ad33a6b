"""Indicators as lists show them: the last figure known, and how far it is on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kpis.aggregation import Cell, Figure, Sheet
from apps.kpis.figures import effective, in_years, made_sheet
from apps.kpis.models import WHOLE, Kpi, Place, Sight
from apps.kpis.periods import Frequency, Period
from apps.kpis.progress import Progress, current, progress_of
from apps.measures.lights import Light
from apps.measures.models import current_thresholds


@dataclass(frozen=True)
class Last:
    """The last figure of a place."""

    figure: Figure
    period: Period


@dataclass(frozen=True)
class Row:
    """An indicator with what is known of it."""

    kpi: Kpi
    last: Last | None
    progress: Progress | None
    is_aimed: bool
    to_enter: bool
    to_review: int

    @property
    def light(self) -> str:
        found = self.progress.attainment.light if self.progress else None
        return found.value if found else ""

    @property
    def reasons(self) -> Sequence[str | Promise]:
        return why_light(self.progress) if self.progress else ()


def rows(
    kpis: Sequence[Kpi], sight: Sight, *, on: date, entering: set[int], reviewing: dict[int, int]
) -> list[Row]:
    """A constant number of queries for all of them. Load the indicators `with_arithmetic()`."""
    known = last_figures(kpis, sight, on=on)
    targets = progress_of(kpis, on=on, thresholds=current_thresholds(on=on), sight=sight)
    aims = chosen(current(targets, on=on))
    aimed = {one.kpi.pk for one in targets if one.attainment.is_computable}
    return [
        Row(
            kpi,
            known.get(kpi.pk),
            aims.get(kpi.pk),
            kpi.pk in aimed,
            kpi.pk in entering,
            reviewing.get(kpi.pk, 0),
        )
        for kpi in kpis
    ]


def chosen(progress: Sequence[Progress]) -> dict[int, Progress]:
    """Of each indicator the target of the whole, else of the only place there is one of."""
    found: dict[int, Progress] = {}
    for one in sorted(progress, key=lambda each: each.target.place != WHOLE):
        if one.target.item_id is None:
            found.setdefault(one.kpi.pk, one)
    return found


def last_figures(
    kpis: Sequence[Kpi], sight: Sight, *, on: date, place: Place = WHOLE
) -> dict[int, Last]:
    """The last figure of a place: of what is stated once whenever, else of two years."""
    recent = in_years([Period.holding(on, 12), Period.holding(on, 12).moved(-1)])
    ids = {kpi.pk for kpi in kpis}
    for kpi in kpis:
        ids |= {pk for pk in (kpi.numerator_id, kpi.denominator_id, kpi.weight_id) if pk}
    known = effective(ids, Q(kpi__frequency=Frequency.ONCE) | recent, sight=sight)
    sheet = made_sheet(kpis, known, sight)
    found = ((kpi.pk, last_of(sheet, kpi, place)) for kpi in kpis)
    return {pk: last for pk, last in found if last}


def last_of(sheet: Sheet, kpi: Kpi, place: Place) -> Last | None:
    """The last period with nothing missing, else the last with anything."""
    incomplete = None
    for period in periods_of(sheet, kpi):
        figure = sheet.figure(Cell(kpi.pk, period, place))
        if figure.value is not None and figure.is_complete:
            return Last(figure, period)
        if figure.value is not None and incomplete is None:
            incomplete = Last(figure, period)
    return incomplete


def periods_of(sheet: Sheet, kpi: Kpi) -> list[Period]:
    """Those with a figure of it or of what it is computed from, the last first."""
    ids = {kpi.pk, kpi.numerator_id, kpi.denominator_id}
    found = {cell.period for cell in sheet.stated if cell.kpi_id in ids}
    return sorted(found, key=lambda period: (-period.last_month, period.months))


def why_light(progress: Progress) -> list[str | Promise]:
    """The light in words: where it is and where it ought to be."""
    found = progress.attainment
    if found.light is None:
        return []
    if found.behind is None or found.light is Light.GREEN:
        met = _("The target is met.") if found.is_met else _("On the way to the target.")
        return [met]
    said = _("%(points)s percentage points behind what is expected.")
    return (
        [str(said) % {"points": f"{found.behind:.1f}"}]
        if found.behind > 0
        else [_("The target is not met.")]
    )
