"""What nobody signs within three workdays is deemed acknowledged: late, by itself, once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from apps.audit.models import AuditEvent
from apps.console import tasks
from apps.core.actor import Machine
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.measures import lights, operations
from apps.measures.models import Measure, State
from apps.measures.operations.acting import WrongState
from apps.measures.operations.deeming import (
    deem_acknowledged,
    deem_all_acknowledged,
    unsigned_too_long,
)
from apps.workdays.models import current_calendar
from tests.conftest import at, fresh, in_progress, issued, proposed
from tests.measures.refusals import refused

MACHINE = Machine("deem_acknowledged")
MONDAY = date(2026, 3, 2)
RULE = "A rule that this measure breaks."
THIRD_WORKDAY, DEEMED_ON = date(2026, 3, 5), date(2026, 3, 6)


def deem(on: date) -> int:
    return deem_all_acknowledged(by=MACHINE, at=at(on, 0))


def test_after_the_third_workday_it_goes_on_marked_late(cast, clause):
    measure = issued(cast, clause)
    assert deem(THIRD_WORKDAY) == 0
    assert deem(DEEMED_ON) == 1

    now = fresh(measure)
    assert (now.state, now.acknowledged_on) == (State.IN_PROGRESS, DEEMED_ON)
    assert now.deemed_acknowledged
    assert now.acknowledged_late
    assert now.version == measure.version + 1
    assert (now.due_on, now.next_report_due_on) == (measure.due_on, measure.next_report_due_on)
    assert lights.light_of(now, on=DEEMED_ON) == "GREEN"
    event = AuditEvent.objects.about(measure).first()
    assert (event.act, event.actor_id, event.actor_name) == (
        "measures.deem_acknowledged",
        None,
        "deem_acknowledged",
    )
    assert event.changes == {
        "state": ["ISSUED", "IN_PROGRESS"],
        "acknowledged_on": [None, "2026-03-06"],
        "deemed_acknowledged": [False, True],
    }


def test_a_second_time_nothing_happens(cast, clause):
    measure = issued(cast, clause)
    deem(DEEMED_ON)
    before = AuditEvent.objects.count()
    assert deem(DEEMED_ON) == 0
    assert AuditEvent.objects.count() == before
    assert fresh(measure).acknowledged_on == DEEMED_ON


def test_after_a_pause_the_right_day_is_recorded(cast, clause):
    """The machine slept for three weeks; who issued later is not touched."""
    early = issued(cast, clause)
    cast.today = date(2026, 3, 24)
    late = issued(cast, clause, code="late")
    assert deem(date(2026, 3, 27)) == 1
    assert fresh(early).acknowledged_on == DEEMED_ON
    assert fresh(late).state == State.ISSUED


@pytest.mark.parametrize(
    ("issue", "deemed"),
    [
        (date(2026, 2, 12), date(2026, 2, 25)),  # 13, the Saturday worked, 24 February
        (date(2026, 2, 13), date(2026, 2, 26)),  # 14, 24, 25: the festival lies between
        (date(2026, 9, 29), date(2026, 10, 10)),  # 30 September, 8 and 9 October
        (date(2026, 10, 8), date(2026, 10, 13)),  # 9, the Saturday worked, 12 October
        (date(2026, 12, 30), date(2027, 1, 5)),  # into the provisional year
    ],
)
def test_holidays_and_make_up_days_count(cast, clause, issue, deemed):
    """Counted on fingers from the notice of 2026; the list and the rule agree on each day."""
    cast.today = issue
    measure = issued(cast, clause)
    day = issue
    while not deem(day):
        assert not unsigned_too_long(on=day, calendar=current_calendar()).exists()
        day += timedelta(days=1)
    assert day == fresh(measure).acknowledged_on == deemed


def test_signing_in_time_and_late(cast, clause):
    """Due on the second workday; a signature on the third, before the machine came, is late."""
    for code, day, late in (("a", 4, False), ("b", 5, True)):
        measure = issued(cast, clause, code=code)
        cast.today = date(2026, 3, day)
        operations.acknowledge_measure(
            measure, seen=measure.version, by=cast["liaison"], at=cast.at()
        )
        assert fresh(measure).acknowledged_late is late
        assert not fresh(measure).deemed_acknowledged
        assert Measure.objects.acknowledged_late().filter(pk=measure.pk).exists() is late
        cast.today = MONDAY
    assert deem(DEEMED_ON) == 0


def test_what_is_not_waiting_is_left_alone(cast, clause):
    proposed(cast, clause, code="proposed")
    in_progress(cast, clause, code="signed")
    assert deem(date(2026, 12, 1)) == 0


def test_it_is_the_systems_act_alone(cast, clause):
    measure = issued(cast, clause)
    said = {"seen": measure.version, "at": at(DEEMED_ON)}
    for who in cast.users:
        with refused("This happens by itself.", kind=NotAllowed):
            deem_acknowledged(measure, by=cast[who], **said)
    with refused("Three workdays to acknowledge it have not passed yet."):
        deem_acknowledged(measure, by=MACHINE, seen=measure.version, at=at(THIRD_WORKDAY))
    with pytest.raises(Stale):
        deem_acknowledged(measure, by=MACHINE, seen=measure.version - 1, at=at(DEEMED_ON))
    deem_acknowledged(measure, by=MACHINE, **said)
    with pytest.raises(WrongState):
        deem_acknowledged(measure, by=MACHINE, seen=measure.version + 1, at=at(DEEMED_ON))


def test_a_machine_does_no_persons_act(cast, clause):
    measure = issued(cast, clause)
    sentence = "Only the lead agency's liaison or drafter does this."
    with refused(sentence, kind=NotAllowed):
        operations.acknowledge_measure(measure, seen=measure.version, by=MACHINE, at=at(DEEMED_ON))


def test_one_that_fails_holds_up_none_of_the_others(cast, clause, monkeypatch):
    first, second = issued(cast, clause), issued(cast, clause, code="m-2")
    real = deem_acknowledged

    def a_rule_refuses_the_first(measure, **said):
        if measure.pk == first.pk:
            raise RuleBroken(RULE)
        return real(measure, **said)

    monkeypatch.setattr(
        "apps.measures.operations.deeming.deem_acknowledged", a_rule_refuses_the_first
    )
    with capture_logs() as logged:
        assert deem(DEEMED_ON) == 1
    assert fresh(second).deemed_acknowledged
    assert [(line["measure"], line["reason"]) for line in logged] == [(first.pk, RULE)]


def test_one_that_somebody_signs_meanwhile_is_nothing_to_tell(cast, clause, monkeypatch):
    first = issued(cast, clause)
    real = deem_acknowledged

    def somebody_signs_first(measure, *, seen, **said):
        return real(measure, seen=seen - 1, **said)

    monkeypatch.setattr("apps.measures.operations.deeming.deem_acknowledged", somebody_signs_first)
    with capture_logs() as logged:
        assert deem(DEEMED_ON) == 0
    assert not logged
    assert not fresh(first).deemed_acknowledged


def test_the_task_runs_it(cast, clause):
    issued(cast, clause)
    with CaptureQueriesContext(connection):
        assert tasks.deem_acknowledged() == 1  # issued in March, long ago by any clock
    assert AuditEvent.objects.filter(act="measures.deem_acknowledged").count() == 1
