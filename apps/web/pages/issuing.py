"""Issuing with weekly reports: the director says why, then hands the measure out."""

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
from apps.web.clock import now
from apps.web.forms.acts import ReasonForm
from apps.web.visitor import standing_of, visible_measure


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def issue_weekly(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then issue; a refusal stands above what was typed."""
    measure = visible_measure(request, pk)
    may(Action.ISSUE, standing_of(request), measure).or_refuse()
    if request.method == "POST":
        return _issue(request, measure)
    if not (verdict := allows(Action.ISSUE, measure.state)):
        raise WrongState(verdict.reason)
    return _page(request, measure, ReasonForm(initial={"seen": measure.version}))


def _issue(request: HttpRequest, measure: Measure) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, measure, form, status=422)
    said = form.cleaned_data
    try:
        operations.issue_measure(
            measure,
            weekly_because=said["reason"],
            seen=said["seen"],
            by=standing_of(request),
            at=now(),
        )
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, measure, form, status=409)
    messages.success(request, _("%(code)s is issued; its lead reports every week.") % vars(measure))
    return redirect("web:measure", measure.pk)


def _page(
    request: HttpRequest, measure: Measure, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    context = {"measure": measure, "form": form}
    return render(request, "web/issue_weekly.html", context, status=status)
