"""The words that the demo story is told in.

Days are relative to the day of loading, so that lights are of interest whenever one looks.
"""

from dataclasses import dataclass

from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.measures.models import Basis


@dataclass(frozen=True)
class When:
    """A day: so many days or workdays from the day of loading, or a report due date before it."""

    unit: str
    number: int


def days(number: int) -> When:
    return When("days", number)


def workdays(number: int) -> When:
    return When("workdays", number)


def report_due(number: int) -> When:
    """-1 is the last report due date before the day of loading."""
    return When("report_due", number)


def before_reports(number: int) -> When:
    """A day of issue after which exactly so many reports came due."""
    return When("before_reports", number)


@dataclass(frozen=True)
class Office:
    """An agency that exists in the demo only."""

    code: str
    name: str
    name_en: str
    short_name: str
    kind: Agency.Kind
    parent: str = "gz-gov"
    adcode: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody with one role, in one agency or in several."""

    username: str
    name: str
    role: Role
    agency: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Absence:
    """One person decides in the place of another, in one role, from day to day."""

    absent: str
    deputy: str
    role: Role
    begins: When
    ends: When


@dataclass(frozen=True)
class Judged:
    """A clause that the supervision office takes to be actionable, in this demo."""

    clause: str
    why: str


@dataclass(frozen=True)
class Step:
    """A milestone."""

    title: str
    due: When
    weight: int = 1


@dataclass(frozen=True)
class Report:
    """`reached` counts milestones from 1. Without a verdict it waits; a reason returns it."""

    summary: str = ""
    progress: int | None = None
    reached: tuple[int, ...] = ()
    problems: str = ""
    next_step: str = ""
    files: tuple[str, ...] = ()
    no_change: bool = False
    waits: bool = False
    returned: str = ""


@dataclass(frozen=True)
class Story:
    """One measure. `reports` answer the report due dates in turn; `latest` came the day before.

    `clauses` are carried out beside the one of the article: a link that only the demo states.
    """

    code: str
    lead: str
    deadline: When
    clauses: tuple[str, ...] = ()
    supporters: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    proposed: When = workdays(-2)
    proposal_returned: str = ""
    issued: When | None = None
    acknowledged: bool = True
    reports: tuple[Report, ...] = ()
    latest: Report | None = None

    @property
    def basis(self) -> Basis:
        return Basis.MILESTONES if self.steps else Basis.ESTIMATE
