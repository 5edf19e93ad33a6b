"""The instructions on a measure, wherever they are shown: what waits, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from apps.accounts.standing import Standing
from apps.measures.lifecycle import Action
from apps.measures.models import Instruction, Measure
from apps.measures.models.instruction import InstructionQuerySet
from apps.measures.permissions import may_now
from apps.workdays.arithmetic import Calendar


@dataclass(frozen=True)
class OpenInstruction:
    """One that the lead has not acknowledged, for how long, and whether this person can."""

    instruction: Instruction
    since: date
    workdays: int
    mine: bool


def open_instructions(
    standing: Standing, measure: Measure, calendar: Calendar, *, on: date
) -> list[OpenInstruction]:
    """Those that wait to be acknowledged, the oldest first."""
    found = list(measure.instructions.open().select_related("agency", "scan"))
    if not found:
        return []
    mine = bool(may_now(Action.ACKNOWLEDGE_INSTRUCTION, standing, measure))
    return [_waiting(each, measure, calendar, mine=mine, on=on) for each in found]


def _waiting(
    instruction: Instruction, measure: Measure, calendar: Calendar, *, mine: bool, on: date
) -> OpenInstruction:
    instruction.measure = measure
    since = localdate(instruction.known_at)
    return OpenInstruction(instruction, since, max(calendar.between(since, on), 0), mine)


def told(measure: Measure) -> Iterable[Instruction]:
    """All of them with scan, receipt and the report that followed."""
    rows: InstructionQuerySet = measure.instructions.all()
    return rows.with_following().select_related("agency", "scan", "receipt__agency")
