"""What words find, in which order, and for whom."""

import pytest

from apps.agencies.models import Agency, District
from apps.core.search import words_of
from apps.kpis.models import Kpi
from apps.measures.filters import MeasureFilter
from apps.measures.models import Measure
from apps.policies.models import Chain, Clause, Policy, Problem
from apps.search.queries import Kind, everything, of_kind
from tests.conftest import a_plan, drafted, issued

TITLES = {
    "6.1-2": ("落实揭榜挂帅攻关", "Open calls for key technology"),
    "6.1-2.1": ("机器换人试点", "Replace workers by machines"),
    "6.3-1.6": ("支持高端装备制造", "High-end equipment"),
    "7-1": ("装备产业链对接", "Matchmaking in the chain"),
    "16.1-20": ("银行重点支持大湾区链主企业", "Banks for 100% of chain masters"),
}


@pytest.fixture
def measures(cast, clause) -> None:
    for code, (title, title_en) in TITLES.items():
        drafted(cast, clause, code=code, plan=a_plan(cast, title=title, title_en=title_en))


def codes(said: str, standing, *, most: int = 10) -> list[str]:
    return [
        row.code for row in of_kind(Kind.MEASURES, words_of(said), standing, most=most).found.rows
    ]


FOUND = {
    "装备": ["7-1", "6.3-1.6"],  # at the beginning before within
    "链": ["16.1-20", "7-1"],
    "大湾": ["16.1-20"],
    "湾区": ["16.1-20"],
    "zbzz": ["6.3-1.6"],
    "JQHR": ["6.1-2.1"],
    "yhzd": ["16.1-20"],
    "6.1-2": ["6.1-2", "6.1-2.1", "16.1-20"],  # itself, what it begins, what contains it
    "６．１－２": ["6.1-2", "6.1-2.1", "16.1-20"],
    "6": ["6.1-2", "6.1-2.1", "6.3-1.6"],
    "EQUIPMENT": ["6.3-1.6"],
    "high-end": ["6.3-1.6"],
    "装备 高端": ["6.3-1.6"],
    "装备，制造": ["6.3-1.6"],
    "“装备”": ["7-1", "6.3-1.6"],
    "100%": ["16.1-20"],
    "装制": [],
    "备装": [],
    "a": [],
    "%": [],
    "_": [],
    "'": [],
    "\\": [],
    "🚀": [],
    "": [],
}


@pytest.mark.usefixtures("measures")
@pytest.mark.parametrize("said", FOUND)
def test_words_find_measures_best_first(cast, said):
    assert codes(said, cast["director"]) == FOUND[said]


@pytest.mark.usefixtures("measures")
@pytest.mark.parametrize("said", FOUND)
def test_the_list_of_measures_finds_the_same(cast, said):
    asked = MeasureFilter({"q": said}, queryset=Measure.objects.all(), on=cast.today)
    if words_of(said):
        assert {row.code for row in asked.qs} == set(FOUND[said])


@pytest.mark.usefixtures("measures")
def test_only_the_best_are_shown_and_all_are_counted(cast):
    found = of_kind(Kind.MEASURES, ["6"], cast["director"], most=2).found
    assert [row.code for row in found.rows] == ["6.1-2", "6.1-2.1"]
    assert (found.count, found.at_least) == (3, False)


def test_what_somebody_may_not_see_is_neither_found_nor_counted(cast, clause):
    issued(cast, clause, code="open-1", plan=a_plan(cast, title="装备提升"))
    issued(cast, clause, code="secret-1", plan=a_plan(cast, title="装备秘密", restricted=True))
    drafted(cast, clause, code="draft-1", plan=a_plan(cast, title="装备起草"))
    for who, seen in {
        "director": 3,
        "supervisor": 3,  # drafted it: one of its readers
        "second_supervisor": 2,
        "liaison": 2,
        "leader": 1,
        "auditor": 1,
        "district_liaison": 0,
        "administrator": 0,
    }.items():
        found = of_kind(Kind.MEASURES, ["装备"], cast[who], most=1).found
        assert found.count == seen, who
        assert len(found.rows) == min(seen, 1), who
        by_code = of_kind(Kind.MEASURES, ["secret"], cast[who], most=5).found
        assert by_code.count == (who in ("director", "supervisor", "liaison")), who


@pytest.fixture
def things(cast, clause) -> None:
    """One of each kind that has to do with numerical control (shukong)."""
    policy = Policy.objects.create(
        code="GZ-04", name="数控机床办法", name_en="Machine tools", nickname="机床22条",
        document_number="穗府办〔2023〕1号", level="CITY", kind="PLAN", use="OBLIGES",
    )  # fmt: skip
    Clause.objects.create(policy=policy, code="GZ-04/1", position=1, heading="数控攻关")
    Clause.objects.create(
        policy=policy, code="GZ-04/2", position=2, heading="其他", text="支持发展数控。" * 3
    )
    Clause.objects.create(
        policy=policy, code="GZ-04/3", position=3, heading="数控", retired_on="2026-01-01"
    )
    chain = Chain.objects.create(code="C-1", policy=policy, name="数控产业链", position=1)
    assert chain.initials == "skcyl"
    Problem.objects.create(code="P-1", name="数控系统依赖进口", position=1)
    Agency.objects.create(
        code="sk", name="数控协会", short_name="控协", kind="INSTITUTION", level="CITY"
    )
    District.objects.create(adcode="440199", name="数控区")
    owner = cast.agencies["other"]
    a_plain_kpi("kpi-1", name="数控化率", name_en="Share of machine tools", owner=owner)


def a_plain_kpi(code: str, **said) -> Kpi:
    usual = {"over_time": "SUM", "over_districts": "SUM", "frequency": "ONCE"}
    return Kpi.objects.create(code=code, **usual | said)


@pytest.mark.usefixtures("things", "measures")
@pytest.mark.parametrize("said", ["数控", "sk", "控"])
def test_every_kind_is_found(cast, said):
    groups = everything(words_of(said), cast["stranger"], most=5)
    expected = [kind for kind in Kind if kind is not Kind.MEASURES]
    assert [group.kind for group in groups] == expected
    clauses = next(group.found for group in groups if group.kind == Kind.CLAUSES)
    numbers = {"数控": ["GZ-04/1", "GZ-04/2"], "sk": ["GZ-04/1"], "控": ["GZ-04/1", "GZ-04/2"]}
    assert [row.code for row in clauses.rows] == numbers[said]


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("said", ["控化", "skhl", "MACHINE tools", "kpi-1"])
def test_indicators_are_found_by_those_who_are_shown_them(cast, said):
    """Stated once, it is in the list of those who see everything and of its owner alone."""
    a_plain_kpi(
        "kpi-2", name="数控化率的分母", name_en="Machine tools", owner=cast.agencies["bureau"]
    )
    for who, codes in {
        "supervisor": {"kpi-1", "kpi-2"},
        "auditor": {"kpi-1", "kpi-2"},
        "stranger": {"kpi-1"},
        "liaison": {"kpi-2"},
        "district_liaison": set(),
        "administrator": set(),
    }.items():
        found = of_kind(Kind.KPIS, words_of(said), cast[who], most=5).found
        seen = {row.code for row in found.rows}
        assert seen == (codes - {"kpi-2"} if said == "kpi-1" else codes), who
        assert found.count == len(seen), who


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("said", ["gz-04", "机床22条", "jc22t", "〔2023〕1号", "machine TOOLS"])
def test_policies_are_known_by_many_names(cast, said):
    found = of_kind(Kind.POLICIES, words_of(said), cast["stranger"], most=5).found
    assert [row.code for row in found.rows] == ["GZ-04"]


@pytest.mark.usefixtures("things", "measures")
def test_it_asks_one_query_a_kind_and_one_for_whose_figures_are_seen(
    cast, django_assert_num_queries
):
    for said in ("数控", "装备 机器", "没有的词"):
        for who, more in (("liaison", 1), ("director", 0)):
            standing = cast[who]
            with django_assert_num_queries(len(Kind) + more):
                everything(words_of(said), standing, most=5)
    standing = cast["liaison"]
    with django_assert_num_queries(0):
        assert everything([], standing, most=5) == []
