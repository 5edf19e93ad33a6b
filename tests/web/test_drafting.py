"""Drafting and revising through HTTP: saved whole or not at all, refused in words."""

import pytest
from django.urls import reverse

from apps.measures.models import Measure, MeasureClause, State
from apps.policies.models import Clause
from apps.web.pages.drafting import free_code
from tests.conftest import drafted, in_progress
from tests.web.here import in_chinese, of_today
from tests.web.sheets import again, day, new, rows, sheet
from tests.web.watching import queries_of, writes_in


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def supervisor(cast):
    return cast.signed_in("supervisor")


# --- A new draft ------------------------------------------------------------------------------


def test_a_sheet_becomes_a_draft(cast, clause, supervisor):
    response = supervisor.post(new(clause), sheet(cast))
    measure = Measure.objects.get(code="n-1")
    assert response["Location"] == reverse("web:measure", args=[measure.pk])
    assert measure.state == State.DRAFT
    assert measure.lead == cast.agencies["bureau"]
    assert [a.code for a in measure.supporters.all()] == ["other"]
    assert [(m.title, m.weight) for m in measure.milestones.all()] == [("第一步", 1), ("第二步", 3)]
    assert list(measure.clauses.all()) == [clause]


def test_a_title_alone_is_a_draft(cast, clause, supervisor):
    bare = {"lead": "", "supporters": [], "due_on": "", **rows()}
    assert supervisor.post(new(clause), sheet(cast, **bare)).status_code == 302
    assert Measure.objects.get().lead is None


def test_it_can_be_saved_and_proposed_at_once(cast, clause, supervisor):
    supervisor.post(new(clause), sheet(cast, then="propose"))
    assert Measure.objects.get().state == State.PROPOSED


def test_what_cannot_be_proposed_is_not_saved_either(cast, clause, supervisor):
    response = supervisor.post(new(clause), sheet(cast, then="propose", lead=""))
    assert response.status_code == 422
    assert response.context["sheet"].form.errors == {"lead": ["A proposal names its lead agency."]}
    assert not Measure.objects.exists()


def test_a_double_submit_makes_one_draft(cast, clause, supervisor):
    supervisor.post(new(clause), sheet(cast))
    response = supervisor.post(new(clause), sheet(cast))
    assert response.status_code == 422
    assert "There is a measure with the code n-1 already." in response.content.decode()
    assert Measure.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"due_workdays": "5"},
            "due_workdays",
            "Give the deadline either as a day or in workdays.",
        ),
        ({"supporters": ["bureau"]}, "supporters", "The lead agency cannot also be a supporter."),
        ({"due_on": 20}, "milestones", "No milestone may be due after the deadline."),
        (
            {"due_on": -3, "then": "propose", **rows()},
            "due_on",
            "The deadline must lie in the future.",
        ),
        (
            {"then": "propose", **rows()},
            "milestones",
            "Progress by milestones needs at least one milestone.",
        ),
        ({"due_on": "", "then": "propose"}, "due_on", "No proposal without a deadline."),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_broken_rule_stands_beside_its_field(cast, clause, changes, field, sentence, language):
    said = dict(changes)
    if isinstance(said.get("due_on"), int):
        said["due_on"] = day(cast, said["due_on"])
    if "supporters" in said:
        said["supporters"] = [cast.agencies["bureau"].pk]
    client = cast.signed_in("supervisor", language=language)
    response = client.post(new(clause), sheet(cast, **said))
    expected = sentence if language == "en" else in_chinese(sentence)
    shown = response.context["sheet"]
    told = shown.milestones.non_form_errors() if field == "milestones" else shown.form.errors[field]
    assert (response.status_code, list(told)) == (422, [expected])
    assert expected in response.content.decode()
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "字" * 301),
        ("title", "nul\0"),
        ("title_en", "x" * 501),
        ("code", ""),
        ("code", "x" * 41),
        ("code", "a b"),
        ("code", "<b>"),
        ("lead", "999999"),
        ("lead", "x"),
        ("supporters", ["x"]),
        ("supporters", ["999999"]),
        ("due_on", "soon"),
        ("due_on", "0001-01-01"),
        ("due_on", "9999-12-31"),
        ("due_workdays", "-5"),
        ("due_workdays", "0"),
        ("due_workdays", "1.5"),
        ("due_workdays", "99999999999"),
        ("basis", "GUESS"),
        ("cadence", "HOURLY"),
        ("reader_ids", "nobody"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_is_saved(
    cast, clause, supervisor, field, value
):
    response = supervisor.post(new(clause), sheet(cast, **{field: value}))
    assert response.status_code == 422
    assert list(response.context["sheet"].form.errors) == [field]
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        ("", "2027-01-01", 1),
        ("一步", "", 1),
        ("一步", "x", 1),
        ("一步", "2027-01-01", 0),
        ("一步", "2027-01-01", -1),
        ("一步", "2027-01-01", "much"),
        ("字" * 201, "2027-01-01", 1),
    ],
)
def test_a_half_filled_milestone_is_no_step(cast, clause, supervisor, row):
    response = supervisor.post(new(clause), sheet(cast, **rows(row)))
    assert response.status_code == 422
    assert not Measure.objects.exists()


def test_too_many_milestones_are_refused(cast, clause, supervisor):
    steps = [(f"第{n}步", day(cast, 5), 1) for n in range(41)]
    assert supervisor.post(new(clause), sheet(cast, **rows(*steps))).status_code == 422
    assert not Measure.objects.exists()


@pytest.mark.parametrize("count", ["", "x", "-1", "100000"])
def test_a_tampered_count_of_rows_is_no_error(cast, clause, supervisor, count):
    said = sheet(cast) | {"milestones-TOTAL_FORMS": count}
    assert supervisor.post(new(clause), said).status_code in (302, 422)


def test_a_removed_row_is_no_step(cast, clause, supervisor):
    supervisor.post(new(clause), sheet(cast) | {"milestones-0-DELETE": "on"})
    assert [m.title for m in Measure.objects.get().milestones.all()] == ["第二步"]


def test_an_agency_that_cannot_lead_is_not_offered(cast, clause, supervisor):
    response = supervisor.post(new(clause), sheet(cast, lead=cast.agencies["office"].pk))
    assert "lead" in response.context["sheet"].form.errors


def test_readers_are_named_by_their_sign_in_names(cast, clause, supervisor):
    said = sheet(cast, restricted="on", reader_ids="auditor, stranger", supporters=[])
    supervisor.post(new(clause), said)
    named = {cast.users[name].pk for name in ("auditor", "stranger", "supervisor")}
    assert set(Measure.objects.get().reader_ids) == named


def test_readers_of_an_open_measure_are_none(cast, clause, supervisor):
    supervisor.post(new(clause), sheet(cast, reader_ids="auditor"))
    assert Measure.objects.get().reader_ids == []


# --- The code offered ---------------------------------------------------------------------------


def test_the_next_free_code_of_the_clause_is_offered(cast, clause, supervisor):
    assert free_code(clause) == "P-1.1"
    for code in ("6.1-1.9", "6.1-1.10", "6.1-1.2"):
        drafted(cast, clause, code=code)
    assert free_code(clause) == "6.1-1.11"
    Measure.objects.create(code="6.1-1.12", title="of another clause")
    assert free_code(clause) == "6.1-1.13"
    assert 'value="6.1-1.13"' in supervisor.get(new(clause)).content.decode()


def test_odd_codes_do_not_confuse_the_offer(cast, clause):
    for code in ("odd", "odd.x", "²"):
        drafted(cast, clause, code=code)
    assert free_code(clause) == "P-1.1"


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["liaison", "drafter", "unit_leader", "stranger", "auditor", "administrator", "leader"]
)
def test_only_the_office_drafts(cast, clause, name):
    measure, client = drafted(cast, clause), cast.signed_in(name)
    for url in (new(clause), reverse("web:deadline"), reverse("web:people")):
        assert client.get(url).status_code == 403
    assert client.post(new(clause), sheet(cast)).status_code == 403
    assert client.get(again(measure)).status_code == 404
    assert client.post(again(measure), sheet(cast, seen=measure.version)).status_code == 404
    assert Measure.objects.count() == 1


def test_a_liaison_may_not_revise_what_they_carry_out(cast, clause):
    measure = in_progress(cast, clause)
    response = cast.signed_in("liaison").get(again(measure))
    assert response.status_code == 403
    assert "Only the supervision office does this." in response.content.decode()


def test_the_refusal_is_said_in_chinese(cast, clause):
    page = cast.signed_in("liaison", language="zh-hans").get(new(clause)).content.decode()
    assert in_chinese("Only the supervision office drafts measures.") in page


def test_a_clause_that_is_not_there(cast, supervisor):
    assert supervisor.get("/clauses/999999/draft/").status_code == 404


# --- Costs ----------------------------------------------------------------------------------------


def test_opening_a_sheet_writes_nothing(cast, clause, supervisor):
    measure = drafted(cast, clause)
    for url in (new(clause), again(measure), reverse("web:deadline"), reverse("web:people")):
        assert writes_in(queries_of(supervisor, url)) == []


def test_twelve_measures_of_a_clause_cost_what_one_does(cast, clause, supervisor):
    drafted(cast, clause, code="c-0")
    one = len(queries_of(supervisor, new(clause)))
    for n in range(1, 12):
        drafted(cast, clause, code=f"c-{n}")
    assert len(queries_of(supervisor, new(clause))) == one


def test_twelve_clauses_of_a_measure_cost_what_one_does(cast, clause, supervisor):
    measure = drafted(cast, clause)
    one = len(queries_of(supervisor, again(measure)))
    for n in range(2, 13):
        more = Clause.objects.create(policy=clause.policy, code=f"P-{n}", position=n)
        MeasureClause.objects.create(measure=measure, clause=more)
    assert len(queries_of(supervisor, again(measure))) == one


# --- Small answers --------------------------------------------------------------------------------


def test_the_deadline_is_said_as_a_day(cast, supervisor, calendar):
    answer = supervisor.get(reverse("web:deadline"), {"due_workdays": "30"})
    assert answer.context["day"] == calendar.add(cast.today, 30)
    assert "If issued today" in answer.content.decode()


def test_a_day_of_an_unofficial_year_is_provisional(cast, supervisor):
    answer = supervisor.get(reverse("web:deadline"), {"due_on": "2031-05-01"})
    assert "provisional" in answer.content.decode()
    past = supervisor.get(reverse("web:deadline"), {"due_on": "2026-01-05"}).content.decode()
    assert "The deadline must lie in the future." in past


@pytest.mark.parametrize(
    "said", [{"due_workdays": "x"}, {"due_workdays": "-1"}, {"due_on": "x"}, {}]
)
def test_nonsense_has_no_day(cast, supervisor, said):
    assert supervisor.get(reverse("web:deadline"), said).content.decode().strip() == ""


def test_people_are_found_by_name(cast, supervisor):
    found = supervisor.get(reverse("web:people"), {"who": "unit"}).context["people"]
    assert {user.username for user in found} == {"unit_leader", "unit_head"}
    assert supervisor.get(reverse("web:people"), {"who": "\0"}).status_code == 200


# --- A tampered list of milestones --------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "sentence"),
    [("41", "at most 40 milestones"), ("100000", "at most 40 milestones"), ("x", "incomplete")],
)
def test_more_milestones_than_a_sheet_holds_are_refused_in_words(
    cast, clause, supervisor, total, sentence
):
    said = sheet(cast) | {"milestones-TOTAL_FORMS": total}
    said |= {f"milestones-{n}-title": f"第{n}步" for n in range(41)}
    response = supervisor.post(new(clause), said)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Measure.objects.exists()
