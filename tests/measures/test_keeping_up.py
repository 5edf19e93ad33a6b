"""The hourly job goes through all measures after a change, twice, and then leaves them alone."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.actor import Machine
from apps.measures.models import Following, Measure, Thresholds
from apps.measures.operations.following import follow_all
from apps.measures.operations.keeping_up import follow_calendar_if_changed
from apps.measures.operations.light_rules import set_light_rule
from apps.workdays.operations import enter_notice
from tests.conftest import SET_UP, an_estimate, fresh, in_progress

MACHINE = Machine("follow_calendar")
HOUR = timedelta(hours=1)


@pytest.fixture
def measure(cast, clause) -> Measure:
    """Due on a day that the notice of 2027 moves."""
    cast.today = date(2026, 12, 28)
    return in_progress(cast, clause, plan=an_estimate(cast, due_on=None, due_workdays=5))


@pytest.fixture
def nine(cast, measure) -> datetime:
    return cast.at(9)


def hourly(at: datetime) -> tuple[int, bool]:
    """How many moved, and whether the measures were gone through at all."""
    with CaptureQueriesContext(connection) as asked:
        moved = follow_calendar_if_changed(by=MACHINE, at=at)
    return moved, any("FOR UPDATE OF" in query["sql"] for query in asked)


def notice(at: datetime) -> None:
    enter_notice(
        2027,
        holidays=[date(2027, 1, 1)],
        make_up_days=[],
        notice="通知",
        seen=0,
        by=SET_UP,
        at=at,
    )


def test_twice_and_then_no_more(nine):
    assert [hourly(nine + n * HOUR) for n in range(4)] == [
        (0, True),
        (0, True),
        (0, False),
        (0, False),
    ]


def test_a_notice_is_followed_at_once_and_looked_after_once_more(nine, measure):
    for n in range(3):
        hourly(nine + n * HOUR)
    notice(nine + 3 * HOUR)
    assert [hourly(nine + n * HOUR) for n in (3, 4, 5)] == [(1, True), (0, True), (0, False)]
    assert fresh(measure).due_on == date(2027, 1, 5)


def test_a_rule_is_followed(cast, nine):
    for n in range(3):
        hourly(nine + n * HOUR)
    strict = Thresholds(due_soon_workdays=9)
    by = cast["administrator"]
    set_light_rule(strict, from_on=cast.today, reason="从严", seen=0, by=by, at=nine)
    assert hourly(nine + 3 * HOUR) == (1, True)


def test_the_next_day_all_are_gone_through_again(nine):
    """Whatever else may have moved a date, such as a new release, is put right in a day."""
    for n in range(3):
        hourly(nine + n * HOUR)
    assert hourly(nine + 24 * HOUR) == (0, True)


def test_two_runs_at_once_do_not_settle_it(nine):
    assert hourly(nine)[1]
    assert hourly(nine + timedelta(minutes=1))[1]
    assert hourly(nine + timedelta(minutes=2))[1]
    assert not Following.objects.get().settled


def test_killed_before_it_ended_it_goes_through_again(nine):
    notice(nine)
    follow_all(by=MACHINE, at=nine)  # whoever is killed has not come to the end
    assert not Following.objects.exists()
    assert hourly(nine + HOUR) == (0, True)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_holds_is_come_back_for(nine, measure):
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Measure.objects.select_for_update().get(pk=measure.pk)
            held.set()
            done.wait(timeout=30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(timeout=30)
    notice(nine)
    assert hourly(nine) == (0, True)
    assert not Following.objects.exists()
    done.set()
    holder.join(timeout=30)
    assert hourly(nine + HOUR) == (1, True)


def test_there_is_one_row(db, nine):
    with pytest.raises(IntegrityError, match="one_following"), transaction.atomic():
        Following.objects.create(pk=2, counted_by="x", since=nine)
