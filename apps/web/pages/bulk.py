"""Acting on many measures: chosen in the list, confirmed by name, told one by one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken, Verdict
from apps.core.typed import versions
from apps.measures.lifecycle import Action
from apps.measures.models import Measure
from apps.measures.models.rows import MeasureQuerySet
from apps.web import bulk
from apps.web.acts import ICONS
from apps.web.clock import now, today
from apps.web.finding import ListFilter
from apps.web.pages.measures import BESIDE
from apps.web.visitor import standing_of

KEPT = 5
"""Outcomes that a session remembers, so that the page can be opened again."""
SESSION_KEY = "bulk_outcomes"


@dataclass(frozen=True)
class Asked:
    """A measure that is meant, and whether the act is possible."""

    measure: Measure
    verdict: Verdict


@require_POST
@login_required
def act(request: HttpRequest) -> HttpResponse:
    """First name what is meant, with each verdict; once confirmed, do it and tell the outcome."""
    action = _action(request)
    if "confirmed" in request.POST:
        return _perform(request, action)
    return _confirm(request, action, _meant(request))


@require_safe
@never_cache
@login_required
def outcome(request: HttpRequest, token: str) -> HttpResponse:
    """What was done and what was refused, as long as the session remembers it."""
    told = request.session.get(SESSION_KEY, {}).get(token)
    if told is None:
        raise Http404
    outcomes = _named([bulk.Outcome(**each) for each in told["outcomes"]], standing_of(request))
    context = {
        "action": Action(told["action"]),
        "done": [each for each in outcomes if not each.refusal],
        "refused": [each for each in outcomes if each.refusal],
        "back": _back(told["filters"]),
    }
    return render(request, "web/bulk_outcome.html", context)


def _named(outcomes: Sequence[bulk.Outcome], standing: Standing) -> list[bulk.Outcome]:
    """With the names of today, in the language of the page; what has left their sight keeps its."""
    ids = [each.pk for each in outcomes]
    seen = Measure.objects.visible_to(standing).in_bulk(ids)
    return [replace(each, name=str(seen.get(each.pk, each.name))) for each in outcomes]


def _action(request: HttpRequest) -> Action:
    asked = request.POST.get("action", "")
    if asked not in bulk.offered(standing_of(request)):
        raise RuleBroken(_("This act is not done on many measures at once."))
    return Action(asked)


def _meant(request: HttpRequest) -> list[Measure]:
    """The ticked measures, or all that the filters of the list find."""
    visible = Measure.objects.visible_to(standing_of(request))
    if "all" in request.POST:
        return _found(visible, QueryDict(request.POST.get("filters", "")))
    picked = versions(request.POST.getlist("pick")[: bulk.MOST])
    return list(_shown(visible.filter(pk__in=picked)))


def _found(visible: MeasureQuerySet, asked: QueryDict) -> list[Measure]:
    found = ListFilter(asked, queryset=visible, on=today(), beside=BESIDE)
    measures = list(_shown(found.qs)[: bulk.MOST + 1])
    if len(measures) > bulk.MOST:
        raise RuleBroken(
            _("The filters find more than %(most)s measures. Narrow them down.")
            % {"most": bulk.MOST}
        )
    return measures


def _shown(measures: MeasureQuerySet) -> MeasureQuerySet:
    return measures.select_related("lead").prefetch_related("milestones").order_by("code")


def _confirm(request: HttpRequest, action: Action, meant: Sequence[Measure]) -> HttpResponse:
    standing, at = standing_of(request), now()
    asked = [Asked(each, bulk.judge(action, standing, each, at=at)) for each in meant]
    filters = request.POST.get("filters", "")
    context: dict[str, Any] = {
        "action": action,
        "icon": ICONS[action],
        "possible": [each for each in asked if each.verdict],
        "impossible": [each for each in asked if not each.verdict],
        "token": uuid4().hex,
        "filters": filters,
        "back": _back(filters),
    }
    return render(request, "web/bulk_confirm.html", context)


def _perform(request: HttpRequest, action: Action) -> HttpResponse:
    """Sent twice, the second time only tells what the first one did."""
    token = request.POST.get("token", "")
    if not token.isalnum():
        raise RuleBroken(_("The page was incomplete. Choose the measures again."))
    told = request.session.get(SESSION_KEY, {})
    if token not in told:
        standing = standing_of(request)
        seen = versions(request.POST.getlist("pick")[: bulk.MOST])
        measures = _shown(Measure.objects.visible_to(standing).filter(pk__in=seen))
        outcomes = bulk.perform(action, measures, seen, standing, now())
        told[token] = {
            "action": action.value,
            "outcomes": [asdict(each) for each in outcomes],
            "filters": request.POST.get("filters", ""),
        }
        request.session[SESSION_KEY] = dict(list(told.items())[-KEPT:])
    return redirect("web:bulk_outcome", token)


def _back(filters: str) -> str:
    """The list that the person came from; the query is ours again once it is read."""
    return f"{reverse('web:measures')}?{QueryDict(filters).urlencode()}"
