"""Closing a period of an indicator for entry, and opening it again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.audit.operations import record
from apps.core.errors import RuleBroken, Stale
from apps.kpis.models import Kpi, PeriodClosing
from apps.kpis.operations.locking import insert, lock_kpi
from apps.kpis.periods import Period
from apps.kpis.permissions import may_close, may_reopen


@transaction.atomic
def close_period(
    kpi: Kpi, period: Period, *, seen: int, by: Standing, at: datetime
) -> PeriodClosing:
    """Close a period: no figure of it is handed in until it is opened again.

    `seen` is the number of the last closing or opening that the page showed, 0 for none. What
    waits for review is reviewed first. Raises NotAllowed, Stale or RuleBroken.
    """
    locked = lock_kpi(kpi.pk)
    may_close(by, locked).or_refuse()
    last = _last(locked, period, seen)
    if last is not None and last.is_closed:
        raise RuleBroken(_("This period is closed already."))
    if period.ends_on >= timezone.localdate(at):
        raise RuleBroken(_("This period is not over yet."))
    if locked.submissions.waiting().filter(observations__period=period.code).exists():
        raise RuleBroken(_("Figures of this period still wait for review."))
    return _write(locked, period, is_closed=True, seen=seen, reason="", by=by, at=at)


@transaction.atomic
def reopen_period(
    kpi: Kpi, period: Period, *, reason: str, seen: int, by: Standing, at: datetime
) -> PeriodClosing:
    """Open a closed period again, with a reason. Raises NotAllowed, Stale or RuleBroken."""
    locked = lock_kpi(kpi.pk)
    may_reopen(by, locked).or_refuse()
    last = _last(locked, period, seen)
    if last is None or not last.is_closed:
        raise RuleBroken(_("This period is not closed."))
    if not reason.strip():
        raise RuleBroken(_("Say why the period is opened again."), field="reason")
    return _write(locked, period, is_closed=False, seen=seen, reason=reason.strip(), by=by, at=at)


def _last(kpi: Kpi, period: Period, seen: int) -> PeriodClosing | None:
    last = kpi.closings.filter(period=period.code).order_by("-number").first()
    if (last.number if last else 0) != seen:
        raise Stale(_("Somebody has closed or opened this period since you opened the page."))
    return last


def _write(
    kpi: Kpi, period: Period, *, is_closed: bool, seen: int, reason: str, by: Standing, at: datetime
) -> PeriodClosing:
    row = PeriodClosing(
        kpi=kpi,
        period=period.code,
        number=seen + 1,
        is_closed=is_closed,
        reason=reason,
        by_id=by.pk,
        by_name=str(by),
        at=at,
    )
    insert(row)
    act = "kpis.close_period" if is_closed else "kpis.reopen_period"
    changes = {"period": ("", period.code), "closed": (not is_closed, is_closed)}
    record(act, kpi, by=by, at=at, changes=changes, note=reason)
    return row
