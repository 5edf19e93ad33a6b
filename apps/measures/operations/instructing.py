"""Instructions 批示: given by the supervising leader of the lead, acknowledged once by the lead."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.standing import Standing
from apps.audit.operations import record
from apps.audit.reading import describe
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Instruction, InstructionReceipt, Measure
from apps.measures.operations.acting import beside
from apps.measures.operations.evidence import refuse_foreign
from apps.measures.operations.requests import Paper
from apps.measures.permissions import OFFICE

describe(
    acts={
        "measures.instruct": gettext_lazy("Instruction given"),
        "measures.record_instruction": gettext_lazy("Instruction on paper put on record"),
        "measures.acknowledge_instruction": gettext_lazy("Receipt of an instruction acknowledged"),
    }
)


def instruct(measure: Measure, *, text: str, by: Standing, at: datetime) -> Instruction:
    """The supervising leader writes what has to be seen to; the lead acknowledges it."""
    _refuse_silence(text)
    with beside(Action.INSTRUCT, measure, by=by, at=at) as locked:
        said = {"by_id": by.person_id, "by_name": str(by), "at": at}
        return _write(locked, Action.INSTRUCT, text, said, by=by, at=at)


def record_instruction(
    measure: Measure, *, text: str, paper: Paper, by: Standing, at: datetime
) -> Instruction:
    """The supervision office puts on record what a leader wrote on paper, with its scan.

    Raises RuleBroken for a day before the measure was first issued or after today.
    """
    _refuse_silence(text)
    with beside(Action.RECORD_INSTRUCTION, measure, by=by, at=at) as locked:
        _refuse_paper(locked, paper, by, timezone.localdate(at))
        return _write(locked, Action.RECORD_INSTRUCTION, text, _as_on(paper, by, at), by=by, at=at)


def acknowledge_instruction(
    instruction: Instruction, *, by: Standing, at: datetime
) -> InstructionReceipt:
    """The agency that leads today confirms that it has received the instruction, once."""
    action = Action.ACKNOWLEDGE_INSTRUCTION
    with beside(action, instruction.measure, by=by, at=at) as locked:
        if received := InstructionReceipt.objects.filter(instruction=instruction).first():
            raise RuleBroken(
                _("This instruction has been acknowledged already: %(who)s.")
                % {"who": received.by_name}
            )
        assert locked.lead is not None
        receipt = InstructionReceipt.objects.create(
            instruction=instruction,
            agency=locked.lead,
            by_id=by.person_id,
            by_name=str(by),
            at=at,
        )
        record(
            f"measures.{action.lower()}",
            instruction,
            by=by,
            at=at,
            changes={"receipt": ("", locked.lead.name)},
            restricted=locked.restricted,
        )
    return receipt


def _refuse_silence(text: str) -> None:
    if not text.strip():
        raise RuleBroken(_("Write the instruction."), field="text")


def _refuse_paper(measure: Measure, paper: Paper, by: Standing, today: date) -> None:
    if not paper.by_name.strip():
        raise RuleBroken(_("Say who gave the instruction."), field="by_name")
    first = measure.lead_terms.first()
    if not (first and first.from_on <= paper.decided_on <= today):
        raise RuleBroken(
            _("The instruction lies between the day the measure was issued and today."),
            field="decided_on",
        )
    refuse_foreign([paper.scan], by, roles=OFFICE, field="scan")


def _as_on(paper: Paper, by: Standing, at: datetime) -> dict[str, Any]:
    """A paper says a day and no hour: its beginning."""
    return {
        "by_name": paper.by_name.strip(),
        "at": datetime.combine(paper.decided_on, time.min, timezone.get_current_timezone()),
        "scan": paper.scan,
        "recorded_by_id": by.person_id,
        "recorded_by_name": str(by),
        "recorded_at": at,
    }


def _write(
    measure: Measure, action: Action, text: str, said: dict[str, Any], *, by: Standing, at: datetime
) -> Instruction:
    last = measure.instructions.order_by("-number").first()
    assert measure.lead is not None
    instruction = Instruction.objects.create(
        measure=measure,
        number=last.number + 1 if last else 1,
        agency=measure.lead,
        text=text.strip(),
        **said,
    )
    changes = {"agency": ("", measure.lead.name)}
    if instruction.on_paper:
        day = timezone.localdate(instruction.at)
        changes["on_paper"] = ("", f"{instruction.by_name} {day}")
    record(
        f"measures.{action.lower()}",
        instruction,
        by=by,
        at=at,
        changes=changes,
        note=instruction.text,
        restricted=measure.restricted,
    )
    return instruction
