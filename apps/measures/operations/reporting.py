"""Submitting progress reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Exists, OuterRef, Subquery, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken
from apps.measures import lights, periods
from apps.measures.lifecycle import Action
from apps.measures.models import (
    Basis,
    Evidence,
    Measure,
    Milestone,
    ProgressReport,
    ReportDraft,
    ReportEvidence,
    ReportMilestone,
    current_rules,
)
from apps.measures.models.report import ProgressReportQuerySet
from apps.measures.operations.acting import Act, on_record, opening
from apps.measures.operations.contributing import contributed_evidence
from apps.measures.operations.evidence import refuse_foreign
from apps.measures.operations.family import load_parts
from apps.measures.operations.report_drafts import confirmation_wanted, refuse_stale_draft

MOST = Decimal(10) ** 14
"""Beyond what the column of a quantity holds."""


@dataclass(frozen=True)
class Account:
    """What a report says.

    `progress` (percent, two decimals) is given on the basis ESTIMATE only; on MILESTONES it
    follows from `reached`, the ids of the milestones newly reached; on QUANTITY from
    `quantity` (in the measure's unit, counted from the beginning) over the target; on CHILDREN it
    is what the parts' approved reports add up to when this one is submitted.
    """

    summary: str = ""
    problems: str = ""
    next_step: str = ""
    explanation: str = ""
    progress: Decimal | None = None
    quantity: Decimal | None = None
    reached: frozenset[int] = frozenset()
    no_change: bool = False
    evidence: Sequence[Evidence] = ()


def submit_report(
    measure: Measure,
    account: Account,
    *,
    seen_draft: int | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> ProgressReport:
    """Record what the lead agency reports for the period; it waits for review.

    The draft is gone with it; `seen_draft` is its version that the page showed, None where the
    report was written elsewhere.
    Raises RuleBroken, naming the field: progress outside 0–100, progress that falls without
    an explanation, a milestone without evidence, nothing said; and where the agency confirms
    its reports: `hand_in_report` is the way for whoever writes there.
    """
    with opening(Action.REPORT, measure, seen=seen, by=by) as locked:
        if confirmation_wanted(locked, by):
            raise RuleBroken(_("Your agency confirms its reports: the unit leader comes first."))
        return report_now(locked, account, seen_draft=seen_draft, by=by, at=at)


def report_now(
    locked: Measure, account: Account, *, seen_draft: int | None, by: Standing, at: datetime
) -> ProgressReport:
    """Report on a measure that is locked for it and waits for nobody's confirmation."""
    act = Act(locked, *current_rules(on=timezone.localdate(at)))
    with on_record(Action.REPORT, act, by=by, at=at, note=""):
        weighed = weigh(locked, account, by)
        return enter(act, account, weighed, Signature(by.person_id, str(by)), seen_draft, at)


@dataclass(frozen=True)
class Weighed:
    """What an account comes to: the progress, and the milestones newly reached."""

    progress: Decimal
    newly: list[Milestone]


@dataclass(frozen=True)
class Signature:
    """Who wrote a report, and who confirmed it where the agency does that."""

    by_id: int | None
    by_name: str
    confirmed_by: Standing | None = None


def weigh(measure: Measure, account: Account, by: Standing) -> Weighed:
    """Whether the account holds as things stand; raises RuleBroken, naming the field."""
    prefetch_related_objects([measure], "milestones")  # asked for here and by the lights
    milestones = list(measure.milestones.all())
    newly = _newly_reached(account, milestones)
    progress = _progress(measure, account, milestones, newly)
    _check(measure, account, newly, by)
    _refuse_fall(measure, account, progress)
    return Weighed(progress, newly)


def enter(
    act: Act,
    account: Account,
    weighed: Weighed,
    signed: Signature,
    seen_draft: int | None,
    at: datetime,
) -> ProgressReport:
    """Write the report within an act, with everything that follows from it."""
    report = unwritten(act.measure, account, weighed, signed, at)
    report.number, drafted = next_sheet(act.measure)
    if drafted:
        _drop_draft(act.measure, seen_draft)
    report.period_due_on, _next = _periods(act, at)
    report.save(force_insert=True)
    _write_rows(report, weighed.newly, account.evidence)
    _move_on(act, report)
    act.changes["report"] = ("", f"#{report.number}")
    act.changes["summary"] = ("", report.summary)
    return report


def next_sheet(measure: Measure) -> tuple[int, bool]:
    """The number of the next report, and whether somebody has drafted it."""
    last = ProgressReport.objects.filter(measure=OuterRef("pk")).order_by("-number")
    drafted = ReportDraft.objects.filter(measure=OuterRef("pk"))
    asked = Measure.objects.filter(pk=measure.pk).order_by()
    said = asked.values_list(Subquery(last.values("number")[:1]), Exists(drafted)).get()
    return (said[0] or 0) + 1, said[1]


def _newly_reached(account: Account, milestones: list[Milestone]) -> list[Milestone]:
    unknown = account.reached - {m.pk for m in milestones}
    if unknown:
        raise RuleBroken(_("This milestone is not one of the measure's."), field="reached")
    return [m for m in milestones if m.pk in account.reached and m.reached_in_id is None]


def _progress(
    measure: Measure, account: Account, milestones: list[Milestone], newly: list[Milestone]
) -> Decimal:
    if account.no_change:
        return measure.reported_progress
    if measure.basis == Basis.CHILDREN:
        return progress_by_parts(measure)
    if measure.basis == Basis.MILESTONES:
        reached = [m for m in milestones if m.reached_in_id is not None or m in newly]
        return lights.share(milestones, reached)
    if measure.basis == Basis.QUANTITY:
        return _attained(measure, account)
    said = account.progress
    if said is None or not said.is_finite() or not 0 <= said <= 100:
        raise RuleBroken(_("Progress is a percentage from 0 to 100."), field="progress")
    return said.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _attained(measure: Measure, account: Account) -> Decimal:
    """The quantity over its target, in percent, 100 at most; the figure itself is kept."""
    said = account.quantity
    if said is None or not said.is_finite() or not 0 <= said < MOST:
        raise RuleBroken(_("Give the quantity reached so far, from 0 upwards."), field="quantity")
    return attained(measure, said)


def attained(measure: Measure, quantity: Decimal) -> Decimal:
    """A quantity over the measure's target, in percent, 100 at most."""
    assert measure.target_quantity  # propose_measure saw to it
    return min(lights.percent(quantity, measure.target_quantity), Decimal(100))


def progress_by_parts(measure: Measure) -> Decimal:
    """What the parts stand at; the last figure stays where none counts any more."""
    load_parts(measure)
    return lights.progress_of_parts(measure.parts) if measure.parts else measure.reported_progress


def _check(measure: Measure, account: Account, newly: list[Milestone], by: Standing) -> None:
    if account.no_change and (newly or account.evidence):
        raise RuleBroken(_("“No change” cannot report a milestone or evidence."), field="no_change")
    if account.no_change and measure.basis == Basis.CHILDREN:
        _check_no_part_moved(measure)
    if not account.no_change and not account.summary.strip():
        raise RuleBroken(_("Say what was done in this period."), field="summary")
    if newly and not account.evidence:
        raise RuleBroken(_("A milestone reached is shown by evidence."), field="evidence")
    refuse_foreign(account.evidence, by, besides=contributed_evidence(measure))


def _refuse_fall(measure: Measure, account: Account, progress: Decimal) -> None:
    """What was reported falls only with an explanation, beyond the target too."""
    if account.explanation.strip() or account.no_change:
        return
    if progress < measure.reported_progress:
        raise RuleBroken(
            _("Progress falls from %(old)s%% to %(new)s%%: say why.")
            % {"old": lights.plain(measure.reported_progress), "new": lights.plain(progress)},
            field="explanation",
        )
    last = last_quantity(measure) if account.quantity is not None else None
    if last is not None and account.quantity is not None and account.quantity < last:
        raise RuleBroken(
            _("The quantity falls from %(old)s to %(new)s: say why.")
            % {"old": lights.plain(last), "new": lights.plain(account.quantity)},
            field="explanation",
        )


def last_quantity(
    measure: Measure, reports: ProgressReportQuerySet | None = None
) -> Decimal | None:
    """The quantity of the last report that gave one and was not returned, or of those given."""
    counted = measure.reports.counting() if reports is None else reports
    given = counted.filter(quantity__isnull=False).order_by("-number")
    return given.values_list("quantity", flat=True).first()


def _drop_draft(measure: Measure, seen: int | None) -> None:
    """The draft has served; one that a colleague wrote on meanwhile is shown first."""
    draft = ReportDraft.objects.standing().filter(measure=measure).first()
    if seen is not None and draft is not None:
        refuse_stale_draft(draft, seen)
    ReportDraft.objects.filter(measure=measure).delete()


def _check_no_part_moved(measure: Measure) -> None:
    """Parts that have moved are no “no change”: the figure is theirs, not the lead's to keep."""
    now = progress_by_parts(measure)
    if now != measure.reported_progress:
        raise RuleBroken(
            _("Not “no change”: the parts stand at %(now)s%% by now, %(last)s%% was reported.")
            % {"now": lights.plain(now), "last": lights.plain(measure.reported_progress)},
            field="no_change",
        )


def unwritten(
    measure: Measure, account: Account, weighed: Weighed, signed: Signature, at: datetime
) -> ProgressReport:
    """The report as it would be, but for its number and its period; nothing is saved."""
    assert measure.lead_id is not None
    assert signed.by_id is not None
    confirmed = signed.confirmed_by
    return ProgressReport(
        measure=measure,
        agency=measure.lead,
        basis=measure.basis,
        progress=weighed.progress,
        quantity=None if account.no_change else _rounded(measure, account),
        no_change=account.no_change,
        summary=account.summary.strip(),
        problems=account.problems.strip(),
        next_step=account.next_step.strip(),
        explanation=account.explanation.strip(),
        submitted_by_id=signed.by_id,
        submitted_by_name=signed.by_name,
        submitted_at=at,
        confirmed_by_id=confirmed.pk if confirmed else None,
        confirmed_by_name=str(confirmed) if confirmed else "",
        confirmed_at=at if confirmed else None,
    )


def _rounded(measure: Measure, account: Account) -> Decimal | None:
    """The quantity as it is stored; none on another basis."""
    if measure.basis != Basis.QUANTITY or account.quantity is None:
        return None
    return account.quantity.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _write_rows(
    report: ProgressReport, newly: list[Milestone], evidence: Sequence[Evidence]
) -> None:
    ReportMilestone.objects.bulk_create(
        ReportMilestone(report=report, milestone=milestone) for milestone in newly
    )
    Milestone.objects.filter(pk__in=[m.pk for m in newly]).update(reached_in=report)
    for milestone in newly:
        milestone.reached_in = report  # the lights look at the same ones
    ReportEvidence.objects.bulk_create(
        ReportEvidence(report=report, evidence=piece) for piece in dict.fromkeys(evidence)
    )


def _move_on(act: Act, report: ProgressReport) -> None:
    """The measure as the report leaves it."""
    measure = act.measure
    measure.reported_progress = report.progress
    _owed, measure.next_report_due_on = _periods(act, report.submitted_at)
    measure.review_waiting_since = measure.review_waiting_since or report.submitted_at
    measure.returned_on = None


def _periods(act: Act, at: datetime) -> tuple[date, date]:
    """The due date this report answers, and the one owed next."""
    measure = act.measure
    assert measure.next_report_due_on is not None
    return periods.answer(
        measure.next_report_due_on, timezone.localdate(at), measure.cadence, act.calendar
    )
