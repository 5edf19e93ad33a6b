"""The workbench: everything that waits for one person, once each, most urgent first.

Each cause is a QuerySet; the list is their union, the counters are the same QuerySets.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.db.models import Case, Exists, IntegerField, Min, OuterRef, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.standing import Standing
from apps.audit.models import AuditEvent
from apps.core.actor import Role
from apps.measures.lifecycle import Action
from apps.measures.lights import Light, in_light
from apps.measures.models import Measure, Request, State
from apps.measures.models.measure import MeasureQuerySet
from apps.measures.permissions import OFFICE, WRITERS
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import current_calendar

REPORT_AHEAD_WORKDAYS = 5
READERS = frozenset({Role.UNIT_LEADER, Role.UNIT_HEAD, Role.SUPERVISING_LEADER, Role.AUDITOR})
SUNDAY = 6


@dataclass(frozen=True)
class Desk:
    """What one person sees and leads on a day."""

    standing: Standing
    on: date
    calendar: Calendar

    @cached_property
    def seen(self) -> MeasureQuerySet:
        return Measure.objects.visible_to(self.standing)

    @cached_property
    def led(self) -> MeasureQuerySet:
        """Those the person writes for: led by the agencies of its posts, or below them."""
        posts = [post.agency_id for post in self.standing.posts if post.role in WRITERS]
        return self.seen.led_by(posts)

    @property
    def week_end(self) -> date:
        return self.on + timedelta(days=SUNDAY - self.on.weekday())


@dataclass(frozen=True)
class Cause:
    """Why a measure lies on the desk, and the act that takes it off again."""

    key: str
    label: str | Promise
    """Said in the row."""
    rows: Callable[[Desk], MeasureQuerySet]
    roles: frozenset[Role]
    action: Action | None = None
    """None where there is nothing to do but read."""
    caption: str | Promise = ""
    """On the button, where the action's own label is not enough."""
    implies: frozenset[str] = frozenset()
    """Keys of causes that go without saying where this one is said."""


def _returned_proposals(desk: Desk) -> MeasureQuerySet:
    """Drafts that were proposals once: the director sent them back."""
    sent_back = AuditEvent.objects.filter(
        act="measures.return_proposal",
        subject_type=Measure._meta.label_lower,
        subject_id=OuterRef("pk"),
    )
    return desk.seen.drafts().filter(Exists(sent_back))


def _proposals(desk: Desk) -> MeasureQuerySet:
    """Those somebody else proposed: nobody issues what they proposed themselves."""
    return desk.seen.proposed().exclude(proposed_by_id=desk.standing.pk)


def _asked_to_reopen(desk: Desk) -> MeasureQuerySet:
    """Those that somebody else asks to reopen: nobody decides what they asked for themselves."""
    return desk.seen.filter(_waits(Request.Kind.REOPEN, desk))


def _to_verify(desk: Desk) -> MeasureQuerySet:
    unverified = desk.seen.completing().filter(completion_verified_on__isnull=True)
    return unverified.filter(_waits(Request.Kind.COMPLETE, desk))


def _to_close(desk: Desk) -> MeasureQuerySet:
    verified = desk.seen.completing().filter(completion_verified_on__isnull=False)
    return verified.filter(_waits(Request.Kind.COMPLETE, desk))


def _waits(kind: str, desk: Desk) -> Exists:
    """A request of the kind waits that this person may decide."""
    asked = Request.objects.of_kind(kind).waiting().exclude(asked_by_id=desk.standing.pk or 0)
    return Exists(asked.filter(measure=OuterRef("pk")))


CAUSES = (
    Cause(
        "overdue",
        _("Deadline passed"),
        lambda desk: desk.led.due_by(desk.on - timedelta(days=1)),
        WRITERS,
        Action.REPORT,
        implies=frozenset({"due"}),
    ),
    Cause(
        "returned",
        _("Report returned"),
        lambda desk: desk.led.returned(),
        WRITERS,
        Action.REPORT,
        _("Revise and report again"),
    ),
    Cause(
        "completion_returned",
        _("Completion sent back"),
        lambda desk: desk.led.completion_returned(),
        WRITERS,
        Action.APPLY,
        _("Apply again"),
    ),
    Cause(
        "missed",
        _("Report missing"),
        lambda desk: desk.led.report_due(by=desk.on - timedelta(days=1)),
        WRITERS,
        Action.REPORT,
        implies=frozenset({"report"}),
    ),
    Cause(
        "due",
        _("Due this week"),
        lambda desk: desk.led.due_by(desk.week_end),
        WRITERS,
        Action.REPORT,
    ),
    Cause(
        "acknowledge",
        _("Newly issued, to be acknowledged"),
        lambda desk: desk.led.to_acknowledge(),
        WRITERS,
        Action.ACKNOWLEDGE,
    ),
    Cause(
        "report",
        _("Report due soon"),
        lambda desk: desk.led.report_due(by=desk.calendar.add(desk.on, REPORT_AHEAD_WORKDAYS)),
        WRITERS,
        Action.REPORT,
    ),
    Cause(
        "issue", _("Proposed, to be issued"), _proposals, frozenset({Role.DIRECTOR}), Action.ISSUE
    ),
    Cause(
        "review",
        _("Report to be reviewed"),
        lambda desk: desk.seen.review_waiting(),
        OFFICE,
        Action.REVIEW,
    ),
    Cause(
        "verify",
        _("Completion to be verified"),
        _to_verify,
        frozenset({Role.SUPERVISOR}),
        Action.VERIFY,
    ),
    Cause(
        "close",
        _("Completion verified, to be closed"),
        _to_close,
        frozenset({Role.DIRECTOR}),
        Action.CLOSE,
    ),
    Cause(
        "reopen",
        _("Reopening asked for"),
        _asked_to_reopen,
        frozenset({Role.DIRECTOR}),
        Action.REOPEN,
    ),
    Cause(
        "returned_proposal",
        _("Proposal returned"),
        _returned_proposals,
        frozenset({Role.SUPERVISOR}),
        Action.REVISE,
        implies=frozenset({"draft"}),
    ),
    Cause(
        "draft",
        _("Draft with a lead, not proposed yet"),
        lambda desk: desk.seen.drafts().filter(lead__isnull=False),
        frozenset({Role.SUPERVISOR}),
        Action.REVISE,
    ),
    Cause(
        "red",
        Light.RED.label,
        lambda desk: desk.seen.filter(in_light(Light.RED, on=desk.on)),
        READERS,
    ),
    Cause(
        "yellow",
        Light.YELLOW.label,
        lambda desk: desk.seen.filter(in_light(Light.YELLOW, on=desk.on)),
        READERS,
    ),
)
"""The most urgent first."""

OTHERS = (
    Cause(
        "in_review",
        _("Waits for review"),
        lambda desk: desk.led.review_waiting(),
        WRITERS,
    ),
    Cause(
        "completing",
        _("Completion waits"),
        lambda desk: desk.led.completing(),
        WRITERS,
    ),
    Cause(
        "closing",
        _("Verified, waits for the director"),
        lambda desk: desk.seen.completing().filter(completion_verified_on__isnull=False),
        frozenset({Role.SUPERVISOR}),
    ),
    Cause(
        "proposed",
        _("Waits for the director"),
        lambda desk: desk.seen.proposed(),
        frozenset({Role.SUPERVISOR}),
    ),
)
"""What the person waits for from others."""

COUNTERS = {
    "due": _("Due this week"),
    "acknowledge": _("To acknowledge"),
    "returned": pgettext_lazy("reports", "Returned"),
    "issue": _("To issue"),
    "completion_returned": pgettext_lazy("completions", "Sent back"),
    "review": _("To review"),
    "verify": _("To verify"),
    "close": _("To close"),
    "reopen": _("To reopen"),
    "returned_proposal": pgettext_lazy("proposals", "Returned"),
    "draft": _("Being drafted"),
    "red": Light.RED.label,
    "yellow": Light.YELLOW.label,
}
"""The causes that are counted on top, and how the counter is called."""


def count(standing: Standing, on: date) -> int:
    """How many measures wait for this person: the length of the list."""
    causes = causes_of(standing)
    return count_of(Desk(standing, on, current_calendar()), causes) if causes else 0


def count_of(desk: Desk, causes: Sequence[Cause]) -> int:
    return _any_of(causes, desk).count() if causes else 0


def causes_of(standing: Standing, causes: Sequence[Cause] = CAUSES) -> list[Cause]:
    return [cause for cause in causes if standing.holds_any(cause.roles)]


def waiting(desk: Desk, causes: Sequence[Cause]) -> MeasureQuerySet:
    """The measures of these causes, each once, most urgent first."""
    if not causes:
        return Measure.objects.none()
    most_urgent = Case(
        *(When(pk__in=_ids(cause, desk), then=Value(n)) for n, cause in enumerate(causes)),
        output_field=IntegerField(),
    )
    return (
        Measure.objects.filter(pk__in=_any_of(causes, desk))
        .annotate(urgency=most_urgent)
        .order_by("urgency", "due_key", "pk")
    )


def causes_by_measure(
    desk: Desk, causes: Sequence[Cause], measures: Iterable[Measure]
) -> dict[int, list[Cause]]:
    """Every cause that holds for each of these measures, most urgent first. One query."""
    shown = [measure.pk for measure in measures]
    if not shown or not causes:
        return {}
    found = [
        cause.rows(desk).filter(pk__in=shown).order_by().annotate(place=Value(n))
        for n, cause in enumerate(causes)
    ]
    pairs = [rows.values_list("pk", "place") for rows in found]
    held: dict[int, list[Cause]] = {}
    for pk, place in sorted(pairs[0].union(*pairs[1:]), key=itemgetter(1)):
        held.setdefault(pk, []).append(causes[place])
    return held


def next_due(desk: Desk) -> date | None:
    """The next day on which a report or a measure that this person writes for is due."""
    running = desk.led.filter(state__in=(State.ISSUED, State.IN_PROGRESS))
    days = running.aggregate(report=Min("next_report_due_on"), measure=Min("due_on"))
    return min(filter(None, days.values()), default=None)


def _any_of(causes: Sequence[Cause], desk: Desk) -> "QuerySet[Measure, Any]":
    """The ids of the measures that have at least one of the causes, each once."""
    first, *more = (_ids(cause, desk) for cause in causes)
    return first.union(*more) if more else first


def _ids(cause: Cause, desk: Desk) -> "QuerySet[Measure, Any]":
    return cause.rows(desk).order_by().values("pk")
