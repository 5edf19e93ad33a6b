"""The life of a measure drawn from the table: states as boxes, transitions as arrows. Pure.

The main path runs downwards; what leads back stands on its left, rest and end on its right.
Colours are the reader's: everything is drawn in the current colour. Words are in the language
that is active.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.measures.lifecycle.table import TRANSITIONS, label_of
from apps.measures.models import State
from apps.measures.models.states import OPEN

PLACES = {
    State.DRAFT: (0, 0),
    State.PROPOSED: (0, 1),
    State.ISSUED: (0, 2),
    State.IN_PROGRESS: (0, 3),
    State.COMPLETING: (0, 4),
    State.CLOSED: (0, 5),
    State.SUSPENDED: (1, 3),
    State.CANCELLED: (1, 5),
}
"""Column and row of each state."""
COLUMNS = (310, 710)
FIRST_ROW, ROW = 40, 110
BOX_WIDTH, BOX_HEIGHT = 194, 44
BESIDE = 22
"""How far two arrows between the same boxes keep from the middle."""
AROUND = 200
"""How far from the middle an arrow passes that leads back over several states."""
LINE = 16
WIDTH, HEIGHT = 1000, FIRST_ROW + 5 * ROW + 50
FRAME = (140, FIRST_ROW + 2 * ROW - 42, 850, 2 * ROW + 84)
"""Around the open states: left, top, width, height."""


@dataclass(frozen=True)
class Arrow:
    """A line through these points, its end last, and what is said beside it."""

    points: Sequence[tuple[int, int]]
    words: Sequence[str]
    at: tuple[int, int]
    anchor: str = "start"


def draw_lifecycle() -> SafeString:
    """The whole drawing as one SVG element."""
    inside = [_frame(), *map(_box, State), *map(_draw, _arrows())]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="lifecycle" viewBox="0 0 {} {}"'
        ' role="img" aria-label="{}" font-family="sans-serif" font-size="13"'
        ' fill="none" stroke="currentColor">\n{}\n{}\n</svg>\n',
        WIDTH,
        HEIGHT,
        _("The life of a measure"),
        HEAD,
        format_html_join("\n", "{}", ((each,) for each in inside)),
    )


HEAD = SafeString(
    '<defs><marker id="arrow-head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8"'
    ' markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor" stroke="none"/>'
    "</marker></defs>"
)


# --- Where an arrow runs ----------------------------------------------------------------------


def _arrows() -> Iterator[Arrow]:
    """One for all transitions from a state to another; one for those from every open state."""
    for source, target in dict.fromkeys(_ways()):
        words = [
            str(label_of(line.action, source) if source else line.action.label)
            for line in TRANSITIONS
            if line.target is target and _from_all_open(line.sources) == (source is None)
            if source is None or source in line.sources
        ]
        yield _arrow(source, target, words)


def _ways() -> Iterator[tuple[State | None, State]]:
    for line in TRANSITIONS:
        if line.target is None:
            continue
        if _from_all_open(line.sources):
            yield None, line.target
        else:
            yield from ((state, line.target) for state in State if state in line.sources)


def _from_all_open(sources: frozenset[State]) -> bool:
    return sources == frozenset(OPEN)


def _arrow(source: State | None, target: State, words: Sequence[str]) -> Arrow:
    x, y = _middle(target)
    if source is None:
        bottom = FRAME[1] + FRAME[3]
        return Arrow([(x, bottom), (x, y - BOX_HEIGHT // 2)], words, (x + 10, bottom + 28))
    if source is target:
        return _loop(x, y, words)
    (column, row), (to_column, to_row) = PLACES[source], PLACES[target]
    if column != to_column:
        return _across(source, target, words)
    if to_row == row + 1:
        return _along(source, target, words, side=1)
    if to_row == row - 1:
        return _along(source, target, words, side=-1)
    return _around(source, target, words)


def _middle(state: State) -> tuple[int, int]:
    column, row = PLACES[state]
    return COLUMNS[column], FIRST_ROW + row * ROW


def _along(source: State, target: State, words: Sequence[str], *, side: int) -> Arrow:
    """To the next box below, on the right; or back to the one above, on the left."""
    (x, y), (_x, to_y) = _middle(source), _middle(target)
    half, beside = side * BOX_HEIGHT // 2, x + side * BESIDE
    half_way = (y + to_y) // 2 - LINE * (len(words) - 1) // 2
    return Arrow(
        [(beside, y + half), (beside, to_y - half)],
        words,
        (beside + side * 8, half_way + 4),
        "start" if side > 0 else "end",
    )


def _across(source: State, target: State, words: Sequence[str]) -> Arrow:
    """Between the columns; one way above the other. Slanting where the rows differ."""
    (x, y), (to_x, to_y) = _middle(source), _middle(target)
    side = 1 if to_x > x else -1
    shift = -side * BESIDE // 2
    start, end = x + side * BOX_WIDTH // 2, to_x - side * BOX_WIDTH // 2
    above = shift - 7 - LINE * (len(words) - 1) if shift < 0 else shift + 17
    middle = ((start + end) // 2, (y + to_y) // 2 + above)
    return Arrow([(start, y + shift), (end, to_y + shift)], words, middle, "middle")


def _around(source: State, target: State, words: Sequence[str]) -> Arrow:
    """Back over several states, on the far left."""
    (x, y), (_x, to_y) = _middle(source), _middle(target)
    edge, far = x - BOX_WIDTH // 2, x - AROUND
    points = [(edge, y), (far, y), (far, to_y), (edge, to_y)]
    return Arrow(points, words, (far - 8, y - 30), "end")


def _loop(x: int, y: int, words: Sequence[str]) -> Arrow:
    """Out of the box on its right side and in again."""
    edge, out = x + BOX_WIDTH // 2, x + BOX_WIDTH // 2 + 26
    return Arrow(
        [(edge, y - 9), (out, y - 9), (out, y + 9), (edge, y + 9)], words, (out + 8, y + 4)
    )


# --- How it is drawn ----------------------------------------------------------------------------


def _frame() -> SafeString:
    left, top, width, height = FRAME
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="10" stroke-dasharray="4 4"'
        ' stroke-opacity="0.5"/>',
        left,
        top,
        width,
        height,
    )


def _box(state: State) -> SafeString:
    x, y = _middle(state)
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="6" stroke-width="1.5"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-weight="600" fill="currentColor"'
        ' stroke="none">{}</text>',
        x - BOX_WIDTH // 2,
        y - BOX_HEIGHT // 2,
        BOX_WIDTH,
        BOX_HEIGHT,
        x,
        y + 5,
        state.label,
    )


def _draw(arrow: Arrow) -> SafeString:
    points = " ".join(f"{x},{y}" for x, y in arrow.points)
    line = format_html('<polyline points="{}" marker-end="url(#arrow-head)"/>', points)
    x, y = arrow.at
    said = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}" fill="currentColor" stroke="none">{}</text>',
        ((x, y + LINE * n, arrow.anchor, word) for n, word in enumerate(arrow.words)),
    )
    return format_html("{}{}", line, said)
