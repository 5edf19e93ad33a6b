"""The life of a measure as data: every action, from where, to where, by whom.

Operations, buttons, the admin and the documentation are all read off this table. Refusals
that need more than state and role stand with the operation that makes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import ALLOWED, Verdict
from apps.measures.models import Decision, Measure, Request, State
from apps.measures.models.measure import OPEN, UNISSUED


class Action(models.TextChoices):
    """Office verbs; the label is what stands on the button."""

    REVISE = "REVISE", _("Edit draft")
    PROPOSE = "PROPOSE", _("Propose")
    RETURN_PROPOSAL = "RETURN_PROPOSAL", _("Return proposal")
    ISSUE = "ISSUE", _("Issue")
    ACKNOWLEDGE = "ACKNOWLEDGE", _("Acknowledge receipt")
    DEEM_ACKNOWLEDGED = "DEEM_ACKNOWLEDGED", _("Deem acknowledged")
    OBJECT = "OBJECT", _("Object")
    REISSUE = "REISSUE", _("Reissue to another lead")
    BREAK_DOWN = "BREAK_DOWN", _("Break down")
    DETACH = "DETACH", _("Detach from parent")
    REPORT = "REPORT", _("Report progress")
    REVIEW = "REVIEW", _("Review report")
    ASK_CONTRIBUTION = "ASK_CONTRIBUTION", _("Ask for contributions")
    CONTRIBUTE = "CONTRIBUTE", _("Contribute")
    ASK_COORDINATION = "ASK_COORDINATION", _("Ask for coordination")
    WITHDRAW_REVIEW = "WITHDRAW_REVIEW", _("Withdraw review")
    APPLY = "APPLY", _("Apply for completion")
    VERIFY = "VERIFY", _("Verify completion")
    SEND_BACK = "SEND_BACK", _("Send back")
    CLOSE = "CLOSE", _("Close measure")
    ASK_REOPENING = "ASK_REOPENING", _("Ask to reopen")
    REOPEN = "REOPEN", _("Reopen")
    REFUSE_REOPENING = "REFUSE_REOPENING", _("Refuse to reopen")
    ASK_EXTENSION = "ASK_EXTENSION", _("Ask for an extension")
    EXTEND = "EXTEND", _("Grant extension")
    REFUSE_EXTENSION = "REFUSE_EXTENSION", _("Refuse extension")
    SUSPEND = "SUSPEND", _("Suspend")
    RESUME = "RESUME", _("Resume")
    CARRY_OVER = "CARRY_OVER", _("Carry over into next year")
    CANCEL = "CANCEL", _("Cancel measure")


class Who(Enum):
    """Whose act it is, in relation to the measure."""

    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    LEAD = "lead"
    LEAD_LEADER = "lead_leader"
    LEAD_OR_OFFICE = "lead_or_office"
    EXTENDER = "extender"
    SUPPORTER = "supporter"
    REVIEWER = "reviewer"
    SYSTEM = "system"


@dataclass(frozen=True)
class Transition:
    """One line of the table. `target` is None where the state stays as it is."""

    action: Action
    sources: frozenset[State]
    who: Who
    target: State | None = None
    effect: str | Promise = ""

    def __str__(self) -> str:
        return str(self.action.label)


def _line(
    action: Action, sources: set[State], who: Who, target: State | None, effect: str | Promise
) -> Transition:
    return Transition(action, frozenset(sources), who, target, effect)


MOST_EXTENSIONS = 2
"""The first is the director's, the second the supervising leader's; then the issuing level's."""

EXTENDABLE = {State.IN_PROGRESS, State.COMPLETING, State.SUSPENDED}
"""An extension asked for in progress can be decided whatever was asked after it."""

TRANSITIONS = (
    _line(Action.REVISE, {State.DRAFT}, Who.SUPERVISOR, None, _("The draft is changed.")),
    _line(
        Action.PROPOSE, {State.DRAFT}, Who.SUPERVISOR, State.PROPOSED, _("Waits for the director.")
    ),
    _line(
        Action.RETURN_PROPOSAL,
        {State.PROPOSED},
        Who.DIRECTOR,
        State.DRAFT,
        _("Goes back to the supervisor with a reason."),
    ),
    _line(
        Action.ISSUE,
        {State.PROPOSED},
        Who.DIRECTOR,
        State.ISSUED,
        _("The lead agency sees it; its clock runs; two workdays to acknowledge."),
    ),
    _line(
        Action.ACKNOWLEDGE,
        {State.ISSUED},
        Who.LEAD,
        State.IN_PROGRESS,
        _("Received, which is not agreed."),
    ),
    _line(
        Action.DEEM_ACKNOWLEDGED,
        {State.ISSUED},
        Who.SYSTEM,
        State.IN_PROGRESS,
        _("Unsigned after three workdays: deemed acknowledged, marked late."),
    ),
    _line(
        Action.OBJECT,
        {State.ISSUED, State.IN_PROGRESS},
        Who.LEAD_LEADER,
        None,
        _("A request within three workdays of issue; the director decides."),
    ),
    _line(
        Action.REISSUE,
        {State.ISSUED, State.IN_PROGRESS},
        Who.DIRECTOR,
        State.ISSUED,
        _("An objection was upheld: another agency leads from now on."),
    ),
    _line(
        Action.REPORT,
        {State.IN_PROGRESS},
        Who.LEAD,
        None,
        _("Waits for review; counts for the light unless it is returned."),
    ),
    _line(
        Action.REVIEW,
        set(OPEN),
        Who.REVIEWER,
        None,
        _("The report is approved, or returned with a reason that stays."),
    ),
    _line(
        Action.ASK_CONTRIBUTION,
        {State.IN_PROGRESS},
        Who.LEAD,
        None,
        _("Supporting agencies are asked what they did in the running period."),
    ),
    _line(
        Action.CONTRIBUTE,
        {State.IN_PROGRESS},
        Who.SUPPORTER,
        None,
        _("Text and evidence for the lead's report, never a percent."),
    ),
    _line(
        Action.ASK_COORDINATION,
        {State.IN_PROGRESS, State.SUSPENDED},
        Who.LEAD,
        None,
        _("A blocking question; whoever is asked sees the measure until it has ended."),
    ),
    _line(
        Action.WITHDRAW_REVIEW,
        set(OPEN),
        Who.REVIEWER,
        None,
        _("Within ten seconds, while nothing has followed: the report waits again."),
    ),
    _line(
        Action.BREAK_DOWN,
        {State.IN_PROGRESS},
        Who.LEAD_OR_OFFICE,
        None,
        _("The lead's own parts are issued at once; the office's are proposed to the director."),
    ),
    _line(
        Action.DETACH,
        {*UNISSUED, *OPEN},
        Who.DIRECTOR,
        None,
        _("No longer a part of its parent; counts as a measure of its own."),
    ),
    _line(
        Action.APPLY,
        {State.IN_PROGRESS},
        Who.LEAD,
        State.COMPLETING,
        _("From now on only the reviewer's clock runs."),
    ),
    _line(
        Action.VERIFY,
        {State.COMPLETING},
        Who.SUPERVISOR,
        None,
        _("Checked against the evidence; the director may close."),
    ),
    _line(
        Action.SEND_BACK,
        {State.COMPLETING},
        Who.SUPERVISOR,
        State.IN_PROGRESS,
        _("Goes on, for a reason that stays; the reviewer's days are deducted."),
    ),
    _line(
        Action.CLOSE,
        {State.COMPLETING},
        Who.DIRECTOR,
        State.CLOSED,
        _("Completed; on time is judged by the day of the application."),
    ),
    _line(
        Action.ASK_REOPENING,
        {State.CLOSED},
        Who.LEAD_OR_OFFICE,
        None,
        _("A request with grounds and a new deadline; the director decides."),
    ),
    _line(
        Action.REOPEN,
        {State.CLOSED},
        Who.DIRECTOR,
        State.IN_PROGRESS,
        _("Goes on, with the new deadline that was asked for."),
    ),
    _line(
        Action.REFUSE_REOPENING,
        {State.CLOSED},
        Who.DIRECTOR,
        None,
        _("Stays closed, for a reason that stays."),
    ),
    _line(
        Action.ASK_EXTENSION,
        {State.IN_PROGRESS},
        Who.LEAD,
        None,
        _(
            "A request with grounds and a later deadline;"
            " asked after the deadline it is marked late."
        ),
    ),
    _line(
        Action.EXTEND,
        EXTENDABLE,
        Who.EXTENDER,
        None,
        _("The deadline moves to the day that was asked for; the original one stays on record."),
    ),
    _line(
        Action.REFUSE_EXTENSION,
        EXTENDABLE,
        Who.EXTENDER,
        None,
        _("The deadline stays, for a reason that stays."),
    ),
    _line(
        Action.SUSPEND,
        {State.IN_PROGRESS},
        Who.DIRECTOR,
        State.SUSPENDED,
        _("Rests under a condition, until a review date."),
    ),
    _line(Action.RESUME, {State.SUSPENDED}, Who.DIRECTOR, State.IN_PROGRESS, _("Goes on.")),
    _line(
        Action.CARRY_OVER,
        {State.IN_PROGRESS},
        Who.DIRECTOR,
        None,
        _("Standing work gets new milestones for the next year."),
    ),
    _line(
        Action.CANCEL,
        set(OPEN),
        Who.DIRECTOR,
        State.CANCELLED,
        _("Ends without completion, for a granted reason."),
    ),
)

TABLE = {line.action: line for line in TRANSITIONS}


@dataclass(frozen=True)
class RequestPath:
    """The actions by which one kind of request is asked, verified where it has to be, and decided.

    Who may, from which states, and what granting does are the lines of these actions above.
    """

    ask: Action
    grant: Action
    refuse: Action
    verify: Action | None = None


REQUEST_PATHS = {
    Request.Kind.COMPLETE: RequestPath(
        ask=Action.APPLY, verify=Action.VERIFY, grant=Action.CLOSE, refuse=Action.SEND_BACK
    ),
    Request.Kind.REOPEN: RequestPath(
        ask=Action.ASK_REOPENING, grant=Action.REOPEN, refuse=Action.REFUSE_REOPENING
    ),
    Request.Kind.EXTEND: RequestPath(
        ask=Action.ASK_EXTENSION, grant=Action.EXTEND, refuse=Action.REFUSE_EXTENSION
    ),
}
"""The kinds of request that can be asked."""


@dataclass(frozen=True)
class Deciding:
    """What an action decides: a kind of request, and how."""

    kind: Request.Kind
    outcome: Decision.Outcome


def _decisions() -> Iterator[tuple[Action, Deciding]]:
    for kind, path in REQUEST_PATHS.items():
        if path.verify:
            yield path.verify, Deciding(kind, Decision.Outcome.VERIFIED)
        yield path.grant, Deciding(kind, Decision.Outcome.GRANTED)
        yield path.refuse, Deciding(kind, Decision.Outcome.REFUSED)


DECIDES = dict(_decisions())
DECIDED_BY = {(how.kind, how.outcome): action for action, how in DECIDES.items()}
ASKS = {path.ask: kind for kind, path in REQUEST_PATHS.items()}


def allows(action: Action, state: str) -> Verdict:
    """Whether a measure in this state can take the action at all."""
    if state in TABLE[action].sources:
        return ALLOWED
    return Verdict(
        format_lazy(_("Not possible while the measure is “{state}”."), state=State(state).label)
    )


def actions_from(state: str) -> list[Action]:
    """Every action a measure in this state can take, in the order of the table."""
    return [line.action for line in TRANSITIONS if state in line.sources]


def in_turn(action: Action, measure: Measure) -> Verdict:
    """Whether a decision comes next: verified once and before closing; two extensions at most."""
    if action is Action.EXTEND and measure.extensions >= MOST_EXTENSIONS:
        return Verdict(_("Only the level that issued the task grants a third extension."))
    verified = measure.completion_verified_on is not None
    if action is Action.VERIFY and verified:
        return Verdict(_("This completion has been verified already."))
    if action is Action.CLOSE and not verified:
        return Verdict(_("This completion has not been verified yet."))
    return ALLOWED
