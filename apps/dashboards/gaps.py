"""What nobody does: problems without a measure, and questions that wait for an answer."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.standing import Standing
from apps.dashboards.days import Day
from apps.dashboards.groups import KNOWS_GAPS
from apps.dashboards.row_versions import at_end_of
from apps.measures.models import CoordinationItem, Measure, State
from apps.measures.models.coordination import CoordinationOutcome
from apps.measures.models.states import OPEN
from apps.policies.models import Problem


def unaddressed(standing: Standing, day: Day) -> "QuerySet[Problem] | None":
    """The problems that no measure addresses which is not cancelled, nor their group as a whole.

    None for those who do not see enough to be told. A measure that the reader may not read
    addresses what it addresses: its problem is no gap.
    """
    if not standing.holds_any(KNOWS_GAPS):
        return None
    links = day.addressed().filter(measure_id__in=_alive(day))
    addressed = set(links.values_list("problem_id", flat=True).distinct())
    groups = Problem.objects.filter(group__isnull=False).values("group")
    single = Problem.objects.exclude(pk__in=groups).select_related("group")
    return single.exclude(Q(pk__in=addressed) | Q(group__in=addressed))


def _alive(day: Day) -> "QuerySet[Any, Any]":
    if day.is_past:
        then = at_end_of(day.on, "measures.MeasureEvent").exclude(state=State.CANCELLED)
        return then.values("pgh_obj_id")
    return Measure.objects.order_by().exclude(state=State.CANCELLED).values("pk")


def waiting(standing: Standing, day: Day) -> "QuerySet[CoordinationItem]":
    """The questions that waited for an answer, on open measures that this person sees; the one
    wanted first on top.
    """
    ended = CoordinationOutcome.objects.filter(item=OuterRef("pk"))
    asked = CoordinationItem.objects.order_by("wanted_on", "pk")
    if day.as_of:
        ended, asked = ended.filter(at__lte=day.as_of), asked.filter(at__lte=day.as_of)
    running = day.measures(standing).filter(state__in=OPEN)
    found = asked.filter(~Exists(ended), measure_id__in=running.values("row"))
    return found.select_related("measure", "agency", "asked_by")
