"""What an address asks for, read without trusting it: fields, order, place, day."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.api.problems import Fault, Problem, unreadable
from apps.api.shapes import Noun, names_of
from apps.core.paging import is_key
from apps.core.typed import whole_number
from apps.dashboards.days import Day

PAGE, LARGEST = 100, 500
GENERAL = ("fields", "expand", "format")
OF_LISTS = ("order", "limit", "cursor")
AS_OF = "as_of"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Place:
    """Where a page begins, and by what it is sorted."""

    column: str
    descending: bool
    size: int
    after: str = ""
    before: str = ""


def refuse_unknown(query: QueryDict, known: Collection[str]) -> None:
    """A mistyped filter must not look like a wide one."""
    if AS_OF in query and AS_OF not in known:
        raise unreadable(AS_OF, _("This is known as it is now only."), code="as_of_unavailable")
    said = _("There is no parameter “%(name)s” here.")
    code = "unknown_parameter"
    faults = [Fault(n[:60], code, said % {"name": n[:60]}) for n in query if n not in known]
    if faults:
        raise Problem(400, code, " ".join(str(f.detail) for f in faults), faults=faults)


def refuse_unanswerable(query: QueryDict, not_then: Collection[str]) -> None:
    """Some filters know only today: of a day that is over no answer is better than a wrong one."""
    for name in query:
        if name in not_then:
            said = _("A day that is over cannot be filtered by this.")
            raise unreadable(name, said, code="as_of_unavailable")


def day_asked(query: QueryDict, today: date) -> Day:
    """Today, or the day that is over of which the caller wants to know how it stood at its end."""
    said = query.get("as_of")
    if said is None:
        return Day.of(today, today=today)
    on = date_said(said)
    if on is None or on > today:
        raise unreadable(AS_OF, _("A day up to today, as 2026-03-02."))
    return Day.of(on, today=today)


def date_said(said: str) -> date | None:
    """A day as 2026-03-02, and in no other way."""
    try:
        return date.fromisoformat(said) if DAY.fullmatch(said) else None
    except ValueError:
        return None


def fields_asked(query: QueryDict, noun: type[Noun], always: Collection[str] = ()) -> Any:
    """The fields to send: those named, or all but the expandable ones, and what is expanded."""
    names = names_of(noun)
    expanded = _listed(query, "expand", noun.expandable)
    usual = [n for n in names if n not in noun.expandable or n in always]
    chosen = _listed(query, "fields", names) or usual
    return tuple(n for n in names if n in chosen or n in expanded)


def place_asked(query: QueryDict, orders: Mapping[str, str], usual: str) -> Place:
    """The order is one of those offered, the cursor one that was given for it."""
    order = query.get("order", usual)
    name = order.removeprefix("-")
    if name not in orders:
        raise unreadable("order", _one_of(orders))
    column, cursor = orders[name], query.get("cursor", "")
    way, _sep, key = cursor.partition(".")
    if cursor and not (way in ("n", "p") and is_key(key, column)):
        raise unreadable("cursor", _("This cursor was not given for this order."))
    after, before = (key, "") if way == "n" else ("", key)
    return Place(column, order.startswith("-"), _size(query), after, before)


def _size(query: QueryDict) -> int:
    said = query.get("limit")
    if said is None:
        return PAGE
    size = whole_number(said)
    if not 0 < size <= LARGEST:
        raise unreadable("limit", _("From 1 to %(most)d rows.") % {"most": LARGEST})
    return size


def _listed(query: QueryDict, name: str, offered: Sequence[str]) -> list[str]:
    said = query.get(name)
    if said is None:
        return []
    asked = [each.strip() for each in said.split(",") if each.strip()]
    if not asked or any(each not in offered for each in asked):
        raise unreadable(name, _one_of(offered))
    return asked


def _one_of(offered: Collection[str]) -> str:
    if not offered:
        return _("Nothing can be chosen here.")
    return _("One of these: %(names)s.") % {"names": ", ".join(offered)}
