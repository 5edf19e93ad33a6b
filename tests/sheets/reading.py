"""A workbook read back by its XML, as whoever opens it does."""

import io
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(content: bytes, sheet: int = 1) -> list[dict[str, tuple[str, str]]]:
    """Of each row by the letters of the column: the kind of the cell, and what it says."""
    with ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        root = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{sheet}.xml"))
    return [_row(row) for row in root.iter(f"{MAIN}row")]


def texts(content: bytes, sheet: int = 1) -> list[list[str]]:
    """What the rows say, in order; empty cells are left out."""
    return [[said for _kind, said in row.values()] for row in table(content, sheet)]


def _row(row: Any) -> dict[str, tuple[str, str]]:
    assert not list(row.iter(f"{MAIN}f")), "a formula"
    return {
        cell.get("r").rstrip("0123456789"): (cell.get("t", "n"), "".join(cell.itertext()))
        for cell in row
    }
