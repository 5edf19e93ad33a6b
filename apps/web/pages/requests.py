"""Asking for completion or reopening, and deciding what was asked: one small form each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken, Stale
from apps.core.typed import whole_number
from apps.measures import operations
from apps.measures.lifecycle import DECIDES, Action, allows
from apps.measures.models import Decision, Evidence, Measure, Request
from apps.measures.operations import WrongState
from apps.measures.operations.evidence import too_large
from apps.measures.permissions import WRITERS, may
from apps.web import timeline
from apps.web.acts import verdict_on
from apps.web.clock import now
from apps.web.forms.acts import SeenForm
from apps.web.forms.requests import AskForm, DecideForm
from apps.web.pages.acts import way_back
from apps.web.requests import waiting_on
from apps.web.uploads import file_rules, upload_was_too_large
from apps.web.visitor import standing_of, visible_measure

UNPROCESSABLE, CONFLICT = 422, 409

ASK: dict[Action, Callable[..., object]] = {
    Action.APPLY: operations.apply_for_completion,
    Action.ASK_REOPENING: operations.ask_reopening,
    Action.ASK_EXTENSION: operations.ask_extension,
}
DECIDE: dict[Action, Callable[..., object]] = {
    Action.VERIFY: operations.verify_completion,
    Action.SEND_BACK: operations.send_back_completion,
    Action.CLOSE: operations.close_measure,
    Action.REOPEN: operations.reopen_measure,
    Action.REFUSE_REOPENING: operations.refuse_reopening,
    Action.EXTEND: operations.extend_deadline,
    Action.REFUSE_EXTENSION: operations.refuse_extension,
}
DONE = {
    Action.APPLY: _("Completion of %(code)s is applied for; the supervision office has the turn."),
    Action.VERIFY: _("Completion of %(code)s is verified; the director has the turn."),
    Action.SEND_BACK: _("The application for completion of %(code)s is sent back."),
    Action.CLOSE: _("%(code)s is closed as completed."),
    Action.ASK_REOPENING: _("The reopening of %(code)s is asked for; the director decides."),
    Action.REOPEN: _("%(code)s is reopened."),
    Action.REFUSE_REOPENING: _("%(code)s stays closed."),
    Action.ASK_EXTENSION: _(
        "An extension of %(code)s is asked for; its deadline holds until then."
    ),
    Action.EXTEND: _("The deadline of %(code)s is extended."),
    Action.REFUSE_EXTENSION: _("The deadline of %(code)s stays as it was."),
}
ABOUT = {
    Action.APPLY: _(
        "The supervision office verifies, then the director closes. Until then nothing is owed;"
        " on time is judged by today."
    ),
    Action.VERIFY: _("You confirm that the evidence shows what is claimed. The director closes."),
    Action.SEND_BACK: _("The measure goes on. The reason stays in its timeline."),
    Action.CLOSE: _("The measure is completed and counts for the agency that leads it today."),
    Action.ASK_REOPENING: _("The measure stays closed until the director has decided."),
    Action.REOPEN: _("The measure goes on with the deadline that was asked for."),
    Action.REFUSE_REOPENING: _("The measure stays closed. The reason stays in its timeline."),
    Action.ASK_EXTENSION: _(
        "The first extension is the director's to grant, the second the supervising leader's. The"
        " deadline holds until it is granted; asked for after the deadline it is marked late."
    ),
    Action.EXTEND: _(
        "The deadline moves to the day that was asked for. The original one stays on record."
    ),
    Action.REFUSE_EXTENSION: _("The deadline stays. The reason stays in the timeline."),
}


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
        return _ask_page(request, action, measure, form, **_how(request, measure, refusal))
    return _done(request, action, measure)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def decide(request: HttpRequest, pk: int, action: Action) -> HttpResponse:
    """What was asked, and the decision on it."""
    measure = _asked_about(request, pk, action)
    if request.method != "POST":
        verdict_on(action, standing_of(request), measure).or_refuse()
        return _decide_page(request, action, measure, DecideForm())
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _decide_page(request, action, measure, form, status=UNPROCESSABLE)
    try:
        DECIDE[action](measure, **form.cleaned_data, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return _decide_page(request, action, measure, form, **_how(request, measure, refusal))
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
    said = dict(form.cleaned_data)
    pieces: list[Evidence] = list(said.pop("earlier", ()))
    for file in said.pop("attachments", ()):
        assert measure.lead is not None
        pieces.append(
            operations.add_evidence(
                file, name=file.name or "", agency=measure.lead, by=standing, at=at
            )
        )
    ASK[action](measure, **said, evidence=pieces, by=standing, at=at)


def _ask_form(request: HttpRequest, action: Action, measure: Measure, *typed: Any) -> AskForm:
    """The office asks without evidence; it hands in none."""
    standing = standing_of(request)
    may_attach = measure.lead is not None and standing.holds_for(WRITERS, measure.lead)
    return AskForm(action, measure, *typed, may_attach=may_attach)


def _how(request: HttpRequest, measure: Measure, refusal: RuleBroken) -> dict[str, Any]:
    """A stale page shows what happened meanwhile, and carries the new version from now on."""
    if not isinstance(refusal, Stale):
        return {"status": UNPROCESSABLE}
    seen = whole_number(request.POST.get("seen", ""))
    measure.refresh_from_db()
    return {"status": CONFLICT, "news": timeline.since(measure, seen)}


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
        "waiting": [each for each in waiting_on(measure) if each.request.kind == kind],
        "refusing": DECIDES[action].outcome == Decision.Outcome.REFUSED,
        **_common(request, action, measure, form),
        **more,
    }
    return render(request, "web/request_decide.html", context, status=status)


def _common(
    request: HttpRequest, action: Action, measure: Measure, form: SeenForm
) -> dict[str, Any]:
    return {
        "measure": measure,
        "action": action,
        "about": ABOUT[action],
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next") or "",
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
    messages.success(request, DONE[action] % {"code": measure.code})
    return redirect(way_back(request, measure))
