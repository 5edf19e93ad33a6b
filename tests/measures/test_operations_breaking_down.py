"""Breaking down: who hands on to whom, deadlines, codes, secrecy, and detaching again."""

from datetime import date, timedelta

import pytest

from apps.accounts.models import Membership
from apps.agencies.models import Agency, District
from apps.agencies.operations import add_agency
from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.models import Basis, Measure, State
from apps.measures.operations import MilestonePlan, Part
from apps.measures.operations.family import refuse_family_broken
from tests.conftest import (
    SET_UP,
    a_plan,
    an_estimate,
    broken_down,
    drafted,
    fresh,
    in_progress,
    issued,
)
from tests.measures.refusals import refused
from tests.measures.stories_of_rest import put_into

DUE_ON = date(2026, 6, 30)
"""Of every plan of the cast."""
FOREIGN = (
    "Other is neither below the lead agency nor the government of a district that the measure"
    " names; the supervision office can break it down so."
)


@pytest.fixture
def parent(cast, clause) -> Measure:
    return in_progress(cast, clause, plan=an_estimate(cast))


@pytest.fixture
def section(cast) -> Part:
    return Part(cast.agencies["section"])


def by(cast, who: str) -> dict[str, object]:
    return {"by": cast[who], "at": cast.at(11)}


def detach(cast, child, *, reason="单独管理", who="director"):
    return operations.detach_child(
        child, reason=reason, seen=fresh(child).version, by=cast[who], at=cast.at(14)
    )


def named(parent: Measure, district: Agency) -> None:
    assert district.district is not None
    parent.named_districts.add(district.district)


# --- What comes of it ---------------------------------------------------------------------------


def test_what_the_lead_hands_on_is_issued_at_once(cast, parent, section):
    (child,) = broken_down(cast, parent, section)
    child = fresh(child)
    assert (child.state, child.parent, child.lead) == (
        State.ISSUED,
        fresh(parent),
        cast.agencies["section"],
    )
    assert (child.issued_on, child.acknowledge_due_on) == (cast.today, date(2026, 3, 4))
    assert (child.due_on, child.original_due_on) == (DUE_ON, DUE_ON)
    assert child.next_report_due_on == date(2026, 3, 31)
    assert child.unacknowledged_from_on == date(2026, 3, 5)
    assert child.lead_terms.get().agency == cast.agencies["section"]


def test_it_takes_over_what_the_whole_says(cast, parent, section):
    (child,) = broken_down(cast, parent, section)
    assert (child.code, child.title, child.title_en) == (
        "m-1·01",
        "一项举措 · section 局",
        "A measure · Section",
    )
    assert (child.basis, child.weight, child.cadence) == (Basis.ESTIMATE, 1, parent.cadence)
    assert [row.clause for row in child.carried_clauses.all()] == [
        row.clause for row in parent.carried_clauses.all()
    ]


def test_a_part_may_have_its_own_title_deadline_weight_and_milestones(cast, parent):
    step = MilestonePlan("摸底", date(2026, 4, 1), 3)
    part = Part(cast.agencies["section"], date(2026, 5, 8), "机器换人摸底", 5, [step])
    (child,) = broken_down(cast, parent, part)
    assert (child.title, child.title_en, child.due_on, child.weight) == (
        "机器换人摸底",
        "",
        date(2026, 5, 8),
        5,
    )
    assert child.basis == Basis.MILESTONES
    assert [(m.title, m.due_on, m.weight) for m in child.milestones.all()] == [
        ("摸底", date(2026, 4, 1), 3)
    ]


def test_what_the_office_hands_on_waits_for_the_director(cast, parent):
    part = Part(cast.agencies["district"])
    (child,) = broken_down(cast, parent, part, **by(cast, "supervisor"))
    child = fresh(child)
    assert (child.state, child.issued_on, child.viewer_agencies) == (State.PROPOSED, None, [])
    with refused("You proposed this measure; somebody else has to issue it.", kind=NotAllowed):
        operations.issue_measure(child, seen=child.version, by=cast["supervisor"], at=cast.at(12))
    child = operations.issue_measure(child, seen=child.version, by=cast["director"], at=cast.at(12))
    assert child.state == State.ISSUED


def test_codes_go_on_where_they_ended_and_a_detached_part_keeps_its_own(cast, parent):
    parts = [Part(cast.agencies[name]) for name in ("section", "bureau")]
    first, second = broken_down(cast, parent, *parts)
    assert (first.code, second.code) == ("m-1·01", "m-1·02")
    detach(cast, second)
    (third,) = broken_down(cast, parent)
    assert third.code == "m-1·03"


def test_a_part_is_broken_down_further_by_its_own_lead(cast, parent, section):
    (child,) = broken_down(cast, parent, section)
    child = operations.acknowledge_measure(
        child, seen=child.version, by=cast["section_liaison"], at=cast.at(11)
    )
    (grandchild,) = broken_down(cast, child, section, **by(cast, "section_liaison"))
    assert (grandchild.code, grandchild.parent) == ("m-1·01·01", child)


def test_a_code_has_its_length(cast, clause, section):
    parent = in_progress(cast, clause, code="m" * 38, plan=an_estimate(cast))
    with refused(f"The code {'m' * 38}·01 would be longer than 40 signs."):
        broken_down(cast, parent, section)


def test_both_sides_remember_it(cast, parent, section):
    (child,) = broken_down(cast, parent, section)
    event = AuditEvent.objects.about(parent).first()
    assert (event.act, event.changes["children"]) == ("measures.break_down", ["", "m-1·01"])
    event = AuditEvent.objects.about(child).get()
    assert (event.act, event.changes["parent"]) == ("measures.issue", ["", "m-1"])


# --- To whom ------------------------------------------------------------------------------------


def test_the_lead_hands_nothing_to_others(cast, parent, section):
    with refused(FOREIGN, kind=NotAllowed):
        broken_down(cast, parent, section, Part(cast.agencies["other"]))


def test_the_lead_hands_parts_to_the_districts_that_the_measure_names(cast, parent):
    district = cast.agencies["district"]
    with refused(FOREIGN.replace("Other", "District"), kind=NotAllowed):
        broken_down(cast, parent, Part(district))
    named(parent, district)
    (child,) = broken_down(cast, parent, Part(district))
    assert (child.state, child.lead) == (State.ISSUED, district)


def test_a_named_district_means_its_government_only(cast, parent):
    district = cast.agencies["district"]
    named(parent, district)
    section = Agency(
        code="d-s", name="区科", kind="SECTION", level="DISTRICT", parent=district,
        district=district.district,
    )  # fmt: skip
    add_agency(section, by=SET_UP, at=cast.at())
    with refused(FOREIGN.replace("Other", "区科"), kind=NotAllowed):
        broken_down(cast, parent, Part(section))


def test_another_district_than_the_named_one(cast, parent):
    parent.named_districts.add(District.objects.create(adcode="440113", name="番禺区"))
    with refused(FOREIGN.replace("Other", "District"), kind=NotAllowed):
        broken_down(cast, parent, Part(cast.agencies["district"]))


def test_what_one_person_may_do_as_lead_and_as_office_is_told_apart(cast, parent):
    """Each part goes the way that it may go: at once to its own, to others by the director."""
    Membership.objects.create(
        user=cast.users["supervisor"],
        agency=cast.agencies["bureau"],
        role="LIAISON",
        from_on=date(2025, 1, 1),
    )
    own, other = broken_down(
        cast,
        parent,
        Part(cast.agencies["section"]),
        Part(cast.agencies["other"]),
        **by(cast, "supervisor"),
    )
    assert (own.state, other.state) == (State.ISSUED, State.PROPOSED)


# --- What is asked of the whole and of the parts --------------------------------------------------


@pytest.mark.parametrize(
    ("story", "word"), [(drafted, "Draft"), (issued, "Awaiting acknowledgement")]
)
def test_only_what_is_in_progress_is_broken_down(cast, clause, section, story, word):
    parent = story(cast, clause)
    with refused(f"Not possible while the measure is “{word}”.", kind=operations.WrongState):
        broken_down(cast, parent, section, **by(cast, "director"))


def test_at_least_one_part(cast, parent):
    with refused("Choose at least one agency.", field="parts"):
        operations.break_down(
            parent, [], seen=fresh(parent).version, by=cast["liaison"], at=cast.at()
        )


@pytest.mark.parametrize(
    ("due_on", "sentence"),
    [
        (DUE_ON + timedelta(1), "A part is never due after the whole: m-1 is due on 30 Jun."),
        (date(2026, 3, 2), "The deadline must lie in the future."),
    ],
)
def test_one_wrong_deadline_stops_all_parts(cast, parent, section, due_on, sentence):
    with refused(sentence, field="parts.1.due_on"):
        broken_down(cast, parent, section, Part(cast.agencies["bureau"], due_on))


def test_a_whole_that_is_overdue_has_no_parts_any_more(cast, parent, section):
    cast.today = DUE_ON + timedelta(days=1)
    with refused("The deadline must lie in the future.", field="parts.0.due_on"):
        broken_down(cast, parent, section)


def test_nobody_is_given_the_same_twice(cast, parent, section):
    sentence = "There is a part “一项举措 · section 局” already."
    with refused(sentence, field="parts.1.title"):
        broken_down(cast, parent, section, section)
    broken_down(cast, parent, section)
    with refused(sentence, field="parts.0.title"):
        broken_down(cast, parent, section)
    broken_down(cast, parent, Part(cast.agencies["section"], title="另一件"))


def test_no_milestone_after_the_parts_deadline(cast, parent):
    step = MilestonePlan("步", DUE_ON)
    part = Part(cast.agencies["section"], date(2026, 5, 8), milestones=[step])
    with refused("No milestone may be due after the deadline.", field="parts.0.milestones"):
        broken_down(cast, parent, part)


def test_a_part_weighs_something(cast, parent):
    with refused("A weight is at least 1.", field="parts.0.weight"):
        broken_down(cast, parent, Part(cast.agencies["section"], weight=0))


# --- Deadlines later on ---------------------------------------------------------------------------


def returned_part(cast, parent) -> Measure:
    """A part that the office drew up, back on its desk."""
    part = Part(cast.agencies["district"])
    (child,) = broken_down(cast, parent, part, **by(cast, "supervisor"))
    return operations.return_proposal(
        child, reason="再议", seen=child.version, by=cast["director"], at=cast.at(12)
    )


def test_a_revised_part_is_not_due_after_the_whole_either(cast, parent):
    child = returned_part(cast, parent)
    plan = an_estimate(cast, lead=child.lead, due_on=DUE_ON + timedelta(1))
    with refused("A part is never due after the whole: m-1 is due on 30 Jun.", field="due_on"):
        operations.revise_draft(
            child, plan, seen=child.version, by=cast["supervisor"], at=cast.at(13)
        )


def test_a_deadline_in_workdays_is_held_against_the_whole_when_it_is_issued(cast, parent):
    child = returned_part(cast, parent)
    plan = an_estimate(cast, lead=child.lead, due_on=None, due_workdays=200)
    child = operations.revise_draft(
        child, plan, seen=child.version, by=cast["supervisor"], at=cast.at(13)
    )
    child = operations.propose_measure(
        child, seen=child.version, by=cast["supervisor"], at=cast.at(13)
    )
    with refused("A part is never due after the whole: m-1 is due on 30 Jun.", field="due_on"):
        operations.issue_measure(child, seen=child.version, by=cast["director"], at=cast.at(14))


def test_the_deadline_of_the_whole_does_not_move_before_its_parts(cast, parent, section):
    """Whatever operation moves it: `acting` asks this after each that touched a deadline."""
    broken_down(cast, parent, section)
    parent = fresh(parent)
    parent.due_on = date(2026, 6, 1)
    sentence = "Its part m-1·01 is due later, on 30 Jun; that deadline has to move first."
    with refused(sentence, field="due_on"):
        refuse_family_broken(parent)
    parent.children.update(**put_into(State.CANCELLED, cast.today))
    refuse_family_broken(parent)


@pytest.mark.parametrize("state", ["COMPLETING", "SUSPENDED", "CLOSED", "CANCELLED"])
def test_no_part_begins_once_the_whole_is_not_in_progress(cast, parent, state):
    part = Part(cast.agencies["district"])
    (child,) = broken_down(cast, parent, part, **by(cast, "supervisor"))
    Measure.objects.filter(pk=parent.pk).update(**put_into(state, cast.today))
    word = State(state).label
    with refused(f"m-1, which it was broken down from, is “{word}”: no part begins now."):
        operations.issue_measure(child, seen=child.version, by=cast["director"], at=cast.at(14))


# --- Secrecy --------------------------------------------------------------------------------------


def restricted(cast, clause) -> Measure:
    plan = an_estimate(cast, restricted=True, supporters=[])
    return in_progress(cast, clause, plan=plan)


def test_parts_of_a_restricted_measure_are_restricted(cast, clause, section):
    parent = restricted(cast, clause)
    (child,) = broken_down(cast, parent, section)
    assert (child.restricted, child.reader_ids) == (True, parent.reader_ids)
    assert set(fresh(child).viewer_agencies) == {
        cast.agencies["section"].pk,
        cast.agencies["bureau"].pk,
    }
    assert fresh(parent).viewer_agencies == [cast.agencies["bureau"].pk]


def test_they_stay_restricted(cast, clause):
    child = returned_part(cast, restricted(cast, clause))
    plan = an_estimate(cast, lead=child.lead)
    with refused("m-1 is restricted, and so are its parts.", field="restricted"):
        operations.revise_draft(
            child, plan, seen=child.version, by=cast["supervisor"], at=cast.at(13)
        )


def test_whole_and_parts_are_seen_by_both_sides(cast, parent):
    named(parent, cast.agencies["district"])
    (child,) = broken_down(cast, parent, Part(cast.agencies["district"]))
    for who in ("liaison", "stranger", "district_liaison"):  # the stranger's agency supports
        seen = Measure.objects.visible_to(cast[who])
        assert set(seen) == {parent, child}
    detach(cast, child)
    assert set(Measure.objects.visible_to(cast["liaison"])) == {parent}
    assert set(Measure.objects.visible_to(cast["stranger"])) == {parent}
    assert set(Measure.objects.visible_to(cast["district_liaison"])) == {child}


def test_a_part_that_the_director_has_not_issued_shows_the_whole_to_nobody(cast, parent):
    part = Part(cast.agencies["district"])
    broken_down(cast, parent, part, **by(cast, "supervisor"))
    assert not Measure.objects.visible_to(cast["district_liaison"])


def test_drafts_do_not_go_by_parts(cast, clause):
    with refused("Progress by parts begins when the measure is broken down.", field="basis"):
        drafted(cast, clause, plan=a_plan(cast, basis=Basis.CHILDREN, milestones=[]))
