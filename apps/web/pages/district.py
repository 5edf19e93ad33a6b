"""One district: its indicators, what its agencies lead, whose clock it was, and its facts."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.agencies.models import District, DistrictProfile
from apps.dashboards.attaining import attaining
from apps.kpis.models import Sight
from apps.web import cockpit as shown
from apps.web import district_page
from apps.web.board import board_of, day_of
from apps.web.charts import csv_asked
from apps.web.who_looks import may_see_cockpit
from apps.workdays.models import current_calendar


@require_safe
@login_required
def district(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one district on a day, compared with another one."""
    board = board_of(request)
    if not may_see_cockpit(board.standing):
        raise Http404
    found = get_object_or_404(District.objects.defer("boundary"), pk=pk)
    _week, than = shown.since_of(board, day_of(request.GET.get("than", "")))
    way = attaining(Sight.of(board.standing), board.day, district=pk)
    indicators = district_page.indicators(board, found, way)
    if file := csv_asked(request, [*indicators.courses, *indicators.breakdowns]):
        return file
    calendar = current_calendar()
    context = {
        "board": board,
        "district": found,
        "profile": DistrictProfile.objects.filter(district=found).first(),
        "than": than,
        "places": district_page.led_in(board, than, district=pk),
        "urgent": district_page.urgent(board, calendar, district=pk),
        "clocks": district_page.clocks(board, found, calendar),
        "kpis": shown.kpis(board, way),
        "indicators": indicators,
    }
    return render(request, "web/district.html", context)
