"""How far the indicators that somebody sees are on the way to their targets on a day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from apps.dashboards.days import Day
from apps.kpis.models import WHOLE, Kpi, Sight
from apps.kpis.models.kpi import KpiQuerySet
from apps.kpis.progress import Progress, current, progress_of, without_computable_target
from apps.measures.lights import Light
from apps.measures.models import current_thresholds

ORDER = (Light.RED, Light.YELLOW, Light.GREEN, None)


@dataclass(frozen=True)
class Attaining:
    """The targets due next, those behind first; and the indicators without a computable one."""

    rows: Sequence[Progress]
    lights: Counter[Light]
    """Of those with a light."""
    without: Sequence[Kpi]
    is_partial: bool


def attaining(sight: Sight, day: Day, *, district: int | None = None) -> Attaining:
    """Of the whole of each indicator, or of one district; whoever sees only some places is shown
    the targets of these. Eight queries at most.
    """
    kpis = list(kpis_on(day).with_arithmetic())
    every = progress_of(
        kpis, on=day.on, thresholds=current_thresholds(on=day.on), sight=sight, as_of=day.as_of
    )
    rows = [
        one
        for one in current(every, on=day.on)
        if one.target.item_id is None
        and one.attainment.is_computable
        and _meant(one, sight, district)
    ]
    return Attaining(
        sorted(rows, key=_urgency),
        Counter(one.attainment.light for one in rows if one.attainment.light),
        without_computable_target(kpis, every) if sight.is_all else [],
        sight.is_partial,
    )


def kpis_on(day: Day) -> KpiQuerySet:
    """The indicators that were collected on the day."""
    return Kpi.objects.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=day.on))


def _meant(one: Progress, sight: Sight, district: int | None) -> bool:
    if district is not None:
        return one.target.district_id == district
    return sight.is_partial or one.target.place == WHOLE


def _urgency(one: Progress) -> tuple[int, object, str]:
    """Red first, then the farthest behind."""
    behind = one.attainment.behind
    return ORDER.index(one.attainment.light), -behind if behind is not None else 0, one.kpi.code
