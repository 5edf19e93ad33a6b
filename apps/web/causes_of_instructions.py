"""Why a measure lies on a desk by an instruction of a supervising leader."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.core.actor import Role
from apps.measures.models import Instruction
from apps.measures.models.instruction import InstructionQuerySet
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.permissions import LEAD_STAFF, OFFICE
from apps.web.cause import Cause
from apps.web.desk import Desk

NEWS_DAYS = 14
"""So long does the leader see that a report has followed."""


def open_ones(desk: Desk) -> InstructionQuerySet:
    return Instruction.objects.open().as_questions()


def own_open(desk: Desk) -> InstructionQuerySet:
    return open_ones(desk).given_by(desk.standing.person_id)


def own_unanswered(desk: Desk) -> InstructionQuerySet:
    """The leader's own, received, with no report since."""
    return Instruction.objects.given_by(desk.standing.person_id).unanswered().as_questions()


def own_answered(desk: Desk) -> InstructionQuerySet:
    """The leader's own, with a first report of the last days."""
    own = Instruction.objects.given_by(desk.standing.person_id)
    return own.followed_after(desk.on - timedelta(days=NEWS_DAYS)).as_questions()


def to_acknowledge(desk: Desk) -> MeasureQuerySet:
    led = desk.seen.led_by(desk.standing.agencies_of(LEAD_STAFF))
    return _with(open_ones(desk), led)


def _with(rows: InstructionQuerySet, measures: MeasureQuerySet) -> MeasureQuerySet:
    return measures.filter(pk__in=rows.order_by().values("measure"))


TO_ACKNOWLEDGE = Cause(
    "instruction",
    _("Instruction to be acknowledged"),
    to_acknowledge,
    LEAD_STAFF,
    caption=_("Acknowledge instruction"),
    page="web:acknowledge_instruction",
    wanted=open_ones,
    since=True,
)
LEADER = frozenset({Role.SUPERVISING_LEADER})
WAITING_FOR_THE_LEAD = (
    Cause(
        "unacknowledged_instruction",
        _("Instruction not acknowledged yet"),
        lambda desk: _with(open_ones(desk), desk.seen),
        OFFICE,
        wanted=open_ones,
        since=True,
    ),
    Cause(
        "own_open_instruction",
        _("My instruction, not acknowledged yet"),
        lambda desk: _with(own_open(desk), desk.seen),
        LEADER,
        wanted=own_open,
        since=True,
    ),
    Cause(
        "own_unanswered_instruction",
        _("My instruction, acknowledged, no report since"),
        lambda desk: _with(own_unanswered(desk), desk.seen),
        LEADER,
        wanted=own_unanswered,
        since=True,
    ),
    Cause(
        "own_answered_instruction",
        _("My instruction, a report has followed"),
        lambda desk: _with(own_answered(desk), desk.seen),
        LEADER,
        wanted=own_answered,
        since=True,
    ),
)
