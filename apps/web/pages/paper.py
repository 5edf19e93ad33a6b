"""Putting a decision on record that somebody took on paper."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.errors import RuleBroken
from apps.measures import operations
from apps.measures.lifecycle import coming_next
from apps.measures.models import Measure, Request
from apps.measures.operations import Paper
from apps.measures.operations.evidence import too_large
from apps.measures.permissions import may_record_decision
from apps.web.carried_along import came_from, way_back
from apps.web.clock import now, today
from apps.web.forms.paper import PaperForm
from apps.web.pages.requests import UNPROCESSABLE, how_refused
from apps.web.request_acts import DECIDING
from apps.web.requests import waiting_on
from apps.web.uploads import file_rules, upload_was_too_large
from apps.web.visitor import standing_of, visible_measure

OFTEN_ON_PAPER = {
    "extension": Request.Kind.EXTEND,
    "cancellation": Request.Kind.CANCEL,
    "objection": Request.Kind.OBJECT,
}
"""What desks offer to put on record, because nobody here decides it."""


@require_safe
@login_required
def of_measure(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """To the form for the request of this kind that waits, or back to the measure."""
    measure = visible_measure(request, pk)
    asked = measure.requests.of_kind(kind).waiting().first()
    if asked is None:
        messages.info(request, _("This has been decided meanwhile."))
        return redirect("web:measure", pk)
    there = reverse("web:record_paper", args=[pk, asked.number])
    back = came_from(request)
    return redirect(f"{there}?{urlencode({'next': back})}" if back else there)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def record(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What was asked for, and the decision on the paper; nothing that was typed is lost."""
    measure = visible_measure(request, pk)
    asked = _waiting_request(request, measure, number)
    possible = coming_next(asked, measure, on_paper=True)
    if request.method != "POST":
        return _page(request, measure, asked, PaperForm(possible))
    form = PaperForm(possible, request.POST, request.FILES)
    if upload_was_too_large(request):
        form.add_error("scan", too_large())
    if not form.is_valid():
        return _page(request, measure, asked, form, status=UNPROCESSABLE)
    try:
        _put_on_record(request, measure, form)
    except RuleBroken as refusal:
        form.refuse(refusal)
        return _page(request, measure, asked, form, **how_refused(request, measure, refusal))
    messages.success(request, DECIDING[form.cleaned_data["action"]].done % {"code": measure.code})
    return redirect(way_back(request, measure))


def _waiting_request(request: HttpRequest, measure: Measure, number: int) -> Request:
    asked = get_object_or_404(measure.requests, number=number)
    may_record_decision(standing_of(request), measure, asked).or_refuse()
    if not measure.requests.waiting().filter(pk=asked.pk).exists():
        raise RuleBroken(_("This has been decided meanwhile."))
    return asked


@transaction.atomic
def _put_on_record(request: HttpRequest, measure: Measure, form: PaperForm) -> None:
    """Scan and decision together, or neither."""
    standing, at = standing_of(request), now()
    said = dict(form.cleaned_data)
    file = said.pop("scan")
    scan = operations.add_scan(
        file, name=file.name or "", restricted=measure.restricted, by=standing, at=at
    )
    paper = Paper(said.pop("by_name"), said.pop("decided_on"), scan)
    action = said.pop("action")
    operations.record_paper_decision(measure, action, paper=paper, **said, by=standing, at=at)


def _page(
    request: HttpRequest,
    measure: Measure,
    asked: Request,
    form: PaperForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    waiting = waiting_on(measure, standing_of(request), on=today())
    context = {
        "measure": measure,
        "form": form,
        "waiting": [each for each in waiting if each.request == asked],
        "had_file": bool(request.FILES),
        "next": came_from(request),
        **file_rules(),
        **more,
    }
    return render(request, "web/request_paper.html", context, status=status)
