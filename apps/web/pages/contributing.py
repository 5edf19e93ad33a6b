"""Contributions: the lead asks its supporters, and they say what they did."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Contribution, ContributionRequest, Measure
from apps.measures.operations.evidence import too_large
from apps.measures.permissions import may_now
from apps.web.carried_along import way_back
from apps.web.clock import now, today
from apps.web.forms.others import AskContributionForm, ContributionForm
from apps.web.uploads import file_rules, upload_was_too_large
from apps.web.visitor import standing_of, visible_measure
from apps.workdays.models import current_calendar

UNPROCESSABLE = 422
AHEAD_WORKDAYS = 2
"""The lead wants it so many workdays before its own report is due."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one or more supporters for their contribution to the running period."""
    measure = visible_measure(request, pk)
    may_now(Action.ASK_CONTRIBUTION, standing_of(request), measure).or_refuse()
    if request.method != "POST":
        chosen = list(measure.supporters.values_list("pk", flat=True))
        initial = {"wanted_on": _wanted_on(measure), "agencies": chosen}
        return _ask_page(request, measure, AskContributionForm(measure, initial=initial))
    form = AskContributionForm(measure, request.POST)
    if form.is_valid() and _asked(request, measure, form):
        messages.success(request, _("The supporting agencies are asked."))
        return redirect(way_back(request, measure))
    return _ask_page(request, measure, form, status=UNPROCESSABLE)


def _asked(request: HttpRequest, measure: Measure, form: AskContributionForm) -> bool:
    """All of them, or none."""
    said = form.cleaned_data
    how = {"question": said["question"], "wanted_on": said["wanted_on"]}
    try:
        with transaction.atomic():
            for agency in said["agencies"]:
                operations.ask_for_contribution(
                    measure, agency=agency, **how, by=standing_of(request), at=now()
                )
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    return True


def _wanted_on(measure: Measure) -> date:
    due = measure.next_report_due_on or today() + timedelta(days=7)
    return max(today(), current_calendar().add(due, -AHEAD_WORKDAYS))


def _ask_page(
    request: HttpRequest, measure: Measure, form: AskContributionForm, *, status: int = 200
) -> HttpResponse:
    return render(
        request, "web/ask_contribution.html", {"measure": measure, "form": form}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def contribute(request: HttpRequest, pk: int) -> HttpResponse:
    """A supporter's text and evidence; what was typed comes back with a refusal."""
    measure, standing = visible_measure(request, pk), standing_of(request)
    may_now(Action.CONTRIBUTE, standing, measure).or_refuse()
    if request.method != "POST":
        return _contribute_page(request, measure, ContributionForm(measure, standing))
    form = ContributionForm(measure, standing, request.POST, request.FILES)
    if upload_was_too_large(request):
        form.add_error("attachments", too_large())
    if form.is_valid() and _contributed(request, measure, form):
        messages.success(
            request, _("Your contribution to %(code)s is handed in.") % {"code": measure.code}
        )
        return redirect(way_back(request, measure))
    return _contribute_page(request, measure, form, status=UNPROCESSABLE)


def _contributed(request: HttpRequest, measure: Measure, form: ContributionForm) -> bool:
    """Evidence and text together, or neither."""
    said = form.cleaned_data
    how: dict[str, Any] = {"by": standing_of(request), "at": now()}
    try:
        with transaction.atomic():
            added = [
                operations.add_evidence(
                    file,
                    name=file.name or "",
                    agency=said["agency"],
                    restricted=measure.restricted,
                    **how,
                )
                for file in said["attachments"]
            ]
            operations.contribute(
                measure, agency=said["agency"], text=said["text"], evidence=added, **how
            )
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    return True


def _contribute_page(
    request: HttpRequest, measure: Measure, form: ContributionForm, *, status: int = 200
) -> HttpResponse:
    mine = form.fields["agency"].queryset  # type: ignore[attr-defined]  # a ModelChoiceField
    asked = ContributionRequest.objects.open().filter(measure=measure, agency__in=mine)
    earlier = Contribution.objects.filter(measure=measure, agency__in=mine).order_by("-id")
    context = {
        "measure": measure,
        "form": form,
        "asked": asked.select_related("agency"),
        "earlier": earlier[:3],
        "had_files": bool(request.FILES),
        **file_rules(),
    }
    return render(request, "web/contribute.html", context, status=status)
