"""The review queue: waiting reports oldest first, one opened, decided, and the next one opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken, Stale
from apps.core.typed import whole_number
from apps.measures import operations
from apps.measures.models import Measure, ProgressReport, Review
from apps.measures.models.report import ProgressReportQuerySet
from apps.measures.operations.reviewing import WITHDRAW_WITHIN
from apps.measures.permissions import OFFICE, may_open_review, may_review
from apps.web import review_item
from apps.web.cards import Card, card, cards, loaded, with_clocks
from apps.web.clock import now, today
from apps.web.forms.review import APPROVE, ReviewForm
from apps.web.visitor import standing_of, visible_measure
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import current_calendar

QUEUE = 100
"""Listed at once; further ones come up as these are decided."""


@dataclass(frozen=True)
class Waiting:
    """A report in the queue."""

    report: ProgressReport
    card: Card
    age: int
    """Workdays since it was submitted."""


@require_safe
@never_cache
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """The queue with its oldest report opened."""
    standing = standing_of(request)
    may_open_review(standing).or_refuse()
    first = _queue(standing).first()
    return _page(request, first, ReviewForm(initial=_typed(first)))


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report of the queue, and the decision on it."""
    standing = standing_of(request)
    may_open_review(standing).or_refuse()
    found = get_object_or_404(_reports(standing), pk=pk)
    if request.method == "POST":
        return _decide(request, found)
    return _page(request, found, ReviewForm(initial=_typed(found)))


@require_safe
@login_required
def of_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """To the oldest report of this measure that waits, or back to the measure."""
    measure, standing = visible_measure(request, pk), standing_of(request)
    may_open_review(standing).or_refuse()
    first = _queue(standing).filter(measure=measure).first()
    if first is None:
        messages.info(request, _("No report is waiting for review."))
        return redirect("web:measure", pk)
    return redirect("web:review_report", first.pk)


def _queue(standing: Standing) -> ProgressReportQuerySet:
    """What waits for this person's review, oldest first."""
    return _whole(ProgressReport.objects.for_review_by(standing))


def _reports(standing: Standing) -> ProgressReportQuerySet:
    """The reports that this person may open here, with what became of them.

    The office sees those on parts too, though others review them.
    """
    visible = Measure.objects.visible_to(standing)
    if not standing.holds_any(OFFICE):
        visible = visible.reviewed_by(standing)
    return _whole(ProgressReport.objects.filter(measure__in=visible))


def _whole(reports: ProgressReportQuerySet) -> ProgressReportQuerySet:
    measures = loaded(Measure.objects.all())
    return (
        reports.with_outcome()
        .select_related("agency")
        .prefetch_related(Prefetch("measure", queryset=measures))
    )


# --- Deciding ------------------------------------------------------------------------------


def _decide(request: HttpRequest, report: ProgressReport) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, report, form, status=422)
    try:
        made = _review(request, report, **form.cleaned_data)
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        again = _reports(standing_of(request)).get(pk=report.pk)
        return _page(request, again, form, status=409 if isinstance(refusal, Stale) else 422)
    return _to_next(request, report, made)


def _review(
    request: HttpRequest, report: ProgressReport, *, decision: str, reason: str, seen: int
) -> Review:
    """Carry the decision out."""
    done: dict[str, Any] = {"seen": seen, "by": standing_of(request), "at": now()}
    if decision == APPROVE:
        return operations.approve_report(report, **done)
    return operations.return_report(report, reason=reason, **done)


def _to_next(request: HttpRequest, report: ProgressReport, made: Review) -> HttpResponse:
    """The one that waited next longest, with a way back; round to the oldest after the last."""
    waiting = _queue(standing_of(request))
    later = Q(submitted_at__gt=report.submitted_at) | Q(
        submitted_at=report.submitted_at, pk__gt=report.pk
    )
    following = waiting.filter(later).first()
    url = reverse("web:review_report", args=[following.pk]) if following else reverse("web:review")
    return redirect(f"{url}?{urlencode({'reviewed': made.pk})}")


@dataclass(frozen=True)
class Undo:
    """The review just made, and for how many seconds more it may be withdrawn."""

    review: Review
    seconds: int

    @property
    def said(self) -> str:
        report = self.review.report
        said = (
            _("Report %(number)d on %(code)s is approved.")
            if self.review.outcome == Review.Outcome.APPROVED
            else _("Report %(number)d on %(code)s is returned.")
        )
        return said % {"number": report.number, "code": report.measure.code}


def _undo(request: HttpRequest) -> Undo | None:
    """The review that the address names, where this person made it and it is still in force."""
    mine = Review.objects.in_force().filter(by_id=standing_of(request).person_id)
    pk = whole_number(request.GET.get("reviewed", ""))
    made = mine.select_related("report__measure").filter(pk=pk).first() if pk else None
    if made is None:
        return None
    left = WITHDRAW_WITHIN - (now() - made.at)
    return Undo(made, max(int(left.total_seconds()), 0))


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own review back: the report waits again and is opened again."""
    standing = standing_of(request)
    found = get_object_or_404(_reports(standing), pk=pk)
    given = found.reviews.filter(withdraws__isnull=True)
    review = get_object_or_404(given, pk=whole_number(request.POST.get("review", "")))
    seen = whole_number(request.POST.get("seen", ""))
    try:
        operations.withdraw_review(review, seen=seen, by=standing, at=now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("web:review_report", pk)


def _typed(report: ProgressReport | None) -> dict[str, str]:
    """A return that was withdrawn leaves its reason in the box; nothing is typed twice."""
    last = report.reviews.select_related("withdraws").last() if report else None
    return {"reason": last.withdraws.reason} if last and last.withdraws else {}


# --- Showing -------------------------------------------------------------------------------


def _page(
    request: HttpRequest, report: ProgressReport | None, form: ReviewForm, *, status: int = 200
) -> HttpResponse:
    standing, calendar = standing_of(request), current_calendar()
    waiting = _queue(standing)
    listed = [_waiting(each, calendar) for each in waiting[:QUEUE]]
    context = {
        "queue": listed,
        "total": len(listed) if len(listed) < QUEUE else waiting.count(),
        "form": form,
        "report": report,
        "undo": _undo(request),
    }
    if report is not None:
        context |= _item(report, standing, calendar) | _neighbours(listed, report)
    return render(request, "web/review.html", context, status=status)


def _neighbours(queue: Sequence[Waiting], report: ProgressReport) -> dict[str, Any]:
    """The reports before and after this one in the queue; the oldest follows one not in it."""
    ids = [each.report.pk for each in queue]
    if report.pk not in ids:
        return {"following": ids[0] if ids else None}
    place = ids.index(report.pk)
    return {
        "place": place + 1,
        "preceding": ids[place - 1] if place else None,
        "following": ids[place + 1] if place + 1 < len(ids) else None,
    }


def _waiting(report: ProgressReport, calendar: Calendar) -> Waiting:
    since = timezone.localdate(report.submitted_at)
    on = today()
    return Waiting(
        report, card(report.measure, on=on, calendar=calendar), calendar.between(since, on)
    )


def _item(report: ProgressReport, standing: Standing, calendar: Calendar) -> dict[str, Any]:
    """Everything the decision needs, on one screen."""
    measure, on = report.measure, today()
    shown = with_clocks(cards([measure], on=on, calendar=calendar), on=on, calendar=calendar)[0]
    return review_item.item(report, standing, calendar) | {
        "measure": measure,
        "card": shown,
        "verdict": may_review(standing, measure, report),
        "reasons": review_item.recent_reasons(standing),
    }
