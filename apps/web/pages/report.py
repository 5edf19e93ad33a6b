"""Writing a progress report: in the side panel, or as a page of its own without htmx."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken, Stale
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Basis, Contribution, Measure, ProgressReport, ReportDraft
from apps.measures.operations.evidence import too_large
from apps.measures.operations.report_drafts import confirmation_wanted
from apps.measures.operations.reporting import last_quantity, progress_by_parts
from apps.measures.permissions import may, may_now
from apps.web import timeline
from apps.web import workbench as desks
from apps.web.axis import steps
from apps.web.cards import card, loaded
from apps.web.carried_along import seen_or_oldest, way_back
from apps.web.causes import most_urgent
from apps.web.clock import now, today
from apps.web.forms.report import ReportForm, earlier_evidence, initial_of, returned_report
from apps.web.kpi_of_measure import offered_as_quantity
from apps.web.pages.report_draft import draft_seen
from apps.web.pages.workbench import Row, rows_of
from apps.web.uploads import file_rules, upload_was_too_large
from apps.web.visitor import desk_of, standing_of, visible_measure
from apps.workdays.models import current_calendar

UNPROCESSABLE, CONFLICT = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, or the report handed in; whatever was typed comes back with a refusal."""
    measure = visible_measure(request, pk)
    if request.method == "POST":
        return _hand_in(request, measure)
    may_now(Action.REPORT, standing_of(request), measure).or_refuse()
    draft = _draft(measure)
    if draft and draft.is_confirming and confirmation_wanted(measure, standing_of(request)):
        context = {"measure": measure, "draft": draft, "next": way_back(request, measure)}
        return render(request, _template(request, "report_waiting"), context)
    return _blank(request, measure)


def _blank(request: HttpRequest, measure: Measure, **more: Any) -> HttpResponse:
    """The form to begin with, or where a colleague left off."""
    returned, draft = returned_report(measure), _draft(measure)
    form = ReportForm(measure, initial=initial_of(measure, returned, draft))
    return _form(request, form, returned=returned, **more)


def _draft(measure: Measure) -> ReportDraft | None:
    return ReportDraft.objects.standing().filter(measure=measure).first()


def _hand_in(request: HttpRequest, measure: Measure) -> HttpResponse:
    form = ReportForm(measure, request.POST, request.FILES)
    if upload_was_too_large(request):
        form.add_error("attachments", too_large())
    if not form.is_valid():
        return _form(request, form, status=UNPROCESSABLE)
    try:
        made = _submit(request, measure, form)
    except Stale as refusal:
        return _stale(request, form, refusal)
    except RuleBroken as refusal:
        form.refuse(refusal)
        return _form(request, form, status=UNPROCESSABLE)
    return _done(request, made)


@transaction.atomic
def _submit(
    request: HttpRequest, measure: Measure, form: ReportForm
) -> ProgressReport | ReportDraft:
    """Evidence and report together, or neither."""
    standing, at = standing_of(request), now()
    may(Action.REPORT, standing, measure).or_refuse()
    assert measure.lead is not None
    added = [
        operations.add_evidence(
            file,
            name=file.name or "",
            agency=measure.lead,
            restricted=measure.restricted,
            by=standing,
            at=at,
        )
        for file in form.cleaned_data["attachments"]
    ]
    said = form.cleaned_data
    account = form.account([*said["earlier"], *said["contributed"], *added])
    return operations.hand_in_report(
        measure,
        account,
        seen_draft=draft_seen(request) if "draft" in request.POST else None,
        seen=seen_or_oldest(request),
        by=standing,
        at=at,
    )


def _stale(request: HttpRequest, form: ReportForm, refusal: Stale) -> HttpResponse:
    """Both versions: everything typed, and what the measure says by now.

    The form carries the new version, so that handing it in again is a deliberate act.
    """
    measure = visible_measure(request, form.measure.pk)
    again = ReportForm(measure, request.POST)
    again.full_clean()
    again.refuse(refusal)
    news = timeline.since(measure, standing_of(request), seen_or_oldest(request))
    draft = _draft(measure)
    meanwhile = draft if draft and draft.version != draft_seen(request) else None
    version = draft.version if draft else 0
    return _form(
        request, again, status=CONFLICT, news=news, others_draft=meanwhile, draft_version=version
    )


def _form(
    request: HttpRequest, form: ReportForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    measure = loaded(Measure.objects.all()).get(pk=form.measure.pk)
    draft = None if form.is_bound else _draft(measure)
    made = Contribution.objects.unreported(measure).select_related("agency")
    context = {
        "form": form,
        "measure": measure,
        "card": card(measure, on=today(), calendar=current_calendar()),
        "confirms": confirmation_wanted(measure, standing_of(request)),
        "by_parts": progress_by_parts(measure) if measure.basis == Basis.CHILDREN else None,
        "last": measure.reports.order_by("-number").first(),
        "next": way_back(request, measure),
        "quantity": last_quantity(measure) if measure.basis == Basis.QUANTITY else None,
        "figures": offered_as_quantity(measure, standing_of(request), on=today()),
        "had_files": form.is_bound and bool(request.FILES),
        "draft": draft,
        "draft_version": draft.version if draft else draft_seen(request) if form.is_bound else 0,
        "contributions": made.prefetch_related("evidence"),
        "asked": measure.contribution_requests.open().select_related("agency"),
        "may_ask": may_now(Action.ASK_CONTRIBUTION, standing_of(request), measure)
        and measure.supporters.exists(),
        **_choices(form),
        **file_rules(),
        **more,
    }
    return render(request, _template(request, "report"), context, status=status)


def _choices(form: ReportForm) -> dict[str, Any]:
    """What can be ticked, and what is."""
    is_by_milestones = "reached" in form.fields
    return {
        "milestones": steps(form.measure, on=today()) if is_by_milestones else [],
        "pieces": list(earlier_evidence(form.measure)),
        "chosen": {name: form.ticked(name) for name in ("reached", "earlier", "contributed")},
    }


def _said(made: ProgressReport | ReportDraft) -> str:
    if isinstance(made, ReportDraft):
        said = _("The report on %(measure)s is handed in; the unit leader has to confirm it.")
        return said % {"measure": made.measure}
    said = _("Report %(number)d on %(measure)s is handed in and waits for review.")
    return said % {"number": made.number, "measure": made.measure}


def _done(request: HttpRequest, made: ProgressReport | ReportDraft) -> HttpResponse:
    """In the panel: the next thing to do. On a page: back to where they were, with a word."""
    said = _said(made)
    if not request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
        messages.success(request, said)
        return redirect(way_back(request, made.measure))
    following = _following(request, made.measure)
    if following and following.button and following.button.action is Action.REPORT:
        response = _blank(request, following.card.measure, said=said)
        response["HX-Trigger"] = "reported"
        return response
    context = {
        "said": said,
        "done": made.measure,
        "following": following,
        "back": way_back(request, made.measure),
    }
    response = render(request, "web/report_done.html", context)
    response["HX-Trigger"] = "reported"
    return response


def _following(request: HttpRequest, done: Measure) -> Row | None:
    """The most urgent of what else waits for this person."""
    desk = desk_of(request)
    held = most_urgent(desk, desks.causes_of(desk.standing), 2)
    left = next((pk for pk in held if pk != done.pk), None)
    return next(iter(rows_of(desk, {left: held[left]})), None) if left else None


def _template(request: HttpRequest, name: str) -> str:
    in_panel = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    return f"web/{name}_panel.html" if in_panel else f"web/{name}.html"
