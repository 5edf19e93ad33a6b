"""How far many indicators are on the way to their targets, at once.

`progress_of(kpis, on=day, ...)` answers for every target of these indicators that is seen, in a
constant number of queries; `current` keeps of each place the one that is due next, and
`without_computable_target` names the indicators that have none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from apps.kpis.aggregation import Cell, Sheet, over_time
from apps.kpis.attainment import Attainment, Kind, Reached, Start, attain, end_month, kind_of
from apps.kpis.figures import effective, in_years, made_sheet
from apps.kpis.models import Baseline, Basis, Curve, Kpi, OverTime, Place, Sight, Target, TargetStep
from apps.kpis.periods import Frequency, Period
from apps.measures.models import Thresholds

Key = tuple[int, Place, int | None]


@dataclass(frozen=True)
class Progress:
    """One target, the figure that counts for it, and what that says."""

    kpi: Kpi
    target: Target
    reached: Reached | None
    start: Start | None
    attainment: Attainment

    @property
    def key(self) -> Key:
        return key_of(self.target)


def key_of(row: Target | Baseline) -> Key:
    return row.kpi_id, row.place, row.item_id


def progress_of(
    kpis: Iterable[Kpi],
    *,
    on: date,
    thresholds: Thresholds,
    sight: Sight,
    as_of: datetime | None = None,
) -> list[Progress]:
    """Every target that holds, with how far it is on that day. Six queries at most.

    Load the indicators `with_arithmetic()`. `as_of` is the moment up to which things are known.
    """
    of = {kpi.pk: kpi for kpi in kpis}
    targets = list(Target.objects.filter(sight.rows(), kpi__in=of).holding(as_of))
    aimed = {target.kpi_id: of[target.kpi_id] for target in targets}
    sheet = _sheet(aimed, targets, sight, as_of)
    starts, steps = _starts(aimed, sight, as_of), _steps(targets)
    today = Period.holding(on, 1).last_month
    made = []
    for target in targets:
        kpi = aimed[target.kpi_id]
        start = _start(starts.get(key_of(target), ()), target)
        reached = reached_by(sheet, kpi, target, until=today)
        attainment = attain(
            kpi,
            target,
            reached=reached,
            start=start,
            steps=steps.get(target.pk),
            thresholds=thresholds,
        )
        made.append(Progress(kpi, target, reached, start, attainment))
    return made


def current(progress: Iterable[Progress], *, on: date) -> list[Progress]:
    """Of each indicator, place and part the target due next, else the one that was due last."""
    today = Period.holding(on, 1).last_month
    by_key: dict[Key, list[Progress]] = defaultdict(list)
    for one in progress:
        by_key[one.key].append(one)
    return [min(some, key=lambda one: _nearness(one.target, today)) for some in by_key.values()]


def without_computable_target(kpis: Iterable[Kpi], progress: Iterable[Progress]) -> list[Kpi]:
    """The indicators that are listed as having no target that can be computed."""
    computable = {one.kpi.pk for one in progress if one.attainment.is_computable}
    return [kpi for kpi in kpis if kpi.pk not in computable]


def _nearness(target: Target, today: int) -> tuple[bool, int]:
    """Those still to come first, the next one of them; then the last one of the others."""
    end = end_month(target)
    if end is None:
        return True, 0
    return end < today, abs(end - today)


# --- The figure that counts ---------------------------------------------------------------


def reached_by(sheet: Sheet, kpi: Kpi, target: Target, *, until: int) -> Reached | None:
    """Of a flow or a mean, what came together in the target's period; else the last figure by its
    end.

    The last period with nothing missing, else the last with anything. `until` is a month.
    """
    if _comes_together(kpi) and target.period:
        return _came_together(sheet, kpi, target, until)
    end = end_month(target)
    return _last(sheet, kpi, target, until if end is None else min(end, until))


def _came_together(sheet: Sheet, kpi: Kpi, target: Target, until: int) -> Reached | None:
    period = Period.parse(target.period)
    whole = _cell(target, period)
    if whole in sheet.stated:
        return Reached(sheet.stated[whole], period)
    parts = [part for part in _parts(kpi, period) if part.last_month <= until]
    figures = [sheet.figure(_cell(target, part)) for part in parts]
    with_any = [n for n, figure in enumerate(figures) if figure.value is not None]
    if not with_any:
        return None
    complete = [n for n in with_any if figures[n].is_complete]
    last = (complete or with_any)[-1]
    counted = figures[: last + 1]
    value, have, of = over_time(kpi.over_time, [figure.value for figure in counted])
    whole_ones = have == of and all(f.is_complete for f in counted if f.value is not None)
    return None if value is None else Reached(value, parts[last], whole_ones)


def _parts(kpi: Kpi, period: Period) -> Sequence[Period]:
    """The periods with figures of their own up to its end; since January, of the year so far."""
    months = Frequency(kpi.frequency).months or period.months
    if kpi.basis == Basis.CUMULATIVE:
        months = min(months, period.months)
        parts = period.of_year.parts(months)
        return [part for part in parts if part.last_month <= period.last_month]
    return period.parts(months) or [period]


def _last(sheet: Sheet, kpi: Kpi, target: Target, until: int) -> Reached | None:
    found = None
    for period in _periods(sheet, kpi):
        figure = sheet.figure(_cell(target, period)) if period.last_month <= until else None
        if figure is None or figure.value is None:
            continue
        if figure.is_complete:
            return Reached(figure.value, period)
        found = found or Reached(figure.value, period, is_complete=False)
    return found


def _periods(sheet: Sheet, kpi: Kpi) -> list[Period]:
    """Those with any figure of it or of what it is computed from, the last first."""
    ids = {kpi.pk, kpi.numerator_id, kpi.denominator_id}
    found = {cell.period for cell in sheet.stated if cell.kpi_id in ids}
    return sorted(found, key=lambda period: (-period.last_month, period.months))


def _cell(target: Target, period: Period) -> Cell:
    return Cell(target.kpi_id, period, target.place, target.item_id)


# --- Loading ------------------------------------------------------------------------------


def _sheet(
    aimed: Mapping[int, Kpi], targets: Sequence[Target], sight: Sight, as_of: datetime | None
) -> Sheet:
    """Of flows and means the years of their targets; of everything else all years."""
    dated = {t.kpi_id: True for t in targets if _comes_together(aimed[t.kpi_id])}
    dated |= {t.kpi_id: False for t in targets if not t.period}
    flows = [pk for pk, is_dated in dated.items() if is_dated]
    periods = [Period.parse(t.period) for t in targets if t.kpi_id in flows]
    ids = set(aimed)
    for kpi in aimed.values():
        ids |= {pk for pk in (kpi.numerator_id, kpi.denominator_id, kpi.weight_id) if pk}
    where = ~Q(kpi_id__in=flows) | in_years(periods) if flows else Q()
    known = effective(ids, where, sight=sight, as_of=as_of)
    return made_sheet(aimed.values(), known, sight)


def _comes_together(kpi: Kpi) -> bool:
    """Whether its figure is made in the target's period alone."""
    is_mean = kpi.over_time == OverTime.MEAN and not kpi.is_computed
    return kind_of(kpi) is Kind.FLOW or is_mean


def _starts(
    aimed: Mapping[int, Kpi], sight: Sight, as_of: datetime | None
) -> dict[Key, list[Start]]:
    starts: dict[Key, list[Start]] = defaultdict(list)
    for row in Baseline.objects.filter(sight.rows(), kpi__in=aimed).holding(as_of):
        starts[key_of(row)].append(Start(row.value, Period.parse(row.period)))
    return starts


def _start(starts: Iterable[Start], target: Target) -> Start | None:
    """The last baseline before the target is due."""
    end = end_month(target)
    before = [one for one in starts if end is None or one.period.last_month < end]
    return max(before, key=lambda one: one.period.last_month, default=None)


def _steps(targets: Iterable[Target]) -> dict[int, dict[Period, Decimal]]:
    stepped = [target.pk for target in targets if target.curve == Curve.STEP]
    found: dict[int, dict[Period, Decimal]] = defaultdict(dict)
    if stepped:
        for step in TargetStep.objects.filter(target__in=stepped):
            found[step.target_id][Period.parse(step.period)] = step.percent
    return found
