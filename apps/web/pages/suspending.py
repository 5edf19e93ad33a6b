"""Letting a suspended measure go on. Asking for it and granting it are requests like others."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken
from apps.measures import operations
from apps.measures.lifecycle import Action, allows
from apps.measures.models import Measure
from apps.measures.operations import WrongState
from apps.measures.permissions import may
from apps.web.carried_along import came_from, way_back
from apps.web.clock import now, today
from apps.web.forms.requests import ResumeForm
from apps.web.pages.requests import UNPROCESSABLE, how_refused
from apps.web.visitor import standing_of, visible_measure


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Under which condition it rests; why it goes on, and until when."""
    measure = visible_measure(request, pk)
    may(Action.RESUME, standing_of(request), measure).or_refuse()
    if not (verdict := allows(Action.RESUME, measure.state)):
        raise WrongState(verdict.reason)
    if request.method != "POST":
        return _page(request, measure, ResumeForm())
    form = ResumeForm(request.POST)
    if not form.is_valid():
        return _page(request, measure, form, status=UNPROCESSABLE)
    try:
        operations.resume_measure(measure, **form.cleaned_data, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return _page(request, measure, form, **how_refused(request, measure, refusal))
    messages.success(request, _("%(code)s goes on.") % {"code": measure.code})
    return redirect(way_back(request, measure))


def _page(
    request: HttpRequest, measure: Measure, form: ResumeForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "measure": measure,
        "form": form,
        "is_over": measure.due_on is not None and measure.due_on <= today(),
        "next": came_from(request),
        **more,
    }
    return render(request, "web/resume.html", context, status=status)
