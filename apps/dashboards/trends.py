"""How lights went from day to day, by the nightly tallies (ADR 0028).

A tally is a sum, of which `visible_to` cannot be asked: each reader is given those of whose
measures they see all, and the page says what they are of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from django.db.models import Q, Sum

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.dashboards.groups import KNOWS_GAPS
from apps.dashboards.models import DailyTally
from apps.measures.lights import Light
from apps.policies.models import Policy

UNISSUED = ("draft", "proposed")
GREY = ("not_started", "suspended", "cancelled")


class Of(Enum):
    """Whose measures a trend is of."""

    ALL = "all"
    NOT_RESTRICTED = "not_restricted"
    LED = "led"
    """Led by the reader's agencies."""
    NONE = "none"


@dataclass(frozen=True)
class Trend:
    """Top-level measures that had a lead, at the end of each day."""

    of: Of
    days: Sequence[date]
    lights: dict[Light, Sequence[int]]
    with_restricted: bool
    """Restricted measures are counted as well, whoever is named as a reader of some."""


def trend(
    standing: Standing,
    *,
    before: date,
    days: int,
    agency: Agency | None = None,
    policy: Policy | None = None,
) -> Trend:
    """The days before that one which were tallied, of an agency with those below it, of a policy,
    or of all. One query.
    """
    of, seen = _of_policy(standing) if policy else _seen(standing)
    if agency:
        seen &= Q(agency__path__contains=[agency.pk])
    whose = Q(policy=policy) if policy else Q(agency__isnull=False)
    period = Q(on__lt=before, on__gte=before - timedelta(days=days))
    counted = DailyTally.objects.filter(seen, whose, period, is_top=True)
    grey = GREY if standing.holds(Role.AUDITOR) or of is Of.LED else (*UNISSUED, *GREY)
    columns = {light: (light.lower(),) for light in Light} | {Light.GREY: grey}
    names = [name for group in columns.values() for name in group]
    sums = {f"sum_{name}": Sum(name) for name in names}
    rows = list(counted.order_by("on").values("on").annotate(**sums))
    return Trend(
        of if rows else Of.NONE,
        [row["on"] for row in rows],
        {
            light: [sum(row[f"sum_{name}"] for name in group) for row in rows]
            for light, group in columns.items()
        },
        _with_restricted(standing, of, agency),
    )


def _of_policy(standing: Standing) -> tuple[Of, Q]:
    """Whoever sees some of the measures of a policy is given no sum of all."""
    return _seen(standing) if standing.holds_any(KNOWS_GAPS) else (Of.NONE, Q(pk__in=[]))


def _seen(standing: Standing) -> tuple[Of, Q]:
    """The tallies that count nothing which this person does not see."""
    if standing.holds(Role.DIRECTOR):
        return Of.ALL, Q()
    if standing.holds_any(KNOWS_GAPS):
        return Of.NOT_RESTRICTED, Q(restricted=False)
    below = Agency.objects.filter(path__overlap=standing.viewing_agencies).order_by()
    units = Agency.objects.filter(path__overlap=standing.unit_agencies).order_by()
    own = Q(agency__in=units.values("pk"))
    return Of.LED, own | Q(agency__in=below.values("pk"), restricted=False)


def _with_restricted(standing: Standing, of: Of, agency: Agency | None) -> bool:
    """As `_seen` chose the tallies: where agencies are only seen, not worked in, without."""
    if of is not Of.LED:
        return of is Of.ALL
    led = agency.path if agency else standing.viewing_agencies
    return not set(standing.unit_agencies).isdisjoint(led)
