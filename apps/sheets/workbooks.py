"""Writing a workbook (.xlsx) piece by piece: what is in memory does not grow with its rows.

Every text is written as text, by its type: whatever it begins with, a spreadsheet never
calculates it. The same rows make the same bytes, so that a program is told that nothing changed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | bool | date | datetime | None
LONGEST = 32_767
"""Characters in a cell; a file with more is called damaged."""
DIGITS = 15
"""As many as a spreadsheet keeps of a number; longer ones are written as text."""
PIECE = 64 * 1024
DAY_ZERO = date(1899, 12, 30)
PLAIN, OF_DAY, OF_MOMENT, OF_HEAD = range(4)
"""The styles, in the order in which STYLES has them."""
NARROWEST, WIDEST = 9, 60


@dataclass(frozen=True)
class Sheet:
    """A table under its heading; `widths` in characters, where the heading's are too few."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def workbook(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """The file in pieces, to be sent one after the other."""
    taken = _Taken()
    with ZipFile(taken, "w", ZIP_DEFLATED) as file:
        for name, text in _frame(sheets):
            file.writestr(_entry(name), text.encode())
        for n, sheet in enumerate(sheets, 1):
            with file.open(_entry(f"xl/worksheets/sheet{n}.xml"), "w") as part:
                for text in _sheet(sheet):
                    part.write(text.encode())
                    if taken.size > PIECE:
                        yield taken.all()
    yield taken.all()


class _Taken:
    """What was written so far and not sent yet."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes) -> int:
        if piece:
            self.pieces.append(bytes(piece))
            self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to let go."""

    def all(self) -> bytes:
        found = b"".join(self.pieces)
        self.pieces, self.size = [], 0
        return found


def _entry(name: str) -> ZipInfo:
    """Of no particular time."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


# --- A table --------------------------------------------------------------------------------


def _sheet(sheet: Sheet) -> Iterator[str]:
    """The heading stays in sight and can be filtered by."""
    last = f"{_letters(max(len(sheet.head), 1))}1"
    yield (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews>{_columns(sheet)}<sheetData>"
    )
    yield _row(1, sheet.head, OF_HEAD)
    for number, row in enumerate(sheet.rows, 2):
        yield _row(number, row)
    yield f'</sheetData><autoFilter ref="A1:{last}"/></worksheet>'


def _columns(sheet: Sheet) -> str:
    if not sheet.head:
        return ""
    said = [
        min(max(NARROWEST, len(title) + 2, *sheet.widths[n : n + 1]), WIDEST)
        for n, title in enumerate(sheet.head)
    ]
    each = [
        f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(said, 1)
    ]
    return f"<cols>{''.join(each)}</cols>"


def _row(number: int, values: Sequence[Cell], style: int = PLAIN) -> str:
    cells = (_cell(f"{_letters(n)}{number}", value, style) for n, value in enumerate(values, 1))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: Cell, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        return f'<c r="{place}" s="{OF_MOMENT}"><v>{_serial(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{OF_DAY}"><v>{(value - DAY_ZERO).days}</v></c>'
    if not isinstance(value, str) and _is_kept(value):
        return f'<c r="{place}"><v>{value}</v></c>'
    styled = f' s="{style}"' if style else ""
    said = f'<is><t xml:space="preserve">{_text(str(value))}</t></is>'
    return f'<c r="{place}" t="inlineStr"{styled}>{said}</c>'


def _is_kept(number: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps all of its digits."""
    exact = Decimal(str(number))
    return exact.is_finite() and len(exact.as_tuple().digits) <= DIGITS


def _serial(moment: datetime) -> str:
    """Days since the beginning, in the office's time; a spreadsheet knows no other."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    days = (local.replace(tzinfo=None) - datetime.combine(DAY_ZERO, time.min)) / timedelta(days=1)
    return f"{days:.6f}"


NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def _text(said: str) -> str:
    """Without what XML does not know; “_x0041_” would be read as a letter."""
    short = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
    return escape(LIKE_ESCAPED.sub("_x005F_", NOT_XML.sub("", short)))


def _letters(column: int) -> str:
    """1 → A, 27 → AA."""
    found = ""
    while column:
        column, left = divmod(column - 1, 26)
        found = chr(ord("A") + left) + found
    return found


# --- What a workbook needs around its tables ------------------------------------------------

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = f"""{XML}<styleSheet xmlns="{MAIN}">\
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def _frame(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """The other files of the package."""
    numbers = range(1, len(sheets) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{kinds}</Types>',
    )
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    parts = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations([*parts, (f"rId{len(sheets) + 1}", "styles", "styles.xml")]),
    )
    names = "".join(
        f'<sheet name={quoteattr(_name(sheet.name))} sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    yield (
        "xl/workbook.xml",
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
    )
    yield "xl/styles.xml", STYLES


def _relations(of: Iterable[tuple[str, str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{pk}" Type="{OFFICE}/{kind}" Target="{where}"/>'
        for pk, kind, where in of
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'


def _name(said: str) -> str:
    """31 characters at most, none of those that formulas use."""
    return NOT_IN_NAMES.sub(" ", said)[:31] or "1"
