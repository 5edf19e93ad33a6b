"""Reviewing: what approving and returning do to progress, milestones and the period owed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.models import ProgressReport, Review
from tests.conftest import an_estimate, at, evidence, fresh, in_progress, reported
from tests.measures.refusals import refused

JANUARY, FEBRUARY, MARCH = date(2026, 1, 30), date(2026, 2, 28), date(2026, 3, 31)


@pytest.fixture
def measure(cast, clause):
    """On milestones, issued 5 January: the first report is due 30 January."""
    cast.today = date(2026, 1, 5)
    return in_progress(cast, clause)


@pytest.fixture
def estimated(cast, clause):
    cast.today = date(2026, 1, 5)
    return in_progress(cast, clause, plan=an_estimate(cast))


def estimate(cast, measure, on, number=None):
    cast.today = on
    if number is None:
        return reported(cast, measure, no_change=True, summary="")
    return reported(cast, measure, progress=Decimal(number), explanation="更正")


def reach(cast, measure, position, on):
    cast.today = on
    step = measure.milestones.get(position=position)
    return reported(cast, measure, reached=frozenset({step.pk}), evidence=[evidence(cast)])


def approve(cast, report, *, by="supervisor"):
    return operations.approve_report(
        report, seen=fresh(report.measure).version, by=cast[by], at=cast.at(15)
    )


def send_back(cast, report, *, by="supervisor", reason="缺少验收材料", on=None):
    return operations.return_report(
        report,
        reason=reason,
        seen=fresh(report.measure).version,
        by=cast[by],
        at=at(on) if on else cast.at(15),
    )


# --- One report ---------------------------------------------------------------------------


def test_approving_makes_the_progress_approved(cast, measure):
    report = reach(cast, measure, 1, JANUARY)
    review = approve(cast, report)
    assert (review.outcome, review.reason) == (Review.Outcome.APPROVED, "")
    now = fresh(measure)
    assert (now.reported_progress, now.approved_progress, now.waiting_progress) == (50, 50, 0)
    assert (now.review_waiting_since, now.returned_on) == (None, None)
    assert now.next_report_due_on == FEBRUARY


def test_returning_opens_the_milestone_and_owes_the_period_anew(cast, measure):
    report = reach(cast, measure, 1, JANUARY)
    review = send_back(cast, report)
    assert (review.outcome, review.reason) == (Review.Outcome.RETURNED, "缺少验收材料")
    now = fresh(measure)
    assert (now.reported_progress, now.next_report_due_on) == (0, JANUARY)
    assert (now.returned_on, now.review_waiting_since) == (JANUARY, None)
    assert not measure.milestones.filter(reached_in__isnull=False).exists()
    again = reach(cast, measure, 1, JANUARY)
    assert (again.number, again.period_due_on, again.progress) == (2, JANUARY, 50)
    assert fresh(measure).returned_on is None


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_report_is_returned_with_a_reason(cast, measure, reason):
    report = reach(cast, measure, 1, JANUARY)
    with refused("Say why the report is returned.", field="reason"):
        send_back(cast, report, reason=reason)


@pytest.mark.parametrize("first", [approve, send_back])
@pytest.mark.parametrize("second", [approve, send_back])
def test_a_report_is_reviewed_once(cast, measure, first, second):
    report = reach(cast, measure, 1, JANUARY)
    first(cast, report)
    with refused("This report has been reviewed already."):
        second(cast, report)


def test_nobody_reviews_what_they_submitted(cast, measure):
    """A liaison who meanwhile moved to the supervision office."""
    report = reach(cast, measure, 1, JANUARY)
    cast.users["liaison"].memberships.update(role="SUPERVISOR")
    sentence = "You submitted this report; somebody else has to review it."
    with refused(sentence, kind=NotAllowed):
        approve(cast, report, by="liaison")


# --- Two reports waiting ------------------------------------------------------------------


def test_the_oldest_waiting_report_dates_the_queue(cast, estimated):
    first, second = (
        estimate(cast, estimated, JANUARY, 10),
        estimate(cast, estimated, FEBRUARY, 20),
    )
    assert list(ProgressReport.objects.waiting()) == [first, second]
    assert fresh(estimated).review_waiting_since == first.submitted_at
    approve(cast, first)
    assert fresh(estimated).review_waiting_since == second.submitted_at
    approve(cast, second)
    assert fresh(estimated).review_waiting_since is None


def test_a_later_report_answers_for_an_older_one_that_is_returned(cast, estimated):
    """Otherwise the period reported since would be called missed as well."""
    first = estimate(cast, estimated, JANUARY, 10)
    estimate(cast, estimated, FEBRUARY, 20)
    send_back(cast, first, on=date(2026, 3, 3))
    now = fresh(estimated)
    assert (now.next_report_due_on, now.reported_progress) == (MARCH, 20)
    assert now.returned_on == date(2026, 3, 3)


def test_when_both_are_returned_both_periods_are_owed(cast, estimated):
    first = estimate(cast, estimated, JANUARY, 10)
    second = estimate(cast, estimated, FEBRUARY, 20)
    send_back(cast, first, on=date(2026, 3, 3))
    send_back(cast, second, on=date(2026, 3, 4))
    now = fresh(estimated)
    assert (now.next_report_due_on, now.reported_progress) == (JANUARY, 0)


def test_returning_the_newer_leaves_the_older_standing(cast, estimated):
    estimate(cast, estimated, JANUARY, 10)
    second = estimate(cast, estimated, FEBRUARY, 20)
    send_back(cast, second, on=date(2026, 3, 3))
    now = fresh(estimated)
    assert (now.next_report_due_on, now.reported_progress) == (FEBRUARY, 10)


def test_an_older_report_returned_takes_its_milestone_along(cast, measure):
    """Its weight no longer counts, though a later report had added it up."""
    first, second = reach(cast, measure, 1, JANUARY), reach(cast, measure, 2, FEBRUARY)
    assert fresh(measure).reported_progress == 100
    send_back(cast, first, on=date(2026, 3, 3))
    assert fresh(measure).reported_progress == 50
    approve(cast, second)
    assert fresh(measure).approved_progress == 50


def test_approving_the_newer_first_approves_only_its_own_milestone(cast, measure):
    first, second = reach(cast, measure, 1, JANUARY), reach(cast, measure, 2, FEBRUARY)
    approve(cast, second)
    assert fresh(measure).approved_progress == 50
    approve(cast, first)
    assert fresh(measure).approved_progress == 100


def test_no_change_does_not_keep_a_returned_figure_alive(cast, estimated):
    first = estimate(cast, estimated, JANUARY, 30)
    unchanged = estimate(cast, estimated, FEBRUARY)
    approve(cast, unchanged)
    assert fresh(estimated).approved_progress == 0
    send_back(cast, first, on=date(2026, 3, 3))
    assert fresh(estimated).reported_progress == 0


def test_approving_an_older_report_keeps_the_newer_figure(cast, estimated):
    first = estimate(cast, estimated, JANUARY, 40)
    second = estimate(cast, estimated, FEBRUARY, 30)
    approve(cast, second)
    approve(cast, first)
    assert fresh(estimated).approved_progress == 30


# --- Taking a review back -----------------------------------------------------------------


def withdraw(cast, review, *, by="supervisor", after=5):
    return operations.withdraw_review(
        review,
        seen=fresh(review.report.measure).version,
        by=cast[by],
        at=review.at + timedelta(seconds=after),
    )


def standing(measure) -> dict[str, object]:
    """Everything that a review may move."""
    own = {"version", "changed_at"}
    columns = [f.attname for f in measure._meta.concrete_fields if f.attname not in own]
    kept = type(measure).objects.values(*columns).get(pk=measure.pk)
    reached = list(measure.milestones.order_by("pk").values_list("pk", "reached_in"))
    waiting = list(ProgressReport.objects.waiting())
    outcomes = list(measure.reports.with_outcome().values_list("number", "outcome"))
    return kept | {"reached": reached, "waiting": waiting, "outcomes": outcomes}


@pytest.mark.parametrize("review", [approve, send_back])
def test_a_review_withdrawn_leaves_everything_as_before(cast, measure, review):
    report = reach(cast, measure, 1, JANUARY)
    before = standing(measure)
    made = review(cast, report)
    assert standing(measure) != before
    withdrawal = withdraw(cast, made)
    assert (withdrawal.outcome, withdrawal.withdraws) == (Review.Outcome.WITHDRAWN, made)
    assert standing(measure) == before
    assert [r.outcome for r in report.reviews.all()] == [made.outcome, "WITHDRAWN"]


@pytest.mark.parametrize("first", [approve, send_back, None])
@pytest.mark.parametrize("review", [approve, send_back])
@pytest.mark.parametrize("which", [0, 1])
def test_of_two_reports_only_the_one_reviewed_waits_again(cast, estimated, first, review, which):
    reports = [estimate(cast, estimated, JANUARY, 10), estimate(cast, estimated, FEBRUARY, 20)]
    if first:
        first(cast, reports[1 - which])
    before = standing(estimated)
    withdraw(cast, review(cast, reports[which]))
    assert standing(estimated) == before


@pytest.mark.parametrize("review", [approve, send_back])
def test_a_late_report_owes_the_same_period_again(cast, estimated, review):
    """January was missed: what was handed in on 3 March answers it, and March is owed next."""
    report = estimate(cast, estimated, date(2026, 3, 3), 10)
    assert fresh(estimated).next_report_due_on == MARCH
    before = standing(estimated)
    withdraw(cast, review(cast, report))
    assert standing(estimated) == before


def test_what_a_completion_sent_back_moved_stays_moved(cast, estimated):
    """The reviewer's days were deducted meanwhile: February is no longer owed."""
    report = estimate(cast, estimated, JANUARY, 10)
    said = {"evidence": [evidence(cast)], "grounds": "完成"}
    for on, operation, who, more in (
        (JANUARY, operations.apply_for_completion, "liaison", said),
        (date(2026, 3, 3), operations.send_back_completion, "supervisor", {"reason": "未完"}),
    ):
        seen = fresh(estimated).version
        operation(estimated, **more, seen=seen, by=cast[who], at=at(on))
    cast.today = date(2026, 3, 3)
    before = standing(estimated)
    assert before["next_report_due_on"] == MARCH
    withdraw(cast, send_back(cast, report))
    assert standing(estimated) == before


def test_a_report_is_reviewed_anew_after_a_withdrawal(cast, measure):
    report = reach(cast, measure, 1, JANUARY)
    withdraw(cast, send_back(cast, report))
    again = approve(cast, report)
    assert fresh(measure).approved_progress == 50
    withdraw(cast, again)
    assert fresh(measure).approved_progress == 0
    assert report.reviews.count() == 4


def test_after_ten_seconds_a_review_stands(cast, measure):
    review = approve(cast, reach(cast, measure, 1, JANUARY))
    with refused("A review can be withdrawn within 10 seconds; that time has passed."):
        withdraw(cast, review, after=10.1)
    withdraw(cast, review, after=10)


def test_another_reviewer_does_not_take_it_back(cast, measure):
    review = approve(cast, reach(cast, measure, 1, JANUARY))
    sentence = "Only the person who reviewed the report can withdraw the review."
    with refused(sentence, kind=NotAllowed):
        withdraw(cast, review, by="director")


def test_a_review_is_withdrawn_once(cast, measure):
    review = approve(cast, reach(cast, measure, 1, JANUARY))
    withdraw(cast, review)
    with refused("This review has been withdrawn already."):
        withdraw(cast, review)


FOLLOWED = "Something has followed the review; it can no longer be withdrawn."


def test_a_new_report_keeps_the_review(cast, measure):
    review = send_back(cast, reach(cast, measure, 1, JANUARY))
    reach(cast, measure, 1, JANUARY)
    with refused(FOLLOWED):
        withdraw(cast, review)


def test_a_later_review_keeps_the_earlier_one(cast, estimated):
    reports = [estimate(cast, estimated, JANUARY, 10), estimate(cast, estimated, FEBRUARY, 20)]
    earlier, later = (approve(cast, report) for report in reports)
    with refused(FOLLOWED):
        withdraw(cast, earlier)
    withdraw(cast, later)
    with refused(FOLLOWED):
        withdraw(cast, earlier)
