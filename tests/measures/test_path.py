"""One measure's way through: drafted, issued, acknowledged, reported, returned, approved."""

from decimal import Decimal

from apps.measures import operations
from apps.measures.models import State
from tests.conftest import fresh, in_progress, reported


def test_from_draft_to_approved_report(cast, clause):
    measure = in_progress(cast, clause)
    assert measure.state == State.IN_PROGRESS

    report = reported(cast, measure)
    operations.return_report(
        report,
        reason="缺少验收材料",
        seen=fresh(measure).version,
        by=cast["supervisor"],
        at=cast.at(11),
    )
    assert fresh(measure).reported_progress == 0
    assert fresh(measure).returned_on == cast.today

    again = reported(cast, measure)
    operations.approve_report(
        again, seen=fresh(measure).version, by=cast["supervisor"], at=cast.at(15)
    )
    done = fresh(measure)
    assert done.approved_progress == Decimal(50)
    assert done.returned_on is None
    assert done.review_waiting_since is None
