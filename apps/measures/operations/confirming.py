"""The agency's own check of its reports: handed in to the unit leader, confirmed or handed back.

Until it is confirmed it is a draft: nothing has been reported, and the time is the lead's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.standing import Standing
from apps.audit.operations import record
from apps.audit.reading import describe
from apps.core.errors import RuleBroken, Verdict
from apps.measures.lifecycle import Action
from apps.measures.lights import plain
from apps.measures.models import Evidence, Measure, Milestone, ProgressReport, ReportDraft
from apps.measures.operations.acting import acting, opening, refuse_wrong_state
from apps.measures.operations.locking import lock_measure
from apps.measures.operations.report_drafts import (
    confirmation_wanted,
    refuse_stale_draft,
    release,
    write_draft,
)
from apps.measures.operations.reporting import (
    Account,
    Signature,
    Weighed,
    enter,
    next_sheet,
    report_now,
    unwritten,
    weigh,
)
from apps.measures.permissions import may, may_confirm

describe(
    acts={
        "measures.confirm_report": gettext_lazy("Report confirmed by the unit leader"),
        "measures.hand_in_report": gettext_lazy("Report handed in to the unit leader"),
        "measures.hand_back_report": gettext_lazy("Report handed back by the unit leader"),
        "measures.take_back_report": gettext_lazy("Report taken back from the unit leader"),
    }
)


def hand_in_report(
    measure: Measure,
    account: Account,
    *,
    seen_draft: int | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> ProgressReport | ReportDraft:
    """What the lead's liaison or drafter has written: reported, or waiting for the unit leader.

    It is checked as `submit_report` checks it, so that nobody confirms what cannot be reported.
    """
    with opening(Action.REPORT, measure, seen=seen, by=by) as locked:
        if not confirmation_wanted(locked, by):
            return report_now(locked, account, seen_draft=seen_draft, by=by, at=at)
        weigh(locked, account, by)
        draft = write_draft(locked, content_of(account), seen=seen_draft, by=by, at=at)
        draft.handed_by_id, draft.handed_by_name, draft.handed_at = by.person_id, str(by), at
        _forget_remark(draft)
        _keep(draft, "hand_in_report", by=by, at=at, changes={"handed_in": ("", str(by))})
        draft.evidence.set(account.evidence)
    return draft


def confirm_report(
    measure: Measure, *, seen_draft: int, seen: int, by: Standing, at: datetime
) -> ProgressReport:
    """The unit leader lets it go: it is reported from now on, and waits for review."""
    with acting(Action.CONFIRM_REPORT, measure, seen=seen, by=by, at=at) as act:
        draft = _confirming(act.measure, seen_draft, by)
        account = account_of(draft)
        weighed = weigh(act.measure, account, by)
        signed = Signature(draft.handed_by_id, draft.handed_by_name, confirmed_by=by)
        return enter(act, account, weighed, signed, seen_draft, at)


@transaction.atomic
def hand_back_report(
    measure: Measure, *, reason: str, seen: int, by: Standing, at: datetime
) -> ReportDraft:
    """The unit leader wants something done to it first; the reason stands on top of the draft.

    `seen` is the version of the draft that the page showed.
    """
    locked = lock_measure(measure.pk, known=measure)
    may(Action.CONFIRM_REPORT, by, locked).or_refuse()
    refuse_wrong_state(Action.CONFIRM_REPORT, locked)
    draft = _confirming(locked, seen, by)
    if not reason.strip():
        raise RuleBroken(_("Say what has to be changed."), field="reason")
    draft.remark, draft.remarked_by_name, draft.remarked_at = reason.strip(), str(by), at
    changes = {"handed_in": (draft.handed_by_name, "")}
    release(draft)
    draft.version += 1
    return _keep(draft, "hand_back_report", by=by, at=at, changes=changes, note=draft.remark)


@transaction.atomic
def take_back_report(measure: Measure, *, seen: int, by: Standing, at: datetime) -> ReportDraft:
    """Whoever writes for the lead goes on with it before the unit leader has decided.

    `seen` is the version of the draft that the page showed.
    """
    locked = lock_measure(measure.pk, known=measure)
    may(Action.REPORT, by, locked).or_refuse()
    draft = _handed_in(locked, seen)
    changes = {"handed_in": (draft.handed_by_name, "")}
    draft.saved_by_id, draft.saved_by_name, draft.saved_at = by.person_id, str(by), at
    release(draft)
    draft.version += 1
    return _keep(draft, "take_back_report", by=by, at=at, changes=changes)


def _confirming(measure: Measure, seen: int, by: Standing) -> ReportDraft:
    draft = _handed_in(measure, seen)
    may_confirm(by, measure, draft).or_refuse()
    return draft


def _handed_in(measure: Measure, seen: int) -> ReportDraft:
    """The draft that waits for the unit leader, as the page showed it."""
    draft = ReportDraft.objects.standing().filter(measure=measure).first()
    refuse_stale_draft(draft, seen)
    if draft is None or not draft.is_confirming:
        raise RuleBroken(_("No report waits for the unit leader."))
    draft.measure = measure
    return draft


def _forget_remark(draft: ReportDraft) -> None:
    draft.remark, draft.remarked_by_name, draft.remarked_at = "", "", None


def _keep(
    draft: ReportDraft,
    act: str,
    *,
    by: Standing,
    at: datetime,
    changes: Mapping[str, tuple[Any, Any]],
    note: str = "",
) -> ReportDraft:
    """Save the draft; its own event tells the agency's business, not the measure's."""
    draft.save()
    restricted = draft.measure.restricted
    record(
        f"measures.{act}", draft, by=by, at=at, changes=changes, note=note, restricted=restricted
    )
    return draft


# --- What a draft says ----------------------------------------------------------------------------


def content_of(account: Account) -> dict[str, Any]:
    """An account as the form types it, so that whoever takes it back goes on with it."""
    pieces = [piece.pk for piece in dict.fromkeys(account.evidence)]
    return {
        "summary": account.summary,
        "problems": account.problems,
        "next_step": account.next_step,
        "explanation": account.explanation,
        "progress": "" if account.progress is None else plain(account.progress),
        "quantity": "" if account.quantity is None else plain(account.quantity),
        "reached": sorted(account.reached),
        "earlier": pieces,
        "contributed": pieces,
        "no_change": account.no_change,
    }


def account_of(draft: ReportDraft) -> Account:
    """What was handed in, as an account."""
    said = draft.content
    return Account(
        summary=said["summary"],
        problems=said["problems"],
        next_step=said["next_step"],
        explanation=said["explanation"],
        progress=_figure(said["progress"]),
        quantity=_figure(said["quantity"]),
        reached=frozenset(said["reached"]),
        no_change=said["no_change"],
        evidence=list(draft.evidence.order_by("pk")),
    )


def _figure(typed: str) -> Decimal | None:
    return Decimal(typed) if typed else None


@dataclass(frozen=True)
class Foreseen:
    """The report that confirming would make; `verdict` says why it would be refused by now."""

    report: ProgressReport
    newly: list[Milestone]
    evidence: list[Evidence]
    verdict: Verdict


def foresee(draft: ReportDraft, *, by: Standing, at: datetime) -> Foreseen:
    """What the unit leader is asked to confirm; the draft's measure must be loaded."""
    account, measure = account_of(draft), draft.measure
    try:
        weighed, verdict = weigh(measure, account, by), Verdict()
    except RuleBroken as refusal:
        weighed, verdict = Weighed(measure.reported_progress, []), Verdict(refusal.reason)
    signed = Signature(draft.handed_by_id, draft.handed_by_name)
    report = unwritten(measure, account, weighed, signed, at)
    report.number, _drafted = next_sheet(measure)
    return Foreseen(report, weighed.newly, list(account.evidence), verdict)
