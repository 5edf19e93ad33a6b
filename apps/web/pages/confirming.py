"""The unit leader's page of a report that was handed in: confirmed, or handed back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.errors import RuleBroken, Stale
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Measure, ReportDraft
from apps.measures.operations.confirming import foresee
from apps.measures.permissions import may_confirm, may_now
from apps.web import review_item
from apps.web.cards import cards, loaded, with_clocks
from apps.web.carried_along import way_back
from apps.web.clock import now, today
from apps.web.forms.review import APPROVE, ReviewForm
from apps.web.pages.report_draft import draft_seen
from apps.web.visitor import standing_of, visible_measure
from apps.workdays.models import current_calendar

UNPROCESSABLE, CONFLICT = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """What was handed in beside the last report, and the decision on it."""
    measure = visible_measure(request, pk)
    may_now(Action.CONFIRM_REPORT, standing_of(request), measure).or_refuse()
    if request.method != "POST":
        return _page(request, measure, ReviewForm())
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, measure, form, status=UNPROCESSABLE)
    try:
        said = _decide(request, measure, **form.cleaned_data)
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        status = CONFLICT if isinstance(refusal, Stale) else UNPROCESSABLE
        return _page(request, measure, form, status=status)
    messages.success(request, said % {"code": measure.code})
    return redirect(way_back(request, measure))


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the form again, where it is gone on with."""
    measure = visible_measure(request, pk)
    how: dict[str, Any] = {"by": standing_of(request), "at": now()}
    try:
        operations.take_back_report(measure, seen=draft_seen(request), **how)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect(way_back(request, measure))
    messages.success(request, _("The report is taken back; it is a draft again."))
    return redirect("web:report", measure.pk)


def _decide(
    request: HttpRequest, measure: Measure, *, decision: str, reason: str, seen: int
) -> str:
    how: dict[str, Any] = {"by": standing_of(request), "at": now()}
    draft = draft_seen(request)
    if decision == APPROVE:
        operations.confirm_report(measure, seen_draft=draft, seen=seen, **how)
        return _("The report on %(code)s is confirmed and handed in; it waits for review.")
    operations.hand_back_report(measure, reason=reason, seen=draft, **how)
    return _("The report on %(code)s is handed back to those who write.")


def _page(
    request: HttpRequest, measure: Measure, form: ReviewForm, *, status: int = 200
) -> HttpResponse:
    draft = _draft(measure)
    if draft is None:
        for sentence in form.non_field_errors() or [_("No report waits for the unit leader.")]:
            messages.info(request, str(sentence))
        return redirect("web:measure", measure.pk)
    standing, calendar, on = standing_of(request), current_calendar(), today()
    foreseen = foresee(draft, by=standing, at=now())
    shown = cards([draft.measure], on=on, calendar=calendar)
    context = {
        "measure": draft.measure,
        "card": with_clocks(shown, on=on, calendar=calendar)[0],
        "draft": draft,
        "report": foreseen.report,
        "form": form,
        "verdict": may_confirm(standing, draft.measure, draft) and foreseen.verdict,
        "next": way_back(request, measure),
    }
    context |= review_item.bearing(
        foreseen.report, foreseen.newly, foreseen.evidence, standing, calendar
    )
    return render(request, "web/confirm_report.html", context, status=status)


def _draft(measure: Measure) -> ReportDraft | None:
    """With everything that a page on its measure needs."""
    draft = ReportDraft.objects.confirming().filter(measure=measure).first()
    if draft is not None:
        draft.measure = loaded(Measure.objects.all()).get(pk=measure.pk)
    return draft
