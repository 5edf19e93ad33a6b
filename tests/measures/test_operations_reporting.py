"""Reporting: what a report may say, which period it answers, and what it leaves owed."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from apps.measures import operations
from apps.measures.models import ProgressReport
from apps.workdays.models import CalendarYear
from apps.workdays.operations import days_known_for, enter_notice
from tests.conftest import PDF, SET_UP, an_estimate, at, evidence, fresh, in_progress, issued
from tests.measures.refusals import refused


@pytest.fixture
def measure(cast, clause):
    """On milestones: half by each of two, nothing reported yet."""
    return in_progress(cast, clause)


@pytest.fixture
def estimated(cast, clause):
    return in_progress(cast, clause, code="m-2", plan=an_estimate(cast))


def submit(cast, measure, *, by="liaison", on=None, **account):
    return operations.submit_report(
        measure,
        operations.Account(**account),
        seen=fresh(measure).version,
        by=cast[by],
        at=at(on) if on else cast.at(),
    )


def percent(cast, measure, number, **said):
    return submit(cast, measure, progress=Decimal(number), summary="做了一些事", **said)


def first_step(measure):
    return frozenset({measure.milestones.first().pk})


# --- What it says -------------------------------------------------------------------------


def test_reaching_a_milestone_is_the_report(cast, measure):
    proof = evidence(cast)
    report = submit(
        cast, measure, summary="  建成投产 ", reached=first_step(measure), evidence=[proof]
    )
    assert (report.number, report.progress, report.summary) == (1, Decimal(50), "建成投产")
    assert [m.title for m in report.reached_milestones.all()] == ["第一步"]
    assert list(report.evidence.all()) == [proof]
    now = fresh(measure)
    assert (now.reported_progress, now.approved_progress) == (50, 0)
    assert now.waiting_progress == 50
    assert now.review_waiting_since == report.submitted_at
    assert now.version == measure.version + 1


def test_a_summary_alone_moves_nothing(cast, measure):
    assert submit(cast, measure, summary="在谈").progress == 0


@pytest.mark.parametrize(
    "number", ["101", "100.01", "-0.01", "-1", "1e9", "NaN", "Infinity", "-Infinity"]
)
def test_progress_is_a_percentage(cast, estimated, number):
    with refused("Progress is a percentage from 0 to 100.", field="progress"):
        percent(cast, estimated, number)


def test_an_estimate_needs_its_figure(cast, estimated):
    with refused("Progress is a percentage from 0 to 100.", field="progress"):
        submit(cast, estimated, summary="做了一些事")


@pytest.mark.parametrize("number", ["0", "100", "33.33"])
def test_any_percentage_is_taken(cast, estimated, number):
    percent(cast, estimated, number)
    assert fresh(estimated).reported_progress == Decimal(number)


def test_what_is_kept_has_two_decimals(cast, estimated):
    """The row in hand, the stored row and the audit trail say the same."""
    report = percent(cast, estimated, "33.335")
    assert report.progress == Decimal("33.34")
    assert fresh(estimated).reported_progress == Decimal("33.34")


def test_progress_falls_only_with_an_explanation(cast, estimated):
    percent(cast, estimated, "40")
    with refused("Progress falls from 40% to 39.5%: say why.", field="explanation"):
        percent(cast, estimated, "39.5")
    with refused("Progress falls from 40% to 39.5%: say why.", field="explanation"):
        percent(cast, estimated, "39.5", explanation="  ")
    report = percent(cast, estimated, "39.5", explanation="设备退货")
    assert report.explanation == "设备退货"
    assert fresh(estimated).reported_progress == Decimal("39.5")


@pytest.mark.parametrize("summary", ["", " \n\t"])
def test_a_report_says_what_was_done(cast, measure, summary):
    with refused("Say what was done in this period.", field="summary"):
        submit(cast, measure, summary=summary)


def test_no_change_takes_one_click(cast, estimated):
    percent(cast, estimated, "40")
    report = submit(cast, estimated, no_change=True)
    assert (report.progress, report.no_change, report.summary) == (40, True, "")


def test_no_change_reports_no_milestone_and_no_evidence(cast, measure):
    sentence = "“No change” cannot report a milestone or evidence."
    with refused(sentence, field="no_change"):
        submit(cast, measure, no_change=True, reached=first_step(measure))
    proof = evidence(cast)
    with refused(sentence, field="no_change"):
        submit(cast, measure, no_change=True, evidence=[proof])


def test_a_milestone_is_shown_by_evidence(cast, measure):
    with refused("A milestone reached is shown by evidence.", field="evidence"):
        submit(cast, measure, summary="做了一些事", reached=first_step(measure))


def test_a_milestone_of_another_measure_is_refused(cast, clause, measure):
    other = in_progress(cast, clause, code="m-3")
    proof = evidence(cast)
    with refused("This milestone is not one of the measure's.", field="reached"):
        submit(cast, measure, summary="事", reached=first_step(other), evidence=[proof])


def test_a_milestone_is_reached_once(cast, measure):
    submit(cast, measure, summary="事", reached=first_step(measure), evidence=[evidence(cast)])
    again = submit(cast, measure, summary="事", reached=first_step(measure))
    assert again.progress == 50
    assert not again.milestone_rows.exists()


def test_evidence_of_another_agency_is_refused(cast, measure):
    foreign = operations.add_evidence(
        ContentFile(PDF),
        name="x.pdf",
        agency=cast.agencies["other"],
        by=cast["stranger"],
        at=cast.at(),
    )
    with refused("This evidence belongs to another agency.", field="evidence"):
        submit(cast, measure, summary="事", evidence=[foreign])


def test_evidence_picked_twice_is_handed_in_once(cast, measure):
    proof = evidence(cast)
    report = submit(cast, measure, summary="事", evidence=[proof, proof])
    assert report.evidence_rows.count() == 1


def test_an_unacknowledged_measure_takes_no_report(cast, clause):
    measure = issued(cast, clause)
    sentence = "Not possible while the measure is “Awaiting acknowledgement”."
    with refused(sentence, kind=operations.WrongState):
        submit(cast, measure, summary="事")


# --- Which period it answers --------------------------------------------------------------

JANUARY, FEBRUARY, MARCH = date(2026, 1, 30), date(2026, 2, 28), date(2026, 3, 31)
"""The last workdays of the months; 28 February is a Saturday that is worked."""


@pytest.fixture
def since_january(cast, clause):
    """Issued 5 January; the first report is due 30 January, the last workday of the month."""
    cast.today = date(2026, 1, 5)
    return in_progress(cast, clause, plan=an_estimate(cast))


@pytest.mark.parametrize(
    ("days", "answers", "owed"),
    [
        ([], [], JANUARY),
        ([date(2026, 1, 12)], [JANUARY], FEBRUARY),
        ([JANUARY], [JANUARY], FEBRUARY),  # on the day itself is in time
        ([date(2026, 1, 31)], [JANUARY], FEBRUARY),  # a day late: answers what was missed
        ([FEBRUARY], [JANUARY], FEBRUARY),  # still January's; February's is owed today
        ([FEBRUARY, FEBRUARY], [JANUARY, FEBRUARY], MARCH),
        ([date(2026, 3, 10)], [JANUARY], MARCH),  # one late report answers both missed
        ([date(2026, 1, 12), date(2026, 1, 20)], [JANUARY, FEBRUARY], FEBRUARY),  # extra, early
        ([date(2026, 1, 12), date(2026, 2, 2)], [JANUARY, FEBRUARY], MARCH),
    ],
)
def test_periods(cast, since_january, days, answers, owed):
    for day in days:
        percent(cast, since_january, 0, on=day)
    said = ProgressReport.objects.order_by("number").values_list("period_due_on", flat=True)
    assert list(said) == answers
    assert fresh(since_january).next_report_due_on == owed


def test_a_notice_that_moves_the_due_day_leaves_its_period(cast, since_january):
    off, worked = days_known_for(2026)
    enter_notice(
        2026,
        holidays=[*off, JANUARY],
        make_up_days=worked,
        notice="通知",
        seen=CalendarYear.objects.get(year=2026).version,
        by=SET_UP,
        at=cast.at(),
    )
    report = percent(cast, since_january, 0, on=date(2026, 1, 12))
    assert report.period_due_on == date(2026, 1, 29)
    assert fresh(since_january).next_report_due_on == FEBRUARY
