"""What must always hold is held by the database: written around the operations, it is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from apps.measures.models import (
    Contribution,
    ContributionEvidence,
    CoordinationItem,
    CoordinationOutcome,
    DeadlineChange,
    Decision,
    Evidence,
    Following,
    Instruction,
    LightRule,
    Measure,
    MeasureClause,
    MeasureProblem,
    Milestone,
    ProgressReport,
    ReportDraft,
    ReportEvidence,
    ReportMilestone,
    Request,
    RequestEvidence,
    Resumption,
    Review,
    State,
    Support,
    TakenAlong,
)
from apps.policies.models import Chain, ChainSegment, Clause, Policy, PolicyLink, Problem
from tests.conftest import at, drafted, fresh, in_progress, reported

DAY = date(2026, 3, 2)
MOMENT = at(DAY)


@pytest.fixture
def measure(cast, clause) -> Measure:
    """In progress, with a report that waits."""
    measure = in_progress(cast, clause)
    reported(cast, measure)
    return fresh(measure)


def change(**fields):
    return lambda measure: Measure.objects.filter(pk=measure.pk).update(**fields)


def again(model: type[models.Model], **fields):
    """Insert a copy of an existing row."""

    def insert(measure: Measure) -> None:
        row = model._default_manager.order_by("pk").first()
        assert row is not None
        row.pk = None
        for field, value in fields.items():
            setattr(row, field, value)
        row.save(force_insert=True)

    return insert


def report(**fields):
    def insert(measure: Measure) -> None:
        row = measure.reports.get()
        row.pk, row.number = None, 2
        for field, value in fields.items():
            setattr(row, field, value)
        row.save(force_insert=True)

    return insert


def confirmed_by_its_author(measure: Measure) -> None:
    author = measure.reports.get().submitted_by_id
    report(confirmed_by_id=author, confirmed_by_name="x")(measure)


def draft(**fields):
    saved = {"saved_by_id": 1, "saved_by_name": "x", "saved_at": MOMENT}
    return lambda measure: ReportDraft.objects.create(
        measure=measure, agency=measure.lead, **saved, **fields
    )


def review(**fields):
    def insert(measure: Measure) -> None:
        said = {"by_id": 1, "by_name": "x", "at": measure.reports.get().submitted_at}
        Review.objects.create(report=measure.reports.get(), **said, **fields)

    return insert


def below_itself(model):
    def update(measure: Measure) -> None:
        row = model.objects.order_by("pk").first()
        model.objects.filter(pk=row.pk).update(parent=row)

    return update


def milestone(**fields):
    return lambda measure: measure.milestones.update(**fields)


def linked(to_itself: bool):
    def insert(measure: Measure) -> None:
        policy = Policy.objects.get()
        other = policy if to_itself else Policy.objects.create(code="Q", name="q", level="CITY")
        for _time in range(2):
            PolicyLink.objects.create(policy=policy, kind="SUPPORTS", other=other)

    return insert


def chain(**fields) -> Chain:
    policy = Policy.objects.get()
    said = {"code": "c", "name": "c", "policy": policy, "position": 1, "valid_from": "2021"}
    return Chain.objects.create(**said | fields)


def segment(code: str, **fields) -> ChainSegment:
    said = {"name": "s", "listing": "CITY_PLAN", "position": 1}
    return ChainSegment.objects.create(code=code, **said | fields)


def two_segments(measure: Measure) -> None:
    whole = chain()
    for code in ("s1", "s2"):
        segment(code, chain=whole)


def segment_in_itself(measure: Measure) -> None:
    row = segment("s1", chain=chain())
    ChainSegment.objects.filter(pk=row.pk).update(parent=row)


def problem(**fields) -> Problem:
    return Problem.objects.create(**{"code": "5.0", "name": "p", "position": 1} | fields)


def two_problems(measure: Measure) -> None:
    problem()
    problem(code="5.1")


def addressed_twice(measure: Measure) -> None:
    row = problem()
    for _time in range(2):
        MeasureProblem.objects.create(measure=measure, problem=row)


def asked(measure: Measure, **fields) -> Request:
    said = {
        "number": 1,
        "kind": Request.Kind.COMPLETE,
        "agency": measure.lead,
        "grounds": "x",
        "asked_by_id": 1,
        "asked_by_name": "x",
        "asked_at": at(DAY),
    }
    return Request.objects.create(measure=measure, **said | fields)


def request(times: int = 1, **fields):
    return lambda measure: [asked(measure, **fields) for _time in range(times)]


def decision(*outcomes: str, **fields):
    def insert(measure: Measure) -> None:
        about = asked(measure)
        for outcome in outcomes:
            said = {"reason": "x", "by_id": 1, "by_name": "x", "at": at(DAY)}
            Decision.objects.create(request=about, outcome=outcome, **said | fields)

    return insert


def granted(measure: Measure) -> Decision:
    return Decision.objects.create(
        request=asked(measure, kind="SUSPEND"), outcome="GRANTED", by_id=1, by_name="x", at=MOMENT
    )


def taken_along(measure: Measure) -> None:
    decision = granted(measure)
    for _time in range(2):
        TakenAlong.objects.create(decision=decision, measure=measure)


def resumed(times: int, **fields):
    def insert(measure: Measure) -> None:
        said = {"reason": "x", "by_id": 1, "by_name": "x", "at": MOMENT} | fields
        decision = granted(measure)
        for _time in range(times):
            Resumption.objects.create(measure=measure, decision=decision, **said)

    return insert


def contribution(text: str, evidence: int = 0):
    def insert(measure: Measure) -> None:
        agency = measure.supporters.get()
        made = Contribution.objects.create(
            measure=measure, agency=agency, text=text, by_id=1, by_name="x", at=MOMENT
        )
        for _time in range(evidence):
            ContributionEvidence.objects.create(contribution=made, evidence=Evidence.objects.get())

    return insert


def request_evidence(measure: Measure) -> None:
    about, piece = asked(measure), Evidence.objects.first()
    for _time in range(2):
        RequestEvidence.objects.create(request=about, evidence=piece)


def item(measure: Measure, **fields) -> CoordinationItem:
    said = {"number": 1, "question": "?", "wanted_on": DAY, "by_id": 1, "by_name": "x"}
    return CoordinationItem.objects.create(
        measure=measure, asked_by=measure.lead, agency=measure.lead, at=MOMENT, **said | fields
    )


def two_items(measure: Measure) -> None:
    item(measure)
    item(measure)


def outcome(**fields):
    def insert(measure: Measure) -> None:
        said = {"kind": "ANSWERED", "text": "!", "by_id": 1, "by_name": "x", "at": MOMENT}
        CoordinationOutcome.objects.create(item=item(measure), **said | fields)

    return insert


def instruction(times: int = 1, **fields):
    def insert(measure: Measure) -> None:
        said = {"number": 1, "text": "!", "by_id": 1, "by_name": "x", "at": MOMENT} | fields
        for _time in range(times):
            Instruction.objects.create(measure=measure, agency=measure.lead, **said)

    return insert


def moved_deadline(**fields):
    def insert(measure: Measure) -> None:
        said = {"cause": "CALENDAR", "old_due_on": DAY, "new_due_on": measure.due_on}
        said |= {"reason": "x", "decided_by_name": "x", "decided_at": at(DAY)}
        DeadlineChange.objects.create(measure=measure, **said | fields)

    return insert


def rule(**fields):
    def insert(measure: Measure) -> None:
        said = {"number": 1, "from_on": DAY, "reason": "x", "by_name": "x", "at": at(DAY)}
        LightRule.objects.create(**said | fields)

    return insert


BROKEN = {
    "deadline_change_moves_it": moved_deadline(new_due_on=DAY),
    "deadline_change_says_why": moved_deadline(reason=""),
    "deadline_granted_by_somebody": moved_deadline(cause="GRANTED", decided_by_name=""),
    "weekly_with_a_reason": change(cadence="WEEKLY"),
    "deemed_acknowledged_on_a_day": change(deemed_acknowledged=True, acknowledged_on=None),
    "yellow_comes_before_red": rule(behind_points=Decimal("30.01")),
    "due_soon_is_soon": rule(due_soon_workdays=61),
    "light_rule_says_why": rule(reason=""),
    "completion_was_applied_for": change(state=State.COMPLETING),
    "closed_has_its_day": change(state=State.CLOSED, completion_applied_on=DAY),
    "request_numbered_once": request(times=2),
    "request_gives_its_grounds": request(grounds=""),
    "evidence_once_a_request": request_evidence,
    "refused_with_a_reason": decision("REFUSED", reason=""),
    "request_decided_once": decision("GRANTED", "REFUSED"),
    "request_verified_once": decision("VERIFIED", "VERIFIED"),
    "suspended_has_condition_and_review_day": change(state=State.SUSPENDED, suspended_on=DAY),
    "cancelled_has_its_day": change(state=State.CANCELLED),
    "part_taken_along_once": taken_along,
    "suspension_ended_once": resumed(2),
    "resumed_with_a_reason": resumed(1, reason=""),
    "paper_is_recorded_with_its_scan": decision("GRANTED", on_paper=True),
    "quantity_has_target_and_unit": change(basis="QUANTITY", target_quantity=1),
    "quantity_on_its_basis_only": report(quantity=1),
    "confirmed_by_somebody_else": confirmed_by_its_author,
    "draft_handed_in_by_somebody": draft(handed_by_id=1),
    "draft_handed_back_with_a_reason": draft(remark="x"),
    "contribution_says_something": contribution(""),
    "evidence_once_a_contribution": contribution("x", evidence=2),
    "item_numbered_once": two_items,
    "item_asks_something": lambda measure: item(measure, question=""),
    "instruction_numbered_once": instruction(times=2),
    "instruction_says_something": instruction(text=""),
    "instruction_by_somebody": instruction(by_name=""),
    "paper_instruction_with_its_scan": instruction(by_id=None),
    "outcome_says_something": outcome(text=""),
    "recorded_answer_names_who_and_when": outcome(given_by="x"),
    "policies_linked_once": linked(to_itself=False),
    "policy_not_linked_to_itself": linked(to_itself=True),
    "chain_ends_after_it_begins": lambda measure: chain(valid_until="2020"),
    "one_segment_a_place": two_segments,
    "segment_not_in_itself": segment_in_itself,
    "one_problem_a_place": two_problems,
    "problem_has_a_kind_and_a_group_none": lambda measure: problem(kind="TALENT"),
    "import_type_of_an_import": lambda measure: problem(import_type="PART"),
    "problem_addressed_once": addressed_twice,
    "spared_workdays_include_the_review": change(review_workdays=1),
    "overdue_after_issue": change(first_overdue_on=DAY, issued_on=None),
    "late_after_the_original_deadline": change(original_due_on=DAY, original_overdue_from_on=DAY),
    "one_following": lambda measure: Following.objects.create(pk=2, counted_by="x", since=MOMENT),
    "issued_has_lead": change(lead=None),
    "issued_has_deadline": change(due_on=None),
    "no_proposal_without_deadline": change(
        state=State.PROPOSED, due_on=None, due_workdays=None, viewer_agencies=[]
    ),
    "progress_is_a_percentage": change(reported_progress=Decimal("100.01")),
    "part_weighs_something": change(weight=0),
    "measure_not_in_itself": below_itself(Measure),
    "drafts_stay_in_the_office": change(state=State.DRAFT),
    "clause_carried_once": again(MeasureClause),
    "supports_once": again(Support),
    "one_milestone_a_place": again(Milestone),
    "milestone_weighs_something": milestone(weight=0),
    "reached_milestone_stays": lambda measure: milestone(dropped_in=asked(measure))(measure),
    "report_numbered_once": again(ProgressReport),
    "reported_progress_is_a_percentage": report(progress=Decimal("-0.01")),
    "report_says_what_was_done": report(summary=""),
    "milestone_once_a_report": again(ReportMilestone),
    "evidence_once_a_report": again(ReportEvidence),
    "returned_with_a_reason": review(outcome="RETURNED"),
    "withdrawal_names_its_review": review(outcome="WITHDRAWN"),
    "clause_not_in_itself": below_itself(Clause),
    "one_clause_a_place": again(Clause, code="P-2"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_written_around_the_operations_it_is_refused(measure, name):
    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        BROKEN[name](measure)


def test_every_constraint_of_the_field_is_tried():
    declared = {
        constraint.name
        for app in ("measures", "policies")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }
    assert declared == set(BROKEN)


def test_a_code_is_unique(cast, clause, measure):
    drafted(cast, clause, code="m-2")
    with pytest.raises(IntegrityError, match="code"), transaction.atomic():
        Measure.objects.filter(code="m-2").update(code=measure.code)


def test_a_review_is_withdrawn_once(measure):
    review(outcome="APPROVED")(measure)
    withdrawn = review(outcome="WITHDRAWN", withdraws=Review.objects.get())
    withdrawn(measure)
    with pytest.raises(IntegrityError, match="withdraws_id"), transaction.atomic():
        withdrawn(measure)


def test_what_reports_rest_on_cannot_be_deleted(measure):
    """Evidence, milestones and measures with reports are protected by foreign keys too."""
    for model in (Evidence, Milestone, Measure):
        statement = f"DELETE FROM {model._meta.db_table}; SET CONSTRAINTS ALL IMMEDIATE"
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute(statement)
