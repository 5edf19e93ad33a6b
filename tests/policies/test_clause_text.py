"""Splitting official text: nothing is lost, levels are inferred, odd numbers are named."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.policies.clause_text import Kind, split, style_of, value_of

TEXTS = Path(__file__).parent / "texts"


def text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


def outline(source: str) -> str:
    """The printed numbers, each indented by its level."""
    return "\n".join("  " * p.level + (p.number or "·") for p in split(source).parts)


def said(source: str) -> list[tuple[str, str]]:
    found = split(source)
    return [
        (f.kind, found.parts[f.part].number if f.part is not None else "") for f in found.findings
    ]


OUTLINES = {
    "chapters-and-articles": """·
第一章
  第一条
  第二条
第二章
  第一节
    第三条
      （一）
      （二）
      （三）
  第二节
    第四条
第三章
  第五条""",
    "measures-with-inline-items": """·
一、
二、
  （一）
    一是
    二是
    三是
  （二）
    ①
    ②
    ③
三、
  （一）
  （二）
附件
  1.
  2.""",
    "arabic-levels": """·
1.
2.
  （1）
  （2）
    1）
    2）
3.""",
    "full-width-and-fallback": """一．
  １．
  ２．
    （１）
    （２）
二．
  ㈠
  ㈡
    ⒈
    ⒉""",
    "decimal": """1
2
  2.1
    2.1.1
    2.1.2
  2.2
3
附录A""",
    "brackets-without-articles": """第(一)条
第(二)条
  1、
  2、
第(四)条
第(四)条
第(三)条""",
}


@pytest.mark.parametrize("name", OUTLINES)
def test_the_levels_follow_from_how_the_numbers_nest(name):
    assert outline(text(name)) == OUTLINES[name]


@pytest.mark.parametrize("name", [n for n in OUTLINES if n != "brackets-without-articles"])
def test_numbers_in_order_give_no_finding(name):
    assert said(text(name)) == []


def test_gaps_duplicates_and_disorder_are_named():
    assert said(text("brackets-without-articles")) == [
        ("duplicate", "第(四)条"),
        ("order", "第(三)条"),
    ]
    assert said("一、甲\n二、乙\n五、丙\n") == [("gap", "五、")]
    assert split("一、甲\n五、丙\n").findings[0].said == "Before 五、, missing: 2–4."
    assert said("第一章 甲\n第一条 乙\n第二章 丙\n第三条 丁\n") == [("gap", "第三条")]


def test_a_page_that_was_cut_into_lines_is_joined_again():
    parts = split(text("article-section-6")).parts
    numbers = [p.number for p in parts if p.level == 1]
    assert numbers == ["6.1", "6.2", "6.3"]
    assert [p.number for p in parts if p.level == 2] == ["一是", "二是", "三是", "四是", "五是"] + [
        "一是",
        "二是",
        "三是",
    ] * 2
    assert parts[1].heading == "推进产业基础建设，构筑面向未来的高端装备产业链"
    assert parts[2].heading == "通过机制创新保障基础研究投入，完善全产业链的研发支持体系"


def test_headings_are_told_from_text():
    parts = split("一、总体要求\n坚持原则。\n（一）加强领导。各区要落实。\n").parts
    assert [(p.heading, p.text) for p in parts] == [
        ("总体要求", "坚持原则。"),
        ("加强领导", "各区要落实。"),
    ]
    (article,) = split("第一条　【目的】为了样例。").parts
    assert (article.heading, article.text) == ("目的", "为了样例。")
    (plain,) = split("第一条　为了样例，制定本办法。").parts
    assert (plain.heading, plain.text) == ("为了样例，制定本办法", "为了样例，制定本办法。")


@pytest.mark.parametrize(
    "source", ["", "  \n", "今天天气很好。\n没有编号。", "Plain English.", "\x00"]
)
def test_text_without_numbers_is_one_part_and_says_so(source):
    found = split(source)
    assert [p.kind for p in found.parts] == [Kind.PREAMBLE]
    assert [f.said for f in found.findings] == [
        "No numbering was found: the text is kept as one part."
    ]


def test_what_only_refers_to_a_number_begins_nothing():
    assert outline("一、甲\n按照第三条规定办理。\n第三条规定的除外。\n（一）项除外。\n") == "一、"
    assert outline("一、甲\n一、二、三产业融合。\n") == "一、"
    assert outline("一、坚持统一是前提；唯一是关键。\n") == "一、"


def test_a_text_that_begins_amid_finds_its_levels():
    assert outline("（三）甲\n二、乙\n（一）丙\n") == "（三）\n二、\n  （一）"


PIECES = st.sampled_from(
    [
        "第一章 ",
        "第二条　",
        "一、",
        "（一）",
        "(2)",
        "①",
        "一是",
        "二是",
        "；",
        "。",
        "\n",
        "\r\n",
        "1.",
        "2、",
    ]
    + [
        "6.1 ",
        "附件：",
        "３．",
        "甲乙",
        "\u3000",
        "\x00",
        "\u2028",
        "\ufeff",
        "文字" * 12,
        "㈠",
        " ",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text()))
def test_no_character_is_ever_lost(source):
    parts = split(source).parts
    assert "".join(source[p.start : p.end] for p in parts) == source
    assert all(0 <= after.level <= before.level + 1 for before, after in pairwise(parts))


@pytest.mark.parametrize("name", [p.stem for p in sorted(TEXTS.iterdir())])
def test_no_character_of_a_document_is_lost(name):
    source = text(name)
    assert "".join(source[p.start : p.end] for p in split(source).parts) == source


SIZES = (250_000, 1_000_000)


@pytest.mark.parametrize(
    "piece",
    ["一、甲乙丙丁戊己\n", "（", " ", "\n", "1", "第", "一是甲；二是乙；", "文字" * 40 + "。\n"],
)
def test_a_megabyte_is_split_in_time_that_grows_with_its_length(piece):
    """Four times the text takes four times the time, give or take; looking at each part from each
    part would take sixteen times.
    """
    quarter, whole = (_seconds(piece * (size // len(piece.encode()))) for size in SIZES)
    assert whole < 6 * quarter + 2


def _seconds(source: str) -> float:
    began = time.process_time()
    split(source)
    return time.process_time() - began


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("二〇", 20),
        ("１２", 12),
        ("⑫", 12),
        ("6.12", 12),
    ],
)
def test_numbers_are_read_in_every_script(digits, value):
    assert value_of(digits) == value


def test_a_number_alone_tells_its_style():
    assert style_of("第十二条") == ("article", 12)
    assert style_of("6.1") == ("decimal", 1)
    assert style_of("说明") == ("", None)
