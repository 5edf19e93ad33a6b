"""Acts on many measures: judged one by one, told one by one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.errors import RuleBroken
from apps.measures import operations
from apps.measures.models import Measure
from apps.web import bulk
from tests.conftest import a_plan, drafted, fresh, issued, proposed
from tests.web.here import of_today
from tests.web.watching import writes_in

URL = "/measures/bulk/"


@pytest.fixture
def cast(cast):
    return of_today(cast)


def pick(*measures: Measure) -> list[str]:
    return [f"{m.pk}:{fresh(m).version}" for m in measures]


def codes(asked) -> list[str]:
    return [each.measure.code for each in asked]


def confirm(client, action: str, picked: list[str], token: str = "t1"):
    said = {"action": action, "confirmed": "1", "token": token, "pick": picked}
    return client.post(URL, said, follow=True)


def states() -> dict[str, str]:
    return dict(Measure.objects.values_list("code", "state"))


def test_each_is_named_with_its_verdict_and_nothing_is_done(cast, clause):
    waiting = proposed(cast, clause, code="a-1")
    draft = drafted(cast, clause, code="a-2")
    page = cast.signed_in("director").post(URL, {"action": "ISSUE", "pick": pick(waiting, draft)})
    assert codes(page.context["possible"]) == ["a-1"]
    assert codes(page.context["impossible"]) == ["a-2"]
    assert "Draft" in str(page.context["impossible"][0].verdict.reason)
    assert states() == {"a-1": "PROPOSED", "a-2": "DRAFT"}


def test_what_a_draft_lacks_is_said_before(cast, clause):
    bare = drafted(cast, clause, plan=a_plan(cast, lead=None))
    page = cast.signed_in("supervisor").post(URL, {"action": "PROPOSE", "pick": pick(bare)})
    (refused,) = page.context["impossible"]
    assert str(refused.verdict.reason) == "A proposal names its lead agency."


def test_one_refusal_stops_no_other(cast, clause):
    first, second, third = (proposed(cast, clause, code=f"a-{n}") for n in (1, 2, 3))
    picked = pick(first, second, third)
    operations.return_proposal(
        second, reason="weg", seen=second.version, by=cast["director"], at=cast.at()
    )
    page = confirm(cast.signed_in("director"), "ISSUE", picked)
    assert [each.name for each in page.context["done"]] == ["a-1 A measure", "a-3 A measure"]
    (refused,) = page.context["refused"]
    assert refused.name == "a-2 A measure"
    assert "after you opened it" in refused.refusal
    assert states() == {"a-1": "ISSUED", "a-2": "DRAFT", "a-3": "ISSUED"}


def test_nobody_issues_what_they_proposed(cast, clause):
    waiting = proposed(cast, clause)
    Measure.objects.update(proposed_by_id=cast.users["director"].pk)
    page = confirm(cast.signed_in("director"), "ISSUE", pick(waiting))
    assert "somebody else has to issue it" in page.context["refused"][0].refusal


def test_sent_twice_it_is_done_once_and_told_twice(cast, clause):
    client, picked = cast.signed_in("director"), pick(proposed(cast, clause))
    first = confirm(client, "ISSUE", picked)
    second = confirm(client, "ISSUE", picked)
    assert len(first.context["done"]) == len(second.context["done"]) == 1
    assert not second.context["refused"]
    assert Measure.objects.get().version == 3
    again = confirm(client, "ISSUE", picked, token="t2")
    assert "after you opened it" in again.context["refused"][0].refusal


def test_all_that_the_filters_find_up_to_a_limit(cast, clause, monkeypatch):
    for n in range(3):
        proposed(cast, clause, code=f"a-{n}")
    drafted(cast, clause, code="b")
    client = cast.signed_in("director")
    said = {"action": "ISSUE", "all": "1", "filters": f"policy={clause.policy_id}&state=PROPOSED"}
    assert codes(client.post(URL, said).context["possible"]) == ["a-0", "a-1", "a-2"]
    monkeypatch.setattr(bulk, "MOST", 2)
    page = client.post(URL, said)
    assert page.status_code == 409
    assert "more than 2 measures" in page.content.decode()


def test_a_filter_that_is_none_means_nothing_and_not_everything(cast, clause):
    proposed(cast, clause)
    said = {"action": "ISSUE", "all": "1", "filters": "ligth=RED"}
    page = cast.signed_in("director").post(URL, said)
    assert page.context["possible"] == []


def test_a_policy_is_issued_in_one_act(cast, clause):
    for n in range(2):
        proposed(cast, clause, code=f"a-{n}")
    client = cast.signed_in("director")
    page = client.get(reverse("web:policy", args=[clause.policy_id]))
    assert page.context["proposed"] == 2
    assert "Issue 2 proposals" in page.content.decode()
    supervisor = cast.signed_in("supervisor")
    assert "Issue 2" not in supervisor.get(page.request["PATH_INFO"]).content.decode()


def test_of_a_whole_policy_what_is_refused_is_told_one_by_one(cast, clause):
    first, own, third = (proposed(cast, clause, code=f"a-{n}") for n in (1, 2, 3))
    Measure.objects.filter(pk=own.pk).update(proposed_by_id=cast.users["director"].pk)
    client = cast.signed_in("director")
    said = {"action": "ISSUE", "all": "1", "filters": f"policy={clause.policy_id}&state=PROPOSED"}
    page = client.post(URL, said)
    assert codes(page.context["possible"]) == ["a-1", "a-3"]
    assert codes(page.context["impossible"]) == ["a-2"]
    operations.return_proposal(
        third, reason="weg", seen=third.version, by=cast["director"], at=cast.at()
    )
    picked = [f"{each.measure.pk}:{each.measure.version}" for each in page.context["possible"]]
    done = confirm(client, "ISSUE", picked)
    assert [each.name for each in done.context["done"]] == [str(first)]
    assert [each.name for each in done.context["refused"]] == [str(third)]
    assert states() == {"a-1": "ISSUED", "a-2": "PROPOSED", "a-3": "DRAFT"}


@pytest.mark.parametrize(
    ("name", "offers"),
    [
        ("director", ["PROPOSE", "ISSUE"]),
        ("supervisor", ["PROPOSE"]),
        ("liaison", ["ACKNOWLEDGE"]),
        ("auditor", []),
        ("unit_head", []),
    ],
)
def test_only_what_is_theirs_is_offered(cast, clause, name, offers):
    issued(cast, clause)
    client = cast.signed_in(name)
    assert client.get("/measures/").context["bulk"] == offers
    for action in {"PROPOSE", "ISSUE", "ACKNOWLEDGE", "CLOSE", ""} - set(offers):
        assert client.post(URL, {"action": action}).status_code == 409


def test_a_liaison_acknowledges_what_its_agency_leads(cast, clause):
    mine = issued(cast, clause, code="a-1")
    other = issued(
        cast,
        clause,
        code="a-2",
        plan=a_plan(cast, lead=cast.agencies["other"], supporters=[cast.agencies["bureau"]]),
    )
    unseen = issued(
        cast, clause, code="a-3", plan=a_plan(cast, lead=cast.agencies["other"], supporters=[])
    )
    page = confirm(cast.signed_in("liaison"), "ACKNOWLEDGE", pick(mine, other, unseen))
    assert [each.name for each in page.context["done"]] == ["a-1 A measure"]
    assert [each.name for each in page.context["refused"]] == ["a-2 A measure"]
    assert states() == {"a-1": "IN_PROGRESS", "a-2": "ISSUED", "a-3": "ISSUED"}


def test_an_outcome_is_its_makers_only(cast, clause):
    picked = pick(proposed(cast, clause))
    page = confirm(cast.signed_in("director"), "ISSUE", picked)
    assert cast.signed_in("supervisor").get(page.request["PATH_INFO"]).status_code == 404


def test_an_outcome_names_measures_in_the_language_in_which_it_is_read(cast, clause):
    browser = cast.signed_in("director")
    page = confirm(browser, "ISSUE", pick(proposed(cast, clause)))
    assert "A measure" in page.text
    browser.cookies["django_language"] = "zh-hans"
    again = browser.get(page.request["PATH_INFO"])
    assert "A measure" not in again.text
    assert "一项举措" in again.text


@pytest.mark.parametrize("token", ["", "../x", "a b"])
def test_a_broken_page_is_a_sentence(cast, clause, token):
    page = confirm(cast.signed_in("director"), "ISSUE", ["x", "1:"], token=token)
    assert page.status_code == 409


def test_naming_forty_costs_what_one_does(cast, clause):
    client = cast.signed_in("director")
    said = {"action": "PROPOSE", "all": "1", "filters": ""}
    drafted(cast, clause, code="a-0")
    client.post(URL, said)
    with CaptureQueriesContext(connection) as one:
        client.post(URL, said)
    for n in range(1, 40):
        drafted(cast, clause, code=f"a-{n}")
    with CaptureQueriesContext(connection) as many:
        client.post(URL, said)
    assert len(many) == len(one)
    assert not writes_in([query["sql"] for query in many.captured_queries])


def test_the_operations_are_those_of_the_single_act(cast, clause):
    measure = drafted(cast, clause)
    (outcome,) = bulk.perform("ISSUE", [measure], {measure.pk: 1}, cast["director"], cast.at())
    with pytest.raises(RuleBroken, match="Not possible") as refusal:
        operations.issue_measure(measure, seen=1, by=cast["director"], at=cast.at())
    assert outcome.refusal == str(refusal.value)
