"""The list of policies and the page of one: what they show, to whom, at what cost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.measures.models import Measure, MeasureClause
from apps.policies.models import Clause, Policy, PolicyLink
from tests.conftest import a_plan, drafted, in_progress, issued
from tests.dashboards.boards import Days
from tests.web.here import in_chinese, of_today
from tests.web.test_counters import length_of
from tests.web.watching import queries_of, writes_in

POLICIES = "/policies/"


@pytest.fixture
def cast(cast):
    return of_today(cast)


def a_policy(code: str, **said: object) -> Policy:
    facts = {"name": f"政策{code}", "level": "CITY", "kind": "PLAN", "use": "OBLIGES"} | said
    return Policy.objects.create(code=code, **facts)


def a_clause(policy: Policy, position: int, **said: object) -> Clause:
    facts = {"heading": f"条款{position}", "actionable": "YES"} | said
    return Clause.objects.create(
        policy=policy, code=f"{policy.code}-{position}x", position=position, **facts
    )


def codes(page) -> list[str]:
    return [row.policy.code for row in page.context["rows"]]


def many(cast, count: int) -> Policy:
    """Policies, and clauses of one of them with a measure each."""
    policy = a_policy("MANY")
    for n in range(count):
        a_policy(f"Q{n:02}")
        drafted(cast, a_clause(policy, n + 1), code=f"many-{n}")
    return policy


def test_the_list_shows_what_obliges_and_offers_the_rest(cast, clause):
    a_policy("US-1", name="背景", use="BACKGROUND")
    client = cast.signed_in("liaison")
    page = client.get(POLICIES)
    assert codes(page) == ["P"]
    assert [tab.count for tab in page.context["tabs"]] == [1, 1, 2]
    page = client.get(POLICIES, {"use": "BACKGROUND"})
    assert codes(page) == ["US-1"]
    assert codes(client.get(POLICIES, {"use": ""})) == ["P", "US-1"]


def test_the_list_of_a_past_day_counts_what_was_and_opens_it(cast, clause):
    days, day = Days(cast), cast.today - timedelta(days=3)
    cast.today = day
    in_progress(cast, clause, code="m-1")
    days.pass_by(3)
    in_progress(cast, clause, code="m-2")
    a_clause(clause.policy, 2)
    client = cast.signed_in("director")
    for query, clauses, measures in (("", 2, 2), (f"?on={day}", 1, 1)):
        (row,) = client.get(POLICIES + query).context["rows"]
        assert (row.clauses, row.measures.total) == (clauses, measures)
        assert length_of(client, row.measures.url) == measures
    then = client.get(f"{POLICIES}?on={day}&use=").content.decode()
    assert f"/policies/{clause.policy_id}/?on={day}" in then
    assert f'name="on" value="{day}"' in then


def test_what_somebody_sees_carried_out_stands_before_the_rest(cast, clause):
    empty, background = a_policy("A"), a_policy("B", use="BACKGROUND")
    a_clause(empty, 1)
    in_progress(cast, clause, plan=a_plan(cast, supporters=[]))
    asked = {"use": ""}
    carried, obliging, last = clause.policy.code, empty.code, background.code
    assert codes(cast.signed_in("liaison").get(POLICIES, asked)) == [carried, obliging, last]
    assert codes(cast.signed_in("stranger").get(POLICIES, asked)) == [obliging, carried, last]


def test_policies_are_found_by_words(cast, clause):
    a_policy("GD-1", name="广东省行动计划", document_number="粤工信〔2023〕13号", level="PROVINCE")
    client = cast.signed_in("liaison")
    for words in ("行动", "〔2023〕", "gd-", "广东 行动"):
        assert codes(client.get(POLICIES, {"q": words})) == ["GD-1"], words
    assert client.get(POLICIES, {"q": "nowhere"}).context["total"] == 0
    assert codes(client.get(POLICIES, {"level": "PROVINCE"})) == ["GD-1"]


def test_pages_follow_each_other_without_loss(cast):
    for n in range(120):
        a_policy(f"K{n:03}")
    client, seen, query = cast.signed_in("liaison"), [], ""
    while True:
        found = client.get(f"{POLICIES}?{query}")
        seen += codes(found)
        query = found.context["after"]
        if not query:
            break
    assert seen == [f"K{n:03}" for n in range(120)]
    back = client.get(f"{POLICIES}?{found.context['before']}")
    assert codes(back) == [f"K{n:03}" for n in range(50, 100)]


def test_a_tampered_place_or_filter_is_no_error(cast, clause):
    client = cast.signed_in("liaison")
    for query in ("after=zzz", "before=%00", "use=NONE", "level=X", "q=%00"):
        assert client.get(f"{POLICIES}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["liaison", "stranger", "supervisor", "director", "auditor"])
def test_the_number_of_measures_equals_the_list_it_opens(cast, clause, name):
    in_progress(cast, clause, code="a-1", plan=a_plan(cast, supporters=[]))
    drafted(cast, clause, code="a-2")
    issued(cast, clause, code="a-3", plan=a_plan(cast, restricted=True, supporters=[]))
    client = cast.signed_in(name)
    (row,) = client.get(POLICIES).context["rows"]
    listed = client.get(row.measures.url).context["total"]
    assert row.measures.total == listed
    headline = client.get(reverse("web:policy", args=[clause.policy_id])).context["headline"]
    assert headline.total == listed
    assert row.clauses == 1


def test_a_policy_shows_its_tree_in_reading_order(cast):
    policy = a_policy("T", issuer="")
    chapter = a_clause(policy, 1, actionable="NO")
    a_clause(policy, 3, heading="第二章", actionable="UNKNOWN")
    a_clause(policy, 2, parent=chapter)
    context = cast.signed_in("supervisor").get(reverse("web:policy", args=[policy.pk])).context
    shown = [(b.clause.position, b.line.depth) for b in context["branches"]]
    assert shown == [(1, 0), (2, 1), (3, 0)]
    assert {f.key: (f.count, f.of) for f in context["sheet"].figures} == {
        "carried_out": (0, 1),
        "behind": (0, 1),
        "uncovered": (1, 1),
    }
    assert {f.key: f.count for f in context["sheet"].notes} == {"unknown": 1}


def test_what_is_not_known_says_so(cast, clause):
    url = reverse("web:policy", args=[clause.policy_id])
    assert "To be entered" in cast.signed_in("liaison").get(url).content.decode()
    chinese = cast.signed_in("liaison", language="zh-hans").get(url).content.decode()
    assert in_chinese("To be entered") in chinese


def test_a_link_is_said_from_either_side(cast, clause):
    plan = a_policy("PLAN-1")
    PolicyLink.objects.create(
        policy=plan, kind="IMPLEMENTS", other=clause.policy, quotation="围绕该意见出台了计划"
    )
    client = cast.signed_in("liaison")
    for shown, how, other in (
        (plan, "Implements", clause.policy),
        (clause.policy, "Implemented by", plan),
    ):
        page = client.get(reverse("web:policy", args=[shown.pk]))
        (linked,) = page.context["links"]
        assert (str(linked.how), linked.other) == (how, other)
        assert "围绕该意见出台了计划" in page.content.decode()
    chinese = cast.signed_in("liaison", language="zh-hans")
    html = chinese.get(reverse("web:policy", args=[plan.pk])).content.decode()
    assert in_chinese("Implements") in html


def test_a_clause_says_how_sure_it_is_where_its_policy_does_not(cast, clause):
    url = reverse("web:policy", args=[clause.policy_id])
    assert cast.signed_in("liaison").get(url).content.decode().count('class="provenance') == 1
    Clause.objects.update(confidence="ONE_SOURCE", remark="位置未核实")
    html = cast.signed_in("liaison").get(url).content.decode()
    assert 'class="provenance is-one_source"' in html
    assert "位置未核实" in html


def test_a_clause_that_nobody_found_says_so_once(cast, clause):
    Clause.objects.update(confidence="NOT_FOUND", heading="", remark="条号和标题未查到")
    url = reverse("web:policy", args=[clause.policy_id])
    html = cast.signed_in("liaison").get(url).content.decode()
    (shown,) = re.findall(r"<article.*?</article>", html, re.DOTALL)
    assert shown.count("To be entered") == 1
    assert "条号和标题未查到" in shown


def test_only_who_sees_enough_is_told_of_gaps(cast, clause):
    Clause.objects.update(actionable="YES")
    url = reverse("web:policy", args=[clause.policy_id])
    assert "Not covered" in cast.signed_in("supervisor").get(url).content.decode()
    assert "Not covered" not in cast.signed_in("liaison").get(url).content.decode()


def test_a_clause_carried_out_by_a_restricted_measure_is_no_gap(cast, clause):
    Clause.objects.update(actionable="YES")
    issued(cast, clause, plan=a_plan(cast, restricted=True))
    url = reverse("web:policy", args=[clause.policy_id])
    page = cast.signed_in("second_supervisor").get(url).content.decode()
    assert "Not covered" not in page
    assert "Carried out by measures you may not read" in page
    assert ">m-1<" not in page


def test_a_stranger_sees_no_measure_on_the_policy(cast, clause):
    in_progress(cast, clause, plan=a_plan(cast, supporters=[]))
    url = reverse("web:policy", args=[clause.policy_id])
    assert ">m-1<" in cast.signed_in("liaison").get(url).content.decode()
    assert ">m-1<" not in cast.signed_in("stranger").get(url).content.decode()


def test_only_the_office_is_offered_to_draft(cast, clause):
    url, draft = reverse("web:policy", args=[clause.policy_id]), f"/clauses/{clause.pk}/draft/"
    assert draft in cast.signed_in("supervisor").get(url).content.decode()
    for name in ("liaison", "auditor", "administrator"):
        assert draft not in cast.signed_in(name).get(url).content.decode()


def test_measures_stand_in_the_order_people_count(cast, clause):
    for code in ("c-1.10", "c-1.9", "c-1.1"):
        drafted(cast, clause, code=code)
    url = reverse("web:policy", args=[clause.policy_id])
    (branch,) = cast.signed_in("supervisor").get(url).context["branches"]
    assert [card.measure.code for card in branch.cards] == ["c-1.1", "c-1.9", "c-1.10"]


def test_fifty_rows_cost_what_one_does(cast):
    client = cast.signed_in("supervisor")
    policy = many(cast, 1)
    page = reverse("web:policy", args=[policy.pk])
    one = [len(queries_of(client, url)) for url in (POLICIES, page)]
    for n in range(1, 51):
        other = a_policy(f"R{n:02}")
        PolicyLink.objects.create(policy=policy, kind="SUPPORTS", other=other)
        clause = a_clause(policy, n + 1)
        measure = Measure.objects.create(code=f"many-{n}", title="举措")
        MeasureClause.objects.create(measure=measure, clause=clause)
    assert [len(queries_of(client, url)) for url in (POLICIES, page)] == one


def test_looking_writes_nothing(cast, clause):
    client = cast.signed_in("supervisor")
    for url in (POLICIES, reverse("web:policy", args=[clause.policy_id])):
        assert writes_in(queries_of(client, url)) == []


@pytest.mark.parametrize("url", [POLICIES, "/policies/1/"])
def test_policies_are_for_those_who_signed_in(client, db, url):
    assert client.get(url).status_code == 302
    assert client.post(url).status_code == 405


def test_an_unknown_policy_is_not_found(cast):
    assert cast.signed_in("liaison").get("/policies/999999/").status_code == 404


def test_what_the_clauses_are_not_told_apart_by_is_said(cast, clause):
    client, page = cast.signed_in("liaison"), f"/policies/{clause.policy_id}/"
    said = client.get(page, {"clauses": "nearly<b>"})
    assert said.context["wrong"] == (
        "The clauses are not told apart by “nearly<b>”; all are shown."
    )
    assert len(said.context["sheet"].rows) == 1
    assert "nearly&lt;b&gt;" in said.content.decode()
    for known in ("", "behind"):
        assert not client.get(page, {"clauses": known}).context["wrong"]
