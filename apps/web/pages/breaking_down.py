"""Breaking a measure down into parts, and detaching a part."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken, Stale
from apps.measures import operations
from apps.measures.lifecycle import Action, allows
from apps.measures.models import Measure, State
from apps.measures.operations import WrongState
from apps.measures.permissions import may
from apps.web import timeline
from apps.web.carried_along import way_back
from apps.web.clock import now, today
from apps.web.forms.acts import ReasonForm
from apps.web.forms.breaking_down import BreakingSheet
from apps.web.visitor import standing_of, visible_measure

UNPROCESSABLE, CONFLICT = 422, 409


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def break_down(request: HttpRequest, pk: int) -> HttpResponse:
    """A row per agency to tick; all ticked parts begin together, or none does."""
    parent = _asked_about(request, pk, Action.BREAK_DOWN)
    sheet = BreakingSheet(request.POST or None, parent=parent, standing=standing_of(request))
    if request.method != "POST":
        return _sheet_page(request, sheet)
    if not sheet.is_valid():
        return _sheet_page(request, sheet, status=UNPROCESSABLE)
    try:
        made = operations.break_down(
            parent,
            sheet.parts(),
            by_parts=sheet.by_parts,
            seen=sheet.seen,
            by=standing_of(request),
            at=now(),
        )
    except RuleBroken as refusal:
        sheet.refuse(refusal)
        stale = isinstance(refusal, Stale)
        return _sheet_page(request, sheet, status=CONFLICT if stale else UNPROCESSABLE)
    messages.success(request, _said_of(made, parent))
    return redirect("web:measure", parent.pk)


def _said_of(made: list[Measure], parent: Measure) -> str:
    """How many began, and how many of them wait for the director."""
    waiting = sum(child.state == State.PROPOSED for child in made)
    issued = len(made) - waiting
    said = []
    if issued:
        said.append(ngettext("%(n)d part is issued.", "%(n)d parts are issued.", issued))
    if waiting:
        said.append(
            ngettext(
                "%(n)d part is proposed to the director.",
                "%(n)d parts are proposed to the director.",
                waiting,
            )
        )
    counts = [count for count in (issued, waiting) if count]
    return " ".join(each % {"n": n} for each, n in zip(said, counts, strict=True))


def _sheet_page(request: HttpRequest, sheet: BreakingSheet, *, status: int = 200) -> HttpResponse:
    parent = sheet.parent
    context = {
        "measure": parent,
        "sheet": sheet,
        "news": timeline.since(parent, standing_of(request), sheet.seen)
        if status == CONFLICT
        else [],
        # After what happened meanwhile was read, handing it in again is a deliberate act.
        "seen": parent.version if status == CONFLICT else sheet.whole["seen"].value(),
        "earliest": today() + timedelta(days=1),
    }
    return render(request, "web/break_down.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then make the part a measure of its own."""
    child = _asked_about(request, pk, Action.DETACH)
    if request.method != "POST":
        return _reason_page(request, child, ReasonForm(initial={"seen": child.version}))
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _reason_page(request, child, form, status=UNPROCESSABLE)
    said: dict[str, Any] = form.cleaned_data
    try:
        operations.detach_child(child, **said, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        stale = isinstance(refusal, Stale)
        return _reason_page(request, child, form, status=CONFLICT if stale else UNPROCESSABLE)
    messages.success(request, _("%(code)s is a measure of its own now.") % {"code": child.code})
    return redirect(way_back(request, child))


def _reason_page(
    request: HttpRequest, child: Measure, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "web/detach.html", {"measure": child, "form": form}, status=status)


def _asked_about(request: HttpRequest, pk: int, action: Action) -> Measure:
    """The measure, if the person may do this to it; a page is shown while its state knows it."""
    measure = visible_measure(request, pk)
    may(action, standing_of(request), measure).or_refuse()
    verdict = allows(action, measure.state)
    if request.method != "POST" and not verdict:
        raise WrongState(verdict.reason)
    return measure
