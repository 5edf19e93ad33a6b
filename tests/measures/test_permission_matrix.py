"""Role × operation × expected: allowed, or refused with which sentence. Written out in full."""

import inspect

import pytest
from django.db import transaction

from apps.core.actor import Role
from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.models import Measure
from tests.conftest import (
    a_plan,
    applied,
    broken_down,
    closed,
    drafted,
    extension_asked,
    finished,
    fresh,
    in_progress,
    issued,
    proposed,
    reopening_asked,
    reported,
    verified,
)
from tests.measures import table_of_adjustments, table_of_objections
from tests.measures.arguments import ON_AN_ITEM, act_of
from tests.measures.cast_of_roles import PEOPLE, complete, read_table
from tests.measures.instructing import recorded
from tests.measures.stories_in_every_state import handed_in
from tests.measures.stories_of_others import asked
from tests.measures.stories_of_rest import cancellation_asked, suspended, suspension_asked
from tests.measures.table_of_adjustments import ADJUSTMENT, RESTRICTED_ADJUSTMENT
from tests.measures.table_of_confirming import CONFIRMING, RESTRICTED_CONFIRMING
from tests.measures.table_of_extensions import EXTENSION, RESTRICTED_EXTENSION
from tests.measures.table_of_handing_over import HANDING_OVER
from tests.measures.table_of_instructions import INSTRUCTIONS, RESTRICTED_INSTRUCTIONS
from tests.measures.table_of_objections import OBJECTION, RESTRICTED_OBJECTION
from tests.measures.table_of_paper import ON_PAPER, RESTRICTED_ON_PAPER
from tests.measures.table_of_rest import REST, RESTRICTED_REST

SENTENCES = {
    "yes": "",
    "drafts": "Only the supervision office drafts measures.",
    "office": "Only the supervision office does this.",
    "director": "Only the director of the supervision office does this.",
    "proposed": "You proposed this measure; somebody else has to issue it.",
    "lead": "Only the lead agency's liaison or drafter does this.",
    "leadleader": "Only the lead agency's unit leader does this.",
    "upload": "Only liaisons, drafters and the supervision office hand in evidence.",
    "agency": "You do not hand in evidence for this agency.",
    "leadorleader": "Only the lead agency's liaison, drafter or unit leader does this.",
    "leadoffice": "Only the lead agency or the supervision office does this.",
    "supporter": "Only a supporting agency's liaison or drafter does this.",
    "asked": "Only the agency that was asked answers this.",
    "reviewer": "Only the person who reviewed the report can withdraw the review.",
    "people": "Only an administrator keeps people and their roles.",
    "leader": "Only the supervising leader of the lead agency does this.",
    "staff": "Only the lead agency's liaison, drafter or unit leader does this.",
    "hidden": "This measure is restricted.",
}

OPEN_MEASURE = read_table("""
                   draft_measure add_clauses  revise_draft propose_measure return_proposal issue_measure acknowledge_measure add_evidence submit_report approve_report return_report withdraw_review
liaison            drafts        office       office       office          director        director      yes                 yes          yes           office         office        office
drafter            drafts        office       office       office          director        director      yes                 yes          yes           office         office        office
unit_leader        drafts        office       office       office          director        director      lead                upload       lead          office         office        office
unit_head          drafts        office       office       office          director        director      lead                upload       lead          office         office        office
section_liaison    drafts        office       office       office          director        director      lead                agency       lead          office         office        office
stranger           drafts        office       office       office          director        director      lead                agency       lead          office         office        office
district_liaison   drafts        office       office       office          director        director      lead                agency       lead          office         office        office
supervisor         yes           yes          yes          yes             director        proposed      lead                agency       lead          yes            yes           yes
second_supervisor  yes           yes          yes          yes             director        director      lead                agency       lead          yes            yes           reviewer
director           yes           yes          yes          yes             yes             yes           lead                agency       lead          yes            yes           reviewer
deputy             yes           yes          yes          yes             yes             yes           lead                agency       lead          yes            yes           reviewer
former_director    drafts        office       office       office          director        director      lead                upload       lead          office         office        office
leader             drafts        office       office       office          director        director      lead                upload       lead          office         office        office
kpi_owner          drafts        office       office       office          director        director      lead                upload       lead          office         office        office
auditor            drafts        office       office       office          director        director      lead                upload       lead          office         office        office
administrator      drafts        office       office       office          director        director      lead                upload       lead          office         office        office
integrator         drafts        office       office       office          director        director      lead                upload       lead          office         office        office
reader             drafts        office       office       office          director        director      lead                upload       lead          office         office        office
superuser          drafts        office       office       office          director        director      lead                upload       lead          office         office        office
""")  # noqa: E501  # a table is read by its columns

RESTRICTED_MEASURE = read_table("""
                   add_clauses  revise_draft propose_measure return_proposal issue_measure acknowledge_measure submit_report approve_report return_report withdraw_review
liaison            hidden       hidden       hidden          hidden          hidden        yes                 yes           office         office        office
drafter            hidden       hidden       hidden          hidden          hidden        yes                 yes           office         office        office
unit_leader        hidden       hidden       hidden          hidden          hidden        lead                lead          office         office        office
unit_head          hidden       hidden       hidden          hidden          hidden        lead                lead          office         office        office
section_liaison    hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
stranger           hidden       hidden       hidden          hidden          hidden        lead                lead          office         office        office
district_liaison   hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
supervisor         yes          yes          yes             director        proposed      lead                lead          yes            yes           yes
second_supervisor  hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
director           yes          yes          yes             yes             yes           lead                lead          yes            yes           reviewer
deputy             yes          yes          yes             yes             yes           lead                lead          yes            yes           reviewer
former_director    hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
leader             hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
kpi_owner          hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
auditor            hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
administrator      hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
integrator         hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
reader             office       office       office          director        director      lead                lead          office         office        office
superuser          hidden       hidden       hidden          hidden          hidden        hidden              hidden        hidden         hidden        hidden
""")  # noqa: E501  # a table is read by its columns

COMPLETION = read_table("""
                   apply_for_completion verify_completion send_back_completion close_measure ask_reopening reopen_measure refuse_reopening
liaison            yes                  office            office               director      yes           director       director
drafter            yes                  office            office               director      yes           director       director
unit_leader        lead                 office            office               director      leadoffice    director       director
unit_head          lead                 office            office               director      leadoffice    director       director
section_liaison    lead                 office            office               director      leadoffice    director       director
stranger           lead                 office            office               director      leadoffice    director       director
district_liaison   lead                 office            office               director      leadoffice    director       director
supervisor         lead                 yes               yes                  director      yes           director       director
second_supervisor  lead                 yes               yes                  director      yes           director       director
director           lead                 yes               yes                  yes           yes           yes            yes
deputy             lead                 yes               yes                  yes           yes           yes            yes
former_director    lead                 office            office               director      leadoffice    director       director
leader             lead                 office            office               director      leadoffice    director       director
kpi_owner          lead                 office            office               director      leadoffice    director       director
auditor            lead                 office            office               director      leadoffice    director       director
administrator      lead                 office            office               director      leadoffice    director       director
integrator         lead                 office            office               director      leadoffice    director       director
reader             lead                 office            office               director      leadoffice    director       director
superuser          lead                 office            office               director      leadoffice    director       director
""")  # noqa: E501  # a table is read by its columns

RESTRICTED_COMPLETION = read_table("""
                   apply_for_completion verify_completion send_back_completion close_measure ask_reopening reopen_measure refuse_reopening
liaison            yes                  office            office               director      yes           director       director
drafter            yes                  office            office               director      yes           director       director
unit_leader        lead                 office            office               director      leadoffice    director       director
unit_head          lead                 office            office               director      leadoffice    director       director
section_liaison    hidden               hidden            hidden               hidden        hidden        hidden         hidden
stranger           lead                 office            office               director      leadoffice    director       director
district_liaison   hidden               hidden            hidden               hidden        hidden        hidden         hidden
supervisor         lead                 yes               yes                  director      yes           director       director
second_supervisor  hidden               hidden            hidden               hidden        hidden        hidden         hidden
director           lead                 yes               yes                  yes           yes           yes            yes
deputy             lead                 yes               yes                  yes           yes           yes            yes
former_director    hidden               hidden            hidden               hidden        hidden        hidden         hidden
leader             hidden               hidden            hidden               hidden        hidden        hidden         hidden
kpi_owner          hidden               hidden            hidden               hidden        hidden        hidden         hidden
auditor            hidden               hidden            hidden               hidden        hidden        hidden         hidden
administrator      hidden               hidden            hidden               hidden        hidden        hidden         hidden
integrator         hidden               hidden            hidden               hidden        hidden        hidden         hidden
reader             lead                 office            office               director      leadoffice    director       director
superuser          hidden               hidden            hidden               hidden        hidden        hidden         hidden
""")  # noqa: E501  # a table is read by its columns

OTHERS = read_table("""
                   ask_for_contribution contribute ask_coordination answer_item record_answer settle_item withdraw_item save_draft discard_draft
liaison            yes                  supporter  yes              asked       office        yes         yes           yes        yes
drafter            yes                  supporter  yes              asked       office        yes         yes           yes        yes
unit_leader        lead                 supporter  lead             asked       office        lead        lead          lead       lead
unit_head          lead                 supporter  lead             asked       office        lead        lead          lead       lead
section_liaison    lead                 supporter  lead             asked       office        lead        lead          lead       lead
stranger           lead                 yes        lead             asked       office        lead        lead          lead       lead
district_liaison   lead                 supporter  lead             yes         office        lead        lead          lead       lead
supervisor         lead                 supporter  lead             asked       yes           lead        lead          lead       lead
second_supervisor  lead                 supporter  lead             asked       yes           lead        lead          lead       lead
director           lead                 supporter  lead             asked       yes           lead        lead          lead       lead
deputy             lead                 supporter  lead             asked       yes           lead        lead          lead       lead
former_director    lead                 supporter  lead             asked       office        lead        lead          lead       lead
leader             lead                 supporter  lead             asked       office        lead        lead          lead       lead
kpi_owner          lead                 supporter  lead             asked       office        lead        lead          lead       lead
auditor            lead                 supporter  lead             asked       office        lead        lead          lead       lead
administrator      lead                 supporter  lead             asked       office        lead        lead          lead       lead
integrator         lead                 supporter  lead             asked       office        lead        lead          lead       lead
reader             lead                 supporter  lead             asked       office        lead        lead          lead       lead
superuser          lead                 supporter  lead             asked       office        lead        lead          lead       lead
""")  # noqa: E501  # a table is read by its columns

RESTRICTED_OTHERS = read_table("""
                   ask_for_contribution contribute ask_coordination answer_item record_answer settle_item withdraw_item save_draft discard_draft
liaison            yes                  supporter  yes              asked       office        yes         yes           yes        yes
drafter            yes                  supporter  yes              asked       office        yes         yes           yes        yes
unit_leader        lead                 supporter  lead             asked       office        lead        lead          lead       lead
unit_head          lead                 supporter  lead             asked       office        lead        lead          lead       lead
section_liaison    hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
stranger           lead                 yes        lead             yes         office        lead        lead          lead       lead
district_liaison   hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
supervisor         lead                 supporter  lead             asked       yes           lead        lead          lead       lead
second_supervisor  hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
director           lead                 supporter  lead             asked       yes           lead        lead          lead       lead
deputy             lead                 supporter  lead             asked       yes           lead        lead          lead       lead
former_director    hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
leader             hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
kpi_owner          hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
auditor            hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
administrator      hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
integrator         hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
reader             lead                 supporter  lead             asked       office        lead        lead          lead       lead
superuser          hidden               hidden     hidden           hidden      hidden        hidden      hidden        hidden     hidden
""")  # noqa: E501  # a table is read by its columns

OPEN_FAMILY = read_table("""
                   break_down  detach_child
liaison            yes         director
drafter            yes         director
unit_leader        leadoffice  director
unit_head          leadoffice  director
section_liaison    leadoffice  director
stranger           leadoffice  director
district_liaison   leadoffice  director
supervisor         yes         director
second_supervisor  yes         director
director           yes         yes
deputy             yes         yes
former_director    leadoffice  director
leader             leadoffice  director
kpi_owner          leadoffice  director
auditor            leadoffice  director
administrator      leadoffice  director
integrator         leadoffice  director
reader             leadoffice  director
superuser          leadoffice  director
""")

RESTRICTED_FAMILY = read_table("""
                   break_down  detach_child
liaison            yes         director
drafter            yes         director
unit_leader        leadoffice  director
unit_head          leadoffice  director
section_liaison    hidden      hidden
stranger           leadoffice  hidden
district_liaison   hidden      hidden
supervisor         yes         director
second_supervisor  hidden      hidden
director           yes         yes
deputy             yes         yes
former_director    hidden      hidden
leader             hidden      hidden
kpi_owner          hidden      hidden
auditor            hidden      hidden
administrator      hidden      hidden
integrator         hidden      hidden
reader             leadoffice  director
superuser          hidden      hidden
""")

for who in PEOPLE:  # one table by its columns would be too wide to read
    OPEN_MEASURE[who] |= CONFIRMING[who] | INSTRUCTIONS[who]
    RESTRICTED_MEASURE[who] |= RESTRICTED_CONFIRMING[who] | RESTRICTED_INSTRUCTIONS[who]
    OPEN_MEASURE[who] |= COMPLETION[who] | EXTENSION[who] | OTHERS[who] | OPEN_FAMILY[who]
    RESTRICTED_MEASURE[who] |= RESTRICTED_COMPLETION[who] | RESTRICTED_OTHERS[who]
    RESTRICTED_MEASURE[who] |= RESTRICTED_FAMILY[who] | RESTRICTED_EXTENSION[who]
    OPEN_MEASURE[who] |= ON_PAPER[who] | REST[who] | HANDING_OVER[who]
    RESTRICTED_MEASURE[who] |= RESTRICTED_ON_PAPER[who] | RESTRICTED_REST[who]
    OPEN_MEASURE[who] |= OBJECTION[who] | ADJUSTMENT[who]
    RESTRICTED_MEASURE[who] |= RESTRICTED_OBJECTION[who] | RESTRICTED_ADJUSTMENT[who]


def a_part(cast, clause, *, plan) -> Measure:
    """Of a measure that the bureau leads too, and hands to itself."""
    return broken_down(cast, in_progress(cast, clause, plan=plan))[0]


def with_instruction(cast, clause, *, plan) -> Measure:
    """Given on paper: of a restricted measure the leader knows nothing."""
    measure = in_progress(cast, clause, plan=plan)
    recorded(cast, measure)
    return measure


STORIES = {
    "add_clauses": drafted,
    "revise_draft": drafted,
    "propose_measure": drafted,
    "return_proposal": proposed,
    "issue_measure": proposed,
    "acknowledge_measure": issued,
    "submit_report": in_progress,
    "hand_in_report": in_progress,
    "confirm_report": handed_in,
    "hand_back_report": handed_in,
    "take_back_report": handed_in,
    "approve_report": in_progress,
    "return_report": in_progress,
    "apply_for_completion": finished,
    "verify_completion": applied,
    "send_back_completion": applied,
    "close_measure": verified,
    "ask_reopening": closed,
    "reopen_measure": reopening_asked,
    "refuse_reopening": reopening_asked,
    "ask_extension": in_progress,
    "extend_deadline": extension_asked,
    "refuse_extension": extension_asked,
    "record_paper_decision": extension_asked,
    "ask_suspension": in_progress,
    "suspend_measure": suspension_asked,
    "refuse_suspension": suspension_asked,
    "resume_measure": suspended,
    "ask_cancellation": in_progress,
    "cancel_measure": cancellation_asked,
    "refuse_cancellation": cancellation_asked,
    "ask_for_contribution": in_progress,
    "contribute": in_progress,
    "ask_coordination": in_progress,
    "instruct": in_progress,
    "record_instruction": in_progress,
    "acknowledge_instruction": with_instruction,
    "answer_item": in_progress,
    "record_answer": in_progress,
    "settle_item": in_progress,
    "withdraw_item": in_progress,
    "save_draft": in_progress,
    "discard_draft": in_progress,
    "withdraw_review": in_progress,
    "break_down": in_progress,
    "detach_child": a_part,
    **table_of_objections.STORIES,
    **table_of_adjustments.STORIES,
}
"""Where a measure stands when the operation is tried."""

VERBS = [name for name in operations.__all__ if inspect.isfunction(getattr(operations, name))]


def attempt(name: str, measure: Measure | None, cast, clause, who: str) -> str:
    """Try the operation as that person; the sentence of the refusal, "" when it was allowed."""
    with transaction.atomic():
        try:
            act_of(name, measure, cast, clause, who)()
        except NotAllowed as refusal:
            return str(refusal)
        finally:
            transaction.set_rollback(True)
    return ""


def prepared(name: str, cast, clause, **plan) -> Measure | None:
    if name not in STORIES:
        return None
    measure = STORIES[name](cast, clause, plan=a_plan(cast, **plan))
    if name in ON_AN_ITEM:
        asked(cast, measure, of="other" if plan.get("restricted") else "district")
    if name in ("approve_report", "return_report", "withdraw_review"):
        report = reported(cast, measure)
    if name == "withdraw_review":
        seen = fresh(measure).version
        operations.approve_report(report, seen=seen, by=cast["supervisor"], at=cast.at(12))
    return fresh(measure)


def test_the_tables_name_everybody():
    """A new role, operation or odd case without its line fails here."""
    assert set(OPEN_MEASURE) == set(RESTRICTED_MEASURE) == set(PEOPLE)
    assert set(OPEN_MEASURE["director"]) == set(VERBS)
    assert set(RESTRICTED_MEASURE["director"]) == set(STORIES)


def test_every_role_is_tried(cast):
    complete(cast)
    assert {role for who in PEOPLE for role in cast[who].roles} == set(Role)


@pytest.mark.parametrize("name", VERBS)
def test_who_may(cast, clause, name):
    complete(cast)
    measure = prepared(name, cast, clause)
    found = {who: attempt(name, measure, cast, clause, who) for who in PEOPLE}
    assert found == {who: SENTENCES[OPEN_MEASURE[who][name]] for who in PEOPLE}


@pytest.mark.parametrize("name", STORIES)
def test_who_may_on_a_restricted_measure(cast, clause, name):
    complete(cast)
    readers = [cast.users["reader"].pk]
    measure = prepared(name, cast, clause, restricted=True, reader_ids=readers)
    found = {who: attempt(name, measure, cast, clause, who) for who in PEOPLE}
    assert found == {who: SENTENCES[RESTRICTED_MEASURE[who][name]] for who in PEOPLE}


@pytest.mark.parametrize("name", ["acknowledge_measure", "submit_report"])
@pytest.mark.parametrize(
    ("who", "expected"),
    [("section_liaison", "yes"), ("liaison", "yes"), ("unit_leader", "lead"), ("stranger", "lead")],
)
def test_an_agency_above_the_lead_writes_for_it(cast, clause, name, who, expected):
    measure = prepared(name, cast, clause, lead=cast.agencies["section"])
    assert attempt(name, measure, cast, clause, who) == SENTENCES[expected]
