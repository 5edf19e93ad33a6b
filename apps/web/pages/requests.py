"""Asking for something, and deciding what was asked: one small form each, whatever its kind."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken, Stale
from apps.measures import operations
from apps.measures.lifecycle import DECIDES, Action, allows, label_of
from apps.measures.models import Decision, Measure, Request
from apps.measures.operations import WrongState
from apps.measures.operations.evidence import too_large
from apps.measures.permissions import WRITERS, may
from apps.web import timeline
from apps.web.acts import Button, verdict_on
from apps.web.carried_along import came_from, seen_or_oldest, way_back
from apps.web.clock import now, today
from apps.web.forms.acts import SeenForm
from apps.web.forms.requests import AskForm, DecideForm
from apps.web.request_acts import ASKING, DECIDING, DecisionAct, RequestAct
from apps.web.requests import waiting_on
from apps.web.uploads import file_rules, upload_was_too_large
from apps.web.visitor import standing_of, visible_measure

UNPROCESSABLE, CONFLICT = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def ask(request: HttpRequest, pk: int, action: Action) -> HttpResponse:
    """The grounds and the evidence, or the request handed in; nothing that was typed is lost."""
    measure = _asked_about(request, pk, action)
    if request.method != "POST":
        return _ask_page(request, action, measure, _ask_form(request, action, measure))
    form = _ask_form(request, action, measure, request.POST, request.FILES)
    if upload_was_too_large(request):
        form.add_error("attachments", too_large())
    if not form.is_valid():
        return _ask_page(request, action, measure, form, status=UNPROCESSABLE)
    try:
        _hand_in(request, action, measure, form)
    except RuleBroken as refusal:
        form.refuse(refusal)
        return _ask_page(request, action, measure, form, **how_refused(request, measure, refusal))
    return _done(request, action, measure)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def decide(request: HttpRequest, pk: int, action: Action) -> HttpResponse:
    """What was asked, and the decision on it."""
    measure, form_of = _asked_about(request, pk, action), DECIDING[action].form
    if request.method != "POST":
        verdict_on(action, standing_of(request), measure).or_refuse()
        return _decide_page(request, action, measure, form_of())
    form = form_of(request.POST)
    if not form.is_valid():
        return _decide_page(request, action, measure, form, status=UNPROCESSABLE)
    try:
        operations.DECIDE[action](measure, **form.cleaned_data, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return _decide_page(
            request, action, measure, form, **how_refused(request, measure, refusal)
        )
    return _done(request, action, measure)


def _asked_about(request: HttpRequest, pk: int, action: Action) -> Measure:
    """The measure, where the action is this person's and, to begin with, the state knows it."""
    measure = visible_measure(request, pk)
    may(action, standing_of(request), measure).or_refuse()
    verdict = allows(action, measure.state)
    if request.method != "POST" and not verdict:
        raise WrongState(verdict.reason)
    return measure


@transaction.atomic
def _hand_in(request: HttpRequest, action: Action, measure: Measure, form: AskForm) -> None:
    """Evidence and request together, or neither."""
    standing, at = standing_of(request), now()
    pieces = form.pieces
    for file in form.new_files:
        assert measure.lead is not None
        pieces.append(
            operations.add_evidence(
                file,
                name=file.name or "",
                agency=measure.lead,
                restricted=measure.restricted,
                by=standing,
                at=at,
            )
        )
    ASKING[action].operation(measure, **form.asked(), evidence=pieces, by=standing, at=at)


def _ask_form(request: HttpRequest, action: Action, measure: Measure, *typed: Any) -> AskForm:
    """The office asks without evidence; it hands in none."""
    standing = standing_of(request)
    may_attach = measure.lead is not None and standing.holds_for(WRITERS, measure.lead)
    return ASKING[action].form(action, measure, *typed, standing=standing, may_attach=may_attach)


def how_refused(request: HttpRequest, measure: Measure, refusal: RuleBroken) -> dict[str, Any]:
    """A stale page shows what happened meanwhile, and carries the new version from now on."""
    if not isinstance(refusal, Stale):
        return {"status": UNPROCESSABLE}
    seen = seen_or_oldest(request)
    measure.refresh_from_db()
    return {"status": CONFLICT, "news": timeline.since(measure, standing_of(request), seen)}


def _ask_page(
    request: HttpRequest,
    action: Action,
    measure: Measure,
    form: AskForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    earlier = form.fields.get("earlier")
    context = {
        "pieces": list(getattr(earlier, "queryset", ())),
        "chosen": {"earlier": form.ticked()},
        "had_files": bool(request.FILES),
        "sent_back": _sent_back(action, measure),
        **file_rules(),
        **_common(request, action, measure, form),
        **more,
    }
    return render(request, "web/request_ask.html", context, status=status)


def _decide_page(
    request: HttpRequest,
    action: Action,
    measure: Measure,
    form: DecideForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    kind = DECIDES[action].kind
    context = {
        "waiting": [
            each
            for each in waiting_on(measure, standing_of(request), on=today())
            if each.request.kind == kind
        ],
        "refusing": DECIDES[action].outcome == Decision.Outcome.REFUSED,
        "instead": _instead(request, action, measure),
        **_common(request, action, measure, form),
        **more,
    }
    return render(request, "web/request_decide.html", context, status=status)


def _instead(request: HttpRequest, action: Action, measure: Measure) -> list[Button]:
    """The other decisions on what was asked for that are this person's now."""
    standing, kind = standing_of(request), DECIDES[action].kind
    others = (each for each in DECIDES if DECIDES[each].kind == kind and each is not action)
    judged = (Button(each, measure, verdict_on(each, standing, measure)) for each in others)
    return [each for each in judged if each.verdict]


def _common(
    request: HttpRequest, action: Action, measure: Measure, form: SeenForm
) -> dict[str, Any]:
    return {
        "measure": measure,
        "action": action,
        "label": label_of(action, measure.state),
        "about": _act(action).about,
        "form": form,
        "next": came_from(request),
    }


def _sent_back(action: Action, measure: Measure) -> Decision | None:
    """Why the last application for completion came back, where none has followed."""
    if action is not Action.APPLY or measure.completion_returned_on is None:
        return None
    refused = Decision.objects.filter(
        request__measure=measure,
        outcome=Decision.Outcome.REFUSED,
        request__kind=Request.Kind.COMPLETE,
    )
    return refused.last()


def _done(request: HttpRequest, action: Action, measure: Measure) -> HttpResponse:
    messages.success(request, _act(action).done % {"code": measure.code})
    return redirect(way_back(request, measure))


def _act(action: Action) -> RequestAct | DecisionAct:
    return ASKING[action] if action in ASKING else DECIDING[action]
