"""The workbench: everything that waits for one person, once each, most urgent first.

Each cause is a QuerySet; the list is their union, the counters are the same QuerySets.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Min,
    QuerySet,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.measures.lifecycle import Action
from apps.measures.lights import Light, in_light
from apps.measures.models import (
    ContributionRequest,
    CoordinationItem,
    ProgressReport,
    ReportDraft,
    Request,
    State,
)
from apps.measures.models.coordination import ANSWERERS
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.models.states import PART_REVIEWERS
from apps.measures.permissions import OFFICE, WRITERS
from apps.web import desk as desk_rows
from apps.web.cause import Cause, undecided
from apps.web.causes import ids_of
from apps.web.causes_at_rest import AT_REST, COUNTERS_AT_REST, WAITING_FOR_REST
from apps.web.causes_of_instructions import TO_ACKNOWLEDGE, WAITING_FOR_THE_LEAD
from apps.web.causes_of_objections import COUNTERS_OF_OBJECTIONS, OBJECTED_TO
from apps.web.causes_of_reminders import BULLETIN, COUNTERS_OF_REMINDERS, URGED
from apps.web.counting import count_of
from apps.web.desk import Desk

REPORT_AHEAD_WORKDAYS = 5
READERS = frozenset({Role.UNIT_LEADER, Role.UNIT_HEAD, Role.SUPERVISING_LEADER, Role.AUDITOR})
MOST = 999
"""Beyond it the navigation says 999+."""


def asked_items(desk: Desk) -> "QuerySet[CoordinationItem]":
    """Coordination items that this person answers."""
    return CoordinationItem.objects.open().asked_of(desk.standing)


def asked_contributions(desk: Desk) -> "QuerySet[ContributionRequest]":
    """What this person's agencies are asked to contribute."""
    return ContributionRequest.objects.open().filter(agency__path__overlap=desk.writes_for)


def _open_with(rows: "QuerySet[Any]", measures: MeasureQuerySet) -> MeasureQuerySet:
    return measures.filter(pk__in=rows.values("measure"))


def _waiting_for_me(desk: Desk) -> "QuerySet[Any, Any]":
    """The measures with a report that this person reviews."""
    return ProgressReport.objects.for_review_by(desk.standing).values("measure")


CAUSES = (
    TO_ACKNOWLEDGE,
    URGED,
    Cause(
        "overdue",
        _("Deadline passed"),
        lambda desk: desk.led.due_by(desk.on - timedelta(days=1)),
        WRITERS,
        Action.REPORT,
        implies=frozenset({"due"}),
    ),
    Cause(
        "confirm",
        _("Report to be confirmed"),
        desk_rows.to_confirm,
        frozenset({Role.UNIT_LEADER}),
        Action.CONFIRM_REPORT,
    ),
    Cause(
        "handed_back",
        _("Handed back by the unit leader"),
        lambda desk: desk.led.filter(pk__in=ReportDraft.objects.handed_back().values("measure")),
        WRITERS,
        Action.REPORT,
        _("Go on with the report"),
    ),
    Cause(
        "returned",
        _("Report returned"),
        lambda desk: desk_rows.not_confirming(desk.led.returned()),
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
        lambda desk: desk_rows.reports_owed(desk, by=desk.on - timedelta(days=1)),
        WRITERS,
        Action.REPORT,
        implies=frozenset({"report"}),
    ),
    Cause(
        "answer",
        _("Coordination item to answer"),
        lambda desk: _open_with(asked_items(desk), desk.seen),
        ANSWERERS | {Role.SUPERVISING_LEADER},
        caption=_("Answer"),
        page="web:answer",
        wanted=asked_items,
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
        "contribution",
        _("Contribution asked for"),
        lambda desk: _open_with(asked_contributions(desk), desk.seen),
        WRITERS,
        Action.CONTRIBUTE,
        wanted=asked_contributions,
    ),
    Cause(
        "report",
        _("Report due soon"),
        lambda desk: desk_rows.reports_owed(
            desk, by=desk.calendar.add(desk.on, REPORT_AHEAD_WORKDAYS)
        ),
        WRITERS,
        Action.REPORT,
    ),
    Cause(
        "issue",
        _("Proposed, to be issued"),
        desk_rows.proposals,
        frozenset({Role.DIRECTOR}),
        Action.ISSUE,
    ),
    Cause(
        "review",
        _("Report to be reviewed"),
        lambda desk: desk.seen.filter(pk__in=_waiting_for_me(desk)),
        OFFICE | PART_REVIEWERS,
        Action.REVIEW,
    ),
    *OBJECTED_TO,
    Cause(
        "verify",
        _("Completion to be verified"),
        desk_rows.to_verify,
        frozenset({Role.SUPERVISOR}),
        Action.VERIFY,
    ),
    Cause(
        "close",
        _("Completion verified, to be closed"),
        desk_rows.to_close,
        frozenset({Role.DIRECTOR}),
        Action.CLOSE,
    ),
    Cause(
        "reopen",
        _("Reopening asked for"),
        desk_rows.asked_to_reopen,
        frozenset({Role.DIRECTOR}),
        Action.REOPEN,
    ),
    Cause(
        "adjust",
        _("Adjustment asked for"),
        desk_rows.to_adjust,
        frozenset({Role.DIRECTOR}),
        Action.ADJUST,
    ),
    Cause(
        "carry_over",
        _("Carry-over asked for"),
        desk_rows.to_carry_over,
        frozenset({Role.DIRECTOR}),
        Action.CARRY_OVER,
    ),
    Cause(
        "extend",
        _("Extension asked for"),
        desk_rows.to_extend,
        frozenset({Role.DIRECTOR}),
        Action.EXTEND,
    ),
    Cause(
        "extend_again",
        _("Second extension asked for"),
        desk_rows.to_extend_again,
        frozenset({Role.SUPERVISING_LEADER}),
        Action.EXTEND,
    ),
    Cause(
        "extended_twice",
        _("Third extension asked for: only the issuing level grants it"),
        desk_rows.extended_twice,
        frozenset({Role.DIRECTOR}),
        Action.REFUSE_EXTENSION,
    ),
    Cause(
        "record_extension",
        _("Third extension asked for: the issuing level's decision is put on record"),
        desk_rows.extended_twice,
        frozenset({Role.SUPERVISOR}),
        caption=_("Record the decision"),
        page="web:record_extension",
    ),
    *AT_REST,
    BULLETIN,
    Cause(
        "returned_proposal",
        _("Proposal returned"),
        desk_rows.returned_proposals,
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
        "confirming",
        _("Waits for the unit leader to confirm it"),
        lambda desk: desk.led.filter(pk__in=ReportDraft.objects.confirming().values("measure")),
        WRITERS,
    ),
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
    undecided("objecting", _("Objection waits"), Request.Kind.OBJECT),
    undecided("adjusting", _("Adjustment waits"), Request.Kind.ADJUST),
    undecided("carrying_over", _("Carry-over waits"), Request.Kind.CARRY),
    undecided("extending", _("Extension waits"), Request.Kind.EXTEND),
    *WAITING_FOR_REST,
    *WAITING_FOR_THE_LEAD,
    Cause(
        "closing",
        _("Verified, waits for the director"),
        lambda desk: desk.seen.completing().filter(completion_verified_on__isnull=False),
        frozenset({Role.SUPERVISOR}),
    ),
    Cause(
        "answers",
        _("Waits for an answer"),
        lambda desk: _open_with(CoordinationItem.objects.open(), desk.led),
        WRITERS,
        wanted=lambda desk: CoordinationItem.objects.open(),
    ),
    Cause(
        "contributions",
        _("Waits for contributions"),
        lambda desk: _open_with(ContributionRequest.objects.open(), desk.led),
        WRITERS,
        wanted=lambda desk: ContributionRequest.objects.open(),
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
    TO_ACKNOWLEDGE.key: _("Instructions"),
    "due": _("Due this week"),
    "answer": _("To answer"),
    "acknowledge": _("To acknowledge"),
    "contribution": _("To contribute"),
    "confirm": _("To confirm"),
    "handed_back": pgettext_lazy("drafts", "Handed back"),
    "returned": pgettext_lazy("reports", "Returned"),
    "issue": _("To issue"),
    "completion_returned": pgettext_lazy("completions", "Sent back"),
    "review": _("To review"),
    **COUNTERS_OF_OBJECTIONS,
    "verify": _("To verify"),
    "close": _("To close"),
    "reopen": _("To reopen"),
    "adjust": _("To adjust"),
    "carry_over": _("To carry over"),
    "extend": _("To extend"),
    "extend_again": _("To extend again"),
    "extended_twice": _("Third extensions"),
    "record_extension": _("Third extensions to record"),
    **COUNTERS_AT_REST,
    **COUNTERS_OF_REMINDERS,
    "returned_proposal": pgettext_lazy("proposals", "Returned"),
    "draft": _("Being drafted"),
    "red": Light.RED.label,
    "yellow": Light.YELLOW.label,
}
"""The causes that are counted on top, and how the counter is called."""


def count(desk: Desk) -> int:
    """How many measures wait for this person, MOST + 1 standing for all that is more.

    It is on every page: no cause is read further than that many of its rows.
    """
    return min(count_of(_waiting, desk), MOST + 1)


def _waiting(desk: Desk) -> "QuerySet[Any, Any] | None":
    """The ids that wait for this person, each once."""
    causes = causes_of(desk.standing)
    if not causes:
        return None
    first, *more = (ids_of(cause, desk)[: MOST + 1] for cause in causes)
    return first.union(*more) if more else first


def causes_of(standing: Standing, causes: Sequence[Cause] = CAUSES) -> list[Cause]:
    return [cause for cause in causes if standing.holds_any(cause.roles)]


def next_due(desk: Desk) -> date | None:
    """The next day on which a report or a measure that this person writes for is due."""
    running = desk.led.filter(state__in=(State.ISSUED, State.IN_PROGRESS))
    days = running.aggregate(report=Min("next_report_due_on"), measure=Min("due_on"))
    return min(filter(None, days.values()), default=None)
