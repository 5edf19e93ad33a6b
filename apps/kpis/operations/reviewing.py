"""The owner's review of figures handed in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.audit.operations import record
from apps.core.errors import RuleBroken, Stale
from apps.kpis.models import Submission, SubmissionReview
from apps.kpis.operations.locking import insert, lock_kpi
from apps.kpis.permissions import may_review


@transaction.atomic
def review_observations(
    submission: Submission,
    outcome: str,
    *,
    reason: str = "",
    by: Standing,
    at: datetime,
) -> SubmissionReview:
    """Approve figures, which count from now on, or return them with a reason.

    There is one review and it stays. Raises NotAllowed, Stale when there is one, or RuleBroken.
    """
    locked = lock_kpi(submission.kpi_id)
    may_review(by, locked, submission).or_refuse()
    if SubmissionReview.objects.filter(submission=submission).exists():
        raise Stale(_("These figures have been reviewed already."))
    if outcome == SubmissionReview.Outcome.RETURNED and not reason.strip():
        raise RuleBroken(_("Say what has to be corrected."), field="reason")
    review = SubmissionReview(
        submission=submission,
        outcome=outcome,
        reason=reason.strip(),
        by_id=by.person_id,
        by_name=str(by),
        at=at,
    )
    insert(review)
    changes = {
        "agency": ("", submission.agency_id),
        "figures": ("", submission.observations.count()),
        "outcome": ("", outcome),
    }
    record("kpis.review_observations", locked, by=by, at=at, changes=changes, note=review.reason)
    return review
