"""How each kind of request is asked, verified where it has to be, and decided."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from apps.core.errors import ALLOWED, Verdict
from apps.measures.lifecycle.actions import Action
from apps.measures.lifecycle.table import allows
from apps.measures.models import Asked, Decision, Measure, Request

MOST_EXTENSIONS = 2
"""The first is the director's, the second the supervising leader's; then the issuing level's."""


@dataclass(frozen=True)
class RequestPath:
    """The actions by which one kind of request is asked, verified where it has to be, and decided.

    Who may, from which states, and what granting does are the lines of these actions in the table.
    """

    ask: Action
    grant: Action
    refuse: Action
    verify: Action | None = None


REQUEST_PATHS = {
    Request.Kind.OBJECT: RequestPath(
        ask=Action.OBJECT,
        verify=Action.CONFIRM_OBJECTION,
        grant=Action.REISSUE,
        refuse=Action.REFUSE_OBJECTION,
    ),
    Request.Kind.COMPLETE: RequestPath(
        ask=Action.APPLY, verify=Action.VERIFY, grant=Action.CLOSE, refuse=Action.SEND_BACK
    ),
    Request.Kind.REOPEN: RequestPath(
        ask=Action.ASK_REOPENING, grant=Action.REOPEN, refuse=Action.REFUSE_REOPENING
    ),
    Request.Kind.EXTEND: RequestPath(
        ask=Action.ASK_EXTENSION, grant=Action.EXTEND, refuse=Action.REFUSE_EXTENSION
    ),
    Request.Kind.SUSPEND: RequestPath(
        ask=Action.ASK_SUSPENSION, grant=Action.SUSPEND, refuse=Action.REFUSE_SUSPENSION
    ),
    Request.Kind.CANCEL: RequestPath(
        ask=Action.ASK_CANCELLATION, grant=Action.CANCEL, refuse=Action.REFUSE_CANCELLATION
    ),
    Request.Kind.ADJUST: RequestPath(
        ask=Action.ASK_ADJUSTMENT, grant=Action.ADJUST, refuse=Action.REFUSE_ADJUSTMENT
    ),
    Request.Kind.CARRY: RequestPath(
        ask=Action.ASK_CARRY_OVER, grant=Action.CARRY_OVER, refuse=Action.REFUSE_CARRY_OVER
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


def coming_next(request: Request, measure: Measure, *, on_paper: bool = False) -> list[Action]:
    """The decisions that can be taken next on a request that waits."""
    path = REQUEST_PATHS[Request.Kind(request.kind)]
    steps = [path.verify, path.grant, path.refuse]
    return [
        step
        for step in steps
        if step
        and allows(step, measure.state)
        and in_turn(step, measure, request, on_paper=on_paper)
    ]


def in_turn(action: Action, measure: Measure, request: Asked, *, on_paper: bool = False) -> Verdict:
    """Whether a decision comes next: verified once and before closing; two extensions at most;
    an objection confirmed once and before it is upheld.

    A third extension is the issuing level's, which decides on paper.
    """
    if action in (Action.CONFIRM_OBJECTION, Action.REISSUE):
        return _objection_in_turn(action, request)
    if action is Action.EXTEND and measure.extensions >= MOST_EXTENSIONS and not on_paper:
        return Verdict(
            _(
                "Only the level that issued the task grants a third extension; the supervision"
                " office records that level's decision on paper."
            )
        )
    verified = measure.completion_verified_on is not None
    if action is Action.VERIFY and verified:
        return Verdict(_("This completion has been verified already."))
    if action is Action.CLOSE and not verified:
        return Verdict(_("This completion has not been verified yet."))
    return ALLOWED


def _objection_in_turn(action: Action, request: Asked) -> Verdict:
    if action is Action.CONFIRM_OBJECTION and request.is_verified:
        return Verdict(_("This objection has been confirmed already."))
    if action is Action.REISSUE and not request.is_verified:
        return Verdict(_("The lead's unit leader has not confirmed this objection yet."))
    return ALLOWED
