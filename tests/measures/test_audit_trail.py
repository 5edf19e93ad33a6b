"""Every operation leaves exactly one event that says old → new; a failed one leaves nothing."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from apps.agencies.models import Agency
from apps.audit.models import AuditEvent
from apps.measures import operations
from apps.measures.models import Measure, Review
from apps.policies.models import Clause, Policy
from tests.conftest import (
    a_plan,
    an_estimate,
    applied,
    broken_down,
    closed,
    drafted,
    evidence,
    finished,
    fresh,
    in_progress,
    issued,
    proposed,
    reopening_asked,
    reported,
    verified,
)
from tests.measures.acts_on_requests import (
    ON_REQUESTS,
    apply,
    ask_reopening,
    close,
    reopen,
    send_back_completion,
    verify,
)
from tests.measures.events_aside import ASIDE
from tests.measures.instructing import instructed, received
from tests.measures.refusals import everything
from tests.measures.stories_in_every_state import handed_in
from tests.measures.stories_of_others import answered, asked, asked_to_contribute, contributed


def waiting_for_review(cast, clause) -> Measure:
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    reported(cast, measure, progress=Decimal(40))
    return measure


def sent_back(cast, clause) -> Measure:
    measure = fresh(waiting_for_review(cast, clause))
    operations.return_report(
        measure.reports.get(), reason="缺材料", **said(cast, "supervisor", measure)
    )
    return measure


def estimated(cast, clause) -> Measure:
    return in_progress(cast, clause, plan=an_estimate(cast))


def revise(cast, measure, said):
    plan = a_plan(cast, title="改", supporters=[cast.agencies["district"]], milestones=[])
    operations.revise_draft(measure, plan, **said)


def add_clauses(cast, measure, said):
    another = Clause.objects.create(policy=Policy.objects.get(), code="P-2", position=2)
    operations.add_clauses(measure, [another], **said)


def propose(cast, measure, said):
    operations.propose_measure(measure, **said)


def return_proposal(cast, measure, said):
    operations.return_proposal(measure, reason="再议", **said)


def issue(cast, measure, said):
    operations.issue_measure(measure, **said)


def acknowledge(cast, measure, said):
    operations.acknowledge_measure(measure, **said)


def report(cast, measure, said):
    account = operations.Account(summary="开工", progress=Decimal(40))
    operations.submit_report(measure, account, **said)


def approve(cast, measure, said):
    operations.approve_report(measure.reports.get(), **said)


def send_back(cast, measure, said):
    operations.return_report(measure.reports.get(), reason="缺材料", **said)


def withdraw(cast, measure, said):
    operations.withdraw_review(Review.objects.get(), **said)


def break_down(cast, measure, said):
    part = operations.Part(cast.agencies["section"])
    operations.break_down(measure, [part], by_parts=True, **said)


def detach(cast, measure, said):
    operations.detach_child(measure, reason="另立", **said)


def a_part(cast, clause) -> Measure:
    return broken_down(cast, estimated(cast, clause))[0]


ACTS = [
    (
        "measures.revise",
        "supervisor",
        drafted,
        revise,
        {
            "title": ["一项举措", "改"],
            "supporters": ["other 局", "district 局"],
            "milestones": ["第一步 2026-04-11 ×1；第二步 2026-06-10 ×1", ""],
        },
        "",
    ),
    ("measures.revise", "supervisor", drafted, add_clauses, {"clauses": ["", "P-2"]}, ""),
    (
        "measures.propose",
        "supervisor",
        drafted,
        propose,
        {"state": ["DRAFT", "PROPOSED"], "proposed_by_id": [None, "supervisor"]},
        "",
    ),
    (
        "measures.return_proposal",
        "director",
        proposed,
        return_proposal,
        {"state": ["PROPOSED", "DRAFT"], "proposed_by_id": ["supervisor", None]},
        "再议",
    ),
    (
        "measures.issue",
        "director",
        proposed,
        issue,
        {
            "state": ["PROPOSED", "ISSUED"],
            "original_due_on": [None, "2026-06-30"],
            "issued_on": [None, "2026-03-02"],
            "acknowledge_due_on": [None, "2026-03-04"],
            "next_report_due_on": [None, "2026-03-31"],
        },
        "",
    ),
    (
        "measures.acknowledge",
        "liaison",
        issued,
        acknowledge,
        {"state": ["ISSUED", "IN_PROGRESS"], "acknowledged_on": [None, "2026-03-02"]},
        "",
    ),
    (
        "measures.report",
        "liaison",
        estimated,
        report,
        {
            "reported_progress": ["0.00", "40.00"],
            "next_report_due_on": ["2026-03-31", "2026-04-30"],
            "review_waiting_since": [None, "2026-03-02 12:00:00+08:00"],
            "report": ["", "#1"],
            "summary": ["", "开工"],
        },
        "",
    ),
    (
        "measures.review",
        "supervisor",
        waiting_for_review,
        approve,
        {
            "approved_progress": ["0.00", "40.00"],
            "review_waiting_since": ["2026-03-02 02:00:00+00:00", None],
            "review": ["#1", "APPROVED"],
        },
        "",
    ),
    (
        "measures.review",
        "supervisor",
        waiting_for_review,
        send_back,
        {
            "reported_progress": ["40.00", "0"],
            "returned_on": [None, "2026-03-02"],
            "next_report_due_on": ["2026-04-30", "2026-03-31"],
            "review_waiting_since": ["2026-03-02 02:00:00+00:00", None],
            "review": ["#1", "RETURNED"],
        },
        "缺材料",
    ),
    (
        "measures.apply",
        "liaison",
        finished,
        apply,
        {
            "state": ["IN_PROGRESS", "COMPLETING"],
            "completion_applied_on": [None, "2026-03-02"],
            "request": ["", "#1"],
        },
        "完成",
    ),
    (
        "measures.verify",
        "supervisor",
        applied,
        verify,
        {"completion_verified_on": [None, "2026-03-02"], "decision": ["#1", "VERIFIED"]},
        "",
    ),
    (
        "measures.send_back",
        "director",
        verified,
        send_back_completion,
        {
            "state": ["COMPLETING", "IN_PROGRESS"],
            "completion_applied_on": ["2026-03-02", None],
            "completion_verified_on": ["2026-03-02", None],
            "completion_returned_on": [None, "2026-03-02"],
            "decision": ["#1", "REFUSED"],
        },
        "未验收",
    ),
    (
        "measures.close",
        "director",
        verified,
        close,
        {
            "state": ["COMPLETING", "CLOSED"],
            "closed_on": [None, "2026-03-02"],
            "decision": ["#1", "GRANTED"],
        },
        "同意",
    ),
    (
        "measures.ask_reopening",
        "supervisor",
        closed,
        ask_reopening,
        {"request": ["", "#2"]},
        "缺项",
    ),
    (
        "measures.reopen",
        "director",
        reopening_asked,
        reopen,
        {
            "state": ["CLOSED", "IN_PROGRESS"],
            "due_on": ["2026-06-30", "2026-09-18"],
            "next_report_due_on": ["2026-04-30", "2026-03-31"],
            "completion_applied_on": ["2026-03-02", None],
            "completion_verified_on": ["2026-03-02", None],
            "closed_on": ["2026-03-02", None],
            "resumed_on": [None, "2026-03-02"],
            "decision": ["#2", "GRANTED"],
        },
        "",
    ),
    *ON_REQUESTS,
    (
        "measures.withdraw_review",
        "supervisor",
        sent_back,
        withdraw,
        {
            "reported_progress": ["0.00", "40.00"],
            "returned_on": ["2026-03-02", None],
            "next_report_due_on": ["2026-03-31", "2026-04-30"],
            "review_waiting_since": [None, "2026-03-02 02:00:00+00:00"],
            "review": ["RETURNED", "WITHDRAWN"],
        },
        "",
    ),
]


def confirm_report(cast, measure, said):
    operations.confirm_report(measure, seen_draft=1, **said)


ACTS += [
    (
        "measures.confirm_report",
        "unit_leader",
        handed_in,
        confirm_report,
        {
            "review_waiting_since": [None, "2026-03-02 12:00:00+08:00"],
            "next_report_due_on": ["2026-03-31", "2026-04-30"],
            "report": ["", "#1"],
            "summary": ["", "事"],
        },
        "",
    ),
    (
        "measures.break_down",
        "liaison",
        estimated,
        break_down,
        {"basis": ["ESTIMATE", "CHILDREN"], "children": ["", "m-1·01"]},
        "",
    ),
    (
        "measures.detach",
        "director",
        a_part,
        detach,
        {"parent_id": ["m-1", None], "parent": ["m-1", ""]},
        "另立",
    ),
]
NAMES = [act[3].__name__ for act in ACTS]


@pytest.mark.parametrize(("act", "who", "story", "do", "changes", "note"), ACTS, ids=NAMES)
def test_one_event_says_old_and_new(cast, clause, act, who, story, do, changes, note):
    measure = fresh(story(cast, clause))
    before = AuditEvent.objects.count()
    do(cast, measure, said(cast, who, measure))
    relatives = 1 if act in ("measures.break_down", "measures.detach") else 0
    assert AuditEvent.objects.count() == before + 1 + relatives
    event = AuditEvent.objects.about(measure).first()
    assert (event.act, event.note) == (act, note)
    assert (event.actor_id, event.actor_name) == (cast.users[who].pk, str(cast.users[who]))
    assert (event.at, event.subject_label) == (cast.at(12), str(fresh(measure)))
    names = {
        "proposed_by_id": {cast.users["supervisor"].pk: "supervisor"},
        "parent_id": dict(Measure.objects.values_list("pk", "code")),
        "lead_id": dict(Agency.objects.values_list("pk", "code")),
    }
    found = {
        field: [names[field].get(value, value) for value in values] if field in names else values
        for field, values in event.changes.items()
    }
    assert found == changes


@pytest.mark.parametrize(("act", "do", "changes", "note"), ASIDE, ids=[a[0] for a in ASIDE])
def test_what_is_added_beside_a_measure_has_its_own_event(cast, clause, act, do, changes, note):
    measure = in_progress(cast, clause)
    about_it = AuditEvent.objects.about(measure).count()
    made = do(cast, measure)
    event = AuditEvent.objects.about(made).first()
    assert (event.act, event.note, event.restricted) == (act, note, False)
    assert changes.items() <= event.changes.items()
    assert AuditEvent.objects.about(made).filter(act=act).count() == 1
    assert AuditEvent.objects.about(measure).count() == about_it


def test_drafting_and_evidence_leave_one_event_each(cast, clause):
    measure = drafted(cast, clause)
    assert [e.act for e in AuditEvent.objects.about(measure)] == ["measures.draft"]
    piece = evidence(cast)
    event = AuditEvent.objects.about(piece).get()
    assert (event.act, event.changes) == ("measures.add_evidence", {"sha256": ["", piece.sha256]})


# --- All or nothing -----------------------------------------------------------------------


@pytest.fixture
def record_fails():
    """The last step of every operation, its audit event, is refused by the database."""

    def fail() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE audit_auditevent ADD CONSTRAINT no_more CHECK (false) NOT VALID"
            )

    return fail


@pytest.mark.parametrize(("act", "who", "story", "do", "changes", "note"), ACTS, ids=NAMES)
def test_when_the_last_step_fails_nothing_is_left(
    cast, clause, record_fails, act, who, story, do, changes, note
):
    measure = fresh(story(cast, clause))
    nothing_left(record_fails, lambda: do(cast, measure, said(cast, who, measure)))


def test_a_draft_and_evidence_leave_nothing_either(cast, clause, record_fails):
    nothing_left(record_fails, lambda: drafted(cast, clause), lambda: evidence(cast))


def test_what_is_added_beside_a_measure_leaves_nothing_either(cast, clause, record_fails):
    measure = in_progress(cast, clause)
    item, instruction = asked(cast, measure), instructed(cast, measure)
    nothing_left(
        record_fails,
        lambda: asked_to_contribute(cast, measure),
        lambda: contributed(cast, measure),
        lambda: asked(cast, measure, of="section"),
        lambda: answered(cast, item),
        lambda: instructed(cast, measure),
        lambda: received(cast, instruction),
    )


def nothing_left(break_it: Callable[[], None], *acts: Callable[[], object]) -> None:
    before = everything()
    break_it()
    for act in acts:
        with pytest.raises(DatabaseError, match="no_more"):
            act()
    assert everything() == before


def said(cast, who, measure) -> dict[str, object]:
    return {"seen": measure.version, "by": cast[who], "at": cast.at(12)}
