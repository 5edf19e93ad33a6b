"""A newer text against the clauses there are: each keeps its identity as long as it can."""

from dataclasses import dataclass

from apps.policies.clause_comparison import compare, differences, paths_of
from apps.policies.clause_text import split

OLD = """第一条 为了样例管理，制定本办法。
第二条 样例部门负责监督检查工作。
第三条 本办法自公布之日起施行。
"""


@dataclass
class Known:
    number: str
    heading: str
    text: str


def known(source):
    parts = split(source).parts
    paths = paths_of([(p.level, p.number) for p in parts])
    return [
        (path, Known(p.number, p.heading, p.text)) for path, p in zip(paths, parts, strict=True)
    ]


def kinds(old, new):
    return [pair.kind for pair in compare(known(old), split(new).parts)]


def test_the_same_text_changes_nothing():
    assert kinds(OLD, OLD) == ["unchanged"] * 3
    assert kinds(OLD, OLD.replace("\n", "\r\n")) == ["unchanged"] * 3


def test_a_reworded_article_keeps_its_number():
    assert kinds(OLD, OLD.replace("监督检查", "日常监督检查")) == [
        "unchanged",
        "changed",
        "unchanged",
    ]


def test_an_article_put_in_between_moves_the_others():
    new = OLD.replace("第三条", "第四条").replace("第二条", "第三条")
    new = new.replace("第三条 样", "第二条 各区设立联席会议并定期研究数据问题。\n第三条 样")
    assert kinds(OLD, new) == ["unchanged", "added", "moved", "moved"]


def test_an_article_that_is_left_out_is_removed():
    pairs = compare(known(OLD), split(OLD.partition("第三条")[0]).parts)
    assert [p.kind for p in pairs] == ["unchanged", "unchanged", "removed"]
    assert pairs[-1].old.number == "第三条"


def test_a_clause_of_unknown_wording_is_filled_by_its_number():
    pairs = compare([(("1",), Known("第一条", "", ""))], split(OLD).parts)
    assert [p.kind for p in pairs] == ["changed", "added", "added"]


def test_articles_and_decimals_are_named_by_themselves():
    places = [(0, "第一章"), (1, "第一条"), (2, "（一）"), (0, "6"), (1, "6.1"), (2, "一是")]
    assert ["-".join(p) for p in paths_of(places)] == ["c1", "1", "1-1", "6", "6.1", "6.1-1"]


def test_a_retired_clause_comes_back_with_its_wording():
    gone = known(OLD)[2:]
    pairs = compare(known(OLD)[:2], split(OLD).parts, retired=gone)
    assert [p.kind for p in pairs] == ["unchanged", "unchanged", "restored"]


def test_differences_are_the_whole_wording():
    pieces = list(differences("监督检查工作", "日常监督工作"))
    assert "".join(p for tag, p in pieces if tag != "new") == "监督检查工作"
    assert "".join(p for tag, p in pieces if tag != "gone") == "日常监督工作"
