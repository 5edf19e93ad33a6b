"""The measure page: who sees it, what may be done, and the timeline of everything."""

from decimal import Decimal

import pytest
from django.utils import timezone

from apps.measures import operations
from apps.measures.models import MeasureProblem
from apps.policies.models import Problem
from apps.web.timeline import Kind, Show, since, timeline
from tests.conftest import (
    a_plan,
    an_estimate,
    drafted,
    fresh,
    in_progress,
    issued,
    proposed,
    reported,
)
from tests.measures.stories_of_others import contributed
from tests.web.watching import queries_of, writes_in


@pytest.fixture
def today_cast(cast):
    """The cast on the day the pages see."""
    cast.today = timezone.localdate()
    return cast


def page_of(cast, who: str, measure, query: str = ""):
    return cast.signed_in(who).get(f"/measures/{measure.pk}/{query}")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("liaison", 200),
        ("stranger", 200),  # the other bureau supports it
        ("district_liaison", 404),
        ("administrator", 404),
        ("supervisor", 200),
        ("director", 200),
        ("auditor", 200),
    ],
)
def test_seen_by_those_who_may_see_it(today_cast, clause, who, status):
    assert page_of(today_cast, who, issued(today_cast, clause)).status_code == status


@pytest.mark.parametrize("who", ["liaison", "unit_leader", "auditor"])
def test_a_draft_is_not_there_for_others(today_cast, clause, who):
    assert page_of(today_cast, who, drafted(today_cast, clause)).status_code == 404


def test_what_i_may_do_is_a_button_the_rest_says_why_not(today_cast, clause):
    page = page_of(today_cast, "liaison", in_progress(today_cast, clause))
    offered = [
        "OBJECT",
        "REPORT",
        "ASK_CONTRIBUTION",
        "ASK_COORDINATION",
        "BREAK_DOWN",
        "ASK_EXTENSION",
        "ASK_SUSPENSION",
        "ASK_ADJUSTMENT",
        "ASK_CANCELLATION",
    ]
    assert [act.action for act in page.context["acts"]] == offered
    refused = {act.action: str(act.verdict.reason) for act in page.context["refused"]}
    assert refused == {
        "REVIEW": "Only the supervision office does this.",
        "APPLY": "The milestone “第一步” is not reached.",
        "CONTRIBUTE": "Only a supporting agency's liaison or drafter does this.",
    }
    assert refused["REVIEW"] in page.content.decode()


def test_acts_carry_the_version_that_was_seen(today_cast, clause):
    measure = issued(today_cast, clause)
    page = page_of(today_cast, "liaison", measure).content.decode()
    assert f'name="seen" value="{measure.version}"' in page


def test_nothing_to_review_is_said_to_the_reviewer(today_cast, clause):
    page = page_of(today_cast, "supervisor", in_progress(today_cast, clause))
    refused = {act.action: str(act.verdict.reason) for act in page.context["refused"]}
    assert refused["REVIEW"] == "No report is waiting for review."


def test_unknown_facts_are_to_be_entered(today_cast, clause):
    plan = a_plan(today_cast, lead=None, supporters=[], due_on=None, milestones=[])
    page = page_of(today_cast, "supervisor", drafted(today_cast, clause, plan=plan))
    assert page.content.decode().count("To be entered") >= 3


def test_the_clause_and_its_quotation_are_shown(today_cast, clause):
    measure = issued(today_cast, clause)
    measure.carried_clauses.update(quotation="建立督办机制")
    page = page_of(today_cast, "liaison", measure).content.decode()
    assert "建立督办机制" in page
    assert f"/policies/{clause.policy_id}/" in page


def test_text_is_shown_as_typed_not_as_markup(today_cast, clause):
    measure = in_progress(today_cast, clause, plan=an_estimate(today_cast))
    reported(today_cast, measure, summary="<script>alert(1)</script>", progress=Decimal(5))
    page = page_of(today_cast, "liaison", measure).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- Timeline ---------------------------------------------------------------------------------


def a_story(cast, clause):
    measure = in_progress(cast, clause)
    operations.return_report(
        reported(cast, measure),
        reason="缺少验收材料",
        seen=fresh(measure).version,
        by=cast["supervisor"],
        at=cast.at(11),
    )
    return fresh(measure)


def test_the_timeline_tells_everything_in_words(cast, clause):
    entries = timeline(a_story(cast, clause), cast["director"])
    assert {str(entry.title) for entry in entries} == {
        "Draft started",
        "Proposed to the director",
        "Issued to the lead agency",
        "Receipt acknowledged",
        "Progress reported",
        "Report 1 returned",
    }
    assert entries[0].text == "缺少验收材料"
    assert entries[0].who == "supervisor"


def test_a_review_withdrawn_is_told_and_the_report_waits(cast, clause):
    measure = in_progress(cast, clause)
    report = reported(cast, measure)
    for withdraws in (False, True):
        said = {"seen": fresh(measure).version, "by": cast["supervisor"], "at": cast.at(12)}
        if withdraws:
            operations.withdraw_review(report.reviews.get(), **said)
        else:
            operations.return_report(report, reason="缺材料", **said)
    told = {entry.title: entry for entry in timeline(measure, cast["director"])}
    assert told["Report 1 returned"].text == "缺材料"
    assert told["Review of report 1 withdrawn"].outcome == "WITHDRAWN"
    assert told["Progress reported"].outcome == ""


def test_newest_first(cast, clause):
    moments = [entry.at for entry in timeline(a_story(cast, clause), cast["director"])]
    assert moments == sorted(moments, reverse=True)


def test_changes_are_said_in_words(cast, clause):
    measure = drafted(cast, clause)
    plan = a_plan(cast, lead=cast.agencies["section"], due_on=measure.due_on)
    operations.revise_draft(
        measure, plan, seen=measure.version, by=cast["supervisor"], at=cast.at(12)
    )
    changes = timeline(measure, cast["director"])[0].changes
    assert [(change.label, change.old, change.new) for change in changes] == [
        ("Lead agency", "Bureau", "Section")
    ]


def test_a_quantity_is_no_percentage(cast, clause):
    plan = {"basis": "QUANTITY", "milestones": [], "quantity_unit": "家"}
    measure = drafted(cast, clause, plan=a_plan(cast, **plan, target_quantity=Decimal(30)))
    operations.revise_draft(
        measure,
        a_plan(cast, **plan, target_quantity=Decimal("40.5")),
        seen=measure.version,
        by=cast["supervisor"],
        at=cast.at(12),
    )
    (change,) = timeline(measure, cast["director"])[0].changes
    assert (change.label, change.old, change.new) == ("Target quantity", "30", "40.5")


def test_a_state_is_said_by_its_name(cast, clause):
    (change,) = timeline(proposed(cast, clause), cast["director"])[0].changes
    assert (change.label, change.old, change.new) == ("State", "Draft", "Awaiting approval")


@pytest.mark.parametrize(
    ("show", "kinds"),
    [
        (Show.REPORTS, {Kind.REPORT, Kind.REVIEW}),
        (Show.DECISIONS, {Kind.REVIEW, Kind.ACT}),
        (Show.OTHERS, {Kind.OTHERS}),
        (Show.ALL, {Kind.REPORT, Kind.REVIEW, Kind.ACT, Kind.OTHERS}),
    ],
)
def test_the_address_keeps_a_part(today_cast, clause, show, kinds):
    measure = a_story(today_cast, clause)
    contributed(today_cast, measure)
    page = page_of(today_cast, "liaison", measure, f"?show={show}")
    assert {entry.kind for entry in page.context["timeline"]} == kinds


def test_what_happened_since_a_version(cast, clause):
    measure = a_story(cast, clause)
    titles = [str(entry.title) for entry in since(measure, cast["director"], measure.version - 2)]
    assert sorted(titles) == ["Progress reported", "Report 1 returned"]
    assert since(measure, cast["director"], measure.version) == []


def test_twelve_reports_cost_as_many_queries_as_one(today_cast, clause):
    measure = in_progress(today_cast, clause)
    client, url = today_cast.signed_in("liaison"), f"/measures/{measure.pk}/"

    def tell_and_return() -> None:
        operations.return_report(
            reported(today_cast, measure),
            reason="再改",
            seen=fresh(measure).version,
            by=today_cast["supervisor"],
            at=today_cast.at(),
        )

    tell_and_return()
    one = queries_of(client, url)
    for _ in range(11):
        tell_and_return()
    twelve = queries_of(client, url)
    assert len(twelve) == len(one)
    assert not writes_in(twelve)


def test_the_problems_it_addresses_are_named_as_the_text_links_them(today_cast, clause):
    measure = issued(today_cast, clause)
    html = page_of(today_cast, "liaison", measure).content.decode()
    assert "Problems it addresses" not in html
    group = Problem.objects.create(code="5.1", name="差距较大", name_en="Large gap", position=1)
    item = Problem.objects.create(
        code="5.1-1", name="光栅尺", group=group, kind="IMPORTED", position=2
    )
    MeasureProblem.objects.create(measure=measure, problem=group, remark="未逐条指明")
    MeasureProblem.objects.create(measure=measure, problem=item)
    page = page_of(today_cast, "liaison", measure)
    assert [row.problem.code for row in page.context["problems"]] == ["5.1", "5.1-1"]
    html = page.content.decode()
    for said in ("Large gap", "The group as a whole, 1 problem", "光栅尺", "未逐条指明"):
        assert said in html


def test_many_problems_cost_as_many_queries_as_one(today_cast, clause):
    measure = issued(today_cast, clause)
    for n in range(31):
        group = Problem.objects.create(code=f"{n}", name="组", position=2 * n)
        Problem.objects.create(
            code=f"{n}-1", name="项", group=group, kind="TALENT", position=2 * n + 1
        )
    client, url = today_cast.signed_in("liaison"), f"/measures/{measure.pk}/"
    groups = list(Problem.objects.filter(group=None))
    MeasureProblem.objects.create(measure=measure, problem=groups[0])
    one = queries_of(client, url)
    for group in groups[1:]:
        MeasureProblem.objects.create(measure=measure, problem=group)
    assert len(queries_of(client, url)) == len(one)
