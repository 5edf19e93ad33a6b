"""Cancellation: with every open part, never over what waits; tasks of a superior level."""

from datetime import date

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed
from apps.measures import lights
from apps.measures.lifecycle import Action
from apps.measures.lights import Light
from apps.measures.models import Measure, State
from apps.measures.operations import WrongState
from apps.policies.models import Policy
from tests.conftest import (
    applied,
    broken_down,
    extension_asked,
    fresh,
    in_progress,
    issued,
    reported,
)
from tests.measures.on_paper import paper, put_on_record
from tests.measures.refusals import refused
from tests.measures.stories_of_rest import (
    ask_cancellation,
    ask_suspension,
    cancellation_asked,
    cancelled,
    decide,
    suspended,
)
from tests.measures.test_operations_suspending import turns, with_parts


def test_it_ends_grey_and_stays_ended(cast, clause):
    measure = cancelled(cast, clause)
    assert (measure.state, measure.cancelled_on) == (State.CANCELLED, cast.today)
    assert measure.next_report_due_on is None
    assert lights.light_of(measure, on=date(2026, 12, 1)) is Light.GREY
    assert turns(measure).holder(cast.today) is None
    sentence = "Not possible while the measure is “Cancelled”."
    with refused(sentence, kind=WrongState):
        ask_cancellation(cast, measure)


@pytest.mark.parametrize("story", [issued, suspended])
def test_any_open_measure_can_be_cancelled(cast, clause, story):
    measure = story(cast, clause)
    ask_cancellation(cast, measure, who="supervisor")
    decide(cast, "cancel_measure", measure)
    now = fresh(measure)
    assert (now.state, now.review_on, now.suspension_condition) == (State.CANCELLED, None, "")


def test_refused_it_goes_on(cast, clause):
    measure = cancellation_asked(cast, clause)
    decide(cast, "refuse_cancellation", measure)
    assert fresh(measure).state == State.IN_PROGRESS


def test_whoever_asked_does_not_decide(cast, clause):
    measure = in_progress(cast, clause)
    ask_cancellation(cast, measure, who="director")
    with refused("You asked for this; somebody else has to decide it.", kind=NotAllowed):
        decide(cast, "cancel_measure", measure)


# --- Parts ----------------------------------------------------------------------------------


def test_every_open_part_is_named(cast, clause):
    whole, first, second = with_parts(cast, clause)
    sentence = "m-1·02 was broken down from this and is open: name it, or detach it first."
    with refused(sentence, field="parts"):
        ask_cancellation(cast, whole, parts=[first])
    ask_cancellation(cast, whole, parts=[first, second])
    granted = decide(cast, "cancel_measure", whole)
    assert [fresh(m).state for m in (whole, first, second)] == [State.CANCELLED] * 3
    assert [row.measure for row in granted.taken_along.order_by("id")] == [first, second]
    event = AuditEvent.objects.about(second).first()
    assert (event.act, event.changes["cancelled_on"]) == ("measures.cancel", [None, "2026-03-02"])


def test_a_part_begun_meanwhile_is_not_left_behind(cast, clause):
    whole = cancellation_asked(cast, clause)
    broken_down(cast, whole)
    sentence = "m-1·01 was broken down from this and is open: name it, or detach it first."
    with refused(sentence, field="parts"):
        decide(cast, "cancel_measure", whole)


def test_a_part_of_a_part_goes_with_it(cast, clause):
    whole, first, second = with_parts(cast, clause)
    Measure.objects.filter(pk=second.pk).update(parent=first)
    ask_cancellation(cast, whole, parts=[first, second])
    decide(cast, "cancel_measure", whole)
    assert fresh(second).state == State.CANCELLED


# --- What waits -----------------------------------------------------------------------------


def test_nothing_is_refused_by_silence(cast, clause):
    measure = extension_asked(cast, clause)
    ask_cancellation(cast, measure)
    with refused("Extension has been asked for and waits; decide that first."):
        decide(cast, "cancel_measure", measure)


def test_nor_is_an_application_for_completion(cast, clause):
    measure = applied(cast, clause)
    ask_cancellation(cast, measure)
    with refused("Completion has been asked for and waits; decide that first."):
        decide(cast, "cancel_measure", measure)


def test_nor_a_report(cast, clause):
    measure = in_progress(cast, clause)
    reported(cast, measure)
    ask_cancellation(cast, measure)
    with refused("A report waits for review; review it first."):
        decide(cast, "cancel_measure", measure)


def test_nor_what_waits_on_a_part(cast, clause):
    whole, first, second = with_parts(cast, clause)
    ask_suspension(cast, first)
    ask_cancellation(cast, whole, parts=[first, second])
    with refused("m-1·01: Suspension has been asked for and waits; decide that first."):
        decide(cast, "cancel_measure", whole)


# --- Superior level -------------------------------------------------------------------------

SUPERIOR = (
    "This is a task of a superior level: only that level's decision ends it or changes its lead."
    " Record its decision on paper."
)


@pytest.mark.parametrize(
    ("level", "use", "above"),
    [
        ("INTERNATIONAL", "OBLIGES", True),
        ("NATIONAL", "OBLIGES", True),
        ("PROVINCE", "OBLIGES", True),
        ("PROVINCE", "BACKGROUND", False),
        ("CITY", "OBLIGES", False),
        ("DISTRICT", "OBLIGES", False),
    ],
)
def test_which_measures_are_of_a_superior_level(cast, clause, level, use, above):
    Policy.objects.update(level=level, use=use)
    in_progress(cast, clause)
    assert Measure.objects.of_superior_level().exists() is above


def test_a_task_of_a_superior_level_is_cancelled_on_its_paper_only(cast, clause):
    Policy.objects.update(level="PROVINCE")
    measure = cancellation_asked(cast, clause)
    given = paper(cast, by_name="省政府办公厅")
    with refused(SUPERIOR):
        decide(cast, "cancel_measure", measure)
    put_on_record(cast, measure, Action.CANCEL, paper=given)
    assert fresh(measure).state == State.CANCELLED


def test_the_office_itself_refuses_to_ask_further(cast, clause):
    Policy.objects.update(level="PROVINCE")
    measure = cancellation_asked(cast, clause)
    decide(cast, "refuse_cancellation", measure)
    assert fresh(measure).state == State.IN_PROGRESS
