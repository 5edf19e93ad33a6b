"""Why a measure lies on a desk that is to rest, rests, or is to end without completion."""

from django.utils.translation import gettext_lazy as _

from apps.core.actor import Role
from apps.measures.lifecycle import Action
from apps.measures.models import Request, State
from apps.measures.models.rows import MeasureQuerySet
from apps.web.cause import Cause, undecided
from apps.web.desk import Desk, superior, waits


def to_suspend(desk: Desk) -> MeasureQuerySet:
    """To rest, or to rest for longer."""
    running = desk.seen.filter(state__in=(State.IN_PROGRESS, State.SUSPENDED))
    return running.filter(waits(Request.Kind.SUSPEND, desk))


def to_cancel(desk: Desk) -> MeasureQuerySet:
    return _cancellation_asked(desk).exclude(pk__in=superior())


def superior_to_cancel(desk: Desk) -> MeasureQuerySet:
    """The office refuses or records that level's decision; it does not grant by itself."""
    return _cancellation_asked(desk).filter(pk__in=superior())


def _cancellation_asked(desk: Desk) -> MeasureQuerySet:
    return desk.seen.filter(waits(Request.Kind.CANCEL, desk))


def to_resume(desk: Desk) -> MeasureQuerySet:
    """The review date has come."""
    return desk.seen.resting_by_itself().filter(review_on__lte=desk.on)


AT_REST = (
    Cause(
        "suspend",
        _("Suspension asked for"),
        to_suspend,
        frozenset({Role.DIRECTOR}),
        Action.SUSPEND,
    ),
    Cause(
        "cancel",
        _("Cancellation asked for"),
        to_cancel,
        frozenset({Role.DIRECTOR}),
        Action.CANCEL,
    ),
    Cause(
        "cancel_superior",
        _("Cancellation asked for: only the superior level grants it"),
        superior_to_cancel,
        frozenset({Role.DIRECTOR}),
        Action.REFUSE_CANCELLATION,
    ),
    Cause(
        "record_cancellation",
        _("Cancellation asked for: the superior level's decision is put on record"),
        superior_to_cancel,
        frozenset({Role.SUPERVISOR}),
        caption=_("Record the decision"),
        page="web:record_cancellation",
    ),
    Cause(
        "resume",
        _("Suspension to be reviewed"),
        to_resume,
        frozenset({Role.DIRECTOR, Role.SUPERVISOR}),
        Action.RESUME,
    ),
)
WAITING_FOR_REST = (
    undecided("suspending", _("Suspension waits"), Request.Kind.SUSPEND),
    undecided("cancelling", _("Cancellation waits"), Request.Kind.CANCEL),
)
COUNTERS_AT_REST = {
    "suspend": _("To suspend"),
    "cancel": _("To cancel"),
    "cancel_superior": _("Cancellations of superior tasks"),
    "record_cancellation": _("Cancellations to record"),
    "resume": _("Suspensions to review"),
}
