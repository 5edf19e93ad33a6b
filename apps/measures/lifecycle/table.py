"""The transition table: every action, from where, to where, by whom."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import ALLOWED, Verdict
from apps.measures.lifecycle.actions import Action, Who
from apps.measures.models import State
from apps.measures.models.states import OPEN, UNISSUED


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
        Who.LEAD_OR_LEADER,
        None,
        _("A request within three workdays of issue, signed or not; the director decides."),
    ),
    _line(
        Action.CONFIRM_OBJECTION,
        {State.ISSUED, State.IN_PROGRESS},
        Who.LEAD_LEADER,
        None,
        _("The objection is the agency's; from now on the director's clock runs."),
    ),
    _line(
        Action.REISSUE,
        {State.ISSUED, State.IN_PROGRESS},
        Who.DIRECTOR,
        State.ISSUED,
        _("An objection was upheld: another agency leads from now on."),
    ),
    _line(
        Action.REFUSE_OBJECTION,
        set(OPEN),
        Who.DIRECTOR,
        None,
        _("The lead stays, for a reason that stays."),
    ),
    _line(
        Action.REPORT,
        {State.IN_PROGRESS},
        Who.LEAD,
        None,
        _("Waits for review; counts for the light unless it is returned."),
    ),
    _line(
        Action.CONFIRM_REPORT,
        {State.IN_PROGRESS},
        Who.LEAD_LEADER,
        None,
        _("Where the agency wants it: reported from now on, or handed back to its writers."),
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
        Action.INSTRUCT,
        set(OPEN),
        Who.SUPERVISING_LEADER,
        None,
        _("Stands on top of the measure until the lead has acknowledged it."),
    ),
    _line(
        Action.RECORD_INSTRUCTION,
        set(OPEN),
        Who.SUPERVISOR,
        None,
        _("What a leader instructed on paper, with who, when and scan."),
    ),
    _line(
        Action.ACKNOWLEDGE_INSTRUCTION,
        set(OPEN),
        Who.LEAD_STAFF,
        None,
        _("Received, once; the report that follows says what was done."),
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
        Action.ASK_SUSPENSION,
        {State.IN_PROGRESS, State.SUSPENDED},
        Who.LEAD_OR_OFFICE,
        None,
        _(
            "A request with grounds, a condition, a review date, and the parts it takes along;"
            " of what is suspended already, to prolong that."
        ),
    ),
    _line(
        Action.SUSPEND,
        {State.IN_PROGRESS, State.SUSPENDED},
        Who.DIRECTOR,
        State.SUSPENDED,
        _("Rests under a condition, until a review date; no report is owed, no day is counted."),
    ),
    _line(
        Action.REFUSE_SUSPENSION,
        set(OPEN),
        Who.DIRECTOR,
        None,
        _("Goes on, for a reason that stays."),
    ),
    _line(
        Action.RESUME,
        {State.SUSPENDED},
        Who.DIRECTOR,
        State.IN_PROGRESS,
        _("Goes on with the parts it took along; a deadline that has passed is given anew."),
    ),
    _line(
        Action.ASK_ADJUSTMENT,
        {State.IN_PROGRESS},
        Who.LEAD_OR_OFFICE,
        None,
        _("A request with grounds: title, supporters, target, rhythm or open milestones."),
    ),
    _line(
        Action.ADJUST,
        {State.IN_PROGRESS, State.SUSPENDED},
        Who.DIRECTOR,
        None,
        _("Changed exactly as it was asked for; what was reached stays."),
    ),
    _line(
        Action.REFUSE_ADJUSTMENT,
        {State.IN_PROGRESS, State.COMPLETING, State.SUSPENDED},
        Who.DIRECTOR,
        None,
        _("It goes on as it is, for a reason that stays."),
    ),
    _line(
        Action.ASK_CARRY_OVER,
        {State.IN_PROGRESS},
        Who.LEAD_OR_OFFICE,
        None,
        _("Standing work only: a request with a deadline and milestones of the next year."),
    ),
    _line(
        Action.CARRY_OVER,
        {State.IN_PROGRESS, State.SUSPENDED},
        Who.DIRECTOR,
        None,
        _("Standing work gets new milestones for the next year; that is no extension."),
    ),
    _line(
        Action.REFUSE_CARRY_OVER,
        {State.IN_PROGRESS, State.COMPLETING, State.SUSPENDED},
        Who.DIRECTOR,
        None,
        _("It ends this year, for a reason that stays."),
    ),
    _line(
        Action.ASK_CANCELLATION,
        set(OPEN),
        Who.LEAD_OR_OFFICE,
        None,
        _("A request with grounds that names every open part; the director decides."),
    ),
    _line(
        Action.CANCEL,
        set(OPEN),
        Who.DIRECTOR,
        State.CANCELLED,
        _(
            "Ends without completion, with its parts; a task of a superior level only by that"
            " level's decision on paper."
        ),
    ),
    _line(
        Action.REFUSE_CANCELLATION,
        set(OPEN),
        Who.DIRECTOR,
        None,
        _("Goes on, for a reason that stays."),
    ),
)

TABLE = {line.action: line for line in TRANSITIONS}


def allows(action: Action, state: str) -> Verdict:
    """Whether a measure in this state can take the action at all."""
    if state in TABLE[action].sources:
        return ALLOWED
    return Verdict(
        format_lazy(_("Not possible while the measure is “{state}”."), state=State(state).label)
    )


PROLONGING = {
    Action.ASK_SUSPENSION: _("Ask to prolong the suspension"),
    Action.SUSPEND: _("Prolong the suspension"),
    Action.REFUSE_SUSPENSION: _("Refuse to prolong the suspension"),
}


def label_of(action: Action, state: str) -> str | Promise:
    """What an action is called where the measure stands; what rests already is only prolonged."""
    label = PROLONGING.get(action) if state == State.SUSPENDED else None
    return label or action.label


def actions_from(state: str) -> list[Action]:
    """Every action a measure in this state can take, in the order of the table."""
    return [line.action for line in TRANSITIONS if state in line.sources]
