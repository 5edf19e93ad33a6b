"""What of the indicators waits for one person: counted by the list that each number opens."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.kpis.filters import Waiting, waiting
from apps.kpis.models import Kpi
from apps.kpis.models.kpi import KpiQuerySet
from apps.web.counting import count_of
from apps.web.desk import Desk

ASKED = {
    Waiting.ENTER: frozenset({Role.LIAISON, Role.DRAFTER}),
    Waiting.REVIEW: frozenset({Role.KPI_OWNER, Role.SUPERVISOR, Role.DIRECTOR}),
}
"""Whom figures are asked of: nobody else is counted for."""


@dataclass(frozen=True)
class Waits:
    """Indicators of which something waits; the address shows exactly those."""

    key: str
    label: str | Promise
    count: int
    url: str


def waits(desk: Desk) -> list[Waits]:
    """What there is to enter and to review. A query for each that this person may be asked."""
    return [one for one in _counted(desk) if one.count]


def count(desk: Desk) -> int:
    """The indicators of which anything waits. One query, none for whom nothing can."""
    return count_of(_anything, desk)


def url_of(what: Waiting) -> str:
    return f"{reverse('web:kpis')}?{urlencode({'waits': what.value})}"


def _anything(desk: Desk) -> KpiQuerySet | None:
    asked = [what for what in ASKED if _concerns(what, desk.standing)]
    if not asked:
        return None
    return _of(desk, asked[0] if len(asked) == 1 else Waiting.ANY)


def _counted(desk: Desk) -> Iterator[Waits]:
    for what in ASKED:
        if _concerns(what, desk.standing):
            key = f"kpi_{what.value.lower()}"
            yield Waits(key, what.label, _of(desk, what).count(), url_of(what))


def _concerns(what: Waiting, standing: Standing) -> bool:
    return standing.holds_any(ASKED[what])


def _of(desk: Desk, what: Waiting) -> KpiQuerySet:
    asked = waiting(what, desk.standing, on=desk.on, calendar=desk.calendar)
    return Kpi.objects.filter(asked)
