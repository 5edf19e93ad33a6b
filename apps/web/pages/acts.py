"""Acts done with one click, and returning a proposal: a POST, one operation, and back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.standing import Standing
from apps.audit.models import AuditEvent
from apps.core.errors import RuleBroken, Stale
from apps.measures import operations
from apps.measures.lifecycle import Action, allows
from apps.measures.models import Measure
from apps.measures.operations import WrongState
from apps.measures.permissions import may
from apps.web import timeline
from apps.web.acts import ONE_CLICK
from apps.web.carried_along import seen_by, way_back
from apps.web.clock import now
from apps.web.forms.acts import ReasonForm
from apps.web.visitor import standing_of, visible_measure

DONE = {
    Action.PROPOSE: gettext_lazy("%(code)s is proposed to the director."),
    Action.ISSUE: gettext_lazy("%(code)s is issued to %(lead)s."),
    Action.ACKNOWLEDGE: gettext_lazy("Receipt of %(code)s is acknowledged."),
    Action.RETURN_PROPOSAL: gettext_lazy("%(code)s is returned to the supervisor."),
}
RECENT_EVENTS = 100
REASONS_OFFERED = 5
MOST_SAID = 10


@require_POST
@login_required
def act(request: HttpRequest, pk: int, action: Action) -> HttpResponse:
    """Do the act on the version the person saw; a refusal is a page that says what to do."""
    measure = visible_measure(request, pk)
    try:
        ONE_CLICK[action](measure, seen=seen_by(request), by=standing_of(request), at=now())
    except RuleBroken as refusal:
        return _refused(request, pk, action, refusal)
    return _done(request, measure, action)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def return_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then send the proposal back."""
    measure = visible_measure(request, pk)
    may(Action.RETURN_PROPOSAL, standing_of(request), measure).or_refuse()
    if request.method == "POST":
        return _return_proposal(request, measure)
    verdict = allows(Action.RETURN_PROPOSAL, measure.state)
    if not verdict:
        raise WrongState(verdict.reason)
    return _reason_page(request, measure, ReasonForm(initial={"seen": measure.version}))


def _return_proposal(request: HttpRequest, measure: Measure) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _reason_page(request, measure, form, status=422)
    said = form.cleaned_data
    try:
        operations.return_proposal(measure, **said, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        if refusal.field in form.fields:
            form.add_error(refusal.field, str(refusal))
            return _reason_page(request, measure, form, status=422)
        return _refused(request, measure.pk, Action.RETURN_PROPOSAL, refusal, said["reason"])
    return _done(request, measure, Action.RETURN_PROPOSAL)


def _done(request: HttpRequest, measure: Measure, action: Action) -> HttpResponse:
    said = {"code": measure.code, "lead": measure.lead.label if measure.lead else ""}
    messages.success(request, DONE[action] % said)
    return redirect(way_back(request, measure))


def _refused(
    request: HttpRequest, pk: int, action: Action, refusal: RuleBroken, reason: str = ""
) -> HttpResponse:
    """The sentence, what happened meanwhile, and the way on."""
    measure = Measure.objects.select_related("lead").get(pk=pk)
    context = {
        "reason": str(refusal),
        "measure": measure,
        "action": action,
        "meanwhile": timeline.since(measure, standing_of(request), seen_by(request))[:MOST_SAID]
        if isinstance(refusal, Stale)
        else [],
        "typed": reason,
    }
    return render(request, "web/act_refused.html", context, status=409)


def _reason_page(
    request: HttpRequest, measure: Measure, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    reasons = _recent_reasons(standing_of(request))
    context = {"measure": measure, "form": form, "reasons": reasons}
    return render(request, "web/return_proposal.html", context, status=status)


def _recent_reasons(standing: Standing) -> list[str]:
    """The last distinct reasons for which this person returned proposals."""
    mine = AuditEvent.objects.filter(actor_id=standing.pk, act="measures.return_proposal")
    notes = mine.order_by("-id").values_list("note", flat=True)[:RECENT_EVENTS]
    return list(dict.fromkeys(filter(None, notes)))[:REASONS_OFFERED]
