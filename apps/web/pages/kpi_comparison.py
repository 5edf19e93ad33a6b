"""Two periods of an indicator side by side. The address holds what is compared: it may be sent."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core.typed import whole_number
from apps.kpis.comparing import Pair
from apps.kpis.models import BreakdownItem, Kpi, Sight
from apps.kpis.periods import Period
from apps.web.board import board_of
from apps.web.charts import csv_asked
from apps.web.kpi_comparing import comparison_of
from apps.web.kpi_pairs import Asked, choices_of, shortcuts_of, usual_pair, with_asked
from apps.web.kpi_table import Figures
from apps.web.pages.kpi import visible_kpi


@require_safe
@never_cache
@login_required
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Any two periods of an indicator, place by place, as this person sees it on the day."""
    board = board_of(request)
    sight = Sight.of(board.standing)
    kpi = visible_kpi(sight, pk)
    figures = Figures.of(kpi, sight, board.day.as_of)
    choices = choices_of(kpi, figures.sheet, on=board.day.on)
    usual, item = usual_pair(kpi, figures.sheet, choices), _item(request, kpi)
    context = {
        "kpi": kpi,
        "board": board,
        "choices": choices,
        "item": item,
        "items": list(kpi.breakdown.parts.all()) if kpi.breakdown else [],
        "is_partial": sight.is_partial and not sight.owns(kpi),
        "not_found": _not_found(request),
    }
    if pair := _pair(request, usual):
        found = comparison_of(Asked(kpi, pair, item, board.query), figures, sight)
        if (file := csv_asked(request, filter(None, [found, found.chart]))) is not None:
            return file
        context |= {
            "comparison": found,
            "choices": with_asked(choices, pair),
            "shortcuts": shortcuts_of(found.asked, choices),
        }
    return render(request, "web/kpi_comparison.html", context)


def _pair(request: HttpRequest, usual: Pair | None) -> Pair | None:
    """As the address says, else as usual."""
    before, after = _period(request, "from"), _period(request, "to")
    if usual is None:
        return Pair(before, after) if before and after else None
    return Pair(before or usual.before, after or usual.after)


def _period(request: HttpRequest, name: str) -> Period | None:
    try:
        return Period.parse(request.GET.get(name, ""))
    except ValueError:
        return None


def _not_found(request: HttpRequest) -> list[str]:
    """What the address calls a period and is none."""
    said = {name: request.GET.get(name, "") for name in ("from", "to")}
    return [text for name, text in said.items() if text and _period(request, name) is None]


def _item(request: HttpRequest, kpi: Kpi) -> BreakdownItem | None:
    """The part of the breakdown that the address names; all parts where it names none."""
    pk = whole_number(request.GET.get("item", ""))
    return BreakdownItem.objects.filter(pk=pk, breakdown=kpi.breakdown_id).first() if pk else None
