"""Reviewing reports: approving them, or returning them with a reason that stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken
from apps.measures import lights
from apps.measures.lifecycle import Action
from apps.measures.models import Basis, Measure, Milestone, ProgressReport, Review
from apps.measures.operations.acting import Act, acting
from apps.measures.permissions import may_review


def approve_report(report: ProgressReport, *, seen: int, by: Standing, at: datetime) -> Review:
    """The report stands; its progress is the approved one."""
    with _reviewing(report, Review.Outcome.APPROVED, "", seen=seen, by=by, at=at) as (act, review):
        act.measure.approved_progress = _standing_progress(act.measure, approved=True)
    return review


def return_report(
    report: ProgressReport, *, reason: str, seen: int, by: Standing, at: datetime
) -> Review:
    """The report goes back: it no longer counts, its milestones are open again, it is owed anew.

    Where a later report stands, that one answers for the period, and nothing is owed anew.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the report is returned."), field="reason")
    outcome = Review.Outcome.RETURNED
    with _reviewing(report, outcome, reason.strip(), seen=seen, by=by, at=at) as (act, review):
        measure = act.measure
        Milestone.objects.filter(measure=measure, reached_in=report).update(reached_in=None)
        measure.reported_progress = _standing_progress(measure)
        measure.returned_on = timezone.localdate(at)
        measure.next_report_due_on = _owed_next(measure)
    return review


@contextmanager
def _reviewing(
    report: ProgressReport, outcome: str, reason: str, *, seen: int, by: Standing, at: datetime
) -> Iterator[tuple[Act, Review]]:
    """Write the review, then let the body draw its consequences."""
    measure = report.measure
    with acting(Action.REVIEW, measure, seen=seen, by=by, at=at, note=reason) as act:
        may_review(by, act.measure, report).or_refuse()
        if report.reviews.exists():
            raise RuleBroken(_("This report has been reviewed already."))
        assert by.pk is not None
        review = Review.objects.create(
            report=report, outcome=outcome, reason=reason, by_id=by.pk, by_name=str(by), at=at
        )
        act.changes["review"] = (f"#{report.number}", outcome)
        waiting = ProgressReport.objects.waiting().filter(measure=act.measure).first()
        act.measure.review_waiting_since = waiting.submitted_at if waiting else None
        yield act, review


def _standing_progress(measure: Measure, *, approved: bool = False) -> Decimal:
    """Progress by the reports that were not returned, or by the approved ones; 0 before any.

    A milestone counts by the report that reached it, whatever later reports added up; "no
    change" has no figure of its own.
    """
    if measure.basis == Basis.MILESTONES:
        reached = measure.milestones.filter(reached_in__isnull=False)
        if approved:
            reached = reached.filter(reached_in__reviews__outcome=Review.Outcome.APPROVED)
        return lights.share(measure.milestones.all(), reached)
    reports = measure.reports.counting().filter(no_change=False).order_by("-number")
    if approved:
        reports = reports.filter(reviews__outcome=Review.Outcome.APPROVED)
    return reports.values_list("progress", flat=True).first() or Decimal(0)


def _owed_next(measure: Measure) -> date | None:
    """The next report due date: the earliest that returned reports answered since one stood."""
    last = measure.reports.counting().order_by("-number").first()
    since = measure.reports.filter(number__gt=last.number if last else 0)
    owed = since.aggregate(earliest=Min("period_due_on"))["earliest"]
    return min(filter(None, (measure.next_report_due_on, owed)), default=None)
