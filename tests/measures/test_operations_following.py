"""Stored days follow a calendar entered later; deadlines in workdays with a line each."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agencies.models import Installation
from apps.audit.models import AuditEvent
from apps.core.actor import Machine
from apps.measures import lights, operations
from apps.measures.models import Basis, Cadence, DeadlineChange, Measure, State, Thresholds
from apps.measures.operations.following import follow_calendar
from apps.workdays.models import CalendarYear, current_calendar
from apps.workdays.operations import enter_notice
from tests.conftest import (
    SET_UP,
    a_plan,
    an_estimate,
    fresh,
    in_progress,
    issued,
    proposed,
    reported,
)
from tests.measures.reference import Life, days
from tests.measures.stories_of_rest import put_into

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
    return {column: getattr(now, column) for column in lights.DATES}


def test_a_notice_moves_the_stored_days(cast, clause):
    plan = a_plan(cast, due_on=date(2027, 2, 12), milestones=a_plan(cast).milestones[:1])
    measure = in_progress(cast, clause, plan=plan)
    before = stored(measure)
    enter(cast, 2027, [date(2027, 2, 8), date(2027, 2, 9), date(2027, 2, 10)])

    assert follow_calendar(by=MACHINE, at=cast.at()) == 1

    assert before["due_soon_from_on"] == date(2027, 2, 5)
    assert stored(measure)["due_soon_from_on"] == date(2027, 2, 2)
    expected = lights.dates_of(
        fresh(measure),
        list(measure.milestones.all()),
        calendar=current_calendar(),
        thresholds=Thresholds(),
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


# --- Deadlines given in workdays ----------------------------------------------------------

NEW_YEAR = [date(2027, 1, 1)]
SPRING_FESTIVAL = [date(2027, 2, day) for day in (5, 8, 9, 10, 11)]


def follow(cast) -> int:
    return follow_calendar(by=MACHINE, at=cast.at())


def issued_on(cast, clause, day: date, *, story=in_progress, code: str = "m-1", **plan):
    cast.today = day
    return fresh(story(cast, clause, code=code, plan=an_estimate(cast, **plan)))


def in_workdays(cast, clause, day: date, count: int, **said):
    return issued_on(cast, clause, day, due_on=None, due_workdays=count, **said)


def test_a_deadline_in_workdays_moves_with_its_line_and_the_original_stays(cast, clause):
    measure = in_workdays(cast, clause, date(2026, 12, 28), 5)
    assert measure.due_on == date(2027, 1, 4)  # 29, 30, 31 December, then 1 January: no notice
    cast.today = date(2026, 12, 29)
    enter(cast, 2027, NEW_YEAR)
    assert follow(cast) == 1

    now = fresh(measure)
    assert (now.due_on, now.original_due_on) == (date(2027, 1, 5), date(2027, 1, 4))
    assert now.overdue_from_on == date(2027, 1, 6)
    assert now.version == measure.version + 1
    line = DeadlineChange.objects.get()
    assert (line.measure_id, line.cause, line.request_id) == (measure.pk, "CALENDAR", None)
    assert (line.old_due_on, line.new_due_on) == (date(2027, 1, 4), date(2027, 1, 5))
    assert line.reason == "test；通知"
    assert (line.decided_by_id, line.decided_by_name) == (None, "follow_calendar")
    assert line.decided_at == cast.at()
    event = AuditEvent.objects.about(measure).first()
    assert (event.act, event.note) == ("measures.count_anew", "通知")
    assert event.changes["due_on"] == ["2027-01-04", "2027-01-05"]
    assert follow(cast) == 0
    assert DeadlineChange.objects.count() == 1


def test_the_make_up_saturday_of_october_counts(cast, clause):
    measure = in_workdays(cast, clause, date(2026, 9, 28), 5)
    assert measure.due_on == date(2026, 10, 10)
    row = CalendarYear.objects.get(year=2026)
    enter_notice(
        2026,
        holidays=row.holidays,
        make_up_days=[],
        notice="更正",
        seen=row.version,
        by=SET_UP,
        at=cast.at(),
    )
    assert follow(cast) == 1
    assert fresh(measure).due_on == date(2026, 10, 12)
    assert DeadlineChange.objects.get().reason == "更正"


def test_a_deadline_given_as_a_day_stays(cast, clause):
    measure = issued_on(cast, clause, date(2026, 12, 28), due_on=date(2027, 2, 12))
    enter(cast, 2027, SPRING_FESTIVAL)
    assert follow(cast) == 1
    assert fresh(measure).due_on == date(2027, 2, 12)
    assert fresh(measure).due_soon_from_on < measure.due_soon_from_on
    assert not DeadlineChange.objects.exists()


def test_acknowledging_and_reporting_days_follow_too(cast, clause):
    measure = issued_on(cast, clause, date(2026, 12, 31), story=issued, due_on=date(2027, 6, 30))
    assert measure.acknowledge_due_on == date(2027, 1, 4)
    assert measure.next_report_due_on == date(2027, 1, 29)
    enter(cast, 2027, [*NEW_YEAR, date(2027, 1, 29)])
    assert follow(cast) == 1
    now = fresh(measure)
    assert now.acknowledge_due_on == date(2027, 1, 5)
    assert now.unacknowledged_from_on == date(2027, 1, 6)
    assert now.next_report_due_on == date(2027, 1, 28)
    changes = AuditEvent.objects.about(measure).first().changes
    assert set(changes) == {"acknowledge_due_on", "next_report_due_on"}


def test_an_acknowledgement_keeps_the_day_it_was_judged_by(cast, clause):
    measure = issued_on(cast, clause, date(2026, 12, 31), story=issued, due_on=date(2027, 6, 30))
    cast.today = date(2027, 1, 5)
    operations.acknowledge_measure(measure, seen=measure.version, by=cast["liaison"], at=cast.at())
    enter(cast, 2027, NEW_YEAR)
    follow(cast)
    assert fresh(measure).acknowledge_due_on == date(2027, 1, 4)
    assert fresh(measure).acknowledged_late


def test_a_first_report_never_comes_sooner_than_its_settling_days(cast, clause):
    """Ten workdays from 15 January end on the 29th; with two days off only in February."""
    measure = issued_on(cast, clause, date(2027, 1, 15), due_on=date(2027, 6, 30))
    assert measure.next_report_due_on == date(2027, 1, 29)
    enter(cast, 2027, [date(2027, 1, 20), date(2027, 1, 21)])
    follow(cast)
    assert fresh(measure).next_report_due_on == date(2027, 2, 26)


@pytest.mark.parametrize("state", [State.CLOSED, State.CANCELLED])
def test_nothing_moves_for_what_has_ended(cast, clause, state):
    measure = in_workdays(cast, clause, date(2026, 12, 28), 5)
    Measure.objects.filter(pk=measure.pk).update(**put_into(state, cast.today))
    enter(cast, 2027, NEW_YEAR)
    assert follow(cast) == 0
    assert fresh(measure).due_on == date(2027, 1, 4)


def test_a_suspended_one_follows(cast, clause):
    measure = in_workdays(cast, clause, date(2026, 12, 28), 5)
    Measure.objects.filter(pk=measure.pk).update(**put_into(State.SUSPENDED, cast.today))
    enter(cast, 2027, NEW_YEAR)
    follow(cast)
    assert fresh(measure).due_on == date(2027, 1, 5)


def test_a_milestone_left_behind_is_said_and_stays(cast, clause):
    """The notice gives a day back: the deadline comes nearer than its last milestone."""
    enter(cast, 2027, NEW_YEAR)
    cast.today = date(2026, 12, 28)
    plan = a_plan(
        cast,
        due_on=None,
        due_workdays=5,
        milestones=[
            operations.MilestonePlan("done", date(2027, 1, 5)),
            operations.MilestonePlan("open", date(2027, 1, 5)),
        ],
    )
    measure = in_progress(cast, clause, plan=plan)
    reported(cast, measure)
    enter(cast, 2027, [])
    follow(cast)
    assert fresh(measure).due_on == date(2027, 1, 4)
    assert DeadlineChange.objects.get().milestones_after == 1
    assert [m.due_on for m in measure.milestones.all()] == [date(2027, 1, 5)] * 2


def test_a_part_never_moves_past_its_parent_and_one_left_behind_is_said(cast, clause):
    enter(cast, 2027, NEW_YEAR)
    day = date(2026, 12, 28)
    # The part in workdays comes first, so that the order of the rows cannot help.
    part = in_workdays(cast, clause, day, 6, code="part")
    fixed = issued_on(cast, clause, day, code="fixed", due_on=date(2027, 1, 6))
    parent = in_workdays(cast, clause, day, 6, code="parent")
    whole = issued_on(cast, clause, day, code="whole", due_on=date(2027, 1, 6))
    single = in_workdays(cast, clause, day, 6, code="single")
    Measure.objects.filter(pk__in=[part.pk, fixed.pk]).update(parent=parent)
    Measure.objects.filter(pk=single.pk).update(parent=whole)
    assert {part.due_on, parent.due_on, single.due_on} == {date(2027, 1, 6)}

    enter(cast, 2027, [])
    follow(cast)
    assert {fresh(m).due_on for m in (part, parent, single)} == {date(2027, 1, 5)}
    assert {c.measure.code: c.parts_after for c in DeadlineChange.objects.all()} == {
        "parent": 1,
        "part": 0,
        "single": 0,
    }

    enter(cast, 2027, [*NEW_YEAR, date(2027, 1, 4)])
    follow(cast)
    assert {fresh(m).due_on for m in (part, parent)} == {date(2027, 1, 7)}
    assert fresh(single).due_on == date(2027, 1, 6)  # where its parent ends


def test_a_whole_follows_the_new_deadlines_of_its_parts(cast, clause):
    """On the basis of parts, whichever came first: what is expected of it is expected of them."""
    enter(cast, 2027, NEW_YEAR)
    day = date(2026, 12, 28)
    top = issued_on(cast, clause, day, code="top", due_on=date(2027, 12, 31))
    middle = in_workdays(cast, clause, day, 74, code="middle")
    part = in_workdays(cast, clause, day, 74, code="part")
    Measure.objects.filter(pk=part.pk).update(parent=middle)
    Measure.objects.filter(pk=middle.pk).update(parent=top)
    Measure.objects.filter(pk__in=[top.pk, middle.pk]).update(basis=Basis.CHILDREN)
    follow(cast)
    family = (part, middle, top)
    assert {stored(each)["far_behind_from_on"] for each in family} == {date(2027, 1, 30)}

    enter(cast, 2027, [*NEW_YEAR, *SPRING_FESTIVAL])
    assert follow(cast) == 3
    assert {stored(each)["far_behind_from_on"] for each in family} == {date(2027, 2, 27)}
    assert follow(cast) == 0


def test_what_is_stored_agrees_with_counting_day_by_day(cast, clause):
    """Measures of every cadence issued around the new year, then a notice full of holidays."""
    chance = random.Random(4)
    winter = list(days(date(2026, 11, 20), date(2027, 2, 10)))
    measures = []
    for n, day in enumerate(chance.sample(winter, 25)):
        cast.today = day
        plan = an_estimate(
            cast,
            due_on=None,
            due_workdays=chance.randint(1, 90),
            cadence=chance.choice([Cadence.MONTHLY, Cadence.QUARTERLY]),
        )
        measure = proposed(cast, clause, code=f"m-{n}", plan=plan)
        weekly = chance.choice(["urgent", None])
        operations.issue_measure(
            measure,
            weekly_because=weekly,
            seen=measure.version,
            by=cast["director"],
            at=cast.at(),
        )
        measures.append(fresh(measure))
    off = chance.sample([d for d in days(date(2027, 1, 1), date(2027, 4, 30))], 40)
    enter(cast, 2027, sorted(off))
    moved = follow(cast)

    assert moved > 15
    calendar = current_calendar()
    for before in measures:
        now, life = fresh(before), Life(calendar, "ESTIMATE", before.cadence)
        life.issued_on = before.issued_on
        assert now.due_on == reached(life, before.due_workdays), before.code
        assert now.acknowledge_due_on == reached(life, 2), before.code
        first = life.report_days(before.issued_on + timedelta(days=200))[0]
        stored_period = last_of_period(life, before.next_report_due_on)
        assert now.next_report_due_on == max(first, stored_period), before.code
        lines = list(before.deadline_changes.values_list("old_due_on", "new_due_on"))
        assert lines == ([(before.due_on, now.due_on)] if before.due_on != now.due_on else [])


def reached(life: Life, count: int) -> date:
    day = life.issued_on
    while life.workdays_after(life.issued_on, day) < count:
        day += timedelta(days=1)
    return day


def last_of_period(life: Life, due: date) -> date:
    """The report day of the period in which a day lies, be it before or after that day."""
    months = {"MONTHLY": 1, "QUARTERLY": 3}.get(life.cadence)
    if months is None:
        end = due + timedelta(days=6 - due.weekday())
    else:
        end = due
        while (end.month - 1) // months == (due.month - 1) // months:
            end += timedelta(days=1)
        end -= timedelta(days=1)
    start = end - timedelta(days=6) if months is None else end - timedelta(days=27)
    within = [day for day in days(start, end) if life.is_report_day(day)]
    return within[-1] if within else life.period_end(end)


def test_provisional_until_the_notice_is_entered(cast, clause):
    """The word stands beside a deadline of 2027, and goes with the notice."""
    measure = issued_on(cast, clause, date(2026, 12, 28), due_on=date(2027, 2, 12))
    page = f"/measures/{measure.pk}/"
    assert "provisional" in cast.signed_in("liaison").get(page).content.decode()
    enter(cast, 2027, [])
    assert "provisional" not in cast.signed_in("liaison").get(page).content.decode()
