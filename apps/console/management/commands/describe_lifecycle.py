"""Write docs/lifecycle.md and its drawing from the transition table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from apps.measures.lifecycle import TRANSITIONS, Transition
from apps.measures.lifecycle.drawing import draw_lifecycle
from apps.measures.lifecycle.whose import WHOSE
from apps.measures.models import State

WHERE = Path("docs") / "lifecycle.md"
DRAWING = Path("docs") / "lifecycle.svg"


class Command(BaseCommand):
    help = "Write docs/lifecycle.md and .svg, the life of a measure, from the transition table."

    def handle(self, *args: Any, **options: Any) -> None:
        for where, what in ((WHERE, describe()), (DRAWING, draw())):
            (Path(settings.BASE_DIR) / where).write_text(what, encoding="utf-8")
            self.stdout.write(f"{where} is written.")


def draw() -> str:
    with translation.override("en"):
        return draw_lifecycle()


def describe() -> str:
    """The whole document, in English: the drawing of the states and every line of the table."""
    with translation.override("en"):
        return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The life of a measure"
    yield ""
    yield "Written by `manage.py describe_lifecycle` from `apps/measures/lifecycle/`; edit that."
    yield "Overdue, returned and behind are derived from facts, never states."
    yield ""
    yield f"![States and transitions]({DRAWING.name})"
    yield ""
    yield "| action | from | to | whose act | effect |"
    yield "|---|---|---|---|---|"
    yield from map(_row, TRANSITIONS)


def _row(line: Transition) -> str:
    sources = ", ".join(str(state.label) for state in _in_order(line))
    target = line.target.label if line.target else "stays"
    return f"| {line.action.label} | {sources} | {target} | {WHOSE[line.who]} | {line.effect} |"


def _in_order(line: Transition) -> list[State]:
    return [state for state in State if state in line.sources]
