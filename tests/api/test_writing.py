"""Writing: each act one operation; versions, keys, refusals as the web says them."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs

from apps.api.models import KeptAnswer
from apps.api.nouns.acts import slug
from apps.api.nouns.writes import WRITES
from apps.core.errors import NotAllowed, RuleBroken
from apps.measures import operations
from apps.measures.models import Evidence, Measure, ProgressReport, Request
from apps.web.acts import ACTS
from tests.api.calling import Caller, a_program
from tests.conftest import PDF, a_plan, an_estimate, fresh, in_progress, issued, proposed
from tests.web.here import in_chinese, of_today


@pytest.fixture
def program(cast) -> Caller:
    return a_program(of_today(cast))


def act(caller: Caller, measure: Measure, name: str, body: Any = None, **headers: str) -> Any:
    """On the version that the measure has now, unless another is said."""
    said = {"If_Match": f'"{fresh(measure).version}"'} | headers
    return caller.post(f"measures/{measure.pk}/{name}", body, **said)


def test_a_program_acknowledges(cast, clause, program):
    measure = issued(cast, clause)
    answer = act(program, measure, "acknowledge")
    now = fresh(measure)
    assert answer.status_code == 200
    assert answer.json() == {
        "measure": measure.pk,
        "state": "IN_PROGRESS",
        "version": now.version,
        "made": None,
    }
    assert answer["ETag"] == f'"{now.version}"'
    assert now.acknowledged_on == cast.today


def test_the_etag_of_a_read_is_the_version_of_a_write(cast, clause, program):
    measure = issued(cast, clause)
    tag = program.get(f"measures/{measure.pk}")["ETag"]
    assert act(program, measure, "acknowledge", If_Match=tag).status_code == 200
    again = act(program, measure, "acknowledge", If_Match=tag)
    assert (again.status_code, again.json()["code"]) == (412, "stale")


@pytest.mark.parametrize(
    ("tag", "status", "code"),
    [("", 428, "version_missing"), ("x", 400, "invalid_version"), ('"0"', 412, "stale")],
)
def test_a_write_says_which_version_it_means(cast, clause, program, tag, status, code):
    answer = act(program, issued(cast, clause), "acknowledge", If_Match=tag)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_program_reports_and_asks_with_evidence(cast, clause, program):
    measure = in_progress(cast, clause)
    piece = uploaded(program, cast).json()["id"]
    steps = list(measure.milestones.values_list("pk", flat=True))
    body = {"summary": "做了", "reached": steps, "evidence": [piece]}
    made = act(program, measure, "report", body)
    assert made.status_code == 201
    report = ProgressReport.objects.get()
    assert made["Location"] == f"/api/v1/reports/{report.pk}"
    assert (report.submitted_by_name, report.progress) == ("bureau platform", 100)
    row = program.get(f"reports/{report.pk}").json()
    assert (row["outcome"], [e["id"] for e in row["evidence"]]) == ("WAITING", [piece])
    review = cast.signed_in("supervisor")
    said = {"If-Match": f'"{fresh(measure).version}"'}
    approved = review.post(
        f"/api/v1/reports/{report.pk}/approve", "{}", content_type="application/json", headers=said
    )
    assert approved.json() == {"report": report.pk, "outcome": "APPROVED"}
    applied = act(program, measure, "apply", {"grounds": "完成", "evidence": [piece]})
    assert applied.status_code == 201
    assert (fresh(measure).state, Request.objects.get().kind) == ("COMPLETING", "COMPLETE")


def uploaded(program: Caller, cast, *, content: bytes = PDF, name: str = "a.pdf", **headers) -> Any:
    said = {"file": SimpleUploadedFile(name, content), "agency": cast.agencies["bureau"].pk}
    sent = {"Authorization": f"Bearer {program.key}"} | headers
    return Client().post("/api/v1/evidence", said, headers=sent)


def test_evidence_is_uploaded_and_downloaded_with_its_checksum(cast, program):
    made = uploaded(program, cast)
    row = program.get(f"evidence/{made.json()['id']}").json()
    assert (made.status_code, row["sha256"]) == (201, made.json()["sha256"])
    file = program.get(f"evidence/{row['id']}/content")
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"] == 'attachment; filename="a.pdf"'


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "“a.pdf” is on record, but its file is missing or damaged on the server. Please tell"
            " the system administrator: it is evidence no. {}.",
        ),
        (
            "zh-hans",
            "“a.pdf”已登记在案，但服务器上的文件缺失或已损坏。请联系系统管理员，"
            "并告知佐证材料编号：{}。",
        ),
    ],
)
def test_a_file_that_the_disk_has_lost_is_a_problem_with_a_code(cast, program, language, sentence):
    piece = Evidence.objects.get(pk=uploaded(program, cast).json()["id"])
    default_storage.delete(piece.stored_as)
    program.language = language
    with capture_logs() as logged:
        answer = program.get(f"evidence/{piece.pk}/content")
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (answer.status_code, said["code"]) == (404, "file_missing")
    assert said["detail"] == sentence.format(piece.pk)
    told = [each["evidence"] for each in logged if each["log_level"] == "error"]
    assert told == [piece.pk]
    assert program.get(f"evidence/{piece.pk}").status_code == 200  # it stays on record


def test_what_is_no_evidence_is_refused(cast, program, settings):
    wrong = uploaded(program, cast, content=b"MZ", name="a.exe")
    assert (wrong.status_code, wrong.json()["field"]) == (409, "evidence")
    settings.EVIDENCE_MAX_BYTES = 4
    assert uploaded(program, cast).status_code == 413
    assert not Evidence.objects.exists()


def test_rows_that_are_not_seen_cannot_be_named(cast, clause, program):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    stranger = a_program(cast, agency="district")
    said = {"file": SimpleUploadedFile("b.pdf", PDF), "agency": cast.agencies["district"].pk}
    theirs = Client().post(
        "/api/v1/evidence", said, headers={"Authorization": f"Bearer {stranger.key}"}
    )
    body = {"summary": "x", "progress": "10", "evidence": [theirs.json()["id"]]}
    answer = act(program, measure, "report", body)
    assert (answer.status_code, answer.json()["field"]) == (422, "evidence")


def test_a_field_that_is_missing_or_wrong_is_named(cast, clause, program):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    answer = act(program, measure, "report", {"progress": "many", "no_change": "perhaps"})
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {"progress", "no_change"}
    empty = act(program, measure, "report", {"progress": "20"})
    assert (empty.status_code, empty.json()["field"]) == (409, "summary")


def test_bodies_that_cannot_be_read(cast, clause, program):
    measure = issued(cast, clause)
    where, tag = f"/api/v1/measures/{measure.pk}/acknowledge", {"If-Match": '"1"'}
    sent = {"Authorization": f"Bearer {program.key}"} | tag
    for kind, body, status in (("application/json", "{", 400), ("text/xml", "<a/>", 415)):
        answer = Client().generic("POST", where, body, content_type=kind, headers=sent)
        assert answer.status_code == status
    assert program("PUT", f"measures/{measure.pk}", {}).status_code == 405


# --- The same refusal everywhere ----------------------------------------------------------


def test_a_refusal_is_the_operation_s_own_sentence_in_the_caller_s_language(cast, clause, program):
    measure = issued(cast, clause)
    outside = a_program(cast, agency="other")
    answer = act(outside, measure, "acknowledge")
    said = "Only the lead agency's liaison or drafter does this."
    assert (answer.status_code, answer.json()["detail"]) == (403, said)
    outside.language = "zh-hans"
    assert act(outside, measure, "acknowledge").json()["detail"] == in_chinese(said)


REFUSED = [
    ("acknowledge", "stranger", in_progress, NotAllowed),
    ("acknowledge", "liaison", in_progress, RuleBroken),
    ("issue", "supervisor", proposed, NotAllowed),
    ("propose", "supervisor", proposed, RuleBroken),
]


@pytest.mark.parametrize(("name", "who", "story", "kind"), REFUSED)
def test_web_admin_and_interface_refuse_the_same_act_alike(cast, clause, name, who, story, kind):
    measure = story(of_today(cast), clause)
    operation = getattr(operations, f"{name}_measure")
    with pytest.raises(kind) as refusal:
        operation(measure, seen=measure.version, by=cast[who], at=cast.at())
    said = str(refusal.value)
    browser = cast.signed_in(who)
    by_api = browser.post(
        f"/api/v1/measures/{measure.pk}/{name}",
        "{}",
        content_type="application/json",
        headers={"If-Match": f'"{measure.version}"'},
    )
    by_web = browser.post(f"/measures/{measure.pk}/{name}/", {"seen": measure.version})
    status = 403 if kind is NotAllowed else 409
    assert (by_api.status_code, by_api.json()["detail"]) == (status, said)
    assert by_web.status_code == status
    assert said in by_web.content.decode().replace("&#x27;", "'")
    if who == "supervisor":  # the liaison does not work in the admin
        where = f"/admin/measures/measure/{measure.pk}/act/{name}/"
        by_admin = browser.post(where, {"seen": measure.version}, follow=True)
        assert said in by_admin.content.decode().replace("&#x27;", "'")


# --- What may be done ---------------------------------------------------------------------


def test_the_actions_say_what_may_be_done_and_why_not_the_rest(cast, clause, program):
    measure = issued(cast, clause)
    found = {each["action"]: each for each in program.get(f"measures/{measure.pk}/actions").json()}
    assert found["ACKNOWLEDGE"]["allowed"] is True
    assert found["ACKNOWLEDGE"]["address"] == f"/api/v1/measures/{measure.pk}/acknowledge"
    others = a_program(cast, agency="other").get(f"measures/{measure.pk}/actions").json()
    refused = next(each for each in others if each["action"] == "ACKNOWLEDGE")
    assert refused["allowed"] is False
    assert refused["reason"] == "Only the lead agency's liaison or drafter does this."


def test_every_act_of_the_web_is_here():
    assert set(WRITES) == ACTS


@pytest.mark.parametrize("name", [slug(each) for each in WRITES])
def test_every_act_answers_whoever_may_not_with_a_problem(cast, clause, name):
    """Whatever is sent: seen but not theirs, unseen, and without a version."""
    measure = in_progress(of_today(cast), clause)
    reader = a_program(cast, "UNIT_HEAD", "bureau")
    blind = a_program(cast, agency="district")
    for caller, expected in ((reader, {403, 409, 422}), (blind, {404})):
        assert act(caller, measure, name).status_code in expected
    assert fresh(measure).version == measure.version


# --- Once -----------------------------------------------------------------------------------


def test_a_key_makes_a_write_happen_once(cast, clause, program):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    tag = f'"{measure.version}"'
    body = {"summary": "做了", "progress": "20"}
    first, second = (
        act(program, measure, "report", body, If_Match=tag, Idempotency_Key="k-1") for _ in "12"
    )
    assert ProgressReport.objects.count() == 1
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotent-Replayed"] == "true"
    assert second["Location"] == first["Location"]
    other = act(program, measure, "report", {}, If_Match=tag, Idempotency_Key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_a_key_is_its_caller_s_own_and_a_refusal_keeps_none(cast, clause, program):
    measure = issued(cast, clause)
    outside = a_program(cast, agency="other")
    assert act(outside, measure, "acknowledge", Idempotency_Key="k").status_code == 403
    assert not KeptAnswer.objects.exists()
    assert act(program, measure, "acknowledge", Idempotency_Key="k").status_code == 200
    assert act(program, measure, "acknowledge", Idempotency_Key="x" * 201).status_code == 400


def test_keys_are_kept_for_a_week(cast, clause, program):
    measure = issued(cast, clause)
    act(program, measure, "acknowledge", Idempotency_Key="old")
    KeptAnswer.objects.update(kept_at=timezone.now() - timedelta(days=8))
    other = issued(cast, clause, code="m-2")
    act(program, other, "acknowledge", Idempotency_Key="new")
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.parametrize("body", [[], "x", {"summary": 10**40}, {"progress": 10**40}, None])
def test_a_key_goes_with_any_body(cast, clause, program, body):
    """What cannot be meant is a problem, under a key as without one."""
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    where = f"measures/{measure.pk}/report"
    sent = json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {program.key}", "If-Match": '"1"', "Idempotency-Key": "k"}
    answer = Client().generic(
        "POST", f"/api/v1/{where}", sent, content_type="application/json", headers=headers
    )
    assert answer.status_code in (412, 422)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_is_done_once(cast, clause):
    program = a_program(of_today(cast))
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    said = {"If_Match": f'"{measure.version}"', "Idempotency_Key": "race"}
    answers: list[Any] = []

    def report() -> None:
        body = {"summary": "做了", "progress": "20"}
        answers.append(program.post(f"measures/{measure.pk}/report", body, **said))
        connection.close()

    threads = [threading.Thread(target=report) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert ProgressReport.objects.count() == 1


@pytest.mark.parametrize(("headers", "most"), [({}, 11), ({"Idempotency_Key": "k"}, 12)])
def test_a_report_costs_at_most_twelve_queries(cast, clause, program, headers, most):
    """Counted as Django counts them: with the token, the transaction's begin and end, the key."""
    measure = in_progress(cast, clause, plan=a_plan(cast, basis="ESTIMATE", milestones=[]))
    program.get("measures")  # its use has been noted now
    tag = f'"{fresh(measure).version}"'
    body = {"summary": "做了", "progress": "20"}
    with CaptureQueriesContext(connection) as asked:
        made = program.post(f"measures/{measure.pk}/report", body, If_Match=tag, **headers)
    assert made.status_code == 201
    assert len(asked) == most
