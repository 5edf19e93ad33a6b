"""Stored days follow a calendar entered later."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agencies.models import Installation
from apps.audit.models import AuditEvent
from apps.core.actor import Machine
from apps.measures import lights
from apps.measures.operations.following import follow_calendar
from apps.workdays.models import CalendarYear, current_calendar
from apps.workdays.operations import enter_notice
from tests.conftest import SET_UP, a_plan, fresh, in_progress, issued, proposed

MACHINE = Machine("follow_calendar")


def enter(cast, year: int, days: list[date]) -> None:
    row = CalendarYear.objects.filter(year=year).first()
    enter_notice(
        year,
        holidays=days,
        make_up_days=[],
        notice="通知",
        seen=row.version if row else 0,
        by=SET_UP,
        at=cast.at(),
    )


def stored(measure) -> dict[str, date | None]:
    now = fresh(measure)
    return {column: getattr(now, column) for column in lights.REASONS}


def test_a_notice_moves_the_stored_days(cast, clause):
    plan = a_plan(cast, due_on=date(2027, 2, 12), milestones=a_plan(cast).milestones[:1])
    measure = in_progress(cast, clause, plan=plan)
    before = stored(measure)
    enter(cast, 2027, [date(2027, 2, 8), date(2027, 2, 9), date(2027, 2, 10)])

    assert follow_calendar(by=MACHINE, at=cast.at()) == 1

    assert before["due_soon_from_on"] == date(2027, 2, 5)
    assert stored(measure)["due_soon_from_on"] == date(2027, 2, 2)
    expected = lights.dates_of(
        fresh(measure), list(measure.milestones.all()), calendar=current_calendar()
    )
    assert stored(measure) == expected
    assert fresh(measure).version == measure.version
    assert AuditEvent.objects.filter(act="measures.follow_calendar").count() == 1


def test_nothing_moves_and_nothing_is_recorded_a_second_time(cast, clause):
    in_progress(cast, clause)
    issued(cast, clause, code="m-2")
    proposed(cast, clause, code="m-3")
    assert follow_calendar(by=MACHINE, at=cast.at()) == 0
    assert not AuditEvent.objects.filter(act="measures.follow_calendar").exists()


def test_the_number_of_queries_does_not_grow_with_the_measures(cast, clause):
    def queries(days: list[date], *, moving: int) -> int:
        enter(cast, 2027, days)
        with CaptureQueriesContext(connection) as captured:
            assert follow_calendar(by=MACHINE, at=cast.at()) == moving
        return len(captured)

    Installation.objects.create(pk=1)
    plan = a_plan(cast, due_on=date(2027, 2, 12), milestones=a_plan(cast).milestones[:1])
    in_progress(cast, clause, plan=plan)
    one = queries([date(2027, 2, 8)], moving=1)
    for n in range(5):
        in_progress(cast, clause, plan=plan, code=f"more-{n}")
    assert queries([date(2027, 2, 8), date(2027, 2, 9)], moving=6) == one
