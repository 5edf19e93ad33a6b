"""Acts beside a report: drafting, breaking down, asking others, confirming, reviewing, paper."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from apps.measures import operations
from apps.measures.models import Contribution, ContributionRequest, Decision, Measure
from tests.api.calling import Caller, a_program
from tests.conftest import (
    PDF,
    a_plan,
    drafted,
    evidence,
    extension_asked,
    fresh,
    in_progress,
    reported,
)
from tests.measures.confirming import confirms, hand_in, shown
from tests.measures.instructing import instructed
from tests.web.here import of_today


@pytest.fixture
def program(cast) -> Caller:
    return a_program(of_today(cast))


@pytest.fixture
def running(cast, clause, program) -> Measure:
    return in_progress(cast, clause)


def as_person(cast, who: str, address: str, body: Any = None, version: int | None = None) -> Any:
    said = {} if version is None else {"If-Match": f'"{version}"'}
    return cast.signed_in(who).post(
        f"/api/v1/{address}", body or {}, content_type="application/json", headers=said
    )


def day(cast, ahead: int) -> str:
    return str(cast.today + timedelta(days=ahead))


def test_the_office_drafts_revises_and_proposes(cast, clause):
    office = a_program(of_today(cast), "SUPERVISOR", "office")
    plan = {
        "title": "建设中试基地",
        "lead": cast.agencies["bureau"].pk,
        "supporters": [cast.agencies["other"].pk],
        "due_on": day(cast, 100),
        "milestones": [{"title": "开工", "due_on": day(cast, 30), "weight": 2}],
    }
    made = office.post("measures", plan | {"code": "api-1", "clauses": [clause.pk]})
    assert (made.status_code, made.json()["state"]) == (201, "DRAFT")
    measure = Measure.objects.get(code="api-1")
    assert made["Location"] == f"/api/v1/measures/{measure.pk}"
    assert [m.title for m in measure.milestones.all()] == ["开工"]
    where = f"measures/{measure.pk}"
    revised = office.post(
        f"{where}/revise", plan | {"title": "建设两个中试基地"}, If_Match=made["ETag"]
    )
    assert (revised.status_code, fresh(measure).title) == (200, "建设两个中试基地")
    again = office.post(f"{where}/revise", plan, If_Match=made["ETag"])
    assert (again.status_code, again.json()["code"]) == (412, "stale")
    taken = office.post("measures", plan | {"code": "api-1", "clauses": [clause.pk]})
    assert (taken.status_code, taken.json()["field"]) == (409, "code")
    proposed = office.post(f"{where}/propose", {}, If_Match=revised["ETag"])
    assert proposed.json()["state"] == "PROPOSED"


def test_clauses_are_added_to_a_draft(cast, clause):
    office = a_program(of_today(cast), "SUPERVISOR", "office")
    other = type(clause).objects.create(
        policy=clause.policy, code=f"{clause.code}.9", text="另一条款", position=9
    )
    draft = drafted(cast, clause)
    answer = office.post(
        f"measures/{draft.pk}/clauses", {"clauses": [other.pk]}, If_Match=f'"{draft.version}"'
    )
    assert (answer.status_code, draft.carried_clauses.count()) == (200, 2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"clauses": []}, "clauses"),
        ({"clauses": [10**12]}, "clauses"),
        ({"readers": ["nobody"]}, "readers"),
        ({"due_on": "1800-01-01"}, "due_on"),
        ({"milestones": [{"title": "x"}]}, "milestones.0.due_on"),
    ],
)
def test_what_a_draft_lacks_is_named(cast, clause, wrong, field):
    office = a_program(of_today(cast), "SUPERVISOR", "office")
    body = {"title": "x", "code": "api-2", "clauses": [clause.pk]} | wrong
    answer = office.post("measures", body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_the_lead_breaks_down_all_or_none(cast, running, program):
    parts = [{"agency": cast.agencies["section"].pk, "weight": 3}]
    tag = {"If_Match": f'"{running.version}"'}
    where = f"measures/{running.pk}/break-down"
    wrong = [*parts, {"agency": cast.agencies["bureau"].pk, "due_on": day(cast, 900)}]
    refused = program.post(where, {"parts": wrong}, **tag)
    assert (refused.status_code, refused.json()["field"]) == (409, "parts.1.due_on")
    assert not running.children.exists()
    made = program.post(where, {"parts": parts, "by_parts": True}, **tag)
    assert made.status_code == 200
    child = running.children.get()
    assert (child.lead, child.weight, child.state) == (cast.agencies["section"], 3, "ISSUED")
    now = fresh(running)
    assert (now.basis, made.json()["version"]) == ("CHILDREN", now.version)


def test_the_lead_asks_its_supporters_and_they_contribute(cast, running, program):
    """Beside the measure: nobody says which version is meant."""
    body = {
        "agencies": [cast.agencies["other"].pk],
        "wanted_on": day(cast, 5),
        "question": "进展？",
    }
    asked = program.post(f"measures/{running.pk}/ask-contribution", body)
    assert (asked.status_code, asked.json()["version"]) == (200, None)
    assert "ETag" not in asked
    assert ContributionRequest.objects.get().question == "进展？"
    twice = program.post(f"measures/{running.pk}/ask-contribution", body)
    assert (twice.status_code, twice.json()["field"]) == (409, "agencies")
    supporter = a_program(cast, agency="other")
    said = {"agency": cast.agencies["other"].pk, "text": "配合完成了选址"}
    given = supporter.post(f"measures/{running.pk}/contribute", said)
    assert given.status_code == 200
    assert Contribution.objects.get().request == ContributionRequest.objects.get()


def test_a_question_is_asked_read_and_answered(cast, running, program):
    body = {
        "asked": cast.agencies["district"].pk,
        "question": "谁出资？",
        "wanted_on": day(cast, 5),
    }
    made = program.post(f"measures/{running.pk}/ask-coordination", body)
    assert made.status_code == 201
    asked = a_program(cast, agency="district")
    (row,) = asked.get("coordination-items").json()["results"]
    assert (row["question"], row["outcome"], row["answer"]) == ("谁出资？", "WAITING", None)
    assert made["Location"] == f"/api/v1/coordination-items/{row['id']}"
    empty = asked.post(f"coordination-items/{row['id']}/answer", {})
    assert (empty.status_code, empty.json()["field"]) == (409, "text")
    said = asked.post(f"coordination-items/{row['id']}/answer", {"text": "区财政承担一半"})
    assert said.json() == {"item": row["id"], "outcome": "ANSWERED"}
    read = program.get(f"coordination-items/{row['id']}").json()
    assert (read["outcome"], read["answer"]) == ("ANSWERED", "区财政承担一半")
    assert asked.get(f"coordination-items/{row['id']}").status_code == 404  # out of its sight again


@pytest.mark.parametrize(
    ("way", "who", "body", "outcome"),
    [
        ("settle", "liaison", {"reason": "已另行解决"}, "SETTLED"),
        ("withdraw", "liaison", {"reason": "不再需要"}, "WITHDRAWN"),
        ("record", "supervisor", {"text": "同意", "given_by": "张市长"}, "ANSWERED"),
    ],
)
def test_a_question_ends_in_one_way(cast, running, way, who, body, outcome):
    question = operations.Question(cast.agencies["district"], "谁出资？", cast.today)
    item = operations.ask_coordination(running, question, by=cast["liaison"], at=cast.at())
    if way == "record":
        body = body | {"given_on": str(cast.today)}
    first = as_person(cast, who, f"coordination-items/{item.pk}/{way}", body)
    assert first.json() == {"item": item.pk, "outcome": outcome}
    second = as_person(cast, who, f"coordination-items/{item.pk}/{way}", body)
    assert second.status_code == 409


def test_a_leader_instructs_and_the_lead_acknowledges(cast, running, program):
    given = as_person(cast, "leader", f"measures/{running.pk}/instruct", {"text": "抓紧"})
    assert given.status_code == 201
    (row,) = program.get("instructions").json()["results"]
    assert (row["text"], row["received_by"]) == ("抓紧", None)
    assert (given.json()["version"], "ETag" in given) == (None, False)
    receipt = program.post(f"instructions/{row['id']}/acknowledge")
    assert receipt.json() == {"instruction": row["id"], "received_by": "bureau platform"}
    assert program.post(f"instructions/{row['id']}/acknowledge").status_code == 409
    outside = a_program(cast, agency="other")
    second = instructed(cast, running)
    assert outside.post(f"instructions/{second.pk}/acknowledge").status_code == 403


def office_scan(cast) -> int:
    how = {"by": cast["supervisor"], "at": cast.at()}
    return int(operations.add_scan(ContentFile(PDF), name="批示.pdf", **how).pk)


def test_an_instruction_on_paper_is_put_on_record(cast, running):
    paper = {"by_name": "张市长", "decided_on": str(cast.today), "scan": office_scan(cast)}
    where = f"measures/{running.pk}/record-instruction"
    silent = as_person(cast, "supervisor", where, paper)
    assert (silent.status_code, silent.json()["field"]) == (409, "text")
    done = as_person(cast, "supervisor", where, paper | {"text": "月底前完成"})
    assert done.status_code == 201
    assert running.instructions.get().by_name == "张市长"


def test_a_decision_on_paper_is_put_on_record(cast, clause):
    measure = extension_asked(of_today(cast), clause)
    asked = measure.requests.get()
    paper = {"by_name": "张主任", "decided_on": str(cast.today), "scan": office_scan(cast)}
    where, version = f"requests/{asked.pk}/paper", measure.version
    other = as_person(cast, "supervisor", where, paper | {"action": "CANCEL"}, version)
    assert (other.status_code, other.json()["field"]) == (409, "action")
    done = as_person(cast, "supervisor", where, paper | {"action": "EXTEND"}, version)
    assert (done.status_code, done.json()["outcome"]) == (201, "GRANTED")
    decision = Decision.objects.get()
    assert (decision.on_paper, decision.by_name) == (True, "张主任")
    assert done["ETag"] == f'"{fresh(measure).version}"'
    again = as_person(cast, "supervisor", where, paper | {"action": "EXTEND"}, version + 1)
    assert again.status_code == 409


def test_a_report_is_handed_in_handed_back_and_confirmed(cast, running):
    confirms(cast)
    step = running.milestones.first()
    said = {"summary": "开工", "reached": frozenset({step.pk}), "evidence": [evidence(cast)]}
    hand_in(cast, running, **said)
    where = f"measures/{running.pk}"
    read = cast.signed_in("unit_leader").get(f"/api/v1/{where}/report-draft")
    assert (read.json()["content"]["summary"], read["ETag"].startswith('"1-')) == ("开工", True)
    assert cast.signed_in("stranger").get(f"/api/v1/{where}/report-draft").status_code == 403
    back = as_person(cast, "unit_leader", f"{where}/report-draft/hand-back", {"reason": "再核"}, 1)
    assert (back.status_code, back.json()["remark"]) == (200, "再核")
    hand_in(cast, running, **said)
    taken = as_person(cast, "liaison", f"{where}/report-draft/take-back", {}, shown(running))
    assert taken.json()["handed_by"] == ""
    hand_in(cast, running, **said)
    body = {"draft": shown(running)}
    mine = as_person(cast, "liaison", f"{where}/confirm-report", body, fresh(running).version)
    assert mine.status_code == 403
    done = as_person(cast, "unit_leader", f"{where}/confirm-report", body, fresh(running).version)
    assert (done.status_code, running.reports.get().confirmed_by_name) == (201, "unit leader")
    assert cast.signed_in("liaison").get(f"/api/v1/{where}/report-draft").status_code == 404


def test_a_report_is_reviewed_at_its_measure_and_the_verdict_taken_back(cast, running):
    report = reported(cast, running)
    where, version = f"measures/{running.pk}/review", fresh(running).version
    silent = as_person(
        cast, "supervisor", where, {"report": report.pk, "verdict": "return"}, version
    )
    assert (silent.status_code, silent.json()["field"]) == (409, "reason")
    body = {"report": report.pk, "verdict": "return", "reason": "证明不足"}
    done = as_person(cast, "supervisor", where, body, version)
    assert (done.status_code, done.json()["version"]) == (200, version + 1)
    assert report.reviews.get().outcome == "RETURNED"
    back = as_person(cast, "supervisor", f"reports/{report.pk}/withdraw-review", {}, version + 1)
    assert back.json() == {"report": report.pk, "outcome": "WITHDRAWN"}
    other = as_person(cast, "supervisor", where, body | {"report": 10**9}, version + 2)
    assert other.status_code == 404


def test_every_act_offered_has_an_address(cast, clause):
    """But what is done at a row of its own: taking a verdict back, receiving an instruction."""
    measure = in_progress(of_today(cast), clause, plan=a_plan(cast))
    reported(cast, measure)
    instructed(cast, measure)
    without = {
        each["action"]
        for who in ("liaison", "unit_leader", "supervisor", "director", "leader")
        for each in cast.signed_in(who).get(f"/api/v1/measures/{measure.pk}/actions").json()
        if each["address"] is None
    }
    assert without == {"ACKNOWLEDGE_INSTRUCTION", "WITHDRAW_REVIEW"}
