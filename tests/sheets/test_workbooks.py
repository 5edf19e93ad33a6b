"""Workbooks as spreadsheets open them: kinds of cells, and nothing that calculates."""

import io
import tracemalloc
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from apps.sheets.workbooks import LONGEST, Sheet, workbook
from tests.sheets.reading import table, texts


def written(*rows, head=("a",), name="表") -> bytes:
    return b"".join(workbook([Sheet(name, head, rows)]))


def cell(value):
    """The kind of the cell and what it says; None for an empty one."""
    return table(written([value]))[1].get("A")


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0"])
def test_text_is_text_whatever_it_begins_with(said):
    assert cell(said) == ("inlineStr", said)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, ("n", "7")),
        (Decimal("-12.50"), ("n", "-12.50")),
        (Decimal("1234567890123456.78"), ("inlineStr", "1234567890123456.78")),
        (True, ("b", "1")),
        (date(2026, 3, 2), ("n", "46083")),
        (datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai")), ("n", "46083.500000")),
        ("<&> 工作", ("inlineStr", "<&> 工作")),
        ("a\x00b\x1f", ("inlineStr", "ab")),
        ("_x0041_", ("inlineStr", "_x005F_x0041_")),
        ("", None),
        (None, None),
    ],
)
def test_kinds_of_cells(value, shown):
    assert cell(value) == shown


def test_a_text_that_is_too_long_ends_in_dots():
    _kind, said = cell("长" * (LONGEST + 5))
    assert (len(said), said[-1]) == (LONGEST, "…")


def test_columns_beyond_z():
    row = table(written(list(range(28)), head=[f"h{n}" for n in range(28)]))[1]
    assert (row["Z"], row["AA"], row["AB"]) == (("n", "25"), ("n", "26"), ("n", "27"))


def test_several_tables_under_names_that_are_allowed():
    made = b"".join(workbook([Sheet("a/b", ["x"], [[1]]), Sheet("第二", ["y"], [["2"]])]))
    assert (texts(made), texts(made, 2)) == ([["x"], ["1"]], [["y"], ["2"]])
    with ZipFile(io.BytesIO(made)) as file:
        names = [
            each.get("name") for each in ElementTree.fromstring(file.read("xl/workbook.xml"))[0]
        ]
        parts = [n for n in file.namelist() if n.endswith((".xml", ".rels"))]
        for part in parts:
            ElementTree.fromstring(file.read(part))
    assert names == ["a b", "第二"]


def test_the_same_rows_make_the_same_bytes():
    assert written([1, "x"]) == written([1, "x"])


def test_memory_does_not_grow_with_the_rows():
    def peak(many: int) -> int:
        tracemalloc.start()
        for _piece in workbook([Sheet("t", ["a", "b"], ([n, "文字"] for n in range(many)))]):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < 1.5 * peak(4_000) + 100_000
