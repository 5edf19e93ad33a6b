"""Reviewing reports: approving them, or returning them with a reason that stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Measure, Milestone, ProgressReport, Review
from apps.measures.operations.acting import Act, acting
from apps.measures.permissions import may_review


def approve_report(report: ProgressReport, *, seen: int, by: Standing, at: datetime) -> Review:
    """The report stands; its progress is the approved one."""
    with _reviewing(report, Review.Outcome.APPROVED, "", seen=seen, by=by, at=at) as (act, review):
        latest = _latest_progress(act.measure, approved=True)
        act.measure.approved_progress = latest
    return review


def return_report(
    report: ProgressReport, *, reason: str, seen: int, by: Standing, at: datetime
) -> Review:
    """The report goes back: it no longer counts, its milestones are open again, it is owed anew."""
    if not reason.strip():
        raise RuleBroken(_("Say why the report is returned."), field="reason")
    outcome = Review.Outcome.RETURNED
    with _reviewing(report, outcome, reason.strip(), seen=seen, by=by, at=at) as (act, review):
        measure = act.measure
        Milestone.objects.filter(measure=measure, reached_in=report).update(reached_in=None)
        measure.reported_progress = _latest_progress(measure, approved=False)
        measure.returned_on = timezone.localdate(at)
        if measure.next_report_due_on is not None:
            measure.next_report_due_on = min(measure.next_report_due_on, report.period_due_on)
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


def _latest_progress(measure: Measure, *, approved: bool) -> Decimal:
    """Progress of the last report that was approved, or that was not returned; 0 before any."""
    reports = measure.reports.counting().order_by("-number")
    if approved:
        reports = reports.filter(reviews__outcome=Review.Outcome.APPROVED)
    return reports.values_list("progress", flat=True).first() or Decimal(0)
