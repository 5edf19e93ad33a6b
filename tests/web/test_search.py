"""The search box and the page of results: sentences or results, never an error."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.web.hits import marks, pieces
from tests.conftest import a_plan, issued
from tests.kpis.figuring import a_kpi


@pytest.fixture
def measure(cast, clause):
    return issued(
        cast,
        clause,
        code="6.1-2",
        plan=a_plan(cast, title="“机器换人”<试点>", title_en="Machines for workers"),
    )


def text_of(client, said: str, **how) -> str:
    answer = client.get("/search/", {"q": said} | how.pop("also", {}), **how)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_marks_what_was_found_and_leads_to_it(cast, measure):
    page = text_of(cast.signed_in("liaison", language="zh-hans"), "机器")
    assert f'href="/measures/{measure.pk}/"' in page
    assert "“<mark>机器</mark>换人”&lt;试点&gt;" in page


def test_an_english_reader_is_told_where_the_chinese_words_stand(cast, measure):
    page = text_of(cast.signed_in("liaison"), "机器")
    assert "Machines for workers" in page
    assert "“<mark>机器</mark>换人”&lt;试点&gt;" in page


def test_indicators_lead_to_their_page_and_their_list(cast):
    kpis = [
        a_kpi(cast, f"invest-{n}", name=f"技改投资{n}", name_en=f"Renewal {n}") for n in range(12)
    ]
    client = cast.signed_in("supervisor", language="zh-hans")
    page = text_of(client, "投资")
    assert f'href="/kpis/{kpis[0].pk}/"' in page
    assert "技改<mark>投资</mark>0" in page
    assert 'href="/kpis/?q=%E6%8A%95%E8%B5%84"' in page
    assert client.get("/kpis/?q=%E6%8A%95%E8%B5%84").context["total"] == 12
    assert "<mark>技改投资</mark>3" in text_of(client, "jgtz")
    assert "<mark>Renewal</mark> 3" in text_of(cast.signed_in("supervisor"), "renewal")


def test_initials_mark_the_characters_they_stand_for(cast, measure):
    page = text_of(cast.signed_in("liaison", language="zh-hans"), "hrsd")
    assert "“机器<mark>换人”&lt;试点</mark>&gt;" in page


def test_under_the_box_comes_the_list_alone(cast, measure):
    client = cast.signed_in("liaison")
    part = text_of(client, "6.1", headers={"HX-Request": "true"})
    assert "<html" not in part
    assert 'role="option"' in part
    assert "<mark>6.1</mark>-2" in part
    assert "no-store" in client.get("/search/", {"q": "6"}).headers["Cache-Control"]


ODD = [
    *("%", "_", "\\", "'", '"', "；", "🚀", "\x00", "a\x00b", "\u202e", "<zq>", "，。！"),
    *("链" * 10_000, "a" * 10_000, "' OR 1=1 --", "a b c d e f g h i j"),
]


@pytest.mark.parametrize("said", ["", " ", *ODD])
def test_odd_words_are_answered_with_a_sentence(cast, measure, said):
    client = cast.signed_in("liaison")
    page = text_of(client, said)
    assert 'class="empty-title"' in page
    assert "<zq>" not in page
    text_of(client, said, headers={"HX-Request": "true"})
    text_of(client, said, also={"kind": "clauses"})
    assert client.get("/measures/", {"q": said}).status_code == 200
    assert client.get("/policies/", {"q": said}).status_code == 200


def test_a_long_text_is_searched_by_its_beginning_and_says_so(cast, measure):
    page = text_of(cast.signed_in("liaison"), "机" * 5000)
    assert "only the first 100 characters" in page


def test_more_than_fits_leads_to_all_of_them(cast, clause):
    for n in range(12):
        issued(cast, clause, code=f"m-{n}", plan=a_plan(cast, title="装备"))
    client = cast.signed_in("liaison")
    page = text_of(client, "装备")
    assert "All 12" in page
    assert 'href="/measures/?q=%E8%A3%85%E5%A4%87"' in page
    assert "12 measures" in client.get("/measures/?q=%E8%A3%85%E5%A4%87").content.decode()


def test_one_kind_alone(cast, measure):
    page = text_of(cast.signed_in("liaison"), "机器", also={"kind": "policies"})
    assert "Nothing was found." in page
    assert text_of(cast.signed_in("liaison"), "机器", also={"kind": "nonsense"}).count("<mark>")


def test_strangers_are_sent_to_the_sign_in(client):
    assert client.get("/search/", {"q": "x"}).status_code == 302


def test_it_writes_nothing_and_asks_the_same_number_of_queries(cast, clause):
    client = cast.signed_in("liaison")

    def asked() -> list[str]:
        client.get("/search/", {"q": "装备"}, headers={"HX-Request": "true"})
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", {"q": "装备"}, headers={"HX-Request": "true"})
        return [query["sql"] for query in queries]

    issued(cast, clause, code="m-0", plan=a_plan(cast, title="装备"))
    few = asked()
    for n in range(1, 8):
        issued(cast, clause, code=f"m-{n}", plan=a_plan(cast, title="装备"))
    many = asked()
    assert len(few) == len(many)
    assert not [sql for sql in many if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


MARKED = {
    ("高端装备装备制造", ("装备",)): "高端[装备装备]制造",
    ("ＡＢＣ计划", ("abc",)): "[ＡＢＣ]计划",
    ("High-End equipment", ("high-end", "equip")): "[High-End] [equip]ment",
    ("装备、制造", ("装备制造",)): "[装备、制造]",
    ("①和②", ("1和",)): "[①和]②",
    ("没有", ("装备",)): "没有",
}


@pytest.mark.parametrize(("text", "words"), MARKED)
def test_marks_are_where_the_search_compares(text, words):
    cut = pieces(text, marks(text, words))
    assert "".join(f"[{said}]" if found else said for said, found in cut) == MARKED[text, words]
    assert "".join(said for said, _found in cut) == text
