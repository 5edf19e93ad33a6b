"""Urging notices received by the lead; a place in the bulletin, decided by the director."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken
from apps.core.typed import whole_number
from apps.measures.models import Measure
from apps.reminders.models import BulletinProposal, Urging
from apps.reminders.operations.answering import acknowledge_urging, decide_bulletin
from apps.reminders.permissions import may_decide_bulletin, may_receive
from apps.web.carried_along import came_from, way_back
from apps.web.clock import now
from apps.web.forms.reminding import BulletinForm
from apps.web.urged import escalated, open_urgings, proposed
from apps.web.visitor import standing_of, visible_measure

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def urgings(request: HttpRequest, pk: int) -> HttpResponse:
    """The notices that wait; each is received by itself."""
    measure = visible_measure(request, pk)
    may_receive(standing_of(request), measure).or_refuse()
    if request.method == "POST":
        return _received(request, measure)
    waiting = open_urgings(measure)
    if not waiting:
        return redirect("web:measure", measure.pk)
    context = {
        "measure": measure,
        "urgings": waiting,
        "mine": True,
        "next": came_from(request),
    }
    return render(request, "web/urgings.html", context)


def _received(request: HttpRequest, measure: Measure) -> HttpResponse:
    urging = get_object_or_404(
        Urging, measure=measure, pk=whole_number(request.POST.get("urging", ""))
    )
    try:
        acknowledge_urging(urging, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The receipt of the notice is acknowledged."))
    return redirect(way_back(request, measure))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it into the next bulletin, or leave it out and say why."""
    measure = visible_measure(request, pk)
    standing = standing_of(request)
    may_decide_bulletin(standing).or_refuse()
    proposal = proposed(standing, measure)
    if proposal is None:
        return redirect("web:measure", measure.pk)
    form = BulletinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _decided(request, proposal, form):
        messages.success(request, _("Your decision is on record."))
        return redirect(way_back(request, measure))
    context = {
        "measure": measure,
        "proposal": proposal,
        "escalated": escalated(measure),
        "form": form,
        "next": came_from(request),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "web/bulletin.html", context, status=status)


def _decided(request: HttpRequest, proposal: BulletinProposal, form: BulletinForm) -> bool:
    said = form.cleaned_data
    try:
        decide_bulletin(
            proposal, said["outcome"], reason=said["reason"], by=standing_of(request), at=now()
        )
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    return True
