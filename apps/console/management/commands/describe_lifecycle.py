"""Write docs/lifecycle.md from the transition table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from apps.measures.lifecycle import TRANSITIONS, Transition, Who
from apps.measures.models import State

WHERE = Path("docs") / "lifecycle.md"
WHO = {
    Who.SUPERVISOR: "supervisor or director",
    Who.DIRECTOR: "director",
    Who.LEAD: "liaison or drafter of the lead",
    Who.LEAD_LEADER: "unit leader of the lead",
    Who.LEAD_OR_OFFICE: "liaison or drafter of the lead; supervisor or director",
    Who.REVIEWER: "supervisor or director; of a part, the lead of its parent",
    Who.EXTENDER: "director; the second time the lead's supervising leader",
    Who.SUPPORTER: "liaison or drafter of a supporter",
    Who.SYSTEM: "by itself",
}


class Command(BaseCommand):
    help = "Write docs/lifecycle.md, the life of a measure, from the transition table."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / WHERE
        path.write_text(describe(), encoding="utf-8")
        self.stdout.write(f"{WHERE} is written.")


def describe() -> str:
    """The whole document, in English: a diagram of the states and every line of the table."""
    with translation.override("en"):
        return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The life of a measure"
    yield ""
    yield "Written by `manage.py describe_lifecycle` from `apps/measures/lifecycle/`; edit that."
    yield "Overdue, returned and behind are derived from facts, never states."
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield from (f"    {state.value}: {state.label}" for state in State)
    yield "    [*] --> DRAFT"
    yield from _arrows()
    yield from (f"    {state.value} --> [*]" for state in _ends())
    yield "```"
    yield ""
    yield "| action | from | to | whose act | effect |"
    yield "|---|---|---|---|---|"
    yield from map(_row, TRANSITIONS)


def _arrows() -> Iterator[str]:
    for line in TRANSITIONS:
        if line.target:
            for source in _in_order(line):
                yield f"    {source.value} --> {line.target.value}: {line.action.label}"


def _row(line: Transition) -> str:
    sources = ", ".join(str(state.label) for state in _in_order(line))
    target = line.target.label if line.target else "stays"
    return f"| {line.action.label} | {sources} | {target} | {WHO[line.who]} | {line.effect} |"


def _ends() -> list[State]:
    """States that only reopening leads out of, or nothing does."""
    return [State.CLOSED, State.CANCELLED]


def _in_order(line: Transition) -> list[State]:
    return [state for state in State if state in line.sources]
