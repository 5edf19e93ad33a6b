"""Keeping the draft of a report: quietly while somebody types, and throwing it away."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.core.errors import RuleBroken
from apps.core.typed import whole_number
from apps.measures import operations
from apps.web.carried_along import way_back
from apps.web.clock import now
from apps.web.forms.report import LONGEST_TEXT
from apps.web.visitor import standing_of, visible_measure

TYPED = ("summary", "problems", "next_step", "explanation", "progress", "quantity")
TICKED = ("reached", "earlier", "contributed")
MOST_TICKED = 200
CONFLICT = 409


@require_POST
@never_cache
@login_required
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """What the form holds now; 409 with the sentence when a colleague came first."""
    measure = visible_measure(request, pk)
    try:
        draft = operations.save_draft(
            measure, _content(request), seen=draft_seen(request), by=standing_of(request), at=now()
        )
    except RuleBroken as refusal:
        return JsonResponse({"refused": str(refusal)}, status=CONFLICT)
    time = date_format(timezone.localtime(draft.saved_at), "TIME_FORMAT")
    return JsonResponse(
        {"version": draft.version, "said": _("Draft saved %(time)s") % {"time": time}}
    )


@require_POST
@never_cache
@login_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin with a blank sheet."""
    measure = visible_measure(request, pk)
    operations.discard_draft(measure, seen=draft_seen(request), by=standing_of(request), at=now())
    messages.success(request, _("The draft is thrown away."))
    return redirect(way_back(request, measure))


def draft_seen(request: HttpRequest) -> int:
    """The version of the draft that the form was built on; 0 for none."""
    return whole_number(request.POST.get("draft", ""))


def _content(request: HttpRequest) -> dict[str, Any]:
    said: dict[str, Any] = {name: request.POST.get(name, "")[:LONGEST_TEXT] for name in TYPED}
    for name in TICKED:
        ids = map(whole_number, request.POST.getlist(name)[:MOST_TICKED])
        said[name] = [pk for pk in ids if pk]
    return said
