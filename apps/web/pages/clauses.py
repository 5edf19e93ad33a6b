"""Entering the official text of a policy: paste, look, correct, save."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.audit.operations import refuse_unless_kept_by
from apps.core.errors import RuleBroken, Stale
from apps.measures.models import Measure, MeasureClause
from apps.policies.models import Clause, Policy
from apps.policies.operations import KEEPERS, Edition, edition_of, enter_clauses
from apps.web.carried_along import seen_by
from apps.web.clock import now
from apps.web.forms.clauses import ClauseSheet, PasteForm
from apps.web.visitor import standing_of


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def clauses(request: HttpRequest, pk: int) -> HttpResponse:
    """The paste box; with a text, the preview and what it changes; with “save”, done."""
    refuse_unless_kept_by(KEEPERS, standing_of(request))
    policy = get_object_or_404(Policy, pk=pk)
    edition = edition_of(policy)
    if request.method != "POST":
        return _page(request, policy, PasteForm(), edition)
    form = PasteForm(request.POST)
    is_valid = form.is_valid()
    text = form.cleaned_data.get("text")
    sheet = ClauseSheet(text, edition, request.POST.dict()) if text else None
    if sheet is None or not is_valid:
        return _page(request, policy, form, edition, sheet, status=422)
    if request.POST.get("then") != "save":
        return _page(request, policy, form, edition, sheet)
    if not sheet.is_continued:
        messages.info(request, _("The text was split anew. Look at it, then save."))
        return _page(request, policy, form, edition, sheet)
    return _save(request, policy, form, edition, sheet)


def _save(
    request: HttpRequest, policy: Policy, form: PasteForm, edition: Edition, sheet: ClauseSheet
) -> HttpResponse:
    """Do it on the version the person saw; whoever comes second sees what it would change now."""
    note, by = form.cleaned_data["note"], standing_of(request)
    try:
        seen = seen_by(request)
        enter_clauses(policy, sheet.entries, note=note, seen=seen, by=by, at=now())
    except Stale as refusal:
        if not sheet.changes_nothing:
            return _page(request, policy, form, edition, sheet, stale=refusal, status=409)
        messages.info(request, _("The policy says this already."))
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, policy, form, edition, sheet, status=422)
    else:
        messages.success(request, _("The text of %(policy)s is entered.") % {"policy": policy})
    return redirect("web:policy", policy.pk)


def _page(
    request: HttpRequest,
    policy: Policy,
    form: PasteForm,
    edition: Edition,
    sheet: ClauseSheet | None = None,
    *,
    stale: Stale | None = None,
    status: int = 200,
) -> HttpResponse:
    if sheet is not None:
        sheet.give_measures(_measures(request, policy))
    context = {
        "policy": policy,
        "form": form,
        "sheet": sheet,
        "seen": edition.seen,
        "has_clauses": bool(edition.live),
        "kinds": Clause.Actionable.choices,
        "stale": stale,
    }
    return render(request, "web/clauses.html", context, status=status)


def _measures(request: HttpRequest, policy: Policy) -> dict[int, list[Any]]:
    """The measures that this person sees, by the clause they carry out."""
    visible = Measure.objects.visible_to(standing_of(request))
    links = MeasureClause.objects.filter(clause__policy=policy, measure__in=visible)
    found: dict[int, list[Any]] = defaultdict(list)
    for link in links.select_related("measure").order_by("measure__code"):
        found[link.clause_id].append(link.measure)
    return found
