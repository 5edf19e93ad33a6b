"""The workdays that went by while an agency led: the numbers, and the measures behind each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.agencies.models import Agency
from apps.dashboards.workdays import Spent, by_measure
from apps.measures.clock import Clock, Holder
from apps.measures.filters import Place
from apps.measures.models import Measure
from apps.web.board import Board, Number
from apps.workdays.arithmetic import Calendar

PAGE = 100
WHOSE: Mapping[Holder, str | Promise] = {
    Holder.OWN: pgettext_lazy("workdays", "Its own"),
    Holder.REVIEWER: pgettext_lazy("workdays", "The reviewer's"),
    Holder.SUSPENDED: pgettext_lazy("workdays", "Suspended"),
}


@dataclass(frozen=True)
class Share:
    """So many workdays of one holder."""

    label: str | Promise
    number: Number


@dataclass(frozen=True)
class Days:
    """The workdays of an agency's measures: each number opens the measures it was counted from."""

    agency: Agency
    clock: Clock
    shares: Sequence[Share]
    every: Number


def days_of(board: Board, agency: Agency, clock: Clock, place: Place | None = None) -> Days:
    """`place`: of top-level measures or of parts alone; None: of both."""
    asked = {"place": place.value} if place else {}
    return Days(
        agency,
        clock,
        [
            Share(label, Number(_of(clock, whose), _address(board, agency, asked, whose)))
            for whose, label in WHOSE.items()
        ],
        Number(clock.whole, _address(board, agency, asked, None)),
    )


def _of(clock: Clock, whose: Holder) -> int:
    days: int = getattr(clock, whose.value)
    return days


def _address(board: Board, agency: Agency, asked: dict[str, str], whose: Holder | None) -> str:
    query = urlencode(board.query | asked | ({"whose": whose.value} if whose else {}))
    path = reverse("web:agency_workdays", args=[agency.pk])
    return f"{path}?{query}" if query else path


# --- The measures behind a number -----------------------------------------------------------


@dataclass(frozen=True)
class Row:
    measure: Measure
    clock: Clock


@dataclass(frozen=True)
class Listed:
    """A page of the measures, and what all pages make together."""

    rows: Sequence[Row]
    page: Page[Any]
    sum: Clock
    total: int
    """The number that was followed: the workdays asked for."""


def listed(
    board: Board,
    agency: Agency,
    calendar: Calendar,
    *,
    place: str = "",
    whose: Holder | None = None,
    page: str = "",
) -> Listed:
    """The measures of which any such workday went by, by their codes."""
    spent = {
        one.row: one.clock
        for one in by_measure(agency, board.standing, board.day, calendar)
        if _is_asked(one, place, whose)
    }
    seen = board.day.measures(board.standing, among=list(spent)).order_by("code", "row")
    pages = Paginator(list(seen.values_list("row", flat=True)), PAGE)
    shown = pages.get_page(page)
    rows = [Row(one, spent[one.pk]) for one in board.day.rows(shown.object_list)]
    whole = _sum(spent.values())
    return Listed(rows, shown, whole, _of(whole, whose) if whose else whole.whole)


def _is_asked(one: Spent, place: str, whose: Holder | None) -> bool:
    is_there = not place or one.is_top == (place == Place.TOP)
    return is_there and bool(_of(one.clock, whose) if whose else one.clock.whole)


def _sum(clocks: Iterable[Clock]) -> Clock:
    return sum(clocks, Clock())


def asked_whose(said: str) -> Holder | None:
    """Whose workdays the address asks for; all where it says nothing that can be meant."""
    return next((whose for whose in WHOSE if whose.value == said), None)


def title_of(whose: Holder | None) -> str | Promise:
    return WHOSE[whose] if whose else _("All")
