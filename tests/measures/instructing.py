"""Instructions of a supervising leader, for tests: given here or on paper, and acknowledged."""

from datetime import date

from apps.measures import operations
from apps.measures.models import Instruction, InstructionReceipt, Measure
from tests.conftest import Cast, fresh, verified
from tests.measures.on_paper import paper
from tests.measures.stories_of_rest import cancellation_asked

TEXT = "务必月底前完成首批改造。"


def instructed(cast: Cast, measure: Measure, *, text: str = TEXT, hour: int = 12) -> Instruction:
    """The leader of the bureau gives it here."""
    return operations.instruct(measure, text=text, by=cast["leader"], at=cast.at(hour))


def recorded(
    cast: Cast, measure: Measure, *, on: date | None = None, hour: int = 12, **said
) -> Instruction:
    """The supervisor puts one on record that was given on paper."""
    given = {"text": TEXT, "by": cast["supervisor"]} | said
    if "paper" not in said:
        given["paper"] = paper(cast, on=on)
    return operations.record_instruction(measure, **given, at=cast.at(hour))


def received(
    cast: Cast, instruction: Instruction, *, by: str = "liaison", hour: int = 13
) -> InstructionReceipt:
    return operations.acknowledge_instruction(instruction, by=cast[by], at=cast.at(hour))


def instruction_waits(cast: Cast, clause, **said) -> Measure:
    """An instruction to be acknowledged, while the measure may be cancelled."""
    measure = cancellation_asked(cast, clause, **said)
    instructed(cast, measure)
    return fresh(measure)


def instruction_waits_at_the_end(cast: Cast, clause, **said) -> Measure:
    """An instruction to be acknowledged, while the measure may be closed."""
    measure = verified(cast, clause, **said)
    instructed(cast, measure)
    return fresh(measure)
