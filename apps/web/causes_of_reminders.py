"""What reminders themselves put on desks: notices to receive, places in the bulletin to decide."""

from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Role
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.models.states import OPEN
from apps.measures.permissions import LEAD_STAFF
from apps.reminders.models import BulletinProposal, Urging
from apps.reminders.models.bulletin import BulletinProposalQuerySet
from apps.web.cause import Cause
from apps.web.desk import Desk


def to_receive(desk: Desk) -> MeasureQuerySet:
    """The lead's own, with an urging notice that nobody has received; what has ended presses no
    more.
    """
    led = desk.seen.led_by(desk.standing.agencies_of(LEAD_STAFF))
    return _with(Urging.objects.filter(receipt__isnull=True), led.filter(state__in=OPEN))


def for_bulletin(desk: Desk) -> MeasureQuerySet:
    return _with(BulletinProposal.objects.waiting(), desk.seen)


def proposed_for_bulletin() -> BulletinProposalQuerySet:
    """What waits for the director about the measure of the outer query, oldest first."""
    return BulletinProposal.objects.waiting().filter(measure=OuterRef("pk"))


def _with(rows: "QuerySet[Any]", measures: MeasureQuerySet) -> MeasureQuerySet:
    return measures.filter(pk__in=rows.order_by().values("measure"))


URGED = Cause(
    "urged",
    _("Urging notice to be acknowledged"),
    to_receive,
    LEAD_STAFF,
    caption=_("Acknowledge the notice"),
    page="web:urgings",
)
BULLETIN = Cause(
    "bulletin",
    _("Proposed for the next bulletin"),
    for_bulletin,
    frozenset({Role.DIRECTOR}),
    caption=_("Decide on the bulletin"),
    page="web:bulletin",
)
COUNTERS_OF_REMINDERS = {
    URGED.key: _("Urging notices"),
    BULLETIN.key: _("For the bulletin"),
}
