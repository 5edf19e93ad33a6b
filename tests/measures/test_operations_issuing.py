"""Issuing and acknowledging: deadlines, clocks, and the refusals."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from apps.measures import operations
from apps.measures.models import Cadence, State
from apps.measures.operations import MilestonePlan
from tests.conftest import (
    a_plan,
    an_estimate,
    at,
    drafted,
    fresh,
    issued,
    proposed,
    reported,
)
from tests.measures.refusals import refused


def issue(cast, measure, moment):
    return operations.issue_measure(measure, seen=measure.version, by=cast["director"], at=moment)


def starting(cast, day):
    cast.today = day
    return cast


def test_issuing_starts_the_clock(cast, clause):
    measure = fresh(issued(cast, clause))
    assert measure.state == State.ISSUED
    assert measure.issued_on == date(2026, 3, 2)
    assert measure.acknowledge_due_on == date(2026, 3, 4)
    assert measure.original_due_on == measure.due_on
    assert measure.next_report_due_on == date(2026, 3, 31)
    term = measure.lead_terms.get()
    assert (term.agency, term.from_on) == (cast.agencies["bureau"], date(2026, 3, 2))


@pytest.mark.parametrize(
    ("issued_on", "cadence", "first"),
    [
        (date(2026, 3, 17), Cadence.MONTHLY, date(2026, 3, 31)),  # exactly ten workdays
        (date(2026, 3, 18), Cadence.MONTHLY, date(2026, 4, 30)),  # nine: April's end
        (date(2026, 3, 2), Cadence.QUARTERLY, date(2026, 3, 31)),
        (date(2026, 3, 18), Cadence.QUARTERLY, date(2026, 6, 30)),
        (date(2026, 1, 5), Cadence.MONTHLY, date(2026, 1, 30)),  # 31 January is a Saturday
        (date(2026, 12, 25), Cadence.MONTHLY, date(2027, 1, 29)),  # into the provisional year
    ],
)
def test_the_first_report_is_due_ten_workdays_later_at_least(
    cast, clause, issued_on, cadence, first
):
    starting(cast, issued_on)
    measure = issued(cast, clause, plan=an_estimate(cast, cadence=cadence))
    assert measure.next_report_due_on == first


@pytest.mark.parametrize(
    ("issued_on", "workdays", "due_on"),
    [
        (date(2026, 9, 28), 5, date(2026, 10, 10)),  # over the National Day holiday
        (date(2026, 9, 17), 3, date(2026, 9, 21)),  # 18, the Sunday worked, 21
        (date(2026, 2, 12), 5, date(2026, 2, 26)),  # 13, 14 worked; the Spring Festival; 24–26
        (date(2026, 2, 26), 3, date(2026, 3, 2)),  # 27, the Saturday worked, Monday
        (date(2026, 3, 2), 1, date(2026, 3, 3)),
        (date(2026, 12, 30), 3, date(2027, 1, 4)),  # 1 January is a Friday, 2027 provisional
    ],
)
def test_a_deadline_in_workdays_becomes_a_day_at_issue(cast, clause, issued_on, workdays, due_on):
    starting(cast, issued_on)
    plan = an_estimate(cast, due_on=None, due_workdays=workdays)
    measure = proposed(cast, clause, plan=plan)
    assert measure.due_on is None
    measure = issue(cast, measure, cast.at())
    assert (measure.due_on, measure.original_due_on) == (due_on, due_on)


def test_the_day_is_shanghais(cast, clause):
    """16:30 UTC on Monday is Tuesday in Shanghai."""
    evening = datetime(2026, 3, 2, 16, 30, tzinfo=timezone.utc)  # noqa: UP017  # as a face gives it
    measure = issue(cast, proposed(cast, clause), evening)
    assert measure.issued_on == date(2026, 3, 3)


@pytest.mark.parametrize("later", [120, 121])
def test_a_deadline_that_passed_meanwhile_is_not_issued(cast, clause, later):
    measure = proposed(cast, clause)
    sentence = "The deadline has passed meanwhile; return the proposal for a new one."
    with refused(sentence, field="due_on"):
        issue(cast, measure, at(cast.today + timedelta(days=later)))


def test_no_milestone_lies_beyond_a_deadline_in_workdays(cast, clause):
    milestone = MilestonePlan("步", cast.today + timedelta(days=30))
    plan = a_plan(cast, due_on=None, due_workdays=5, milestones=[milestone])
    measure = proposed(cast, clause, plan=plan)
    with refused("No milestone may be due after the deadline.", field="milestones"):
        issue(cast, measure, cast.at())


def test_a_draft_is_not_issued(cast, clause):
    measure = operations.return_proposal(
        measure := proposed(cast, clause),
        reason="再议",
        seen=measure.version,
        by=cast["director"],
        at=cast.at(),
    )
    sentence = "Not possible while the measure is “Draft”."
    with refused(sentence, kind=operations.WrongState):
        issue(cast, measure, cast.at())


def test_acknowledging_puts_it_in_progress(cast, clause):
    measure = issued(cast, clause)
    operations.acknowledge_measure(
        measure, seen=measure.version, by=cast["drafter"], at=cast.at(11)
    )
    measure = fresh(measure)
    assert (measure.state, measure.acknowledged_on) == (State.IN_PROGRESS, cast.today)
    assert measure.unacknowledged_from_on is None
    sentence = "Not possible while the measure is “In progress”."
    with refused(sentence, kind=operations.WrongState):
        operations.acknowledge_measure(
            measure, seen=measure.version, by=cast["liaison"], at=cast.at(12)
        )


# --- Weekly reports -----------------------------------------------------------------------


def issue_weekly(cast, measure, because):
    return operations.issue_measure(
        measure,
        weekly_because=because,
        seen=measure.version,
        by=cast["director"],
        at=cast.at(),
    )


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 3, 2), date(2026, 3, 13)),  # a Monday: five workdays end in the next week
        (date(2026, 2, 10), date(2026, 2, 28)),  # 11–14, 24: its last workday is a Saturday
        (date(2026, 9, 18), date(2026, 9, 24)),  # the Sunday worked, 21–24; Friday is a holiday
        (date(2026, 9, 25), date(2026, 10, 10)),  # 28–30, 8, 9 October, the Saturday worked
    ],
)
def test_weekly_reports_are_due_on_the_last_workday_of_a_week(cast, clause, today, first):
    cast.today = today
    measure = issue_weekly(cast, proposed(cast, clause, plan=an_estimate(cast)), " 限期整改 ")
    assert (measure.cadence, measure.weekly_reason) == (Cadence.WEEKLY, "限期整改")
    assert measure.next_report_due_on == first


def test_a_week_without_workdays_is_skipped(cast, clause):
    """The Spring Festival of 2026 takes the whole week from 16 to 22 February."""
    cast.today = date(2026, 2, 2)
    measure = issue_weekly(cast, proposed(cast, clause, plan=an_estimate(cast)), "急")
    operations.acknowledge_measure(measure, seen=measure.version, by=cast["liaison"], at=cast.at())
    assert fresh(measure).next_report_due_on == date(2026, 2, 14)
    cast.today = date(2026, 2, 14)
    reported(cast, measure, progress=Decimal(10))
    assert fresh(measure).next_report_due_on == date(2026, 2, 28)


def test_weekly_reports_need_the_directors_reason(cast, clause):
    measure = proposed(cast, clause)
    with refused("Say why the lead has to report every week.", field="reason"):
        issue_weekly(cast, measure, "  ")


def test_a_draft_cannot_plan_them(cast, clause):
    sentence = "Weekly reports need the director's reason and are set when the measure is issued."
    with refused(sentence, field="cadence"):
        drafted(cast, clause, plan=a_plan(cast, cadence=Cadence.WEEKLY))
