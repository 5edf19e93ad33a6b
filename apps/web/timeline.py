"""Everything that happened to a measure, in words, newest first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.standing import Standing
from apps.audit.models import AuditEvent
from apps.audit.reading import Change, Told, Wanted, act_label, changes_of
from apps.measures.lifecycle import ASKS, DECIDED_BY, DECIDES, REQUEST_PATHS
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

OVER = {"suspension_condition", "review_on"}
"""What a request asks for is said there, and not once more when it has come to its end."""


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
    for request, changes in zip(rows, asked_in_words(rows, standing), strict=True):
        yield Entry(
            Kind.REQUEST,
            request.asked_at,
            request.asked_by_name,
            act_label(f"measures.{REQUEST_PATHS[Request.Kind(request.kind)].ask.lower()}"),
            request.grounds,
            changes=changes,
            asked=request,
        )
        for decision in request.decisions.all():
            yield _decision(request, decision)


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
    said = capfirst(str(Measure._meta.get_field("lead").verbose_name))
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
    told = in_words(events, standing, unsaid=UNSAID | OVER)
    for event, changes in zip(events, told, strict=True):
        yield Entry(
            Kind.ACT,
            event.at,
            event.actor_name if event.actor_id else _("By itself"),
            act_label(event.act),
            event.note,
            changes=changes,
        )


def asked_in_words(requests: Iterable[Request], standing: Standing) -> list[list[Change]]:
    """What each request wants to be changed, as this person may read it."""
    subject = Measure._meta.label_lower
    return in_words([Wanted(subject, each.wanted) for each in requests], standing)


def in_words(
    told: Iterable[Told], standing: Standing, *, unsaid: Collection[str] = UNSAID
) -> list[list[Change]]:
    """What each of them changes, as this person may read it; `unsaid` columns are left out."""
    said = [
        Wanted(each.subject_type, {c: v for c, v in each.changes.items() if c not in unsaid})
        for each in told
    ]
    return changes_of(said, standing)
