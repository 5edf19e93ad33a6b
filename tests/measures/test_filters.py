"""Each filter of measures against the codes it ought to find."""

from datetime import date, timedelta

import pytest

from apps.measures.filters import MeasureFilter
from apps.measures.models import Measure, State
from apps.policies.models import Clause
from tests.conftest import TODAY, a_plan, an_estimate, drafted, in_progress, issued
from tests.measures.stories_of_rest import put_into


def asked(**said) -> MeasureFilter:
    return MeasureFilter(said, queryset=Measure.objects.order_by("code"), on=TODAY)


def found(**said) -> list[str]:
    filtered = asked(**said)
    assert filtered.sentences == []
    return [measure.code for measure in filtered.qs]


def due(code: str, day: date) -> None:
    """Written around the operations."""
    Measure.objects.filter(code=code).update(due_on=day, overdue_from_on=day + timedelta(days=1))


def brought_to(code: str, state: State) -> None:
    """Written around the operations."""
    Measure.objects.filter(code=code).update(**put_into(state, TODAY))


def test_a_clause_stands_for_its_parts_in_force(cast, clause):
    part = Clause.objects.create(policy=clause.policy, parent=clause, code="P-2", position=2)
    deep = Clause.objects.create(policy=clause.policy, parent=part, code="P-3", position=3)
    drafted(cast, clause, code="whole")
    drafted(cast, deep, code="deep")
    assert found(clause=clause.pk) == ["deep", "whole"]
    assert found(clause=part.pk) == ["deep"]
    Clause.objects.filter(pk=deep.pk).update(retired_on=TODAY)
    assert found(clause=clause.pk) == ["whole"]
    assert found(clause=deep.pk) == ["deep"]


def test_a_supporter_stands_for_everything_below_it(cast, clause):
    drafted(cast, clause, code="a", plan=a_plan(cast, supporters=[cast.agencies["section"]]))
    drafted(cast, clause, code="b", plan=a_plan(cast, supporters=[]))
    assert found(supporter=cast.agencies["bureau"].pk) == ["a"]
    assert found(supporter=cast.agencies["other"].pk) == []


def test_a_district_finds_what_its_agencies_lead_and_not_what_names_it(cast, clause):
    district = cast.agencies["district"]
    drafted(cast, clause, code="led", plan=a_plan(cast, lead=district))
    named = drafted(cast, clause, code="named")
    named.named_districts.add(district.district)
    drafted(cast, clause, code="none", plan=a_plan(cast, lead=None))
    assert found(district=district.district_id) == ["led"]
    assert found(district="none") == ["named", "none"]


def test_without_a_lead(cast, clause):
    drafted(cast, clause, code="led")
    drafted(cast, clause, code="none", plan=a_plan(cast, lead=None))
    assert found(lead="none") == ["none"]


def test_phases_part_the_states(cast, clause):
    drafted(cast, clause, code="draft")
    for n, state in enumerate((State.ISSUED, State.SUSPENDED, State.CLOSED, State.CANCELLED)):
        issued(cast, clause, code=f"m-{n}")
        brought_to(f"m-{n}", state)
    assert found(phase="NOT_ISSUED") == ["draft"]
    assert found(phase="OPEN") == ["m-0", "m-1"]
    assert found(phase="ENDED") == ["m-2", "m-3"]


def test_named_deadlines_are_of_what_is_still_owed(cast, clause):
    days = {
        "before": date(2026, 3, 1),  # the Sunday before TODAY, a Monday
        "sunday": date(2026, 3, 8),
        "monday": date(2026, 3, 9),
        "last": date(2026, 3, 31),
        "april": date(2026, 4, 1),
    }
    for code, day in days.items():
        in_progress(cast, clause, code=code)
        due(code, day)
    drafted(cast, clause, code="draft", plan=an_estimate(cast, due_on=None, due_workdays=9))
    in_progress(cast, clause, code="closed")
    due("closed", days["before"])
    brought_to("closed", State.CLOSED)
    assert found(due="OVERDUE") == ["before"]
    assert found(due="THIS_WEEK") == ["sunday"]
    assert found(due="THIS_MONTH") == ["before", "last", "monday", "sunday"]
    assert found(due="NONE") == ["draft"]
    assert found(due_from="2026-03-09", due_to="2026-03-31") == ["last", "monday"]
    assert found(due_to="2026-03-01") == ["before", "closed"]


def test_workdays_in_completion_review_put_off_overdue_as_they_do_the_light(cast, clause):
    in_progress(cast, clause, code="sent-back")
    due("sent-back", date(2026, 2, 27))  # the Friday before TODAY
    Measure.objects.filter(code="sent-back").update(
        review_workdays=2, spared_workdays=2, overdue_from_on=date(2026, 3, 4)
    )
    assert found(due="OVERDUE") == []


def test_category_place_and_restricted(cast, clause):
    whole = drafted(cast, clause, code="whole")
    drafted(cast, clause, code="part", plan=a_plan(cast, restricted=True))
    Measure.objects.filter(code="part").update(parent=whole, category="EXTEND")
    assert found(category="EXTEND") == found(place="PART") == found(restricted="YES") == ["part"]
    assert found(place="TOP") == found(restricted="NO") == ["whole"]


@pytest.mark.parametrize(
    "said",
    [
        {"light": "PINK"},
        {"lead": "999999"},
        {"clause": "abc"},
        {"due": "SOON"},
        {"due_from": "31.12.2026"},
        {"state": "x\0y"},
        {"ligth": "RED"},
        {"lead__version": "1"},
        {"q": "x" * 101},
    ],
)
def test_what_cannot_be_meant_is_said_and_finds_nothing(cast, clause, said):
    drafted(cast, clause)
    filtered = asked(**said)
    assert not filtered.qs.exists()
    assert filtered.sentences


def test_nothing_asked_finds_everything(cast, clause):
    drafted(cast, clause)
    assert found() == found(q="", light="", lead="", due_from="") == ["m-1"]
