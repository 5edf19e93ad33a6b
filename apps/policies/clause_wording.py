"""The wording of a part of an official text: its heading, and lines cut by a page's edge. Pure."""

import re
from statistics import quantiles

LONGEST_HEADING = 60
ENDS = "。！？；：.!?;:"
"""What a line that is not cut ends with."""
_LEAD = re.compile(r"^([^。；;\n]{1,40})。(?=.)", re.DOTALL)
_TITLE = re.compile(r"^[【〖\[]([^】〗\]\n]{1,40})[】〗\]]\s*")


def heading_and_text(wording: str) -> tuple[str, str]:
    """Heading and text of a part.

    A part without a heading of its own is known by the beginning of its text, which stays whole.
    """
    body = wording.lstrip(" \u3000\ufeff:：、.．")
    first, _newline, rest = body.partition("\n")
    if titled := _TITLE.match(body):
        return titled[1], body[titled.end() :]
    if len(first) <= LONGEST_HEADING and not set(first) & set("。；;"):
        return first, rest
    if lead := _LEAD.match(first):
        return lead[1], body[lead.end() :].strip()
    return _shortened(first), body


def _shortened(sentence: str) -> str:
    said = re.split("[。；;]", sentence, maxsplit=1)[0]
    if len(said) <= LONGEST_HEADING:
        return said
    cut = max(said.rfind(mark, 0, LONGEST_HEADING) for mark in "，,、")
    return said[:cut] if cut > 8 else said[: LONGEST_HEADING - 1] + "…"


def unwrapped(raw: str, width: float) -> str:
    """The lines of a text without blank ones; a line that the page's edge cut is joined."""
    joined: list[str] = []
    open_line = False
    for line in filter(None, (one.strip() for one in raw.splitlines())):
        if open_line:
            space = " " if joined[-1][-1].isascii() and line[0].isascii() else ""
            joined.append(space + line)
        else:
            joined.append(("\n" if joined else "") + line)
        open_line = is_full(line, width) and line[-1] not in ENDS
    return "".join(joined)


def wrap_width(text: str) -> float:
    """How wide the page was, in characters, judged by the longer lines; 0 if it was not cut."""
    widths = [_width(line) for line in map(str.strip, text.splitlines()) if line]
    if len(widths) < 4:
        return 0
    width = quantiles(widths, n=10)[-1]
    return width if 15 <= width <= 70 else 0


def _width(line: str) -> float:
    """A half-width character is half a Chinese one."""
    return len(line.encode("gbk", "replace")) / 2


def is_full(line: str, width: float) -> bool:
    return width > 0 and _width(line) >= width - 3.5  # a first line is indented
