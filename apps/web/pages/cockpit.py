"""The cockpit: how everything stands on a day, why, who has to move; and the lists behind it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.typed import whole_number
from apps.dashboards import cockpit as figures
from apps.dashboards import gaps, lasting
from apps.dashboards.attaining import attaining
from apps.dashboards.trends import trend
from apps.kpis.models import Sight
from apps.measures.filters import NONE, Place, YesNo
from apps.measures.lights import Light
from apps.web import cockpit as shown
from apps.web.board import ANY, Board, board_of, day_of
from apps.web.charts import csv_asked
from apps.web.district_table import districts
from apps.web.visitor import standing_of
from apps.web.who_looks import may_see_cockpit
from apps.workdays.models import current_calendar

PAGE = 100
LED = {ANY: True, NONE: False}
"""What the filter of leads may say instead of an agency."""
RESTRICTED = {YesNo.YES.value: True, YesNo.NO.value: False}


@require_safe
@login_required
def cockpit(request: HttpRequest) -> HttpResponse:
    """The sentence first; every number opens what it counts, with the same day and filters."""
    board = _board(request)
    since = shown.since_of(board, day_of(request.GET.get("than", "")))
    led = figures.by_lead(board.standing, board.day)
    map_and_table = districts(
        board, figures.with_boundaries(), figures.by_district(led), request.GET
    )
    tallied = trend(board.standing, before=board.day.on, days=shown.TREND_DAYS)
    lights_by_day = shown.trend(board, tallied)
    if file := csv_asked(request, [lights_by_day, map_and_table]):
        return file
    context = {
        "board": board,
        "headline": shown.headline(board, figures.lights(board.standing, board.day, since), since),
        "turned": shown.turned_red(board, since[0], current_calendar()),
        "districts": map_and_table,
        "policies": shown.policies(board),
        "kpis": shown.kpis(board, attaining(Sight.of(board.standing), board.day)),
        "trend": lights_by_day,
        "problems": shown.unaddressed(board),
        "waiting": shown.waiting(board),
    }
    return render(request, "web/cockpit.html", context)


@require_safe
@login_required
def measures_then(request: HttpRequest) -> HttpResponse:
    """The measures that a number counted, as they stood on the day."""
    board = _board(request)
    asked = _asked(request)
    found = figures.asked_for(board.standing, board.day, asked).order_by("code", "row")
    pages = Paginator(found.values_list("row", flat=True), PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = shown.told(board, list(page.object_list), current_calendar())
    context = {"board": board, "asked": asked, "rows": rows, "page": page, "total": pages.count}
    return render(request, "web/measures_then.html", context)


@require_safe
@login_required
def unaddressed(request: HttpRequest) -> HttpResponse:
    """The problems that nobody addressed on the day."""
    board = _board(request)
    found = gaps.unaddressed(board.standing, board.day)
    if found is None:
        raise Http404
    rows = list(found.order_by("code"))
    context = {"board": board, "rows": rows, "total": len(rows)}
    return render(request, "web/unaddressed.html", context)


@require_safe
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """The questions that waited for an answer on the day."""
    board = _board(request)
    pages = Paginator(gaps.waiting(board.standing, board.day), PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"board": board, "page": page, "total": pages.count}
    return render(request, "web/waiting.html", context)


def _board(request: HttpRequest) -> Board:
    """404 for whoever has no figures at all."""
    if not may_see_cockpit(standing_of(request)):
        raise Http404
    return board_of(request)


def _asked(request: HttpRequest) -> figures.Asked:
    said: Any = request.GET
    light, district = said.get("light", ""), said.get("district", "")
    lead = said.get("lead", "")
    return figures.Asked(
        light=Light(light) if light in Light.values else None,
        turned_since=day_of(said.get("turned", "")),
        place=said["place"] if said.get("place") in Place.values else "",
        lead=whole_number(lead),
        is_led=LED.get(lead),
        restricted=RESTRICTED.get(said.get("restricted", "")),
        district=district if district == NONE or whole_number(district) else "",
        policy=whole_number(said.get("policy", "")),
        clause=whole_number(said.get("clause", "")),
        facts=tuple(fact for fact in lasting.HOLDING if said.get(fact[0]) == fact[1]),
    )
