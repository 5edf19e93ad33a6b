"""Measures as programs read them."""

import orjson
import pytest

from tests.api.calling import a_program
from tests.conftest import a_plan, broken_down, drafted, in_progress, issued
from tests.web.here import of_today


@pytest.fixture
def program(cast):
    return a_program(of_today(cast))


def codes(answer) -> list[str]:
    return [row["code"] for row in answer.json()["results"]]


def test_a_measure_says_whose_it_is_and_how_it_stands(cast, clause, program):
    measure = in_progress(cast, clause)
    row = program.get("measures").json()["results"][0]
    bureau, other = cast.agencies["bureau"], cast.agencies["other"]
    assert row["id"] == measure.pk
    assert row["lead"] == {
        "id": bureau.pk,
        "code": "bureau",
        "name": "bureau 局",
        "name_en": "Bureau",
    }
    assert [each["code"] for each in row["supporters"]] == ["other"]
    assert row["supporters"][0]["id"] == other.pk
    assert (row["state"], row["light"], row["reasons"]) == ("IN_PROGRESS", "GREEN", [])
    assert row["due_on"] == measure.due_on.isoformat()
    assert row["reported_progress"] == "0.00"
    assert "milestones" not in row


def test_a_reason_says_since_when_it_holds(cast, clause, program):
    measure = in_progress(cast, clause)
    since = cast.today.replace(day=1)
    type(measure).objects.update(overdue_from_on=since)
    row = program.get("measures").json()["results"][0]
    assert row["light"] == "RED"
    assert row["reasons"] == [{"code": "overdue", "since": since.isoformat()}]


def test_a_single_measure_has_its_clauses_and_milestones(cast, clause, program):
    measure = in_progress(cast, clause)
    row = program.get(f"measures/{measure.pk}").json()
    assert row["clauses"] == [{"id": clause.pk, "code": "P-1"}]
    steps = list(measure.milestones.values_list("title", "due_on"))
    assert [(s["title"], s["due_on"]) for s in row["milestones"]] == [
        (title, day.isoformat()) for title, day in steps
    ]


def test_what_is_not_seen_is_not_there(cast, clause, program):
    draft = drafted(cast, clause)
    for pk in (draft.pk, 10**17):
        answer = program.get(f"measures/{pk}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_fields_and_expand_are_whitelisted(cast, clause, program):
    issued(cast, clause)
    assert program.get("measures?fields=code,light").json()["results"] == [
        {"code": "m-1", "light": "GREY"}
    ]
    row = program.get("measures?fields=code&expand=clauses").json()["results"][0]
    assert row == {"code": "m-1", "clauses": [{"id": clause.pk, "code": "P-1"}]}
    for asked in ("fields=password", "expand=lead", "fields=", "expand=clauses__policy"):
        answer = program.get(f"measures?{asked}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


def test_filters_are_those_of_the_web_and_no_others(cast, clause, program):
    issued(cast, clause)
    in_progress(cast, clause, code="m-2")
    assert codes(program.get("measures?state=ISSUED")) == ["m-1"]
    bureau = cast.agencies["bureau"].pk
    assert codes(program.get(f"measures?lead={bureau}&state=IN_PROGRESS")) == ["m-2"]
    unknown = program.get("measures?lead__name=x")
    assert unknown.status_code == 400
    assert (unknown.json()["code"], unknown.json()["field"]) == ("unknown_parameter", "lead__name")
    wrong = program.get("measures?state=BURNING")
    assert (wrong.status_code, wrong.json()["field"]) == (400, "state")


def test_pages_follow_each_other_without_gaps(cast, clause, program):
    for n in range(5):
        issued(cast, clause, code=f"m-{n}")
    seen, address = [], "measures?limit=2&order=-code"
    while address:
        page = program.get(address).json()
        seen.append([row["code"] for row in page["results"]])
        address = page["next"]
    assert seen == [["m-4", "m-3"], ["m-2", "m-1"], ["m-0"]]
    back = program.get(
        program.get(program.get("measures?limit=2").json()["next"]).json()["previous"]
    )
    assert codes(back) == ["m-0", "m-1"]


@pytest.mark.parametrize("asked", ["limit=0", "limit=501", "limit=x", "order=title", "cursor=n.x"])
def test_a_page_that_cannot_be_meant_is_refused(program, asked):
    answer = program.get(f"measures?{asked}")
    assert (answer.status_code, answer.json()["field"]) == (400, asked.partition("=")[0])


def test_a_cursor_belongs_to_its_order(cast, clause, program):
    for n in range(3):
        issued(cast, clause, code=f"m-{n}")
    following = program.get("measures?limit=1").json()["next"]
    assert program.get(following.replace("measures?", "measures?order=id&")).status_code == 400


def test_what_has_not_changed_is_not_sent_again(cast, clause, program):
    measure = issued(cast, clause)
    for address in ("measures", f"measures/{measure.pk}"):
        first = program.get(address)
        again = program.get(address, If_None_Match=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
    assert first["ETag"].startswith(f'"{measure.version}-')


def test_rows_as_a_table(cast, clause, program):
    issued(cast, clause, plan=a_plan(cast, title="=1+1"))
    answer = program.get("measures?fields=code,title,lead,supporters", Accept="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, row = answer.content.decode("utf-8-sig").split("\r\n")[:2]
    assert head == "code,title,supporters,lead.id,lead.code,lead.name,lead.name_en"
    assert row.startswith("m-1,'=1+1,other,")
    assert program.get("measures", Accept="image/png").status_code == 406


def test_answers_are_compressed_where_that_is_asked_for(cast, clause, program):
    for n in range(3):
        issued(cast, clause, code=f"m-{n}")
    answer = program.get("measures", Accept_Encoding="gzip")
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(program.get("measures").content)


def test_below_the_api_nobody_gets_a_page(program, client):
    for answer in (program.get("nothing"), client.get("/api/v1/nothing/here")):
        assert answer.status_code == 404
        assert orjson.loads(answer.content)["code"] == "not_found"


def test_parts_are_measures_with_a_parent(cast, clause, program):
    whole = in_progress(cast, clause)
    (part,) = broken_down(cast, whole)
    assert program.get(f"measures/{part.pk}").json()["parent_id"] == whole.pk
    assert codes(program.get("measures?place=TOP")) == [whole.code]
