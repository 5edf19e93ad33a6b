"""Splitting official text into its numbered parts. Pure; the text is never changed.

A part begins with its printed number and ends where the next one begins, so the spans of all
parts, one after the other, are the text. Levels follow from the order in which the styles of
numbering first nest; no style has a fixed rank.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.policies.clause_wording import ENDS, heading_and_text, is_full, unwrapped, wrap_width

_N = r"[零〇一二三四五六七八九十百两\d]{1,7}"  # no-translate
_C = r"[零〇一二三四五六七八九十百]{1,5}"  # no-translate
_S = r"[^\S\n]*+"
_REFERRED = "(?![项款条至、，和或的所中])"  # no-translate
_NO_RULE = "(?![规至、，和或的款项所之中件])"  # no-translate
_UNIT = rf"(?!{_S}(?:[万亿个倍元家项米吨年月日度%％]|百分|平方|公里))"  # no-translate

# How a part of each style begins; NAME stands around its digits. What only refers to a number
# (the 3rd article's rule) or measures something (1.5 million) begins none.
_BEGINNINGS = {
    "chapter": rf"第{_S}(?P<NAME>{_N}){_S}[编篇章](?![程节的])",  # no-translate
    "section": rf"第{_S}(?P<NAME>{_N}){_S}节(?!的)",  # no-translate
    "article": rf"第{_S}[（(]?(?P<NAME>{_N})[）)]?{_S}条{_NO_RULE}",  # no-translate
    "comma": rf"(?P<NAME>{_C})[、．.](?!{_N}[、，])",  # no-translate
    "bracket": rf"(?:[（(](?P<NAME>{_C})[）)]|(?P<NAME_>[㈠-㈩])){_REFERRED}",
    "decimal": rf"(?P<NAME>\d{{1,2}}(?:[.．]\d{{1,2}}){{1,4}})(?={_S}[\u4e00-\u9fff“《]){_UNIT}",
    "digit": r"(?:(?P<NAME>\d{1,3})[.．、](?!\d)|(?P<NAME_>[⒈-⒛]))",
    "round": rf"(?:[（(](?P<NAME>\d{{1,2}})[）)]|(?P<NAME_>[⑴-⒇])){_REFERRED}",
    "half": r"(?P<NAME>\d{1,2})[）)]",
    "circle": rf"(?P<NAME>[①-⑳㉑-㉟㊱-㊿]){_REFERRED}",
    "bare": rf"(?P<NAME>\d{{1,2}})[^\S\n]++(?=[\u4e00-\u9fff][^\n。；，]{{0,39}}$){_UNIT}",
    "first": r"(?P<NAME>[一二三四五六七八九十]{1,3})是(?!否)",  # no-translate
    "attachment": rf"附{_S}[件录表](?:{_S}(?P<NAME>{_N}|[A-Z]))?(?=[:：.．、\s]|$)",  # no-translate
}
WEAK = frozenset({"decimal", "digit", "half", "bare", "article"})
"""Begins of these styles also occur inside a wrapped sentence: 1.5 million, a reference."""
INLINE = ("first", "bracket", "round", "circle")
"""Styles whose items also follow each other within a paragraph."""
ENCLOSED = frozenset({"bracket", "digit", "round"})
"""Styles that Unicode also has single characters for."""
ABSOLUTE = frozenset({"article", "decimal"})
"""Numbered through the whole document, whatever they stand under."""
_PATTERN = {style: pattern.replace("NAME", style) for style, pattern in _BEGINNINGS.items()}
_ANY = "|".join(f"(?P<is_{style}>{pattern})" for style, pattern in _PATTERN.items())
_AT_LINE = re.compile(rf"^(?:[^\S\n]|\ufeff)*+(?:{_ANY})", re.MULTILINE)
_LISTED = "|".join(f"(?P<is_{style}>{_PATTERN[style]})" for style in INLINE)
_FIRST_ATTACHED = rf"(?<=附件[:：]){_S}(?P<is_digit>{_PATTERN['digit']})"  # no-translate
_IN_LINE = re.compile(rf"(?<=[。；;：:，,])(?:{_LISTED})|{_FIRST_ATTACHED}")


class Kind(TextChoices):
    PREAMBLE = "PREAMBLE"
    CLAUSE = "CLAUSE"
    ATTACHMENT = "ATTACHMENT"


@dataclass(frozen=True)
class Part:
    """A piece of the text: `level` counts from 0, `start` and `end` are its place."""

    kind: Kind
    style: str
    level: int
    number: str
    ordinal: int | None
    heading: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Finding:
    """Something an officer should look at; `part` is the place in the list of parts."""

    kind: str
    said: str
    part: int | None = None


@dataclass(frozen=True)
class Split:
    """The parts in reading order; a part belongs to the last one before it of a lower level."""

    source: str
    parts: list[Part]
    findings: list[Finding]


@dataclass(frozen=True)
class _Mark:
    style: str
    number: str
    ordinal: int | None
    start: int
    end: int
    inline: bool = False


def split(text: str) -> Split:
    """The parts of a text and what is odd about their numbers. Never fails, loses nothing."""
    width = wrap_width(text)
    marks = _marks(text, width)
    parts = _parts(text, marks, width)
    return Split(text, parts, findings_of(parts))


def style_of(number: str) -> tuple[str, int | None]:
    """The style and the value of a printed number that stands alone; ("", None) if it is none."""
    match = _AT_LINE.match(f"{number.strip()} \u4e00")  # no-translate
    if match is None:
        return "", None
    mark = _mark(match, inline=False)
    return mark.style, mark.ordinal


# --- Where parts begin --------------------------------------------------------------------


def _marks(text: str, width: float) -> list[_Mark]:
    at_lines = [
        mark
        for match in _AT_LINE.finditer(text)
        if _begins(text, mark := _mark(match, inline=False), width)
    ]
    begun = {mark.start for mark in at_lines}
    found = [_mark(match, inline=True) for match in _IN_LINE.finditer(text)]
    marks = at_lines + [mark for mark in found if mark.start not in begun]
    return _without_strays(sorted(marks, key=lambda mark: mark.start))


def _mark(match: "re.Match[str]", *, inline: bool) -> _Mark:
    named = match.lastgroup or ""
    style = named.removeprefix("is_")
    digits = match[style] or (match[f"{style}_"] if style in ENCLOSED else "") or ""
    start = match.start(named) if inline else match.start()
    return _Mark(
        style,
        match[named].strip(),
        value_of(digits),
        start,
        match.end(),
        inline and style in INLINE,
    )


def _begins(text: str, mark: _Mark, width: float) -> bool:
    """Whether a mark at the beginning of a line really begins a part."""
    if mark.style not in WEAK or (
        mark.style == "article" and text[mark.end : mark.end + 1].isspace()
    ):
        return True
    before = text[max(0, mark.start - 400) : mark.start].rstrip().rpartition("\n")[2].strip()
    wrapped = bool(before) and is_full(before, width) and before[-1] not in ENDS
    return not wrapped or _AT_LINE.match(before) is not None


def _without_strays(marks: Sequence[_Mark]) -> list[_Mark]:
    """Without single items of an enumeration: one needs at least two, and inline ones a first."""
    kept: list[_Mark] = []
    run: dict[str, list[_Mark]] = defaultdict(list)
    for mark in [*marks, _Mark("", "", None, 0, 0)]:
        doubtful = mark.inline or mark.style == "first"
        if not doubtful:
            kept += _runs(run)
            run.clear()
        if mark.style:
            (run[mark.style] if doubtful else kept).append(mark)
    return sorted(kept, key=lambda mark: mark.start)


def _runs(run: dict[str, list[_Mark]]) -> Iterator[_Mark]:
    for marks in run.values():
        if len(marks) > 1 and (not marks[0].inline or marks[0].ordinal == 1):
            yield from marks


# --- From marks to parts ------------------------------------------------------------------


def _parts(text: str, marks: Sequence[_Mark], width: float) -> list[Part]:
    parts: list[Part] = []
    first = marks[0].start if marks else len(text)
    if text[:first].strip() or not marks:
        parts.append(_preamble(text, first, width))
    levels = _levels(marks)
    ends = [mark.start for mark in marks[1:]] + [len(text)]
    for mark, level, end in zip(marks, levels, ends, strict=False):
        start = mark.start if parts else 0
        kind = Kind.ATTACHMENT if mark.style == "attachment" else Kind.CLAUSE
        wording = unwrapped(text[mark.start : end], width).partition(mark.number)[2]
        heading, body = heading_and_text(wording)
        parts.append(
            Part(
                kind,
                mark.style,
                level,
                _tight(mark.number),
                mark.ordinal,
                heading,
                body,
                start,
                end,
            )
        )
    return parts


def _tight(number: str) -> str:
    """A number as it is printed, but for the blanks within it."""
    return "".join(number.split())[:20]


def _preamble(text: str, end: int, width: float) -> Part:
    heading, body = heading_and_text(unwrapped(text[:end], width))
    return Part(Kind.PREAMBLE, "", 0, "", None, heading, body, 0, end)


@dataclass
class _Nesting:
    """What has been learned about which style stands below which."""

    stack: list[_Mark] = field(default_factory=list)
    below: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def level_of(self, mark: _Mark) -> int:
        if mark.style == "attachment":
            self.stack = []
        styles = [_depth_style(above) for above in self.stack]
        if _depth_style(mark) in styles:
            del self.stack[styles.index(_depth_style(mark)) :]
        else:
            self._leave(mark)
        for above in self.stack:
            self.below[_depth_style(above)].add(_depth_style(mark))
        self.stack.append(mark)
        return len(self.stack) - 1

    def _leave(self, mark: _Mark) -> None:
        """Leave what cannot hold the mark: items within a sentence, styles known to be lower."""
        style = _depth_style(mark)
        while self.stack and (
            (self.stack[-1].inline and not mark.inline)
            or _depth_style(self.stack[-1]) in self.below[style]
        ):
            self.stack.pop()
        begins_amid = bool(self.stack) and (self.stack[0].ordinal or 1) > 1
        if begins_amid and (mark.ordinal or 1) > 1 and not self._is_low(style):
            self.stack = []

    def _is_low(self, style: str) -> bool:
        return any(style in lower for lower in self.below.values())


def _depth_style(mark: _Mark) -> str:
    """1.1 and 1.1.1 are styles of their own."""
    if mark.style != "decimal":
        return mark.style
    return f"decimal {len(re.findall('[.．]', mark.number))}"


def _levels(marks: Iterable[_Mark]) -> list[int]:
    nesting = _Nesting()
    return [nesting.level_of(mark) for mark in marks]


# --- Numbers ------------------------------------------------------------------------------


def value_of(digits: str) -> int | None:
    """十二, 12, １２, ⑫ and the last number of 6.12 are 12."""
    digits = re.split("[.．]", digits)[-1]
    if not digits:
        return None
    if digits.isdecimal():
        return int(digits)
    if len(digits) == 1 and digits not in "零〇十百两":  # no-translate
        return int(unicodedata.numeric(digits, 0)) or None
    return _chinese(digits)


def _chinese(digits: str) -> int | None:
    total = current = 0
    for one in digits.replace("〇", "零").replace("两", "二"):  # no-translate
        if one in "十百":  # no-translate
            total += (current or 1) * (10 if one == "十" else 100)  # no-translate
            current = 0
        else:
            current = current * 10 + int(unicodedata.numeric(one, 0))
    return total + current or None


# --- Findings -----------------------------------------------------------------------------


def findings_of(parts: Sequence[Part]) -> list[Finding]:
    """Gaps, duplicates and numbers out of order, or that nothing is numbered at all."""
    if not any(part.ordinal for part in parts):
        return [Finding("unnumbered", _("No numbering was found: the text is kept as one part."))]
    found = [one for run in _sequences(parts) for one in _oddities(parts, run)]
    return sorted(found, key=lambda one: one.part or 0)


def _sequences(parts: Sequence[Part]) -> list[list[int]]:
    """The parts that are counted together: those below the same one, and all articles."""
    runs: dict[tuple[object, ...], list[int]] = defaultdict(list)
    path: list[int] = []
    attachment = -1
    for place, part in enumerate(parts):
        path = [*path[: part.level], place]
        attachment = place if part.kind == Kind.ATTACHMENT else attachment
        above = path[-2] if len(path) > 1 else -1
        through = part.style == "article" and part.ordinal != 1
        key = (attachment, "article") if through else (above, part.style, part.number.count("."))
        if part.style == "article" and not through:
            runs[(attachment, "article", place)] = runs.pop((attachment, "article"), [])
            key = (attachment, "article")
        if part.ordinal is not None:
            runs[key].append(place)
    return [run for run in runs.values() if run]


def _oddities(parts: Sequence[Part], run: Sequence[int]) -> Iterator[Finding]:
    numbers = [parts[place].ordinal or 0 for place in run]
    highest, seen = 0, set[int]()
    there = set(numbers)
    for place, number in zip(run, numbers, strict=True):
        printed = {"number": parts[place].number}
        missing = [n for n in range(highest + 1, min(number, highest + 1000)) if n not in there]
        if number in seen:
            said = _("%(number)s stands here a second time.") % printed
            yield Finding("duplicate", said, place)
        elif number < highest:
            yield Finding("order", _("%(number)s is out of order.") % printed, place)
        elif missing:
            said = _("Before %(number)s, missing: %(missing)s.")
            yield Finding("gap", said % (printed | {"missing": _ranges(missing)}), place)
        seen.add(number)
        highest = max(highest, number)


def _ranges(numbers: Sequence[int]) -> str:
    """3, 5–7"""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][-1] == number - 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number, number])
    said = [str(low) if low == high else f"{low}–{high}" for low, high in spans]
    return pgettext("between numbers of a list", ", ").join(said)
