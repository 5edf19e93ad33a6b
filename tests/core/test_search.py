"""How texts are compared, and initials that follow their sources however a row is written."""

import pytest
from django.db import connection

from apps.agencies.models import Agency, District
from apps.core.search import LONGEST_QUERY, MOST_WORDS, initials, plain, words_of
from apps.policies.models import Policy

COMPARED = {
    "机器换人": "机器换人",
    "“机器换人”（试点）": "机器换人试点",
    "ＡＢＣ－１２３": "abc-123",
    "６．1-2": "6.1-2",
    "High-End  Equipment\n(2026)": "high-end equipment 2026",
    "装备、制造；链，主": "装备制造链主",
    "全角\u3000空格": "全角 空格",
    "100%_\\'\"": "100",
    "《〈【〔》": "",
    "①②": "12",
    "中·文": "中文",
    "〇〇七 々": "〇〇七 々",
    "🚀 emoji": "🚀 emoji",
    "Ünïcode": "ünïcode",
    "  ": "",
    "": "",
}


@pytest.mark.parametrize("said", COMPARED)
def test_a_text_is_compared_without_case_width_and_punctuation(said):
    assert plain(said) == COMPARED[said]


def in_sql(function: str, said: str):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [said])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("said", COMPARED)
def test_the_database_compares_alike(said):
    assert in_sql("search_plain", said) == COMPARED[said]


@pytest.mark.django_db
def test_every_sign_is_compared_alike_in_both():
    """The Basic Multilingual Plane, but for letters whose case the Unicode versions differ on."""
    signs = [chr(n) for n in range(1, 0x10000) if not 0xD800 <= n < 0xE000]
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_plain(s) FROM unnest(%s::text[]) AS s", [signs])
        there = [row[0] for row in cursor.fetchall()]
    differ = [s for s, t in zip(signs, there, strict=True) if plain(s) != t]
    assert len(differ) < 20
    assert [s for s in differ if s < "\u0100" or "\u3000" <= s < "\ua000" or s >= "\uff00"] == []


TOKENS = {
    "链": {"链"},
    "装备": {"装", "备", "装备"},
    "装备，装备": {"装", "备", "装备", "备装"},
    "zb a": {"zb"},
    "a链": {"a链", "链"},
    "两 词": {"两", "词"},
    "": set(),
    "。": set(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("said", TOKENS)
def test_tokens_are_pairs_and_single_signs_that_are_not_latin(said):
    assert set(in_sql("search_tokens", said)) == TOKENS[said]


@pytest.mark.django_db
def test_a_megabyte_is_taken_apart_in_linear_time():
    assert len(set(in_sql("search_tokens", "一是推进装备；二是补链；" * 90_000))) < 40


WORDS = {
    "  机器换人　装备 ": ["机器换人", "装备"],
    "6.1-2": ["6.1-2"],
    "％ _ 。 \\ - ./": [],
    "High-end.": ["high-end"],
    "链\x00主": ["链主"],
    "链 链": ["链"],
    "": [],
}


@pytest.mark.parametrize("said", WORDS)
def test_words_are_what_is_looked_for(said):
    assert words_of(said) == WORDS[said]


def test_an_enormous_text_is_searched_by_its_beginning():
    assert words_of("链" * 10_000) == ["链" * LONGEST_QUERY]
    assert len(words_of(" ".join(map(str, range(1000))))) == MOST_WORDS


READINGS = {
    "装备制造": "zbzz",
    "机器换人": "jqhr",
    "银行行长": "yhhz",
    "重大项目、重庆": "zdxmcq",
    "增长": "zz",
    "AI＋制造 2.0": "aizz 2.0",
    "Plan": "plan",
    "": "",
}


@pytest.mark.parametrize("name", READINGS)
def test_initials_follow_the_reading_of_the_phrase(name):
    assert initials(name) == READINGS[name]


# --- Initials in rows ---------------------------------------------------------------------


def stored(row) -> str:
    return type(row).objects.values_list("initials", flat=True).get(pk=row.pk)


@pytest.mark.django_db
def test_initials_are_written_with_the_row():
    district = District(adcode="440113", name="番禺区")
    district.save()
    assert stored(district) == "pyq"
    district.name = "南沙区"
    district.save()
    assert stored(district) == "nsq"


@pytest.mark.django_db
def test_initials_are_written_in_bulk_and_from_fixtures():
    policy = {"level": "CITY", "kind": "PLAN", "use": "OBLIGES"}
    (row,) = Policy.objects.bulk_create(
        [Policy(code="A", name="制造业条例", nickname="22条", **policy)]
    )
    assert stored(row) == "zzytl 22t"
    raw = Policy(code="B", name="数据条例", **policy)
    raw.save_base(raw=True)  # as loaddata and load_reference do
    assert stored(raw) == "sjtl"


@pytest.mark.django_db
def test_initials_follow_a_loaded_row_and_are_not_made_anew_without_need():
    Agency.objects.create(code="a", name="市科技局", kind="BUREAU", level="CITY")
    loaded = Agency.objects.get(code="a")
    assert loaded.__dict__["initials"] == loaded.initials == "skjj"
    loaded.short_name = "科技"
    assert loaded.initials == "skjj kj"
    loaded.save()
    assert stored(loaded) == "skjj kj"


@pytest.mark.django_db
def test_nobody_can_say_other_initials():
    District.objects.create(adcode="440114", name="花都区", initials="xxx")
    loaded = District.objects.get(adcode="440114")
    loaded.initials = "yyy"
    loaded.name = "花都"
    loaded.save()
    assert stored(loaded) == "hd"
