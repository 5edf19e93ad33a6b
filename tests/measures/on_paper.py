"""Decisions taken on paper, for tests: the paper, and putting it on record."""

from datetime import date

from django.core.files.base import ContentFile

from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Measure
from tests.conftest import PDF, fresh

LEADER = "副市长 李某"


def paper(cast, *, who: str = "supervisor", by_name: str = LEADER, on: date | None = None):
    """A decision of today, scanned by the supervisor."""
    scan = operations.add_scan(ContentFile(PDF), name="批示.pdf", by=cast[who], at=cast.at(11))
    return operations.Paper(by_name, on or cast.today, scan)


def put_on_record(cast, measure: Measure, action: Action, *, who="supervisor", **said) -> Decision:
    how = {"by": cast[who], "at": cast.at(15)} | said
    given = how.pop("paper", None) or paper(cast)
    return operations.record_paper_decision(
        measure, action, paper=given, seen=fresh(measure).version, **how
    )
