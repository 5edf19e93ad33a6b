"""Instructions: given here or put on record, acknowledged once by the agency that leads."""

from datetime import timedelta

import pytest

from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.models import Evidence, Instruction, Measure, State
from tests.conftest import a_plan, evidence, fresh, in_progress, issued
from tests.measures.instructing import TEXT, instructed, received, recorded
from tests.measures.on_paper import paper
from tests.measures.refusals import refused
from tests.measures.stories_of_rest import put_into


@pytest.fixture
def measure(cast, clause):
    return in_progress(cast, clause)


def test_given_here(cast, measure):
    made = instructed(cast, measure, text=f" {TEXT} ")
    assert (made.number, made.text, made.by_name, made.on_paper) == (1, TEXT, "leader", False)
    assert (made.agency, made.known_at) == (cast.agencies["bureau"], cast.at(12))
    assert instructed(cast, measure).number == 2


def test_given_on_paper(cast, measure):
    made = recorded(cast, measure)
    assert (made.by_id, made.by_name, made.on_paper) == (None, "副市长 李某", True)
    assert (made.recorded_by_name, made.known_at) == ("supervisor", cast.at(12))
    assert made.at == cast.at(0)
    assert list(Evidence.objects.handed_in_for(measure)) == [made.scan]


def test_it_leaves_the_version_alone(cast, measure):
    received(cast, instructed(cast, measure))
    assert fresh(measure).version == measure.version


def test_acknowledged_once(cast, measure):
    made = instructed(cast, measure)
    assert list(Instruction.objects.open()) == [made]
    receipt = received(cast, made, by="unit_leader")
    assert (receipt.by_name, receipt.agency) == ("unit leader", cast.agencies["bureau"])
    assert not Instruction.objects.open().exists()
    with refused("This instruction has been acknowledged already: unit leader."):
        received(cast, made)


def test_with_the_measure_it_has_ended(cast, measure):
    made = instructed(cast, measure)
    Measure.objects.filter(pk=measure.pk).update(**put_into(State.CANCELLED, cast.today))
    assert not Instruction.objects.open().exists()
    with refused("Not possible while the measure is “Cancelled”.", kind=operations.WrongState):
        received(cast, made)


def test_what_followed(cast, measure):
    """A report from before it was known does not answer it; the first one after does."""
    no_change = operations.Account(no_change=True)

    def report(hour: int) -> None:
        seen = fresh(measure).version
        operations.submit_report(
            measure, no_change, seen=seen, by=cast["liaison"], at=cast.at(hour)
        )

    report(10)
    made = recorded(cast, measure, hour=12)
    assert not Instruction.objects.unanswered().exists()
    received(cast, made)
    assert list(Instruction.objects.unanswered()) == [made]
    report(14)
    report(15)
    assert not Instruction.objects.unanswered().exists()
    told = Instruction.objects.with_following().get()
    assert (told.followed_by, told.followed_at) == (2, cast.at(14))


def test_whose_it_is(cast, measure):
    own = instructed(cast, measure)
    recorded(cast, measure)
    assert list(Instruction.objects.given_by(cast["leader"].person_id)) == [own]


def test_of_a_restricted_measure_the_leader_has_to_be_named(cast, clause):
    secret = in_progress(cast, clause, code="m-2", plan=a_plan(cast, restricted=True))
    with refused("This measure is restricted.", kind=NotAllowed):
        instructed(cast, secret)
    readers = [cast.users["leader"].pk]
    plan = a_plan(cast, restricted=True, reader_ids=readers)
    named = in_progress(cast, clause, code="m-3", plan=plan)
    assert instructed(cast, named).by_name == "leader"


def test_the_leader_of_others_does_not_instruct(cast, clause):
    plan = a_plan(cast, lead=cast.agencies["district"], supporters=[])
    measure = issued(cast, clause, code="m-4", plan=plan)
    sentence = "Only the supervising leader of the lead agency does this."
    with refused(sentence, kind=NotAllowed):
        instructed(cast, measure)


# --- Refusals ------------------------------------------------------------------------------


def test_words_are_needed(cast, measure):
    given = paper(cast)
    with refused("Write the instruction.", field="text"):
        instructed(cast, measure, text=" ")
    with refused("Write the instruction.", field="text"):
        recorded(cast, measure, text=" ", paper=given)


def test_a_paper_names_who(cast, measure):
    given = paper(cast, by_name=" ")
    with refused("Say who gave the instruction.", field="by_name"):
        recorded(cast, measure, paper=given)


@pytest.mark.parametrize("days", [-60, 1])
def test_a_paper_is_from_the_life_of_the_measure(cast, measure, days):
    given = paper(cast, on=cast.today + timedelta(days=days))
    sentence = "The instruction lies between the day the measure was issued and today."
    with refused(sentence, field="decided_on"):
        recorded(cast, measure, paper=given)


def test_the_scan_is_the_offices(cast, measure):
    given = operations.Paper("李某", cast.today, evidence(cast))
    with refused("This evidence belongs to another agency.", field="scan"):
        recorded(cast, measure, paper=given)
