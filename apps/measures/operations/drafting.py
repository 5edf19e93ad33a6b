"""Drafting, proposing and returning proposals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District, own_confidence
from apps.audit.operations import record
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Basis, Cadence, Measure, MeasureClause, Milestone, Support
from apps.measures.operations.acting import acting
from apps.measures.permissions import may_draft
from apps.policies.models import Clause, Policy


@dataclass(frozen=True)
class MilestonePlan:
    """A dated, checkable step; weights are relative to each other."""

    title: str
    due_on: date
    weight: int = 1


@dataclass(frozen=True)
class Plan:
    """What a draft says: who leads and supports, by when, and how progress is measured.

    Standing work without a deadline gets the end of the year it is drafted in.
    To the governments of `districts` the lead may hand parts by itself; None leaves those named
    so far, by the text the measure comes from.
    """

    title: str
    title_en: str = ""
    lead: Agency | None = None
    supporters: Sequence[Agency] = ()
    districts: Sequence[District] | None = None
    due_on: date | None = None
    due_workdays: int | None = None
    standing: bool = False
    basis: str = Basis.MILESTONES
    target_quantity: Decimal | None = None
    quantity_unit: str = ""
    cadence: str = Cadence.MONTHLY
    milestones: Sequence[MilestonePlan] = ()
    restricted: bool = False
    reader_ids: Sequence[int] = ()


@transaction.atomic
def draft_measure(
    plan: Plan, *, code: str, clauses: Sequence[Clause], by: Standing, at: datetime
) -> Measure:
    """Start a draft that carries out at least one clause; only the supervision office sees it."""
    may_draft(by).or_refuse()
    if not clauses:
        raise RuleBroken(_("A measure carries out at least one clause."), field="clauses")
    _check_in_force(clauses)
    plan = _with_deadline(plan, at)
    _check(plan)
    measure = Measure(code=code, confidence=own_confidence(), changed_at=at)
    _apply(plan, measure, by)
    try:
        with transaction.atomic():
            measure.save()
    except IntegrityError as error:
        if not Measure.objects.filter(code=code).exists():
            raise
        raise RuleBroken(
            _("There is a measure with the code %(code)s already.") % {"code": code}, field="code"
        ) from error
    _carry_out(measure, clauses)
    _apply_rows(plan, measure)
    record("measures.draft", measure, by=by, at=at, restricted=measure.restricted)
    return measure


def revise_draft(measure: Measure, plan: Plan, *, seen: int, by: Standing, at: datetime) -> Measure:
    """Replace what the draft says; possible until it is proposed."""
    plan = _with_deadline(plan, at)
    _check(plan)
    with acting(Action.REVISE, measure, seen=seen, by=by, at=at) as act:
        _apply(plan, act.measure, by)
        act.changes |= _apply_rows(plan, act.measure)
    return act.measure


def add_clauses(
    measure: Measure, clauses: Sequence[Clause], *, seen: int, by: Standing, at: datetime
) -> Measure:
    """The draft carries out these clauses too; those that it carries out already stay."""
    with acting(Action.REVISE, measure, seen=seen, by=by, at=at) as act:
        _check_in_force(clauses)
        carried = set(act.measure.carried_clauses.values_list("clause_id", flat=True))
        new = [clause for clause in clauses if clause.pk not in carried]
        _carry_out(act.measure, new)
        act.changes["clauses"] = ("", "、".join(clause.code for clause in new))
    return act.measure


def propose_measure(measure: Measure, *, seen: int, by: Standing, at: datetime) -> Measure:
    """Put a complete draft before the director: lead, deadline and progress basis are set."""
    with acting(Action.PROPOSE, measure, seen=seen, by=by, at=at) as act:
        check_complete(act.measure, today=timezone.localdate(at))
        act.measure.proposed_by_id = by.person_id
    return act.measure


def return_proposal(
    measure: Measure, *, reason: str, seen: int, by: Standing, at: datetime
) -> Measure:
    """Send a proposal back to the supervisor with a reason that stays."""
    if not reason.strip():
        raise RuleBroken(_("Say why the proposal is returned."), field="reason")
    with acting(
        Action.RETURN_PROPOSAL, measure, seen=seen, by=by, at=at, note=reason.strip()
    ) as act:
        act.measure.proposed_by_id = None
    return act.measure


def _check_in_force(clauses: Sequence[Clause]) -> None:
    """They are, and stay so until this act is done: whoever retires one locks its policy."""
    policies = Policy.objects.filter(pk__in={clause.policy_id for clause in clauses})
    list(policies.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    ids = [clause.pk for clause in clauses]
    if Clause.objects.filter(pk__in=ids, retired_on__isnull=False).exists():
        raise RuleBroken(_("A clause that is no longer in force starts no measure."))


def _carry_out(measure: Measure, clauses: Sequence[Clause]) -> None:
    confidence = own_confidence()
    MeasureClause.objects.bulk_create(
        MeasureClause(measure=measure, clause=clause, confidence=confidence)
        for clause in dict.fromkeys(clauses)
    )


def year_end(year: int) -> date:
    return date(year, 12, 31)


def _with_deadline(plan: Plan, at: datetime) -> Plan:
    if not plan.standing or plan.due_on or plan.due_workdays:
        return plan
    return replace(plan, due_on=year_end(timezone.localdate(at).year))


def _apply(plan: Plan, measure: Measure, by: Standing) -> None:
    """Write the plan; whoever drafts a restricted measure is one of its readers."""
    measure.title, measure.title_en = plan.title, plan.title_en
    measure.lead = plan.lead
    measure.due_on, measure.due_workdays = plan.due_on, plan.due_workdays
    measure.standing = plan.standing
    measure.basis, measure.cadence = plan.basis, plan.cadence
    measure.target_quantity, measure.quantity_unit = plan.target_quantity, plan.quantity_unit
    measure.restricted = plan.restricted
    readers = {*plan.reader_ids, by.pk} if plan.restricted else set()
    measure.reader_ids = sorted(pk for pk in readers if pk is not None)


def _apply_rows(plan: Plan, measure: Measure) -> dict[str, tuple[str, str]]:
    """Supporters, districts and milestones as planned; returns what changed, in words."""
    before = rows_in_words(measure)
    if plan.districts is not None:
        measure.named_districts.set(plan.districts)
    Support.objects.filter(measure=measure).exclude(agency__in=plan.supporters).delete()
    Support.objects.bulk_create(
        (Support(measure=measure, agency=agency) for agency in plan.supporters),
        ignore_conflicts=True,
    )
    measure.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(measure=measure, position=n, title=m.title, due_on=m.due_on, weight=m.weight)
        for n, m in enumerate(plan.milestones, start=1)
    )
    after = rows_in_words(measure)
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def rows_in_words(measure: Measure) -> dict[str, str]:
    """What stands beside the measure's own columns."""
    supporters = Support.objects.filter(measure=measure).select_related("agency")
    milestones = Milestone.objects.filter(measure=measure)
    return {
        "supporters": "、".join(support.agency.name for support in supporters),
        "named_districts": "、".join(d.name for d in measure.named_districts.all()),
        "milestones": "；".join(f"{m.title} {m.due_on} ×{m.weight}" for m in milestones),
    }


def _check(plan: Plan) -> None:
    """The rules that hold for a draft however incomplete."""
    if plan.due_on and plan.due_workdays:
        raise RuleBroken(
            _("Give the deadline either as a day or in workdays."), field="due_workdays"
        )
    if plan.due_workdays and plan.standing:
        raise RuleBroken(
            _("Standing work is due on a day, the year's end at best."), field="due_workdays"
        )
    if plan.cadence == Cadence.WEEKLY:
        raise RuleBroken(
            _("Weekly reports need the director's reason and are set when the measure is issued."),
            field="cadence",
        )
    if plan.basis == Basis.CHILDREN:
        raise RuleBroken(
            _("Progress by parts begins when the measure is broken down."), field="basis"
        )
    check_plan(plan)


def check_plan(plan: Plan) -> None:
    """The rules that hold for a draft, and for what is adjusted afterwards."""
    if plan.lead in plan.supporters:
        raise RuleBroken(_("The lead agency cannot also be a supporter."), field="supporters")
    if plan.target_quantity is not None and plan.target_quantity <= 0:
        raise RuleBroken(_("The target is more than nothing."), field="target_quantity")
    if plan.due_on and any(m.due_on > plan.due_on for m in plan.milestones):
        raise RuleBroken(_("No milestone may be due after the deadline."), field="milestones")


def check_complete(measure: Measure, *, today: date) -> None:
    """Raise RuleBroken for what a draft lacks to be proposed. Milestones may be loaded already."""
    if measure.lead is None:
        raise RuleBroken(_("A proposal names its lead agency."), field="lead")
    if measure.due_on is None and measure.due_workdays is None:
        raise RuleBroken(_("No proposal without a deadline."), field="due_on")
    if measure.due_on and measure.due_on <= today:
        raise RuleBroken(_("The deadline must lie in the future."), field="due_on")
    check_basis(measure)


def check_basis(measure: Measure) -> None:
    """Progress has something to be measured by."""
    if measure.basis == Basis.MILESTONES and not measure.milestones.all():
        raise RuleBroken(
            _("Progress by milestones needs at least one milestone."), field="milestones"
        )
    if measure.basis != Basis.QUANTITY:
        return
    if measure.target_quantity is None:
        raise RuleBroken(_("Progress by quantity needs a target."), field="target_quantity")
    if not measure.quantity_unit.strip():
        raise RuleBroken(_("A quantity needs its unit."), field="quantity_unit")
