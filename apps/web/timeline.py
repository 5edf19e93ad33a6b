"""Everything that happened to a measure, in words, newest first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.models import AuditEvent
from apps.audit.reading import act_label
from apps.measures.lifecycle import ASKS, DECIDED_BY, DECIDES, REQUEST_PATHS
from apps.measures.lights import plain
from apps.measures.models import (
    CoordinationItem,
    CoordinationOutcome,
    Decision,
    Evidence,
    Instruction,
    Measure,
    ProgressReport,
    Request,
    Review,
)
from apps.web import urged
from apps.web.instructions import told
from apps.web.parts_named import PARTS, hidden_parts, parts_in_words

TOLD_BY_ROWS = (
    "measures.report",
    "measures.confirm_report",
    "measures.review",
    "measures.withdraw_review",
    *(f"measures.{action.lower()}" for action in (*ASKS, *DECIDES)),
    "reminders.acknowledge_urging",
    "reminders.decide_bulletin",
)
"""Acts that a report, a review, a request or a decision tells better than its event."""
UNSAID = {
    "proposed_by_id",
    "reader_ids",
    "original_due_on",
    "issued_on",
    "acknowledged_on",
    "deemed_acknowledged",
    "weekly_reason",
    "review_waiting_since",
    "returned_on",
    "parent_id",
    "suspended_on",
    "suspended_days",
    "resumed_on",
    "cancelled_on",
}
"""Columns that only repeat the act itself, or hold ids of people."""

PERCENTAGES = {"reported_progress", "approved_progress"}
OVER = {"suspension_condition", "review_on"}
"""What a request asks for is said there, and not once more when it has come to its end."""
ROWS: dict[str, str | Promise] = {
    "supporters": gettext_lazy("supporting agencies"),
    "milestones": gettext_lazy("milestones"),
    PARTS: gettext_lazy("parts"),
    "clauses": gettext_lazy("clauses"),
}
"""What changes beside the measure's own columns."""


class Show(models.TextChoices):
    """What part of the timeline is asked for."""

    ALL = "all", gettext_lazy("Everything")
    REPORTS = "reports", gettext_lazy("Reports")
    DECISIONS = "decisions", gettext_lazy("Decisions")
    OTHERS = "others", gettext_lazy("Contributions and coordination")
    REMINDERS = "reminders", gettext_lazy("Reminders")


class Kind(Enum):
    REPORT = "report"
    REVIEW = "review"
    REQUEST = "request"
    DECISION = "decision"
    ACT = "act"
    OTHERS = "others"
    INSTRUCTION = "instruction"
    REMINDER = "reminder"


SHOWN = {
    Show.ALL: set(Kind),
    Show.REPORTS: {Kind.REPORT, Kind.REVIEW},
    Show.DECISIONS: {Kind.REVIEW, Kind.REQUEST, Kind.DECISION, Kind.ACT, Kind.INSTRUCTION},
    Show.OTHERS: {Kind.OTHERS},
    Show.REMINDERS: {Kind.REMINDER},
}


BESIDE = {Kind.OTHERS, Kind.INSTRUCTION, Kind.REMINDER}
"""No version of the measure."""


@dataclass(frozen=True)
class Change:
    """One thing that an act changed, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One thing that happened: who, when, what, and what they wrote."""

    kind: Kind
    at: datetime
    who: str
    title: str | Promise
    text: str = ""
    report: ProgressReport | None = None
    outcome: str = ""
    changes: Sequence[Change] = ()
    pieces: Sequence[Evidence] = ()
    asked: Request | None = None
    decision: Decision | None = None
    instruction: Instruction | None = None


def timeline(measure: Measure, standing: Standing, *, show: Show = Show.ALL) -> list[Entry]:
    """Reports, requests, what was decided on them, and acts, newest first, as this person may
    read them.

    The same number of queries however long.
    """
    asked = [*_requests(measure, standing), *_taken_along(measure)]
    beside = [*_contributions(measure), *_items(measure), *_instructions(measure)]
    beside += _reminders(measure)
    entries = [*_reports(measure), *asked, *_acts(measure, standing), *beside]
    kept = (entry for entry in entries if entry.kind in SHOWN[show])
    return sorted(kept, key=lambda entry: entry.at, reverse=True)


def since(measure: Measure, standing: Standing, seen: int) -> list[Entry]:
    """What happened after the version somebody saw, newest first: one act a version.

    What others added beside the measure is no version of it.
    """
    entries = [e for e in timeline(measure, standing) if e.kind not in BESIDE]
    return entries[: max(measure.version - seen, 0)]


def _reports(measure: Measure) -> Iterable[Entry]:
    reports = measure.reports.select_related("agency").prefetch_related(
        "evidence", "milestone_rows__milestone", "reviews"
    )
    for report in reports:
        yield _report(report)
        for review in report.reviews.all():
            yield _review(report, review)


def _report(report: ProgressReport) -> Entry:
    title = _("No change reported") if report.no_change else _("Progress reported")
    return Entry(
        Kind.REPORT,
        report.submitted_at,
        report.submitted_by_name,
        title,
        report=report,
        outcome=_outcome(report),
    )


def _outcome(report: ProgressReport) -> str:
    """The verdict in force; none while the report waits."""
    reviews = list(report.reviews.all())
    return reviews[-1].outcome if reviews and not reviews[-1].withdraws_id else ""


def _review(report: ProgressReport, review: Review) -> Entry:
    said = {
        Review.Outcome.APPROVED: _("Report %(number)d approved"),
        Review.Outcome.RETURNED: _("Report %(number)d returned"),
        Review.Outcome.WITHDRAWN: _("Review of report %(number)d withdrawn"),
    }
    return Entry(
        Kind.REVIEW,
        review.at,
        review.by_name,
        said[Review.Outcome(review.outcome)] % {"number": report.number},
        review.reason,
        outcome=review.outcome,
    )


def _requests(measure: Measure, standing: Standing) -> Iterable[Entry]:
    rows = measure.requests.prefetch_related("evidence", "decisions__scan", "lead_terms__agency")
    agencies = agencies_wanted(rows)
    hidden = hidden_parts((request.wanted for request in rows), standing)
    for request in rows:
        yield Entry(
            Kind.REQUEST,
            request.asked_at,
            request.asked_by_name,
            act_label(f"measures.{REQUEST_PATHS[Request.Kind(request.kind)].ask.lower()}"),
            request.grounds,
            changes=in_words(request.wanted, agencies, hidden),
            asked=request,
        )
        for decision in request.decisions.all():
            yield _decision(request, decision)


def agencies_wanted(requests: Iterable[Request]) -> dict[int, str]:
    """The names of the agencies that requests want as supporters, or no longer. A query, if any."""
    pairs = [request.wanted.get("supporters", ()) for request in requests]
    ids = {pk for pair in pairs for listed in pair for pk in listed}
    found = Agency.objects.filter(pk__in=ids) if ids else ()
    return {agency.pk: agency.label for agency in found}


def _decision(request: Request, decision: Decision) -> Entry:
    way = Request.Kind(request.kind), Decision.Outcome(decision.outcome)
    return Entry(
        Kind.DECISION,
        decision.known_at,
        decision.by_name,
        act_label(f"measures.{DECIDED_BY[way].lower()}"),
        decision.reason,
        outcome=decision.outcome,
        decision=decision,
        changes=_new_lead(request) if decision.outcome == Decision.Outcome.GRANTED else (),
    )


def _taken_along(measure: Measure) -> Iterable[Entry]:
    """What was decided on the whole, and on this part with it."""
    rows = measure.taken_along.select_related("decision__request__measure", "decision__scan")
    for row in rows:
        decided = _decision(row.decision.request, row.decision)
        with_whole = {"act": decided.title, "code": row.decision.request.measure.code}
        yield replace(decided, title=_("%(act)s together with %(code)s") % with_whole)


def _new_lead(request: Request) -> list[Change]:
    """To whom the measure was reissued, where the objection was upheld."""
    said = _name("lead")
    return [Change(said, request.agency.label, t.agency.label) for t in request.lead_terms.all()]


def _contributions(measure: Measure) -> Iterable[Entry]:
    for asked in measure.contribution_requests.select_related("agency"):
        title = _("%(agency)s is asked for a contribution") % {"agency": asked.agency.label}
        yield _beside(asked.asked_at, asked.asked_by_name, title, asked.question)
    for made in measure.contributions.select_related("agency").prefetch_related("evidence"):
        title = _("Contribution of %(agency)s") % {"agency": made.agency.label}
        yield _beside(made.at, made.by_name, title, made.text, pieces=list(made.evidence.all()))


def _items(measure: Measure) -> Iterable[Entry]:
    for item in measure.coordination_items.select_related("agency", "outcome"):
        whom = _("the supervising leader of %(agency)s") if item.of_leader else "%(agency)s"
        whom %= {"agency": item.agency.label}
        title = _("Question %(number)d to %(whom)s") % {"number": item.number, "whom": whom}
        yield _beside(item.at, item.by_name, title, item.question)
        if outcome := getattr(item, "outcome", None):
            yield _end_of(item, outcome)


def _end_of(item: CoordinationItem, outcome: CoordinationOutcome) -> Entry:
    title = _("Question %(number)d: %(outcome)s") % {
        "number": item.number,
        "outcome": outcome.get_kind_display(),
    }
    if outcome.given_on:
        title += " · " + _("given by %(who)s on %(day)s, put on record by the office") % {
            "who": outcome.given_by,
            "day": date_format(outcome.given_on),
        }
    return _beside(outcome.at, outcome.by_name, title, outcome.text)


def _beside(at: datetime, who: str, title: str, text: str, **more: Any) -> Entry:
    return Entry(Kind.OTHERS, at, who, title, text, **more)


def _instructions(measure: Measure) -> Iterable[Entry]:
    for each in told(measure):
        number = {"number": each.number}
        title = _("Instruction %(number)d") % number
        yield Entry(
            Kind.INSTRUCTION, each.known_at, each.by_name, title, each.text, instruction=each
        )
        if receipt := getattr(each, "receipt", None):
            who = f"{receipt.by_name} · {receipt.agency.label}"
            title = _("Receipt of instruction %(number)d acknowledged") % number
            yield Entry(Kind.INSTRUCTION, receipt.at, who, title)


def _reminders(measure: Measure) -> Iterable[Entry]:
    """What was sent to whom, urging notices, places in the bulletin."""
    for each in urged.told(measure):
        yield Entry(Kind.REMINDER, each.at, each.who, each.title, each.text)


def _acts(measure: Measure, standing: Standing) -> Iterable[Entry]:
    events = list(AuditEvent.objects.about(measure).exclude(act__in=TOLD_BY_ROWS))
    agencies = _agencies_of(events)
    hidden = hidden_parts((event.changes for event in events), standing)
    for event in events:
        yield Entry(
            Kind.ACT,
            event.at,
            event.actor_name if event.actor_id else _("By itself"),
            act_label(event.act),
            event.note,
            changes=in_words(
                {c: v for c, v in event.changes.items() if c not in OVER}, agencies, hidden
            ),
        )


def _agencies_of(events: Iterable[AuditEvent]) -> dict[int, str]:
    """The names of the agencies that led before or after one of the events."""
    ids = {pk for event in events for pk in event.changes.get("lead_id", ()) if pk}
    return {agency.pk: agency.label for agency in Agency.objects.filter(pk__in=ids)}


def in_words(
    changes: dict[str, list[Any]], agencies: dict[int, str], hidden: Collection[str]
) -> list[Change]:
    """An event's changes as people read them; what only repeats the act is left out.

    `hidden` are the codes of parts that the reader is not told.
    """
    return [
        Change(_name(column), *(_said(column, value, agencies, hidden) for value in pair))
        for column, pair in changes.items()
        if column not in UNSAID
    ]


def _said(column: str, value: Any, agencies: dict[int, str], hidden: Collection[str]) -> str:
    return parts_in_words(value, hidden) if column == PARTS else _value(column, value, agencies)


def _name(column: str) -> str:
    field = _field(column)
    return capfirst(str(field.verbose_name if field else ROWS.get(column, column)))


def _value(column: str, value: Any, agencies: dict[int, str]) -> str:
    """A stored value in words; nothing for an empty one."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return _listed(value, agencies)
    if column == "lead_id":
        return agencies.get(value, "")
    field = _field(column)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    if isinstance(field, models.DecimalField):
        return plain(field.to_python(value)) + ("%" if column in PERCENTAGES else "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(field.flatchoices).get(value, value)) if field else str(value)


def _listed(values: list[Any], agencies: dict[int, str]) -> str:
    """Codes, supporters by their ids, or milestones as a request keeps them."""
    if all(isinstance(value, str) for value in values):
        return "、".join(values)
    said = [_step(v) if isinstance(v, dict) else agencies.get(v, "") for v in values]
    return pgettext("between the items of a list", "; ").join(said)


def _step(row: dict[str, Any]) -> str:
    day = date_format(date.fromisoformat(row["due_on"]))
    return f"{row['title']} {day}" + (f" ×{row['weight']}" if row["weight"] != 1 else "")


def _field(column: str) -> "models.Field[Any, Any] | None":
    try:
        field = Measure._meta.get_field(column.removesuffix("_id"))
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) and not field.many_to_many else None
