"""Reviewing reports: approving them, returning them with a reason, taking the verdict back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.audit.models import AuditEvent
from apps.core.errors import RuleBroken
from apps.measures import lights
from apps.measures.lifecycle import Action
from apps.measures.models import Basis, Measure, Milestone, ProgressReport, Review
from apps.measures.operations.acting import Act, acting
from apps.measures.operations.reporting import attained, last_quantity
from apps.measures.permissions import may_review, may_withdraw

WITHDRAW_WITHIN = timedelta(seconds=10)
"""How long whoever reviewed a report may take the verdict back."""


def approve_report(report: ProgressReport, *, seen: int, by: Standing, at: datetime) -> Review:
    """The report stands; its progress is the approved one."""
    with _reviewing(report, Review.Outcome.APPROVED, "", seen=seen, by=by, at=at) as (act, review):
        act.measure.approved_progress = standing_progress(act.measure, approved=True)
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
        measure.reported_progress = standing_progress(measure)
        measure.returned_on = timezone.localdate(at)
        measure.next_report_due_on = _owed_next(measure)
    return review


def withdraw_review(review: Review, *, seen: int, by: Standing, at: datetime) -> Review:
    """Take a verdict back: the report waits again, and all stands as it did before.

    Only by the person who gave it, within ten seconds, while nothing else happened to the
    measure. The verdict itself stays on record; its withdrawal is a row of its own.
    """
    report = review.report
    with acting(Action.WITHDRAW_REVIEW, report.measure, seen=seen, by=by, at=at) as act:
        may_withdraw(by, act.measure, review).or_refuse()
        _refuse_late_withdrawal(review, at)
        event = _event_of(act.measure, review)
        withdrawal = _write(report, Review.Outcome.WITHDRAWN, by=by, at=at, withdraws=review)
        act.changes["review"] = (review.outcome, withdrawal.outcome)
        if review.outcome == Review.Outcome.RETURNED:
            _stand_again(act.measure, report, event)
        report.measure = act.measure
        act.measure.approved_progress = standing_progress(act.measure, approved=True)
        act.measure.review_waiting_since = _waiting_since(act.measure)
    return withdrawal


@contextmanager
def _reviewing(
    report: ProgressReport, outcome: str, reason: str, *, seen: int, by: Standing, at: datetime
) -> Iterator[tuple[Act, Review]]:
    """Write the review, then let the body draw its consequences."""
    measure = report.measure
    with acting(Action.REVIEW, measure, seen=seen, by=by, at=at, note=reason) as act:
        may_review(by, act.measure, report).or_refuse()
        if report.reviews.in_force().exists():
            raise RuleBroken(_("This report has been reviewed already."))
        review = _write(report, outcome, by=by, at=at, reason=reason)
        act.changes["review"] = (f"#{report.number}", outcome)
        act.measure.review_waiting_since = _waiting_since(act.measure)
        report.measure = act.measure  # as this act leaves it, for whoever says what became of it
        yield act, review


def _write(
    report: ProgressReport, outcome: str, *, by: Standing, at: datetime, **said: Any
) -> Review:
    return Review.objects.create(
        report=report, outcome=outcome, by_id=by.person_id, by_name=str(by), at=at, **said
    )


def _waiting_since(measure: Measure) -> datetime | None:
    """When the oldest report that waits for review was submitted."""
    oldest = measure.reports.unreviewed().order_by("submitted_at").first()
    return oldest.submitted_at if oldest else None


def _refuse_late_withdrawal(review: Review, at: datetime) -> None:
    if not Review.objects.in_force().filter(pk=review.pk).exists():
        raise RuleBroken(_("This review has been withdrawn already."))
    if at - review.at > WITHDRAW_WITHIN:
        raise RuleBroken(
            _("A review can be withdrawn within %(seconds)d seconds; that time has passed.")
            % {"seconds": WITHDRAW_WITHIN.seconds}
        )


def _event_of(measure: Measure, review: Review) -> AuditEvent:
    """What the review changed, as recorded; refused once anything has followed it."""
    newest = Review.objects.filter(report__measure=measure).order_by("-id").first()
    last = AuditEvent.objects.about(measure).first()
    if newest != review or last is None or last.act != "measures.review":
        raise RuleBroken(_("Something has followed the review; it can no longer be withdrawn."))
    return last


def _stand_again(measure: Measure, report: ProgressReport, returned: AuditEvent) -> None:
    """The report counts again, as if it had not been returned.

    The two days are those that the return itself replaced: completions sent back and
    reopenings move them as well, so that reports alone do not tell what was owed.
    """
    again = report.milestone_rows.values("milestone")
    Milestone.objects.filter(pk__in=again, reached_in=None).update(reached_in=report)
    measure.reported_progress = standing_progress(measure)
    for column in ("returned_on", "next_report_due_on"):
        if column in returned.changes:
            before, _after = returned.changes[column]
            setattr(measure, column, before and date.fromisoformat(before))


def standing_progress(measure: Measure, *, approved: bool = False) -> Decimal:
    """Progress by the reports that were not returned, or by the approved ones; 0 before any.

    A milestone counts by the report that reached it, whatever later reports added up; "no
    change" has no figure of its own.
    """
    reports = measure.reports.approved() if approved else measure.reports.counting()
    if measure.basis == Basis.MILESTONES:
        reached = measure.milestones.filter(reached_in__in=reports)
        return lights.share(measure.milestones.all(), reached)
    if measure.basis == Basis.QUANTITY:
        quantity = last_quantity(measure, reports)
        return Decimal(0) if quantity is None else attained(measure, quantity)
    said = reports.filter(no_change=False).order_by("-number")
    return said.values_list("progress", flat=True).first() or Decimal(0)


def _owed_next(measure: Measure) -> date | None:
    """The next report due date: the earliest that returned reports answered since one stood."""
    last = measure.reports.counting().order_by("-number").first()
    since = measure.reports.filter(number__gt=last.number if last else 0)
    owed = since.aggregate(earliest=Min("period_due_on"))["earliest"]
    return min(filter(None, (measure.next_report_due_on, owed)), default=None)
