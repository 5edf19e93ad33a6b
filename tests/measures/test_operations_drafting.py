"""Drafting, revising, proposing and returning a proposal: the rules and their refusals."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from apps.agencies.models import Confidence
from apps.agencies.operations import mark_as_demo
from apps.core.errors import RuleBroken
from apps.measures import operations
from apps.measures.models import Measure, State
from apps.policies.models import Clause
from tests.conftest import SET_UP, a_plan, an_estimate, drafted, fresh, proposed
from tests.measures.refusals import refused


def draft(cast, clauses, plan, *, code="m-1"):
    return operations.draft_measure(
        plan, code=code, clauses=clauses, by=cast["supervisor"], at=cast.at()
    )


def propose(cast, measure):
    return operations.propose_measure(
        measure, seen=measure.version, by=cast["supervisor"], at=cast.at()
    )


def send_back(cast, measure, *, reason="节点不够具体"):
    return operations.return_proposal(
        measure, reason=reason, seen=measure.version, by=cast["director"], at=cast.at()
    )


def revise(cast, measure, plan):
    return operations.revise_draft(
        measure, plan, seen=measure.version, by=cast["supervisor"], at=cast.at()
    )


# --- Drafts -------------------------------------------------------------------------------


def test_a_draft_keeps_what_the_plan_says(cast, clause):
    measure = fresh(drafted(cast, clause))
    assert measure.state == State.DRAFT
    assert measure.lead == cast.agencies["bureau"]
    assert list(measure.supporters.all()) == [cast.agencies["other"]]
    assert [m.title for m in measure.milestones.all()] == ["第一步", "第二步"]
    assert list(measure.clauses.all()) == [clause]
    assert measure.version == 1
    assert measure.viewer_agencies == []


def test_a_draft_may_be_nearly_empty(cast, clause):
    measure = draft(cast, [clause], operations.Plan(title="只有标题"))
    assert (measure.lead, measure.due_on) == (None, None)


def test_a_measure_carries_out_a_clause(cast, clause):
    with refused("A measure carries out at least one clause.", field="clauses"):
        draft(cast, [], a_plan(cast))


def test_a_code_is_given_once(cast, clause):
    drafted(cast, clause, code="m-1")
    with refused("There is a measure with the code m-1 already.", field="code"):
        draft(cast, [clause], a_plan(cast), code="m-1")


def test_another_fault_is_not_called_a_code_given_twice(cast, clause):
    """Forms refuse it first; a script that does not must not be told about the code."""
    with pytest.raises(IntegrityError, match="due_workdays"):
        draft(cast, [clause], a_plan(cast, due_on=None, due_workdays=-1))


def test_a_clause_named_twice_is_carried_once(cast, clause):
    assert draft(cast, [clause, clause], a_plan(cast)).clauses.count() == 1


def another_clause(clause, **said) -> Clause:
    return Clause.objects.create(policy=clause.policy, code="P-2", position=2, **said)


def add_clauses(cast, measure, *clauses):
    return operations.add_clauses(
        measure, clauses, seen=measure.version, by=cast["supervisor"], at=cast.at()
    )


def test_a_draft_can_carry_out_further_clauses(cast, clause):
    measure = add_clauses(cast, drafted(cast, clause), clause, another_clause(clause))
    assert [link.clause.code for link in measure.carried_clauses.all()] == ["P-1", "P-2"]


def test_a_draft_is_given_no_clause_that_is_out_of_force(cast, clause):
    measure, gone = drafted(cast, clause), another_clause(clause, retired_on=cast.today)
    with refused("A clause that is no longer in force starts no measure."):
        add_clauses(cast, measure, gone)


def test_a_proposal_is_given_no_further_clause(cast, clause):
    measure, another = proposed(cast, clause), another_clause(clause)
    sentence = "Not possible while the measure is “Awaiting approval”."
    with refused(sentence, kind=operations.WrongState):
        add_clauses(cast, measure, another)


@pytest.mark.parametrize(("is_demo", "confidence"), [(False, ""), (True, Confidence.DEMO)])
def test_what_the_office_decides_needs_no_source_but_says_that_it_is_a_demo(
    cast, clause, is_demo, confidence
):
    if is_demo:
        mark_as_demo(by=SET_UP, at=cast.at())
    measure = drafted(cast, clause)
    assert (measure.confidence, measure.carried_clauses.get().confidence) == (
        confidence,
        confidence,
    )


BROKEN_PLANS = [
    (
        {"due_workdays": 20},
        "Give the deadline either as a day or in workdays.",
        "due_workdays",
    ),
    ({"lead": "other"}, "The lead agency cannot also be a supporter.", "supporters"),
    ({"due_on": 99}, "No milestone may be due after the deadline.", "milestones"),
]


@pytest.mark.parametrize(("changes", "sentence", "field"), BROKEN_PLANS)
def test_plans_that_no_draft_may_hold(cast, clause, changes, sentence, field):
    if "lead" in changes:
        changes = {"lead": cast.agencies["other"]}
    if "due_on" in changes:
        changes = {"due_on": cast.today + timedelta(days=changes["due_on"])}
    broken = replace(a_plan(cast), **changes)
    with refused(sentence, field=field):
        draft(cast, [clause], broken)
    measure = drafted(cast, clause)
    with refused(sentence, field=field):
        revise(cast, measure, broken)


def test_whoever_drafts_a_restricted_measure_reads_it(cast, clause):
    plan = a_plan(cast, restricted=True, reader_ids=[cast.users["auditor"].pk])
    measure = fresh(drafted(cast, clause, plan=plan))
    assert measure.reader_ids == sorted([cast.users["auditor"].pk, cast.users["supervisor"].pk])
    assert propose(cast, measure).state == State.PROPOSED


def test_revising_replaces_supporters_and_milestones(cast, clause):
    measure = drafted(cast, clause)
    milestone = operations.MilestonePlan("唯一一步", cast.today + timedelta(days=30), weight=3)
    plan = a_plan(cast, supporters=[cast.agencies["district"]], milestones=[milestone])
    revised = fresh(revise(cast, measure, plan))
    assert list(revised.supporters.all()) == [cast.agencies["district"]]
    assert [(m.title, m.weight) for m in revised.milestones.all()] == [("唯一一步", 3)]
    assert revised.version == 2


def test_a_supporter_named_twice_is_kept_once(cast, clause):
    plan = a_plan(cast, supporters=[cast.agencies["other"]] * 2)
    assert drafted(cast, clause, plan=plan).supporters.count() == 1


def test_what_is_proposed_cannot_be_revised(cast, clause):
    measure = proposed(cast, clause)
    sentence = "Not possible while the measure is “Awaiting approval”."
    with refused(sentence, kind=operations.WrongState):
        revise(cast, measure, a_plan(cast))


# --- Proposals ----------------------------------------------------------------------------

INCOMPLETE = [
    ({"lead": None}, "A proposal names its lead agency.", "lead"),
    ({"due_on": None}, "No proposal without a deadline.", "due_on"),
    ({"due_on": 0}, "The deadline must lie in the future.", "due_on"),
    ({"due_on": -1}, "The deadline must lie in the future.", "due_on"),
    ({"milestones": []}, "Progress by milestones needs at least one milestone.", "milestones"),
]


@pytest.mark.parametrize(("changes", "sentence", "field"), INCOMPLETE)
def test_incomplete_drafts_are_not_proposed(cast, clause, changes, sentence, field):
    if isinstance(changes.get("due_on"), int):
        day = cast.today + timedelta(days=changes["due_on"])
        changes = {"due_on": day, "milestones": [operations.MilestonePlan("步", day)]}
    measure = drafted(cast, clause, plan=a_plan(cast, **changes))
    with refused(sentence, field=field):
        propose(cast, measure)


@pytest.mark.parametrize("deadline", [{"due_on": None, "due_workdays": 30}, {}])
def test_complete_drafts_are_proposed(cast, clause, deadline):
    measure = propose(cast, drafted(cast, clause, plan=an_estimate(cast, **deadline)))
    assert measure.state == State.PROPOSED
    assert measure.proposed_by_id == cast.users["supervisor"].pk


def test_a_returned_proposal_is_a_draft_again(cast, clause):
    returned = fresh(send_back(cast, proposed(cast, clause)))
    assert (returned.state, returned.proposed_by_id) == (State.DRAFT, None)
    again = propose(cast, revise(cast, returned, a_plan(cast, title="改过的")))
    assert (again.state, again.title) == (State.PROPOSED, "改过的")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_proposal_is_returned_with_a_reason(cast, clause, reason):
    measure = proposed(cast, clause)
    with refused("Say why the proposal is returned.", field="reason"):
        send_back(cast, measure, reason=reason)


def test_a_clause_no_longer_in_force_starts_no_measure(cast, clause):
    clause.retired_on = cast.today
    clause.save()
    with pytest.raises(RuleBroken, match="no longer in force"):
        drafted(cast, clause)
    assert not Measure.objects.exists()
