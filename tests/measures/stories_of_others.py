"""What others have to do with a measure: contributions and coordination items."""

from datetime import timedelta

from django.core.files.base import ContentFile

from apps.measures import operations
from apps.measures.models import (
    Contribution,
    ContributionRequest,
    CoordinationItem,
    Evidence,
    Measure,
)
from tests.conftest import PDF


def asked_to_contribute(cast, measure: Measure, *, days: int = 5, **said) -> ContributionRequest:
    """The liaison asks the other bureau, which supports the measure."""
    return operations.ask_for_contribution(
        measure,
        agency=cast.agencies["other"],
        wanted_on=cast.today + timedelta(days=days),
        by=cast["liaison"],
        at=cast.at(),
        **said,
    )


def contributed(cast, measure: Measure, *, text: str = "派出专家", **said) -> Contribution:
    return operations.contribute(
        measure,
        agency=cast.agencies["other"],
        text=text,
        by=cast["stranger"],
        at=cast.at(11),
        **said,
    )


def evidence_of_the_other(cast, *, name: str = "theirs.pdf") -> Evidence:
    return operations.add_evidence(
        ContentFile(PDF + b"theirs"),
        name=name,
        agency=cast.agencies["other"],
        by=cast["stranger"],
        at=cast.at(),
    )


def question(cast, *, of: str = "district", days: int = 5, **said) -> operations.Question:
    return operations.Question(
        agency=cast.agencies[of],
        text="用地何时批复？",
        wanted_on=cast.today + timedelta(days=days),
        **said,
    )


def asked(cast, measure: Measure, **said) -> CoordinationItem:
    """The liaison asks the district, which has no part in the measure."""
    return operations.ask_coordination(
        measure, question(cast, **said), by=cast["liaison"], at=cast.at()
    )


def answered(cast, item: CoordinationItem, *, by: str = "district_liaison"):
    return operations.answer_item(item, text="四月批复", by=cast[by], at=cast.at(12))
