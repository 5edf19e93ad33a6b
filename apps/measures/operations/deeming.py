"""Deemed acknowledged: what nobody signed within three workdays goes on by itself."""

from datetime import date, datetime, timedelta

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.actor import Machine
from apps.core.errors import RuleBroken, Stale
from apps.measures.lifecycle import Action
from apps.measures.models import Measure
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.operations.acting import WrongState, acting
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import current_calendar

log = structlog.get_logger(__name__)
DEEMED_AFTER_WORKDAYS = 3


def deem_acknowledged(measure: Measure, *, seen: int, by: Machine, at: datetime) -> Measure:
    """Go on without the lead's signature: it is late, and the clock has run since the issue.

    The day recorded is the first one after the third workday, however late the machine comes.
    Raises RuleBroken before that day.
    """
    with acting(Action.DEEM_ACKNOWLEDGED, measure, seen=seen, by=by, at=at) as act:
        assert act.measure.issued_on is not None
        day = deemed_on(act.measure.issued_on, act.calendar)
        if timezone.localdate(at) < day:
            raise RuleBroken(_("Three workdays to acknowledge it have not passed yet."))
        act.measure.acknowledged_on = day
        act.measure.deemed_acknowledged = True
    return act.measure


def deem_all_acknowledged(*, by: Machine, at: datetime) -> int:
    """Every measure that waited too long, oldest first, each in a transaction of its own.

    One that is acknowledged or changed meanwhile is left alone; one that a rule holds up is
    logged. Returns how many went on.
    """
    unsigned = unsigned_too_long(on=timezone.localdate(at), calendar=current_calendar())
    return sum(_deemed(measure, by=by, at=at) for measure in unsigned.iterator())


def deemed_on(issued_on: date, calendar: Calendar) -> date:
    """The third workday after the issue is the last one on which it can be signed."""
    return calendar.add(issued_on, DEEMED_AFTER_WORKDAYS) + timedelta(days=1)


def unsigned_too_long(*, on: date, calendar: Calendar) -> MeasureQuerySet:
    """Issued before the third workday that has ended by that day."""
    last = calendar.add(on, -DEEMED_AFTER_WORKDAYS)
    return Measure.objects.to_acknowledge().filter(issued_on__lt=last).order_by("issued_on", "pk")


def _deemed(measure: Measure, *, by: Machine, at: datetime) -> bool:
    try:
        deem_acknowledged(measure, seen=measure.version, by=by, at=at)
    except (Stale, WrongState):
        return False
    except RuleBroken as refusal:
        log.warning("not deemed acknowledged", measure=measure.pk, reason=str(refusal))
        return False
    return True
