"""One district: its indicators, what its agencies lead, whose clock it was, and its facts."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.agencies.models import District
from apps.web.board import board_of
from apps.web.who_looks import may_see_cockpit


@require_safe
@login_required
def district(request: HttpRequest, pk: int) -> HttpResponse:
    board = board_of(request)
    if not may_see_cockpit(board.standing):
        raise Http404
    found = get_object_or_404(District, pk=pk)
    return render(request, "web/district.html", {"board": board, "district": found})
