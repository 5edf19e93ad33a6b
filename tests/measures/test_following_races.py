"""The calendar or the machine comes while people work: nothing is lost."""

from datetime import date

import pytest

from apps.core.actor import Machine
from apps.core.errors import Refusal, Stale
from apps.measures import operations
from apps.measures.models import DeadlineChange, State
from apps.measures.operations.deeming import deem_all_acknowledged
from apps.measures.operations.following import follow_calendar
from apps.workdays.operations import enter_notice
from tests.conftest import SET_UP, an_estimate, at, fresh, in_progress, issued
from tests.measures.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)

MACHINE = Machine("machine")


@pytest.mark.parametrize("round_", range(3))
def test_a_notice_while_somebody_reports(cast, clause, round_):
    """Either comes first. A page opened before the move is told; the deadline moves once."""
    cast.today = date(2026, 12, 28)
    plan = an_estimate(cast, due_on=None, due_workdays=5)
    measure = fresh(in_progress(cast, clause, plan=plan))
    enter_notice(
        2027,
        holidays=[date(2027, 1, 1)],
        make_up_days=[],
        notice="通知",
        seen=0,
        by=SET_UP,
        at=cast.at(),
    )
    liaison, moment = cast["liaison"], cast.at(12)

    def report():
        account = operations.Account(no_change=True)
        return operations.submit_report(
            measure, account, seen=measure.version, by=liaison, at=moment
        )

    reported, moved = race(report, lambda: follow_calendar(by=MACHINE, at=moment))

    lost = isinstance(reported, Refusal)
    assert not lost or type(reported) is Stale
    assert moved in (0, 1)
    assert lost <= (moved == 1)
    follow_calendar(by=MACHINE, at=moment)  # what was held is done the next time
    now = fresh(measure)
    assert (now.due_on, now.original_due_on) == (date(2027, 1, 5), date(2027, 1, 4))
    assert DeadlineChange.objects.count() == 1
    assert now.reports.count() == (0 if lost else 1)
    assert now.version == measure.version + 1 + now.reports.count()


@pytest.mark.parametrize("round_", range(3))
def test_the_machine_comes_while_the_liaison_signs(cast, clause, round_):
    measure = fresh(issued(cast, clause))
    liaison, moment = cast["liaison"], at(date(2026, 3, 6))

    def sign():
        return operations.acknowledge_measure(measure, seen=measure.version, by=liaison, at=moment)

    signed, deemed = race(sign, lambda: deem_all_acknowledged(by=MACHINE, at=moment))

    now = fresh(measure)
    assert isinstance(signed, Refusal) == (deemed == 1) == now.deemed_acknowledged
    assert (now.state, now.version) == (State.IN_PROGRESS, measure.version + 1)
    assert now.acknowledged_late
