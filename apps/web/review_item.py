"""What a reviewer needs to decide on a report: what changed since the last one, and the context."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.accounts.standing import Standing
from apps.measures.models import (
    Contribution,
    Evidence,
    Measure,
    Milestone,
    ProgressReport,
    Review,
)
from apps.measures.models.report import ProgressReportQuerySet
from apps.web.axis import steps
from apps.web.clock import today
from apps.web.open_items import open_items
from apps.web.wording import Stretch, compare, shares_anything
from apps.workdays.arithmetic import Calendar

RECENT_RETURNS = 100
REASONS_OFFERED = 5
RETURNS_SHOWN = 5
SAID = {
    "summary": _("What was done"),
    "problems": _("Problems"),
    "next_step": _("Next step"),
    "explanation": _("Why progress fell"),
}


@dataclass(frozen=True)
class Compared:
    """One thing said in the last report and in this one."""

    label: str | Promise
    last: str
    this: str
    change: str
    """same, new, gone, anew (nothing of the old wording is left), partly, or empty: no last one."""
    stretches: Sequence[Stretch] = ()


@dataclass(frozen=True)
class Piece:
    """A piece of evidence, and whether the same file was handed in before."""

    piece: Evidence
    before: bool
    number: int | None
    """The first report that it came with."""


def item(report: ProgressReport, standing: Standing, calendar: Calendar) -> dict[str, Any]:
    """The comparison with the last report, and what else bears on the decision."""
    newly = [row.milestone for row in report.milestone_rows.select_related("milestone")]
    return bearing(report, newly, list(report.evidence.all()), standing, calendar)


def bearing(
    report: ProgressReport,
    newly: Sequence[Milestone],
    pieces: Sequence[Evidence],
    standing: Standing,
    calendar: Calendar,
) -> dict[str, Any]:
    """The same of a report that is not written yet: what would come with it is given."""
    measure = report.measure
    earlier = measure.reports.filter(number__lt=report.number).order_by("-number")
    last, counted = earlier.with_outcome().first(), earlier.counting().first()
    return {
        "last": last,
        "before": counted.progress if counted else Decimal(0),
        "quantity_before": _quantity_before(report, earlier),
        "newly": newly,
        "compared": _compared(last, report),
        "evidence": _pieces(report, pieces),
        "contributions": _contributions(measure, counted),
        "items": open_items(standing, measure, calendar),
        "returns": _returns(measure),
        "milestones": steps(measure, on=today()),
        "carried": measure.carried_clauses.select_related("clause__policy", "clause__parent"),
    }


# --- What changed ---------------------------------------------------------------------------------


def _quantity_before(report: ProgressReport, earlier: ProgressReportQuerySet) -> Decimal | None:
    """What stood before, where this report counts a quantity."""
    if report.quantity is None:
        return None
    counted = earlier.counting().filter(quantity__isnull=False).first()
    return counted.quantity if counted else Decimal(0)


def _compared(last: ProgressReport | None, this: ProgressReport) -> list[Compared]:
    """What the two reports say, leaving out what neither does."""
    rows = [
        _row(label, getattr(last, name, ""), getattr(this, name), last is None or this.no_change)
        for name, label in SAID.items()
    ]
    return [row for row in rows if row.last or row.this]


def _row(label: str | Promise, last: str, this: str, is_plain: bool) -> Compared:
    """A report without change says nothing on purpose: nothing in it is called new or gone."""
    if is_plain and last != this:
        return Compared(label, last, this, "")
    stretches = compare(last, this)
    return Compared(label, last, this, _change(last, this, stretches), stretches)


def _change(last: str, this: str, stretches: Sequence[Stretch]) -> str:
    if last == this:
        return "same"
    if not (last and this):
        return "new" if this else "gone"
    return "partly" if shares_anything(stretches) else "anew"


def _pieces(report: ProgressReport, pieces: Sequence[Evidence]) -> list[Piece]:
    """Its evidence, held against what was handed in before; the same file is the same piece."""
    measure = report.measure
    alike = Evidence.objects.filter(sha256__in=[piece.sha256 for piece in pieces])
    earlier = alike.filter(reports__measure=measure, reports__number__lt=report.number)
    numbers = dict(earlier.order_by().values_list("sha256").annotate(Min("reports__number")))
    asked = alike.filter(
        requests__measure=measure, requests__asked_at__lt=report.submitted_at
    ).values_list("sha256", flat=True)
    known = {*numbers, *asked}
    return [Piece(each, each.sha256 in known, numbers.get(each.sha256)) for each in pieces]


# --- Context --------------------------------------------------------------------------------------


def _contributions(measure: Measure, counted: ProgressReport | None) -> "QuerySet[Contribution]":
    """What supporters contributed since the last report that was not returned."""
    made = measure.contributions.select_related("agency").prefetch_related("evidence")
    return made.filter(at__gt=counted.submitted_at) if counted else made


def _returns(measure: Measure) -> "QuerySet[Review]":
    """Why earlier reports on the measure were returned, newest first."""
    returned = Review.objects.in_force().filter(
        report__measure=measure, outcome=Review.Outcome.RETURNED
    )
    return returned.select_related("report").order_by("-id")[:RETURNS_SHOWN]


def recent_reasons(standing: Standing) -> list[str]:
    """The last distinct reasons why reports that one may see were returned.

    One's own come first, then those of one's office.
    """
    offices = {post.agency_id for post in standing.posts}
    colleagues = Membership.objects.filter(agency__in=offices).values("user")
    returned = Review.objects.in_force().filter(
        outcome=Review.Outcome.RETURNED,
        report__measure__in=Measure.objects.visible_to(standing),
    )
    own = _last_reasons(returned.filter(by_id=standing.person_id))
    return list(dict.fromkeys([*own, *_last_reasons(returned.filter(by_id__in=colleagues))]))[
        :REASONS_OFFERED
    ]


def _last_reasons(returned: "QuerySet[Review]") -> "QuerySet[Review, str]":
    return returned.order_by("-id").values_list("reason", flat=True)[:RECENT_RETURNS]
