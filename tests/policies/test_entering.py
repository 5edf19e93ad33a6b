"""Entering the text of a policy: one act, by the office, on the version that was seen."""

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.measures.models import MeasureClause
from apps.policies.models import Clause, Policy
from apps.policies.operations import Entry, edition_of, enter_clauses, keep_clause
from tests.conftest import drafted

NOTE = "样例网站，2099年查"
PARTS = [
    Entry("第一章", "总则", "", 0, "NO"),
    Entry("第一条", "目的", "为了样例管理，制定本办法。", 1),
    Entry("第二条", "职责", "样例部门负责监督检查工作。", 1, "YES"),
    Entry("（一）", "规划", "拟订规划；", 2, "YES"),
]


@pytest.fixture
def policy(db):
    return Policy.objects.create(code="T", name="办法", level="CITY", kind="PLAN", use="OBLIGES")


def enter(cast, policy, parts=PARTS, *, by="supervisor", note=NOTE, seen=None):
    policy.refresh_from_db()
    seen = edition_of(policy).seen if seen is None else seen
    return enter_clauses(policy, parts, note=note, seen=seen, by=cast[by], at=cast.at())


def codes(policy):
    return list(policy.clauses.in_force().values_list("code", flat=True))


def test_the_parts_become_a_tree_with_codes_by_number(cast, policy):
    enter(cast, policy)
    assert codes(policy) == ["T/c1", "T/1", "T/2", "T/2-1"]
    item = Clause.objects.get(code="T/2-1")
    assert (item.parent.code, item.parent.parent.code) == ("T/2", "T/c1")
    assert (item.number, item.actionable, item.remark) == ("（一）", "YES", NOTE)


def test_entering_is_one_act_on_record(cast, policy):
    enter(cast, policy)
    (event,) = AuditEvent.objects.filter(act="policies.enter_clauses")
    assert event.changes == {"added": ["", ["T/c1", "T/1", "T/2", "T/2-1"]]}
    assert event.note == NOTE


def test_entering_what_is_there_changes_nothing(cast, policy):
    enter(cast, policy)
    before = edition_of(Policy.objects.get(pk=policy.pk)).seen
    enter(cast, policy)
    assert edition_of(Policy.objects.get(pk=policy.pk)).seen == before
    assert AuditEvent.objects.filter(act="policies.enter_clauses").count() == 1


def test_a_clause_that_measures_carry_out_is_retired_and_comes_back(cast, policy):
    enter(cast, policy)
    item = Clause.objects.get(code="T/2-1")
    drafted(cast, item)
    enter(cast, policy, PARTS[:3])
    item.refresh_from_db()
    assert item.retired_on == cast.today
    assert item.parent is None
    assert MeasureClause.objects.filter(clause=item).exists()
    assert codes(policy) == ["T/c1", "T/1", "T/2"]
    enter(cast, policy)
    item.refresh_from_db()
    assert (item.retired_on, item.parent.code) == (None, "T/2")
    assert codes(policy) == ["T/c1", "T/1", "T/2", "T/2-1"]


def test_an_article_put_in_between_leaves_codes_and_measures_alone(cast, policy):
    enter(cast, policy)
    duty = Clause.objects.get(code="T/2")
    new = Entry("第二条", "联席会议", "各区设立联席会议并定期研究数据问题。", 1)
    moved = Entry("第三条", "职责", "样例部门负责监督检查工作。", 1, "YES")
    enter(cast, policy, [*PARTS[:2], new, moved, PARTS[3]])
    duty.refresh_from_db()
    assert (duty.number, duty.position) == ("第三条", 4)
    assert codes(policy) == ["T/c1", "T/1", "T/2~2", "T/2", "T/2-1"]


def test_a_translation_of_other_words_is_dropped(cast, policy):
    enter(cast, policy)
    Clause.objects.filter(code="T/1").update(heading_en="Purpose")
    enter(cast, policy, [PARTS[0], Entry("第一条", "依据", PARTS[1].text, 1), *PARTS[2:]])
    assert Clause.objects.get(code="T/1").heading_en == ""


@pytest.mark.parametrize("person", ["liaison", "auditor", "administrator", "leader"])
def test_only_the_office_enters_text(cast, policy, person):
    with pytest.raises(NotAllowed):
        enter(cast, policy, by=person)


def test_the_director_enters_text(cast, policy):
    enter(cast, policy, by="director")
    assert len(codes(policy)) == 4


def test_a_change_of_policy_or_clause_makes_the_page_stale(cast, policy):
    enter(cast, policy)
    seen = edition_of(Policy.objects.get(pk=policy.pk)).seen
    clause = Clause.objects.get(code="T/1")
    keep_clause(clause, {"heading": "新"}, seen=1, by=cast["director"], at=cast.at())
    with pytest.raises(Stale):
        enter(cast, policy, seen=seen)


@pytest.mark.parametrize(
    ("parts", "note", "why"),
    [
        ([], NOTE, "no text"),
        (PARTS, " ", "Say where"),
        ([Entry("一、", "甲", "", 1)], NOTE, "indented too far"),
        ([Entry("一、" * 20, "甲", "", 0)], NOTE, "too long"),
        ([Entry("一、", "甲", "", 0)] * 1501, NOTE, "1501 parts"),
    ],
)
def test_what_cannot_be_a_text_is_refused(cast, policy, parts, note, why):
    with pytest.raises(RuleBroken, match=why):
        enter(cast, policy, parts, note=note)
    assert codes(policy) == []


def test_codes_fit_however_deep_and_double_the_numbers(cast, policy):
    parts = [Entry("（一）", f"甲{n}", "", min(n, 8)) for n in range(30)]
    enter(cast, policy, parts)
    assert len(set(codes(policy))) == 30
    assert max(map(len, codes(policy))) <= 40
