"""Reviewing figures: the queue, one sheet opened and decided, many approved at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import Refusal, RuleBroken, Stale
from apps.core.typed import whole_number
from apps.kpis import operations
from apps.kpis.models import Kpi, Submission, SubmissionReview
from apps.kpis.periods import Period
from apps.kpis.permissions import may_open_review, may_review
from apps.web.clock import now, today
from apps.web.forms.kpis import APPROVE, FigureReviewForm
from apps.web.kpi_review_item import item_of, recent_reasons
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar

QUEUE = 100
MOST = 50
"""Approved at once: as many as one person has looked at."""


@dataclass(frozen=True)
class Waiting:
    """A sheet in the queue."""

    submission: Submission
    age: int
    """Workdays since it was handed in."""

    @property
    def periods(self) -> str:
        first, last = self.submission.first_period, self.submission.last_period  # type: ignore[attr-defined]  # annotated by _queue
        if first is None:
            return ""
        said = str(Period.parse(first))
        return said if first == last else f"{said} – {Period.parse(last)}"


@dataclass(frozen=True)
class Outcome:
    """What became of one sheet: approved, or refused with the sentence."""

    submission: Submission
    refusal: str = ""


@require_safe
@never_cache
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """The queue with its oldest sheet opened; `?kpi=` opens that indicator's oldest."""
    may_open_review(standing_of(request)).or_refuse()
    waiting = _queue(request)
    kpi = whole_number(request.GET.get("kpi", ""))
    first = (waiting.filter(kpi=kpi).first() if kpi else None) or waiting.first()
    return _page(request, first, FigureReviewForm())


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet, and the decision on it."""
    standing = standing_of(request)
    may_open_review(standing).or_refuse()
    found = get_object_or_404(_whole(Submission.objects.reviewed_by(standing)), pk=pk)
    if request.method == "POST":
        return _decide(request, found)
    return _page(request, found, FigureReviewForm())


@require_POST
@never_cache
@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """Approve the ticked sheets, each in a transaction of its own; a refusal stops no other."""
    standing = standing_of(request)
    may_open_review(standing).or_refuse()
    picked = [whole_number(pk) for pk in request.POST.getlist("pick")[:MOST]]
    found = _whole(Submission.objects.reviewed_by(standing)).filter(pk__in=picked)
    outcomes = [_approve(request, each) for each in found]
    context = {
        "done": [each for each in outcomes if not each.refusal],
        "refused": [each for each in outcomes if each.refusal],
    }
    return render(request, "web/kpi_review_outcome.html", context)


def _approve(request: HttpRequest, submission: Submission) -> Outcome:
    try:
        _review(request, submission, SubmissionReview.Outcome.APPROVED, "")
    except Refusal as refusal:
        return Outcome(submission, str(refusal))
    return Outcome(submission)


def _queue(request: HttpRequest) -> "QuerySet[Submission]":
    """Oldest first."""
    return _whole(Submission.objects.for_review_by(standing_of(request)))


def _whole(submissions: "QuerySet[Submission]") -> "QuerySet[Submission]":
    kpi = ("kpi__owner", "kpi__numerator", "kpi__denominator", "kpi__weight", "kpi__breakdown")
    figures: dict[str, Any] = {
        "figures": Count("observations"),
        "first_period": Min("observations__period"),
        "last_period": Max("observations__period"),
    }
    whole = submissions.select_related(*kpi, "agency", "review").annotate(**figures)
    return whole.order_by("at", "pk")


# --- Deciding ---------------------------------------------------------------------------------


def _decide(request: HttpRequest, submission: Submission) -> HttpResponse:
    form = FigureReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, form, status=422)
    said = form.cleaned_data
    outcomes = SubmissionReview.Outcome
    outcome = outcomes.APPROVED if said["decision"] == APPROVE else outcomes.RETURNED
    try:
        _review(request, submission, outcome, said["reason"])
    except RuleBroken as refusal:
        form.refuse(refusal)
        again = _whole(Submission.objects.filter(pk=submission.pk)).get()
        return _page(request, again, form, status=409 if isinstance(refusal, Stale) else 422)
    messages.success(request, _told(submission.kpi, outcome))
    return redirect("web:kpi_review")


def _review(request: HttpRequest, submission: Submission, outcome: str, reason: str) -> None:
    operations.review_observations(
        submission, outcome, reason=reason, by=standing_of(request), at=now()
    )


def _told(kpi: Kpi, outcome: str) -> str:
    if outcome == SubmissionReview.Outcome.APPROVED:
        return _("The figures of %(kpi)s are approved and count.") % {"kpi": kpi}
    return _("The figures of %(kpi)s are returned.") % {"kpi": kpi}


# --- Showing ----------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    submission: Submission | None,
    form: FigureReviewForm,
    *,
    status: int = 200,
) -> HttpResponse:
    waiting = list(_queue(request)[:QUEUE])
    calendar, on = current_calendar(), today()
    listed = [Waiting(each, calendar.between(timezone.localdate(each.at), on)) for each in waiting]
    context: dict[str, Any] = {
        "queue": listed,
        "total": len(listed) if len(listed) < QUEUE else _queue(request).count(),
        "form": form,
        "submission": submission,
        "most": MOST,
    }
    if submission is not None:
        context |= {
            "item": item_of(submission),
            "verdict": may_review(standing_of(request), submission.kpi, submission),
            "reasons": recent_reasons([submission.kpi_id]),
            **_neighbours(waiting, submission),
        }
    return render(request, "web/kpi_review.html", context, status=status)


def _neighbours(queue: Sequence[Submission], submission: Submission) -> dict[str, Any]:
    """The addresses of the sheets before and after this one."""
    ids = [each.pk for each in queue]
    if submission.pk not in ids:
        return {"following": _url(ids[0]) if ids else ""}
    place = ids.index(submission.pk)
    return {
        "place": place + 1,
        "preceding": _url(ids[place - 1]) if place else "",
        "following": _url(ids[place + 1]) if place + 1 < len(ids) else "",
    }


def _url(pk: int) -> str:
    return reverse("web:kpi_review_item", args=[pk])
