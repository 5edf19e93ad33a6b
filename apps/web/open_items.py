"""The coordination items of a measure that still wait, wherever they are shown."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.measures.models import CoordinationItem, Measure
from apps.measures.permissions import may_answer, may_end, may_record_answer
from apps.web.cards import Deadline, deadline
from apps.web.clock import today
from apps.workdays.arithmetic import Calendar


@dataclass(frozen=True)
class OpenItem:
    """A question that still waits, and what this person can do about it."""

    item: CoordinationItem
    wanted: Deadline | None
    mine: bool
    act: str | Promise


def open_items(standing: Standing, measure: Measure, calendar: Calendar) -> list[OpenItem]:
    """The open coordination items of a measure, the one wanted first on top."""
    items = measure.coordination_items.open().select_related("agency").order_by("wanted_on", "pk")
    return [_open_item(standing, measure, item, calendar) for item in items]


def _open_item(
    standing: Standing, measure: Measure, item: CoordinationItem, calendar: Calendar
) -> OpenItem:
    item.measure = measure
    mine = bool(may_answer(standing, item))
    others = may_end(standing, item) or may_record_answer(standing, item)
    act = _("Answer") if mine else _("Settle, withdraw or record an answer") if others else ""
    wanted = deadline(item.wanted_on, on=today(), calendar=calendar)
    return OpenItem(item, wanted, mine, act)
