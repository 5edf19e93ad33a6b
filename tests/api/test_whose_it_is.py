"""Whose an act is, is asked before what was sent; what it answers is what it did itself."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.measures import operations
from apps.measures.models import Measure
from tests.api.calling import Caller, a_program
from tests.api.test_acts_of_others import as_person
from tests.conftest import PDF, evidence, extension_asked, fresh, in_progress, reported
from tests.measures.confirming import confirms, hand_in
from tests.web.here import of_today


@pytest.fixture
def supporter(cast) -> Caller:
    """Sees the measure, and leads nothing of it."""
    return a_program(of_today(cast), agency="other")


@pytest.fixture
def running(cast, clause, supporter) -> Measure:
    return in_progress(cast, clause)


def read_again(asked: CaptureQueriesContext) -> list[str]:
    """What was asked of the measure once the act had written it."""
    said = [query["sql"] for query in asked.captured_queries]
    written = max(n for n, sql in enumerate(said) if sql.startswith('UPDATE "measures_measure"'))
    return [
        sql for sql in said[written:] if '"measures_measure"."version"' in sql and "SELECT" in sql
    ]


@pytest.mark.parametrize("at_its_measure", [True, False])
def test_a_verdict_answers_the_version_that_it_made(cast, running, at_its_measure):
    """Read afterwards it might be that of somebody who acted in between."""
    report = reported(cast, running)
    version = fresh(running).version
    said: Any = {"report": report.pk, "verdict": "approve", "reason": ""}
    where = f"measures/{running.pk}/review"
    if not at_its_measure:
        where, said = f"reports/{report.pk}/approve", {}
    with CaptureQueriesContext(connection) as asked:
        done = as_person(cast, "supervisor", where, said, version)
    assert (done.status_code, done["ETag"]) == (200, f'"{version + 1}"')
    assert read_again(asked) == []
    with CaptureQueriesContext(connection) as asked:
        back = as_person(
            cast, "supervisor", f"reports/{report.pk}/withdraw-review", {}, version + 1
        )
    assert (back.status_code, back["ETag"]) == (200, f'"{version + 2}"')
    assert read_again(asked) == []


def test_nobody_learns_who_signs_in_here(cast, clause, supporter):
    """Who may not draft is told so, whether the readers are people or not."""
    plan = {"title": "x", "code": "x", "clauses": [clause.pk], "restricted": True}
    known = [
        supporter.post("measures", plan | {"readers": [name]}).json()
        for name in ("supervisor", "nobody-at-all")
    ]
    assert [each["code"] for each in known] == ["not_allowed"] * 2
    office = a_program(cast, "SUPERVISOR", "office")
    told = office.post("measures", plan | {"readers": ["nobody-at-all"]})
    assert (told.status_code, told.json()["field"]) == (422, "readers")


def test_who_may_not_is_told_so_whatever_was_sent(cast, clause, running, supporter):
    question = operations.Question(cast.agencies["district"], "谁出资？", cast.today)
    item = operations.ask_coordination(running, question, by=cast["liaison"], at=cast.at())
    report = reported(cast, running)
    other = extension_asked(cast, clause, code="m-2")
    places = [
        *(f"coordination-items/{item.pk}/{way}" for way in ("answer", "record", "settle")),
        f"reports/{report.pk}/return",
        f"requests/{other.requests.get().pk}/paper",
        f"measures/{running.pk}/report-draft/hand-back",
        f"measures/{running.pk}/clauses",
    ]
    for place in places:
        answer = supporter.post(place, {"nothing": "of the kind"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), place


def test_the_lead_s_own_people_read_a_draft_with_its_files(cast, running, supporter):
    """As on the pages: whoever confirms a report sees what it stands on."""
    confirms(cast)
    step, proof = running.milestones.first(), evidence(cast)
    hand_in(cast, running, summary="开工", reached=frozenset({step.pk}), evidence=[proof])
    where, file = f"measures/{running.pk}/report-draft", f"evidence/{proof.pk}"
    head = a_program(cast, "UNIT_HEAD", "bureau")
    leader = cast.signed_in("unit_leader")
    for read in (head.get, lambda place: leader.get(f"/api/v1/{place}")):
        assert [each["id"] for each in read(where).json()["evidence"]] == [proof.pk]
        assert read(file).status_code == 200
        assert b"".join(read(f"{file}/content").streaming_content) == PDF
        assert read("evidence").json()["results"] == []  # the feed tells of none either
    assert supporter.get(where).status_code == 403
    assert supporter.get(file).status_code == 404
    office = a_program(cast, "SUPERVISOR", "office")
    assert (office.get(where).status_code, office.get(file).status_code) == (403, 404)
