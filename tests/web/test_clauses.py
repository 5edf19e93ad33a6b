"""Entering a policy's text in the browser: preview, corrections, comparison, refusals."""

import pytest
from django.urls import reverse

from apps.policies.models import Clause, Policy
from tests.conftest import a_plan, issued
from tests.web.here import in_chinese, of_today
from tests.web.watching import queries_of, writes_in

TEXT = """样例措施
一、总体要求
坚持原则。
二、重点任务
（一）加强供给。各区要落实。
（三）优化环境。各部门要落实。
"""


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def policy(db):
    return Policy.objects.create(code="T", name="措施", level="CITY", kind="PLAN", use="OBLIGES")


def address(policy):
    return reverse("web:clauses", args=[policy.pk])


def sent(page, **said):
    """What the form of a preview would send unchanged but for what is said."""
    sheet, form = page.context["sheet"], page.context["form"]
    data = {"seen": page.context["seen"], "text": form["text"].value(), "note": "样例网站"}
    data["of"] = sheet.digest
    for row in sheet.rows:
        n = row.place
        data |= {f"level-{n}": row.shown_level, f"number-{n}": row.number}
        data |= {f"heading-{n}": row.heading, f"actionable-{n}": row.actionable}
        data |= {f"join-{n}": "on"} if row.joined else {}
    return data | said


def preview(client, policy, text=TEXT):
    return client.post(address(policy), {"seen": 1, "text": text, "then": "preview"})


def save(client, policy, page, **said):
    return client.post(address(policy), sent(page, then="save") | said)


def entered(client, policy, text=TEXT):
    assert save(client, policy, preview(client, policy, text)).status_code == 302


@pytest.mark.parametrize("name", ["supervisor", "director"])
def test_the_office_is_offered_the_page(cast, policy, name):
    client = cast.signed_in(name)
    assert address(policy) in client.get(reverse("web:policy", args=[policy.pk])).content.decode()
    assert client.get(address(policy)).status_code == 200


@pytest.mark.parametrize("name", ["liaison", "auditor", "administrator", "leader", "unit_head"])
def test_others_are_not(cast, policy, name):
    client = cast.signed_in(name)
    page = client.get(reverse("web:policy", args=[policy.pk])).content.decode()
    assert address(policy) not in page
    assert client.get(address(policy)).status_code == 403
    assert preview(client, policy).status_code == 403


def test_the_preview_shows_levels_and_findings_and_writes_nothing(cast, policy):
    page = preview(cast.signed_in("supervisor"), policy)
    rows = page.context["sheet"].rows
    assert [(r.level, r.number) for r in rows] == [
        (0, ""),
        (0, "一、"),
        (0, "二、"),
        (1, "（一）"),
        (1, "（三）"),
    ]
    assert "Before （三）, missing: 2." in page.content.decode()
    assert Clause.objects.count() == 0


def test_what_is_saved_is_what_was_shown(cast, policy):
    client = cast.signed_in("supervisor")
    page = preview(client, policy)
    corrected = {"number-4": "（二）", "heading-4": "改善环境", "actionable-4": "YES"}
    assert save(client, policy, page, **corrected).status_code == 302
    assert [c.code for c in policy.clauses.all()] == ["T/0", "T/1", "T/2", "T/2-1", "T/2-2"]
    last = policy.clauses.last()
    assert (last.heading, last.actionable, last.remark) == ("改善环境", "YES", "样例网站")
    assert last.text == "各部门要落实。"


def test_a_row_is_indented_with_what_stands_below_it(cast, policy):
    client = cast.signed_in("supervisor")
    page = preview(client, policy)
    page = client.post(address(policy), sent(page, then="indent:2"))
    assert [r.level for r in page.context["sheet"].rows] == [0, 0, 1, 2, 2]
    page = client.post(address(policy), sent(page, then="outdent:2"))
    assert [r.level for r in page.context["sheet"].rows] == [0, 0, 0, 1, 1]


def test_what_was_no_number_joins_the_text_above(cast, policy):
    client = cast.signed_in("supervisor")
    save(client, policy, preview(client, policy), **{"join-4": "on"})
    assert policy.clauses.count() == 4
    assert "（三）优化环境\n各部门要落实。" in policy.clauses.last().text


def test_a_newer_text_shows_what_changes_and_which_measures_it_touches(cast, policy):
    client = cast.signed_in("supervisor")
    entered(client, policy)
    issued(cast, Clause.objects.get(code="T/2-1"), code="m-touched")
    issued(cast, Clause.objects.get(code="T/2-3"), code="m-left")
    newer = TEXT.replace("各区要落实", "各区要认真落实").partition("（三）")[0]
    page = preview(client, policy, newer)
    assert page.context["sheet"].counts() == {"unchanged": 3, "changed": 1, "removed": 1}
    said = page.content.decode()
    assert "<ins>认真</ins>" in said
    assert "m-touched" in said
    assert "m-left" in said
    save(client, policy, page)
    assert Clause.objects.get(code="T/2-3").retired_on == cast.today
    shown = client.get(reverse("web:policy", args=[policy.pk])).content.decode()
    assert "Not in force since" in shown
    assert "m-left" in shown


def test_a_restricted_measure_is_not_named(cast, policy):
    client = cast.signed_in("supervisor")
    entered(client, policy)
    issued(cast, Clause.objects.get(code="T/2-3"), code="m-x", plan=a_plan(cast, restricted=True))
    other = cast.signed_in("second_supervisor")
    assert "m-x" not in preview(other, policy, TEXT.partition("（三）")[0]).content.decode()


def test_without_a_source_nothing_is_saved_and_nothing_lost(cast, policy):
    client = cast.signed_in("supervisor")
    page = save(client, policy, preview(client, policy), note=" ", **{"heading-1": "改过"})
    assert page.status_code == 422
    assert "Say where the text was taken from." in page.content.decode()
    assert page.context["sheet"].rows[1].heading == "改过"
    assert page.context["form"]["text"].value() == TEXT
    assert Clause.objects.count() == 0


def test_a_note_that_is_too_long_keeps_the_corrections(cast, policy):
    client = cast.signed_in("supervisor")
    page = save(client, policy, preview(client, policy), note="长" * 501, **{"heading-1": "改过"})
    assert page.status_code == 422
    assert page.context["sheet"].rows[1].heading == "改过"


@pytest.mark.parametrize("text", ["", " \n", "一、甲\x00乙", "字" * 400_001, "1、甲\n" * 1501])
def test_what_is_no_text_is_refused_with_a_sentence(cast, policy, text):
    page = preview(cast.signed_in("supervisor"), policy, text)
    assert page.status_code == 422
    assert page.context["form"].errors["text"]
    assert page.context["form"]["text"].value() == text
    assert "maxlength" not in str(page.context["form"]["text"])


def test_text_without_numbers_says_so(cast, policy):
    page = preview(cast.signed_in("supervisor", language="zh-hans"), policy, "今天天气很好。")
    sentence = in_chinese("No numbering was found: the text is kept as one part.")
    assert sentence in page.content.decode()


def test_whoever_comes_second_sees_it_and_loses_nothing(cast, policy):
    first, second = cast.signed_in("supervisor"), cast.signed_in("second_supervisor")
    mine = preview(second, policy, TEXT + "三、保障措施\n")
    entered(first, policy)
    page = save(second, policy, mine, **{"heading-5": "保障"})
    assert page.status_code == 409
    assert "Somebody has changed this policy" in page.content.decode()
    assert page.context["sheet"].rows[5].heading == "保障"
    assert page.context["sheet"].counts() == {"unchanged": 5, "added": 1}
    assert save(second, policy, page, **{"heading-5": "保障"}).status_code == 302
    assert policy.clauses.count() == 6


def test_sending_twice_enters_once(cast, policy):
    client = cast.signed_in("supervisor")
    page = preview(client, policy)
    assert [save(client, policy, page).status_code for _ in range(2)] == [302, 302]
    assert policy.clauses.count() == 5


def test_a_text_that_changed_after_the_preview_is_shown_before_it_is_saved(cast, policy):
    client = cast.signed_in("supervisor")
    page = save(client, policy, preview(client, policy), text=TEXT + "三、保障\n")
    assert page.status_code == 200
    assert len(page.context["sheet"].rows) == 6
    assert Clause.objects.count() == 0


def test_tampered_fields_are_no_error(cast, policy):
    client = cast.signed_in("supervisor")
    page = preview(client, policy)
    odd = {"level-1": "٣", "level-2": "99999", "actionable-3": "X", "number-4": "甲\x00" * 30}
    long = "001" + "9" * 5000
    for said in (
        odd,
        {"then": "indent:99"},
        {"then": "indent:x"},
        {"then": "outdent:0"},
        {"then": f"indent:{long}", "level-1": long},
    ):
        assert client.post(address(policy), sent(page) | said).status_code == 200
    assert save(client, policy, page, **{"level-1": "9"}).status_code == 422
    assert save(client, policy, page, seen="x").status_code == 422


def test_many_parts_cost_the_queries_of_few(cast, policy, django_assert_num_queries):
    client = cast.signed_in("supervisor")
    entered(client, policy, "一、甲\n二、乙\n")
    one = len(queries_of(client, address(policy)))
    entered(client, policy, "\n".join(f"{n}、条款{n}" for n in range(1, 301)))
    assert len(queries_of(client, address(policy))) == one
    assert writes_in(queries_of(client, address(policy))) == []
    with django_assert_num_queries(one + 1):  # the measures that it touches
        assert preview(client, policy, TEXT).status_code == 200


def test_the_page_speaks_chinese(cast, policy):
    page = preview(cast.signed_in("supervisor", language="zh-hans"), policy).content.decode()
    for sentence in ("Save the clauses", "Split again", "Taken from"):
        assert in_chinese(sentence) in page
