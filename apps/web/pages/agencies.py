"""Agencies: what each leads, what stays true of it, and whose workdays went by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from apps.agencies.models import Agency
from apps.dashboards import lasting
from apps.dashboards.agencies import Figures, Led, figures, pages_of
from apps.dashboards.trends import trend
from apps.dashboards.workdays import workdays
from apps.measures.filters import Place
from apps.web.board import Board, Number, board_of, day_of
from apps.web.charts import csv_asked
from apps.web.cockpit import TREND_DAYS, since_of
from apps.web.cockpit import trend as lights_by_day
from apps.web.district_page import led_in, urgent
from apps.web.spent_days import WHOSE, Days, asked_whose, days_of, listed, title_of
from apps.web.tallies import Count, count_of
from apps.workdays.models import current_calendar


@dataclass(frozen=True)
class OutOf:
    """A rate as it is always shown: so many out of so many."""

    part: Number
    of: Number


@dataclass(frozen=True)
class Shown:
    """What an agency leads at one place, each number with its list."""

    label: str | Promise
    lights: Count
    ever_overdue: Number
    returned: Number
    original: OutOf
    granted: OutOf
    workdays: Days | None = None
    """On the page of one agency."""


@dataclass(frozen=True)
class Row:
    agency: Agency
    depth: int
    places: Sequence[Shown]


@require_safe
@login_required
def agencies(request: HttpRequest) -> HttpResponse:
    """The agencies whose figures this person sees, in the order of the tree; never ranked."""
    board = board_of(request)
    found = _figures(board, pages_of(board.standing))
    rows = [Row(each.agency, each.depth, _places(board, each)) for each in found]
    return render(request, "web/agencies.html", {"rows": rows, "board": board})


@require_safe
@login_required
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency with those below it: what it leads compared with another day, what is urgent,
    how it went from day to day, and the workdays that went by while it led.
    """
    board = board_of(request)
    mine = pages_of(board.standing)
    found = get_object_or_404(mine, pk=pk)
    tallied = trend(board.standing, before=board.day.on, days=TREND_DAYS, agency=found)
    course = lights_by_day(board, tallied, lead=pk)
    if file := csv_asked(request, [course]):
        return file
    (one,) = _figures(board, mine.filter(pk=pk))
    _week, than = since_of(board, day_of(request.GET.get("than", "")))
    context = {
        "agency": found,
        "board": board,
        "than": than,
        "facts": _with_workdays(board, one),
        "places": led_in(board, than, lead=pk),
        "urgent": urgent(board, current_calendar(), lead=pk),
        "course": course,
    }
    return render(request, "web/agency.html", context)


@require_safe
@login_required
def agency_workdays(request: HttpRequest, pk: int) -> HttpResponse:
    """The measures from which the workdays of an agency were counted."""
    board = board_of(request)
    found = get_object_or_404(pages_of(board.standing), pk=pk)
    said, whose = request.GET.get("place", ""), asked_whose(request.GET.get("whose", ""))
    place = said if said in Place.values else ""
    rows = listed(
        board,
        found,
        current_calendar(),
        place=place,
        whose=whose,
        page=request.GET.get("page", ""),
    )
    context = {
        "agency": found,
        "board": board,
        "listed": rows,
        "total": rows.total,
        "holders": list(WHOSE.values()),
        "whose": title_of(whose),
        "place": Place(place).label if place else "",
    }
    return render(request, "web/agency_workdays.html", context)


def _figures(board: Board, agencies: Any) -> list[Figures]:
    return figures(agencies, board.standing, on=board.day.on, is_past=board.day.is_past)


def _places(board: Board, each: Figures) -> list[Shown]:
    both = ((Place.TOP, each.top), (Place.PART, each.parts))
    return [_shown(board, each.agency, place, led) for place, led in both]


def _with_workdays(board: Board, one: Figures) -> list[Shown]:
    """The same with the workdays of top-level measures, and of parts."""
    agency, day = one.agency, board.day
    days = workdays(
        agency, board.standing, on=day.on, is_past=day.is_past, calendar=current_calendar()
    )
    both = zip(_places(board, one), (days.top, days.parts), Place, strict=True)
    return [
        replace(shown, workdays=days_of(board, agency, clock, place))
        for shown, clock, place in both
    ]


def _shown(board: Board, agency: Agency, place: Place, led: Led) -> Shown:
    asked: dict[str, Any] = {"lead": agency.pk, "place": place.value}

    def number(total: int, fact: lasting.Fact) -> Number:
        return Number(total, board.measures(**asked | dict([fact])))

    completed = number(led.completed, lasting.COMPLETED)
    return Shown(
        place.label,
        count_of(led.lights, opens=board.measures, **asked),
        number(led.ever_overdue, lasting.EVER_OVERDUE),
        number(led.ever_returned, lasting.EVER_RETURNED),
        OutOf(number(led.on_time_original, lasting.ON_TIME_ORIGINAL), completed),
        OutOf(number(led.on_time_granted, lasting.ON_TIME_GRANTED), completed),
    )
