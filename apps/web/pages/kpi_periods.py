"""Closing the periods of an indicator for entry, and opening them again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken, Stale
from apps.core.typed import LONGEST_REASON, whole_number
from apps.kpis import operations
from apps.kpis.models import Kpi, Sight
from apps.kpis.periods import Period
from apps.kpis.permissions import may_close, may_reopen
from apps.web.clock import now, today
from apps.web.kpi_periods import states_of
from apps.web.pages.kpi import visible_kpi
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar

REOPEN = "reopen"


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def periods(request: HttpRequest, pk: int) -> HttpResponse:
    """The periods that are over, each with the one act that its state allows."""
    standing = standing_of(request)
    kpi = visible_kpi(Sight.of(standing), pk)
    if kpi.is_computed:
        raise Http404
    if not may_reopen(standing, kpi):
        may_close(standing, kpi).or_refuse()
    if request.method == "POST":
        return _act(request, kpi)
    return _page(request, kpi)


def _act(request: HttpRequest, kpi: Kpi) -> HttpResponse:
    try:
        said = _done(request, kpi, _period(request))
    except RuleBroken as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return _page(request, kpi, refusal=str(refusal), status=status)
    messages.success(request, said)
    return redirect("web:kpi_periods", kpi.pk)


def _done(request: HttpRequest, kpi: Kpi, period: Period) -> str:
    """Carry it out, and say so."""
    seen = whole_number(request.POST.get("seen", ""))
    done: dict[str, Any] = {"seen": seen, "by": standing_of(request), "at": now()}
    if request.POST.get("do") == REOPEN:
        reason = request.POST.get("reason", "")[:LONGEST_REASON]
        operations.reopen_period(kpi, period, reason=reason, **done)
        return _("%(period)s is open for entry again.") % {"period": period}
    operations.close_period(kpi, period, **done)
    return _("%(period)s is closed.") % {"period": period}


def _period(request: HttpRequest) -> Period:
    try:
        return Period.parse(request.POST.get("period", ""))
    except ValueError:
        raise Http404 from None


def _page(request: HttpRequest, kpi: Kpi, *, refusal: str = "", status: int = 200) -> HttpResponse:
    standing = standing_of(request)
    context = {
        "kpi": kpi,
        "states": states_of(kpi, on=today(), calendar=current_calendar()),
        "closes": may_close(standing, kpi),
        "reopens": may_reopen(standing, kpi),
        "refusal": refusal,
        "asked": request.POST.get("period", ""),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "web/kpi_periods.html", context, status=status)
