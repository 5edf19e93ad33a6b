"""Coordination items: one question, one outcome; whoever is asked sees the measure meanwhile."""

from datetime import timedelta

import pytest

from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.models import CoordinationItem, Measure, State
from tests.conftest import a_plan, fresh, in_progress, issued
from tests.measures.refusals import refused
from tests.measures.stories_of_others import answered, asked, question
from tests.measures.stories_of_rest import put_into


@pytest.fixture
def measure(cast, clause):
    return in_progress(cast, clause)


def sees(cast, who: str, measure: Measure) -> bool:
    return Measure.objects.visible_to(cast[who]).filter(pk=measure.pk).exists()


def test_the_agency_asked_sees_the_measure_until_it_has_answered(cast, measure):
    assert not sees(cast, "district_liaison", measure)
    item = asked(cast, measure)
    assert (item.number, item.asked_by) == (1, cast.agencies["bureau"])
    assert sees(cast, "district_liaison", measure)
    outcome = answered(cast, item)
    assert (outcome.kind, outcome.text, outcome.on_record) == ("ANSWERED", "四月批复", False)
    assert not sees(cast, "district_liaison", measure)


def test_another_open_item_keeps_it_in_sight(cast, measure):
    first, second = asked(cast, measure), asked(cast, measure)
    assert second.number == 2
    answered(cast, first)
    assert sees(cast, "district_liaison", measure)


def test_sight_outlasts_other_acts_and_ends_with_the_measure(cast, measure):
    asked(cast, measure)
    operations.submit_report(
        measure,
        operations.Account(no_change=True),
        seen=measure.version,
        by=cast["liaison"],
        at=cast.at(),
    )
    assert sees(cast, "district_liaison", measure)
    closed = fresh(measure)
    closed.state = State.CLOSED
    assert cast.agencies["district"].pk not in operations.acting.viewers_of(closed)


def test_it_leaves_the_version_alone(cast, measure):
    answered(cast, asked(cast, measure))
    assert fresh(measure).version == measure.version


@pytest.mark.parametrize("end", [operations.settle_item, operations.withdraw_item])
def test_the_asking_agency_ends_its_item_with_a_reason(cast, measure, end):
    item = asked(cast, measure)
    outcome = end(item, reason=" 电话里说定 ", by=cast["drafter"], at=cast.at(12))
    assert outcome.text == "电话里说定"
    assert outcome.kind == ("SETTLED" if end is operations.settle_item else "WITHDRAWN")
    assert not sees(cast, "district_liaison", measure)
    assert not CoordinationItem.objects.open().exists()


def test_an_answer_on_paper_is_put_on_record_by_the_office(cast, measure):
    outcome = operations.record_answer(
        asked(cast, measure),
        text="同意",
        given_by="李副市长",
        given_on=cast.today - timedelta(days=1),
        by=cast["supervisor"],
        at=cast.at(12),
    )
    assert outcome.on_record
    assert (outcome.given_by, outcome.by_name) == ("李副市长", "supervisor")


@pytest.mark.parametrize(
    ("said", "sentence", "field"),
    [
        ({"text": " "}, "Write the answer.", "text"),
        ({"given_by": ""}, "Say who gave the answer.", "given_by"),
        ({"given_on": None}, "Say on which day the answer was given.", "given_on"),
        ({"given_on": 1}, "Say on which day the answer was given.", "given_on"),
    ],
)
def test_what_is_put_on_record_names_who_and_when(cast, measure, said, sentence, field):
    item = asked(cast, measure)
    whole = {"text": "同意", "given_by": "李", "given_on": 0} | said
    days = whole["given_on"]
    whole["given_on"] = None if days is None else cast.today + timedelta(days=days)
    with refused(sentence, field=field):
        operations.record_answer(item, **whole, by=cast["director"], at=cast.at(12))


def test_an_item_ends_once(cast, measure):
    item = asked(cast, measure)
    answered(cast, item)
    with refused("This item has ended already: Answered, district liaison."):
        answered(cast, item)
    with refused("This item has ended already: Answered, district liaison."):
        operations.withdraw_item(item, reason="x", by=cast["liaison"], at=cast.at(13))


def test_with_the_measure_its_items_have_ended(cast, measure):
    item = asked(cast, measure)
    Measure.objects.filter(pk=measure.pk).update(**put_into(State.CANCELLED, cast.today))
    assert not CoordinationItem.objects.open().exists()
    with refused("The measure has ended, and the item with it."):
        answered(cast, item)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("answer_item", "Write the answer."),
        ("settle_item", "Say how it was settled."),
        ("withdraw_item", "Say why it is withdrawn."),
    ],
)
def test_words_are_needed(cast, measure, act, sentence):
    item = asked(cast, measure)
    name = "text" if act == "answer_item" else "reason"
    with refused(sentence, field=name):
        getattr(operations, act)(item, **{name: " "}, by=cast["liaison"], at=cast.at(12))


# --- Who is asked, and who answers ---------------------------------------------------------


def test_the_supervising_leader_answers_what_was_asked_of_the_leader(cast, measure):
    item = asked(cast, measure, of="bureau", of_leader=True)
    with refused("Only the supervising leader who was asked answers this.", kind=NotAllowed):
        answered(cast, item, by="unit_leader")
    assert answered(cast, item, by="leader").by_name == "leader"


def test_what_waits_for_whom(cast, measure):
    of_agency = asked(cast, measure)
    of_leader = asked(cast, measure, of="bureau", of_leader=True)
    of_office = asked(cast, measure, of="office")
    mine = {
        who: list(CoordinationItem.objects.open().asked_of(cast[who]))
        for who in ("district_liaison", "leader", "liaison", "supervisor", "director", "auditor")
    }
    assert mine == {
        "district_liaison": [of_agency],
        "leader": [of_leader],
        "liaison": [],
        "supervisor": [of_office],
        "director": [of_office],
        "auditor": [],
    }


@pytest.mark.parametrize(
    ("said", "sentence", "field"),
    [
        ({"text": " "}, "Say what has to be known or decided.", "question"),
        ({"days": -1}, "The day wanted must not lie in the past.", "wanted_on"),
        ({"of": "bureau"}, "The lead agency cannot ask itself.", "asked"),
        (
            {"of": "district", "of_leader": True},
            "This leader is not assigned to the lead agency.",
            "asked",
        ),
    ],
)
def test_asking_is_refused(cast, measure, said, sentence, field):
    asking = question(cast, **{k: v for k, v in said.items() if k != "text"})
    if "text" in said:
        asking = operations.Question(**vars(asking) | {"text": said["text"]})
    with refused(sentence, field=field):
        operations.ask_coordination(measure, asking, by=cast["liaison"], at=cast.at())


@pytest.mark.parametrize(
    ("of", "of_leader", "allowed"),
    [
        ("other", False, True),
        ("office", False, True),
        ("district", False, False),
        ("bureau", True, False),
    ],
)
def test_of_a_restricted_measure_only_those_inside_are_asked(cast, clause, of, of_leader, allowed):
    measure = in_progress(cast, clause, code="secret", plan=a_plan(cast, restricted=True))
    if allowed:
        asked(cast, measure, of=of, of_leader=of_leader)
        expected = {cast.agencies[name].pk for name in ("bureau", "other", of)}
        assert set(fresh(measure).viewer_agencies) == expected
        return
    sentence = "A restricted measure: only its supporters and the supervision office are asked."
    with refused(sentence, field="asked"):
        asked(cast, measure, of=of, of_leader=of_leader)


def test_those_above_the_agency_asked_see_it_too(cast, clause):
    plan = a_plan(cast, lead=cast.agencies["other"], supporters=[])
    measure = issued(cast, clause, code="m-9", plan=plan)
    measure = operations.acknowledge_measure(
        measure, seen=measure.version, by=cast["stranger"], at=cast.at()
    )
    assert not sees(cast, "unit_head", measure)
    operations.ask_coordination(
        measure, question(cast, of="section"), by=cast["stranger"], at=cast.at()
    )
    assert sees(cast, "unit_head", measure)
