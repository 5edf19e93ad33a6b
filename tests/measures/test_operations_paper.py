"""Decisions on paper: who may record them, what is refused, and that nothing else is different."""

from datetime import date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from apps.core.errors import NotAllowed
from apps.measures import clock, operations
from apps.measures.clock import Holder
from apps.measures.lifecycle import DECIDES, Action
from apps.measures.models import Evidence, Measure, State
from apps.measures.operations.deciding import DECIDE
from tests.conftest import (
    PDF,
    SHANGHAI,
    applied,
    at,
    closed,
    extension_asked,
    fresh,
    in_progress,
    reopening_asked,
    verified,
)
from tests.measures.on_paper import LEADER, paper, put_on_record
from tests.measures.refusals import refused

DUE, LATER = date(2026, 6, 30), date(2026, 8, 29)
FRIDAY = date(2026, 3, 6)
"""Four days after the request."""


def test_every_decision_can_be_taken_on_paper():
    assert set(DECIDE) == set(DECIDES)


def test_it_is_recorded_with_who_when_and_scan(cast, clause):
    measure = extension_asked(cast, clause)
    given = paper(cast, on=date(2026, 3, 4))
    decision = put_on_record(
        cast, measure, Action.EXTEND, paper=given, reason="同意", at=at(FRIDAY, 15)
    )
    assert (decision.on_paper, decision.by_id, decision.by_name) == (True, None, LEADER)
    assert decision.at == datetime(2026, 3, 4, tzinfo=SHANGHAI)
    assert (decision.recorded_by_name, decision.recorded_at) == ("supervisor", at(FRIDAY, 15))
    assert decision.known_at == at(FRIDAY, 15)
    assert decision.scan == given.scan


def test_it_has_the_consequences_of_the_decision_itself(cast, clause):
    measure = extension_asked(cast, clause)
    put_on_record(
        cast, measure, Action.EXTEND, paper=paper(cast, on=date(2026, 3, 4)), at=at(FRIDAY)
    )
    now = fresh(measure)
    assert (now.due_on, now.original_due_on, now.extensions) == (LATER, DUE, 1)
    line = now.deadline_changes.get()
    assert (line.decided_by_name, line.decided_by_id) == (LEADER, None)
    assert line.decided_at == datetime(2026, 3, 4, tzinfo=SHANGHAI)
    assert line.granted.on_paper


@pytest.mark.parametrize(
    ("story", "action", "state"),
    [
        (applied, Action.VERIFY, State.COMPLETING),
        (applied, Action.SEND_BACK, State.IN_PROGRESS),
        (verified, Action.SEND_BACK, State.IN_PROGRESS),
        (verified, Action.CLOSE, State.CLOSED),
        (reopening_asked, Action.REOPEN, State.IN_PROGRESS),
        (reopening_asked, Action.REFUSE_REOPENING, State.CLOSED),
        (extension_asked, Action.REFUSE_EXTENSION, State.IN_PROGRESS),
    ],
)
def test_other_decisions(cast, clause, story, action, state):
    measure = story(cast, clause)
    decision = put_on_record(cast, measure, action, reason="依据批示")
    assert (decision.outcome, decision.on_paper) == (DECIDES[action].outcome, True)
    assert fresh(measure).state == state


def test_the_day_it_was_asked_for_has_no_hour_before_that(cast, clause):
    measure = extension_asked(cast, clause)
    decision = put_on_record(cast, measure, Action.EXTEND)
    assert decision.at == measure.requests.get().asked_at


def test_only_on_paper_is_a_third_extension_granted(cast, clause):
    measure = extension_asked(cast, clause)
    Measure.objects.filter(pk=measure.pk).update(extensions=2)
    put_on_record(cast, measure, Action.EXTEND)
    assert (fresh(measure).due_on, fresh(measure).extensions) == (LATER, 3)


def test_the_order_of_decisions_holds_on_paper_too(cast, clause):
    measure = applied(cast, clause)
    given = paper(cast)
    with refused("This completion has not been verified yet."):
        put_on_record(cast, measure, Action.CLOSE, paper=given)


def test_the_second_extension_needs_no_leader_with_an_account(cast, clause):
    measure = extension_asked(cast, clause)
    Measure.objects.filter(pk=measure.pk).update(extensions=1)
    put_on_record(cast, measure, Action.EXTEND, who="director")
    assert fresh(measure).extensions == 2


# --- Whose turn it was ----------------------------------------------------------------------


def test_until_it_is_recorded_the_office_has_the_turn(cast, clause):
    measure = applied(cast, clause)
    given = paper(cast, on=date(2026, 3, 3))
    put_on_record(cast, measure, Action.SEND_BACK, paper=given, reason="未验收", at=at(FRIDAY))
    rows = Measure.objects.filter(pk=measure.pk).prefetch_related(*clock.ROWS).get()
    holders = [clock.turns_of(rows).holder(date(2026, 3, day)) for day in (2, 3, 4, 5, 6)]
    assert holders == [Holder.REVIEWER] * 4 + [Holder.OWN]
    assert fresh(measure).review_workdays == 4


# --- Who may, and what cannot be -----------------------------------------------------------


def test_whoever_asked_does_not_record_the_decision(cast, clause):
    measure = closed(cast, clause)
    operations.ask_reopening(
        measure,
        grounds="缺项",
        due_on=cast.today + timedelta(days=200),
        seen=measure.version,
        by=cast["supervisor"],
        at=cast.at(),
    )
    given = paper(cast)
    sentence = "You asked for this; somebody else has to put the decision on record."
    with refused(sentence, kind=NotAllowed):
        put_on_record(cast, measure, Action.REOPEN, paper=given)
    theirs = paper(cast, who="director")
    put_on_record(cast, measure, Action.REOPEN, paper=theirs, who="director")
    assert fresh(measure).state == State.IN_PROGRESS


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 7)])
def test_the_decision_lies_between_the_request_and_today(cast, clause, day):
    measure = extension_asked(cast, clause)
    given = paper(cast, on=day)
    sentence = "It was asked for on 2 Mar: the decision lies between that day and today."
    with refused(sentence, field="decided_on"):
        put_on_record(cast, measure, Action.EXTEND, paper=given, at=at(FRIDAY))


def test_somebody_decided(cast, clause):
    measure = extension_asked(cast, clause)
    given = paper(cast, by_name="  ")
    with refused("Say who decided.", field="by_name"):
        put_on_record(cast, measure, Action.EXTEND, paper=given)


def test_whoever_asked_is_known_by_the_account_whatever_its_name(cast, clause):
    measure = extension_asked(cast, clause)
    cast.users["liaison"].name = "张三"
    cast.users["liaison"].save()
    given = paper(cast, by_name="张三")
    with refused(
        "张三 asked for this; nobody decides what they asked for themselves.", field="by_name"
    ):
        put_on_record(cast, measure, Action.EXTEND, paper=given)

    cast.users["stranger"].name = "liaison"
    cast.users["stranger"].save()
    put_on_record(cast, measure, Action.EXTEND, paper=paper(cast, by_name="liaison"))
    assert fresh(measure).extensions == 1


def test_nobody_decides_on_paper_what_they_asked_for(cast, clause):
    measure = extension_asked(cast, clause)
    given = paper(cast, by_name="liaison")
    with refused(
        "liaison asked for this; nobody decides what they asked for themselves.", field="by_name"
    ):
        put_on_record(cast, measure, Action.EXTEND, paper=given)


def test_the_scan_is_the_offices(cast, clause):
    measure = extension_asked(cast, clause)
    theirs = operations.add_evidence(
        ContentFile(PDF),
        name="批示.pdf",
        agency=cast.agencies["bureau"],
        by=cast["liaison"],
        at=cast.at(),
    )
    given = operations.Paper(LEADER, cast.today, theirs)
    with refused("This evidence belongs to another agency.", field="scan"):
        put_on_record(cast, measure, Action.EXTEND, paper=given)


def test_a_refusal_on_paper_has_a_reason(cast, clause):
    measure = extension_asked(cast, clause)
    given = paper(cast)
    with refused("Say why it is refused.", field="reason"):
        put_on_record(cast, measure, Action.REFUSE_EXTENSION, paper=given)


def test_what_is_no_decision_is_not_recorded(cast, clause):
    measure = in_progress(cast, clause)
    given = paper(cast)
    with refused("Choose what was decided.", field="action"):
        put_on_record(cast, measure, Action.REPORT, paper=given)


def test_what_nobody_asked_for_is_not_decided(cast, clause):
    measure = in_progress(cast, clause)
    given = paper(cast)
    with refused("Nobody has asked for this."):
        put_on_record(cast, measure, Action.EXTEND, paper=given)


# --- The scan -------------------------------------------------------------------------------


def test_the_scan_belongs_to_the_measure_from_then_on(cast, clause):
    measure, other = extension_asked(cast, clause), in_progress(cast, clause, code="m-2")
    given = paper(cast)
    assert given.scan.agency == cast.agencies["office"]
    assert given.scan not in Evidence.objects.handed_in_for(measure)
    put_on_record(cast, measure, Action.EXTEND, paper=given)
    assert given.scan in Evidence.objects.handed_in_for(measure)
    assert given.scan not in Evidence.objects.handed_in_for(other)


def test_only_the_office_hands_in_scans(cast):
    with refused("Only the supervision office does this.", kind=NotAllowed):
        operations.add_scan(ContentFile(PDF), name="批示.pdf", by=cast["liaison"], at=cast.at())
