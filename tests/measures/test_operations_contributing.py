"""Contributions: asked for and unasked, by supporters alone, never a percent, used in reports."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.models import Contribution, ContributionRequest
from tests.conftest import an_estimate, evidence, fresh, in_progress, issued
from tests.measures.refusals import refused
from tests.measures.stories_of_others import (
    asked_to_contribute,
    contributed,
    evidence_of_the_other,
)


@pytest.fixture
def measure(cast, clause):
    return in_progress(cast, clause, plan=an_estimate(cast))


def report(cast, measure, **said):
    account = operations.Account(**{"summary": "汇总", "progress": Decimal(10)} | said)
    return operations.submit_report(
        measure, account, seen=fresh(measure).version, by=cast["liaison"], at=cast.at(14)
    )


def open_requests() -> list[ContributionRequest]:
    return list(ContributionRequest.objects.open())


def test_a_request_is_for_the_running_period_and_open_until_it_is_answered(cast, measure):
    made = asked_to_contribute(cast, measure, question="派了几位专家？")
    assert made.period_due_on == measure.next_report_due_on
    assert (made.question, made.asked_by_name) == ("派了几位专家？", "liaison")
    assert open_requests() == [made]
    given = contributed(cast, measure)
    assert given.request == made
    assert open_requests() == []


def test_it_lapses_with_the_report_and_stands_again_when_that_is_returned(cast, measure):
    made = asked_to_contribute(cast, measure)
    done = report(cast, measure)
    assert open_requests() == []
    operations.return_report(
        done, reason="缺", seen=fresh(measure).version, by=cast["supervisor"], at=cast.at(15)
    )
    assert open_requests() == [made]


def test_a_supporter_contributes_unasked_and_more_than_once(cast, measure):
    assert contributed(cast, measure).request is None
    assert contributed(cast, measure, text="又派一位").request is None
    assert Contribution.objects.count() == 2


def test_what_others_add_leaves_the_version_alone(cast, measure):
    """A report being written does not become stale because a supporter contributes."""
    asked_to_contribute(cast, measure)
    contributed(cast, measure)
    assert fresh(measure).version == measure.version
    assert fresh(measure).reported_progress == 0


@pytest.mark.parametrize(
    ("said", "sentence", "field"),
    [
        (
            {"agency": "district"},
            "Only supporting agencies are asked for a contribution.",
            "agencies",
        ),
        ({"days": -1}, "The day wanted must not lie in the past.", "wanted_on"),
    ],
)
def test_asking_is_refused(cast, measure, said, sentence, field):
    with refused(sentence, field=field):
        operations.ask_for_contribution(
            measure,
            agency=cast.agencies[said.get("agency", "other")],
            wanted_on=cast.today + timedelta(days=said.get("days", 0)),
            by=cast["liaison"],
            at=cast.at(),
        )


def test_nobody_is_asked_twice_for_one_period(cast, measure):
    asked_to_contribute(cast, measure)
    with refused("Other has been asked for this period already.", field="agencies"):
        asked_to_contribute(cast, measure)


def test_before_it_is_acknowledged_there_is_nothing_to_contribute(cast, clause):
    measure = issued(cast, clause)
    sentence = "Not possible while the measure is “Awaiting acknowledgement”."
    with refused(sentence, kind=operations.WrongState):
        contributed(cast, measure)


def test_a_contribution_says_something_for_ones_own_supporting_agency(cast, measure):
    with refused("Say what your agency did.", field="text"):
        contributed(cast, measure, text="  ")
    for agency in ("bureau", "district"):
        with refused("You do not write for this agency.", kind=NotAllowed):
            operations.contribute(
                measure, agency=cast.agencies[agency], text="x", by=cast["stranger"], at=cast.at()
            )
    piece = evidence(cast)
    with refused("This evidence belongs to another agency.", field="evidence"):
        contributed(cast, measure, evidence=[piece])


# --- In the lead's report -----------------------------------------------------------------


def test_contributed_evidence_is_the_reports_to_use(cast, measure):
    piece = evidence_of_the_other(cast)
    contributed(cast, measure, evidence=[piece, piece])
    assert list(report(cast, measure, evidence=[piece]).evidence.all()) == [piece]


def test_evidence_contributed_elsewhere_is_not(cast, clause, measure):
    piece = evidence_of_the_other(cast)
    other = in_progress(cast, clause, code="m-2", plan=an_estimate(cast))
    contributed(cast, other, evidence=[piece])
    with refused("This evidence belongs to another agency.", field="evidence"):
        report(cast, measure, evidence=[piece])


def test_unreported_are_those_since_the_last_report_that_stands(cast, measure):
    first = contributed(cast, measure)
    unreported = Contribution.objects.unreported
    assert list(unreported(measure)) == [first]
    done = report(cast, measure)
    assert list(unreported(measure)) == []
    operations.return_report(
        done, reason="缺", seen=fresh(measure).version, by=cast["supervisor"], at=cast.at(15)
    )
    assert list(unreported(measure)) == [first]
