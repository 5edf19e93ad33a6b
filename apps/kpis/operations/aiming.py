"""Targets and baselines: set by the office, changed by the director, never overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District, own_confidence
from apps.audit.operations import record
from apps.core.errors import RuleBroken, Stale
from apps.kpis.models import (
    Baseline,
    BreakdownItem,
    Curve,
    Kpi,
    Target,
    TargetStep,
)
from apps.kpis.operations.locking import insert, lock_kpi
from apps.kpis.periods import Period
from apps.kpis.permissions import may_change_target, may_define
from apps.policies.models import Policy


@dataclass(frozen=True)
class Spot:
    """Where a target or baseline belongs: neither district nor agency is the whole."""

    district: District | None = None
    agency: Agency | None = None
    item: BreakdownItem | None = None


@dataclass(frozen=True)
class Aim:
    """What a target says. `steps` are percent by the end of periods, where it goes by steps."""

    comparator: str
    low: Decimal | None = None
    high: Decimal | None = None
    text: str = ""
    period: Period | None = None
    due_on: date | None = None
    curve: str = Curve.LINEAR
    steps: Mapping[Period, Decimal] = field(default_factory=dict)
    policy: Policy | None = None
    sources: tuple[str, ...] = ()


@transaction.atomic
def set_target(
    kpi: Kpi,
    aim: Aim,
    *,
    of: Spot = Spot(),
    reason: str = "",
    seen: int,
    by: Standing,
    at: datetime,
) -> Target:
    """Set what the indicator is to be in a period; a later version takes the place of the last.

    `seen` is the number of the version that the page showed, 0 for none. The first is the
    office's to set; one that stands the director's to change, with a reason. Raises NotAllowed,
    Stale, or RuleBroken naming the field.
    """
    locked = lock_kpi(kpi.pk)
    period = aim.period.code if aim.period else ""
    last = _last(Target, locked, of, period)
    _refuse(last, seen, reason, by)
    _refuse_unfit(aim)
    row = Target(
        **_version(locked, of, period, last, reason, by, at),
        comparator=aim.comparator,
        low=aim.low,
        high=aim.high,
        text=aim.text.strip(),
        due_on=aim.due_on,
        curve=aim.curve,
        policy=aim.policy,
        sources=list(aim.sources),
    )
    insert(row)
    for until, percent in aim.steps.items():
        insert(TargetStep(target=row, period=until.code, percent=percent))
    _record("kpis.set_target", row, last.said if last else "", row.said, by=by, at=at)
    return row


@transaction.atomic
def withdraw_target(
    target: Target, *, reason: str, seen: int, by: Standing, at: datetime
) -> Target:
    """Say that nothing is aimed at any more, as a new version. The director's, with a reason."""
    locked = lock_kpi(target.kpi_id)
    of = Spot(target.district, target.agency, target.item)
    last = _last(Target, locked, of, target.period)
    _refuse(last, seen, reason, by)
    if last is None or last.is_withdrawn:
        raise RuleBroken(_("There is no such target."))
    row = Target(
        **_version(locked, of, target.period, last, reason, by, at),
        is_withdrawn=True,
        comparator=last.comparator,
        low=last.low,
        high=last.high,
        text=last.text,
        due_on=last.due_on,
        curve=last.curve,
        policy=last.policy,
    )
    insert(row)
    _record("kpis.withdraw_target", row, last.said, "", by=by, at=at)
    return row


@transaction.atomic
def set_baseline(
    kpi: Kpi,
    value: Decimal,
    *,
    period: Period,
    of: Spot = Spot(),
    sources: tuple[str, ...] = (),
    reason: str = "",
    seen: int,
    by: Standing,
    at: datetime,
) -> Baseline:
    """Set where the indicator stood at the end of a period; rules and errors as of `set_target`."""
    locked = lock_kpi(kpi.pk)
    last = _last(Baseline, locked, of, period.code)
    _refuse(last, seen, reason, by)
    said = _version(locked, of, period.code, last, reason, by, at)
    row = Baseline(**said, value=value, sources=list(sources))
    insert(row)
    _record("kpis.set_baseline", row, last.value if last else "", value, by=by, at=at)
    return row


def _last(model: Any, kpi: Kpi, of: Spot, period: str) -> Any:
    key = {"kpi": kpi, "district": of.district, "agency": of.agency, "item": of.item}
    return model.objects.filter(**key, period=period).order_by("-number").first()


def _refuse(last: Any, seen: int, reason: str, by: Standing) -> None:
    stands = last is not None and not last.is_withdrawn
    (may_change_target(by) if stands else may_define(by)).or_refuse()
    if (last.number if last else 0) != seen:
        raise Stale(_("Somebody has set this since you opened it."))
    if last is not None and not reason.strip():
        raise RuleBroken(_("Say why it changes."), field="reason")


def _refuse_unfit(aim: Aim) -> None:
    if bool(aim.steps) != (aim.curve == Curve.STEP):
        raise RuleBroken(_("A target that goes by steps names them."), field="curve")


def _version(
    kpi: Kpi, of: Spot, period: str, last: Any, reason: str, by: Standing, at: datetime
) -> dict[str, Any]:
    """What every version of a target or baseline says."""
    if of.item is not None and of.item.breakdown_id != kpi.breakdown_id:
        raise RuleBroken(_("The indicator is not broken down by this."), field="item")
    return {
        "kpi": kpi,
        "district": of.district,
        "agency": of.agency,
        "item": of.item,
        "period": period,
        "number": (last.number if last else 0) + 1,
        "reason": reason.strip(),
        "confidence": own_confidence(),
        "by_id": by.pk,
        "by_name": str(by),
        "at": at,
    }


def _record(
    act: str, row: Target | Baseline, old: Any, new: Any, *, by: Standing, at: datetime
) -> None:
    """The trail is the indicator's: where, for when, from what to what."""
    where = {
        "district": ("", row.district_id),
        "agency": ("", row.agency_id),
        "item": ("", row.item_id),
        "period": ("", row.period),
    }
    changes = {name: pair for name, pair in where.items() if pair[1]}
    changes["value"] = (old, new)
    record(act, row.kpi, by=by, at=at, changes=changes, note=row.reason)
