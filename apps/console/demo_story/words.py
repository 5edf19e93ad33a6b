"""The words that the demo story is told in.

Days are relative to the day of loading, so that lights are of interest whenever one looks.
"""

from dataclasses import dataclass

from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.measures.models import Basis


@dataclass(frozen=True)
class When:
    """A day: so many days or workdays from the day of loading, or a report due date before it.

    `then` are workdays to go on from there.
    """

    unit: str
    number: int
    then: int = 0


def days(number: int) -> When:
    return When("days", number)


def workdays(number: int) -> When:
    return When("workdays", number)


def report_due(number: int, *, then: int = 0) -> When:
    """-1 is the last report due date before the day of loading."""
    return When("report_due", number, then)


def before_reports(number: int, *, then: int = 0) -> When:
    """A day of issue after which exactly so many reports came due."""
    return When("before_reports", number, then)


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
    """`reached` counts milestones from 1. Without a verdict it waits; a reason returns it.

    It is made on the report due date and reviewed the same day, unless other days are said.
    """

    summary: str = ""
    progress: int | None = None
    quantity: int | None = None
    reached: tuple[int, ...] = ()
    problems: str = ""
    next_step: str = ""
    files: tuple[str, ...] = ()
    no_change: bool = False
    waits: bool = False
    returned: str = ""
    on: When | None = None
    reviewed: When | None = None


@dataclass(frozen=True)
class Question:
    """What the lead needs to know from somebody else to go on; without an answer it waits."""

    of: str
    text: str
    asked: When
    wanted: When
    answer: str = ""
    answered: When | None = None


@dataclass(frozen=True)
class Help:
    """What the lead asks a supporting agency to contribute; without a text it waits."""

    of: str
    question: str
    asked: When
    wanted: When
    text: str = ""
    given: When | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Completion:
    """What was applied for, and as far as it went: verified, closed, or sent back."""

    grounds: str
    files: tuple[str, ...]
    applied: When
    verified: When | None = None
    closed: When | None = None
    sent_back: When | None = None
    reason: str = ""


@dataclass(frozen=True)
class Objection:
    """The lead says that a measure is not its own, and its unit leader confirms that."""

    grounds: str
    raised: When
    confirmed: When
    confirmed_by: str


@dataclass(frozen=True)
class Handing:
    """A measure is broken down: proposed on a day, each part then issued as its story says."""

    on: When
    to: tuple[str, ...]


@dataclass(frozen=True)
class Rest:
    """A suspension that the lead asks for; a leader grants it on paper, the office records that."""

    grounds: str
    condition: str
    review: When
    asked: When
    decided: When
    recorded: When
    by: str
    reason: str
    scan: str


@dataclass(frozen=True)
class Instruction:
    """What a leader wrote on paper, the office records, and the lead acknowledges."""

    text: str
    by: str
    given: When
    recorded: When
    scan: str
    acknowledged: When | None = None


@dataclass(frozen=True)
class Story:
    """One measure. `reports` answer the report due dates in turn; `latest` came the day before.
    `confirming` waits since that day for the unit leader; its agency wants it so from then on.

    `clauses` are carried out beside the one of the article: a link that only the demo states.
    A part has its code and its deadline from the measure that it is a part of.
    """

    code: str
    lead: str
    deadline: When
    clauses: tuple[str, ...] = ()
    supporters: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    target: int | None = None
    unit: str = ""
    proposed: When = workdays(-2)
    proposal_returned: str = ""
    issued: When | None = None
    acknowledged: bool = True
    reports: tuple[Report, ...] = ()
    latest: Report | None = None
    confirming: Report | None = None
    questions: tuple[Question, ...] = ()
    helps: tuple[Help, ...] = ()
    completion: Completion | None = None
    objection: Objection | None = None
    handing: Handing | None = None
    rest: Rest | None = None
    instruction: Instruction | None = None
    reviewers: tuple[str, ...] = ("supervisor2", "supervisor")
    is_part: bool = False

    @property
    def basis(self) -> Basis:
        if self.target:
            return Basis.QUANTITY
        return Basis.MILESTONES if self.steps else Basis.ESTIMATE
