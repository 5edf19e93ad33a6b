"""Agencies: what each leads, what stays true of it, and whose workdays went by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from apps.agencies.models import Agency
from apps.dashboards.agencies import Figures, Led, figures, pages_of, workdays
from apps.dashboards.trends import trend
from apps.measures.clock import Clock
from apps.measures.filters import OnTime, Place, YesNo
from apps.measures.models import State
from apps.web.board import board_of, day_of
from apps.web.charts import csv_asked
from apps.web.clock import today
from apps.web.cockpit import TREND_DAYS, since_of
from apps.web.cockpit import trend as lights_by_day
from apps.web.district_page import led_in, urgent
from apps.web.tallies import Count, count_of
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar


@dataclass(frozen=True)
class Number:
    """A number with the query of the list of measures that it counts."""

    total: int
    query: str


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
    workdays: Clock | None = None
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
    standing = standing_of(request)
    found = figures(pages_of(standing), standing, on=today())
    rows = [Row(each.agency, each.depth, _places(each)) for each in found]
    return render(request, "web/agencies.html", {"rows": rows})


@require_safe
@login_required
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency with those below it: what it leads compared with another day, what is urgent,
    how it went from day to day, and the workdays that went by while it led.
    """
    board = board_of(request)
    standing, on = board.standing, today()
    mine = pages_of(standing)
    found = get_object_or_404(mine, pk=pk)
    course = lights_by_day(trend(standing, before=board.day.on, days=TREND_DAYS, agency=found))
    if file := csv_asked(request, [course]):
        return file
    (one,) = figures(mine.filter(pk=pk), standing, on=on)
    days = workdays(found, standing, on=on, calendar=current_calendar())
    top, parts = _places(one)
    places = [replace(top, workdays=days.top), replace(parts, workdays=days.parts)]
    _week, than = since_of(board, day_of(request.GET.get("than", "")))
    context = {
        "agency": found,
        "board": board,
        "than": than,
        "facts": places,
        "places": led_in(board, than, lead=pk),
        "urgent": urgent(board, current_calendar(), lead=pk),
        "course": course,
    }
    return render(request, "web/agency.html", context)


def _places(each: Figures) -> list[Shown]:
    return [_shown(each.agency, Place.TOP, each.top), _shown(each.agency, Place.PART, each.parts)]


def _shown(agency: Agency, place: Place, led: Led) -> Shown:
    asked: dict[str, Any] = {"lead": agency.pk, "place": place.value}
    completed = _number(led.completed, asked, state=State.CLOSED.value)
    return Shown(
        place.label,
        count_of(led.lights, **asked),
        _number(led.ever_overdue, asked, ever_overdue=YesNo.YES.value),
        _number(led.ever_returned, asked, returned=YesNo.YES.value),
        OutOf(_number(led.on_time_original, asked, original=OnTime.ON_TIME.value), completed),
        OutOf(_number(led.on_time_granted, asked, granted=OnTime.ON_TIME.value), completed),
    )


def _number(total: int, asked: dict[str, Any], **more: object) -> Number:
    return Number(total, urlencode(asked | more))
