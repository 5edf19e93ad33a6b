"""The list of measures: filters, counts by light, order, pages by key."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.measures.filters import MeasureFilter
from apps.measures.models import Measure
from apps.policies.models import Clause, Policy
from tests.conftest import a_plan, an_estimate, drafted, in_progress, issued
from tests.web.reminding import reminded
from tests.web.watching import queries_of, writes_in


@pytest.fixture
def today_cast(cast):
    """The cast on the day the pages see."""
    cast.today = timezone.localdate()
    return cast


def codes(page) -> list[str]:
    return [card.measure.code for card in page.context["cards"]]


def late(measure: Measure) -> None:
    """Written around the operations: overdue since yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Measure.objects.filter(pk=measure.pk).update(
        due_on=yesterday, overdue_from_on=yesterday + timedelta(days=1)
    )


def found(cast, **asked) -> list[str]:
    rows = MeasureFilter(asked, queryset=Measure.objects.order_by("code"), on=cast.today).qs
    return [measure.code for measure in rows]


# --- Filters --------------------------------------------------------------------------------


def test_filters_are_the_whitelisted_ones(db):
    assert set(MeasureFilter.base_filters) == {
        *("q", "policy", "clause", "lead", "supporter", "district", "problem", "phase", "state"),
        *("category", "light", "due", "due_from", "due_to", "place", "restricted"),
        *("ever_overdue", "granted", "original", "returned"),
    }


def test_words_are_looked_for_in_code_and_titles(cast, clause):
    issued(
        cast, clause, code="6.1-1", plan=a_plan(cast, title="揭榜挂帅攻关", title_en="Open call")
    )
    issued(cast, clause, code="6.2-1")
    assert found(cast, q="揭榜") == ["6.1-1"]
    assert found(cast, q="open CALL") == ["6.1-1"]
    assert found(cast, q="6.2") == ["6.2-1"]
    assert found(cast, q="揭榜 6.2") == []


def test_a_lead_stands_for_everything_below_it(cast, clause):
    issued(cast, clause, code="own")
    issued(cast, clause, code="below", plan=a_plan(cast, lead=cast.agencies["section"]))
    issued(cast, clause, code="other", plan=a_plan(cast, lead=cast.agencies["district"]))
    assert found(cast, lead=cast.agencies["bureau"].pk) == ["below", "own"]
    assert found(cast, lead=cast.agencies["section"].pk) == ["below"]


def test_a_policy_finds_what_carries_out_one_of_its_clauses(cast, clause):
    other = Policy.objects.create(code="Q", name="另", level="CITY", kind="PLAN", use="OBLIGES")
    drafted(cast, clause, code="here")
    drafted(cast, Clause.objects.create(policy=other, code="Q-1", position=1), code="there")
    assert found(cast, policy=clause.policy_id) == ["here"]


def test_state_and_light(cast, clause):
    issued(cast, clause, code="new")
    in_progress(cast, clause, code="runs")
    assert found(cast, state="ISSUED") == ["new"]
    assert found(cast, light="GREEN") == ["runs"]
    assert found(cast, light="RED") == []


# --- The page -------------------------------------------------------------------------------


def test_only_what_is_visible_is_listed(today_cast, clause):
    issued(today_cast, clause, code="seen")
    drafted(today_cast, clause, code="draft")
    assert codes(today_cast.signed_in("liaison").get("/measures/")) == ["seen"]
    assert codes(today_cast.signed_in("district_liaison").get("/measures/")) == []
    assert codes(today_cast.signed_in("supervisor").get("/measures/")) == ["draft", "seen"]


def test_only_policies_with_something_visible_are_offered(today_cast, clause):
    drafted(today_cast, clause)

    def offered(name: str, **asked) -> list[int]:
        page = today_cast.signed_in(name).get("/measures/", asked)
        return [policy.pk for policy in page.context["form"].fields["policy"].queryset]

    assert offered("supervisor") == [clause.policy_id]
    assert offered("liaison") == []
    assert offered("liaison", policy=clause.policy_id) == [clause.policy_id]
    issued(today_cast, clause, code="seen")
    assert offered("liaison") == [clause.policy_id]


def test_counts_by_light_equal_the_lists_they_open(today_cast, clause):
    issued(today_cast, clause, code="grey")
    in_progress(today_cast, clause, code="green")
    late(in_progress(today_cast, clause, code="red"))
    client = today_cast.signed_in("supervisor")
    counts = client.get("/measures/?q=me").context["counts"]
    assert {str(each.light): each.count for each in counts if each.count} == {
        "None": 3,
        "RED": 1,
        "GREEN": 1,
        "GREY": 1,
    }
    for each in counts:
        page = client.get(f"/measures/?{each.query}")
        assert len(codes(page)) == page.context["total"] == each.count


def test_sorted_by_light_the_red_come_first(today_cast, clause):
    in_progress(today_cast, clause, code="a")
    late(in_progress(today_cast, clause, code="b"))
    client = today_cast.signed_in("supervisor")
    assert codes(client.get("/measures/?sort=light")) == ["b", "a"]
    assert codes(client.get("/measures/?sort=-light")) == ["a", "b"]


@pytest.mark.parametrize(
    "sort", ["code", "-code", "deadline", "-deadline", "light", "progress", "updated"]
)
def test_pages_lose_and_repeat_nothing(today_cast, clause, sort):
    for n in range(105):
        plan = an_estimate(today_cast, due_on=today_cast.today + timedelta(days=60 + n % 3))
        drafted(today_cast, clause, code=f"m-{n:03}", plan=plan)
    client = today_cast.signed_in("supervisor")
    page = client.get(f"/measures/?sort={sort}")
    forwards = [codes(page)]
    while page.context["after"]:
        page = client.get(f"/measures/?{page.context['after']}")
        forwards.append(codes(page))
    assert [len(part) for part in forwards] == [50, 50, 5]
    assert len({code for part in forwards for code in part}) == 105
    page = client.get(f"/measures/?{page.context['before']}")
    assert codes(page) == forwards[1]
    page = client.get(f"/measures/?{page.context['before']}")
    assert codes(page) == forwards[0]
    assert not page.context["before"]


@pytest.mark.parametrize(
    "asked",
    [
        "after=nonsense",
        "before=1:2",
        "sort=lead__version",
        "sort=--code",
        "light=PINK",
        "lead=999999",
        "state=x%00y",
        "policy=abc",
        "q=" + "x" * 200,
    ],
)
def test_what_cannot_be_meant_breaks_nothing(today_cast, clause, asked):
    issued(today_cast, clause)
    assert today_cast.signed_in("liaison").get(f"/measures/?{asked}").status_code == 200


def test_a_place_in_one_order_is_none_in_another(today_cast, clause):
    for n in range(51):
        drafted(today_cast, clause, code=f"m-{n:03}")
    client = today_cast.signed_in("supervisor")
    after = client.get("/measures/?sort=code").context["after"]
    for sort in ("deadline", "light", "progress", "updated"):
        page = client.get(f"/measures/?{after.replace('sort=code', f'sort={sort}')}")
        assert len(codes(page)) == 50


def test_twelve_rows_cost_as_many_queries_as_one(today_cast, clause):
    client = today_cast.signed_in("liaison")
    in_progress(today_cast, clause)
    one = queries_of(client, "/measures/")
    for n in range(2, 13):
        in_progress(today_cast, clause, code=f"m-{n}")
    twelve = queries_of(client, "/measures/")
    assert len(twelve) == len(one)
    assert not writes_in(twelve)
    assert not any("OFFSET" in sql for sql in twelve)


def test_who_is_not_signed_in_is_sent_to_sign_in(client, db):
    assert client.get("/measures/").status_code == 302


def test_the_list_finds_what_has_escalated(cast, clause):
    """What escalated for an earlier deadline counts no more."""
    on = cast.today - timedelta(days=3)
    for code, told_of in (("late", on), ("moved", on - timedelta(days=9)), ("calm", None)):
        measure = issued(cast, clause, code=code)
        Measure.objects.filter(pk=measure.pk).update(
            due_on=on, overdue_from_on=on + timedelta(days=1)
        )
        if told_of:
            said = {"owed_on": told_of, "is_escalation": True, "reached_as": "UNIT_LEADER"}
            reminded(cast, "unit_leader", measure, cause="deadline", **said)
    browser = cast.signed_in("supervisor")
    for said, codes in (("YES", ["late"]), ("NO", ["calm", "moved"])):
        page = browser.get("/measures/", {"escalated": said, "sort": "code"})
        assert [card.measure.code for card in page.context["cards"]] == codes
        assert [chip.label for chip in page.context["chips"]] == ["Escalated"]
