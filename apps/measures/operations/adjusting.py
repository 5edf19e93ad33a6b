"""Adjustment: what a measure under way says is changed, as it was asked for and not otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.reading import describe
from apps.core.errors import RuleBroken
from apps.measures import periods
from apps.measures.lifecycle import Action
from apps.measures.lights import plain
from apps.measures.models import Basis, Cadence, Decision, Evidence, Measure, Request, Support
from apps.measures.operations.acting import Act
from apps.measures.operations.drafting import MilestonePlan, Plan, check_plan, rows_in_words
from apps.measures.operations.issuing import report_weekly
from apps.measures.operations.requests import Paper, Plea, asking, decided, deciding
from apps.measures.operations.steps import (
    as_rows,
    count_anew,
    from_rows,
    open_steps,
    refuse_steps,
    replace_steps,
)

describe(
    acts={
        "measures.ask_adjustment": gettext_lazy("Adjustment asked for"),
        "measures.adjust": gettext_lazy("Adjustment granted"),
        "measures.refuse_adjustment": gettext_lazy("Adjustment refused"),
    }
)


@dataclass(frozen=True)
class Adjustment:
    """What the measure is to say from now on; None leaves it as it is.

    `milestones` are those still to be reached. The basis of progress is not adjusted: figures on
    one basis say nothing on another.
    """

    title: str | None = None
    supporters: Sequence[Agency] | None = None
    target_quantity: Decimal | None = None
    cadence: str | None = None
    milestones: Sequence[MilestonePlan] | None = None


def ask_adjustment(
    measure: Measure,
    adjustment: Adjustment,
    *,
    grounds: str,
    evidence: Sequence[Evidence] = (),
    seen: int,
    by: Standing,
    at: datetime,
) -> Request:
    """Ask for what the measure says to be changed; the request keeps both, as it is and wanted.

    Raises RuleBroken, naming the field, for what a draft could not say either, and where
    nothing would change.
    """
    wanted = _wanted(measure, adjustment)
    plea = Plea(grounds, evidence, wanted)
    with asking(Action.ASK_ADJUSTMENT, measure, plea, seen=seen, by=by, at=at) as (act, request):
        if not wanted:
            raise RuleBroken(_("This changes nothing."))
        _check(act.measure, wanted, timezone.localdate(at))
    return request


def adjust_measure(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """Grant exactly what was asked for. Weekly reports take a reason.

    Raises RuleBroken where the measure no longer says what it said when it was asked.
    """
    with deciding(Action.ADJUST, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        act,
        granted,
    ):
        wanted = granted.request.wanted
        refuse_changed(act.measure, wanted)
        _check(act.measure, wanted, timezone.localdate(at))
        _apply(act, granted, timezone.localdate(at))
    return granted


def refuse_adjustment(
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """It goes on as it is, for a reason that stays."""
    return decided(
        Action.REFUSE_ADJUSTMENT, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    )


# --- As it is, and as it is wanted ----------------------------------------------------------


def stands(measure: Measure) -> dict[str, Any]:
    """What can be adjusted as a request keeps it."""
    target = measure.target_quantity
    supporters = measure.supporters.order_by("pk").values_list("pk", flat=True)
    return {
        "title": measure.title,
        "supporters": list(supporters),
        "target_quantity": None if target is None else plain(target),
        "cadence": measure.cadence,
        "milestones": as_rows(open_steps(measure)),
        "due_on": measure.due_on.isoformat() if measure.due_on else None,
    }


def _wanted(measure: Measure, adjustment: Adjustment) -> dict[str, list[Any]]:
    """Only what would change, with both values."""
    now, said = stands(measure), _said(adjustment)
    return {name: [now[name], said[name]] for name in said if said[name] != now[name]}


def _said(adjustment: Adjustment) -> dict[str, Any]:
    given = {name: value for name, value in vars(adjustment).items() if value is not None}
    if adjustment.supporters is not None:
        given["supporters"] = sorted(agency.pk for agency in adjustment.supporters)
    if adjustment.target_quantity is not None:
        given["target_quantity"] = plain(adjustment.target_quantity)
    if adjustment.milestones is not None:
        given["milestones"] = as_rows(adjustment.milestones)
    return given


def refuse_changed(measure: Measure, wanted: dict[str, list[Any]]) -> None:
    """A request is granted only on what it was asked about."""
    now = stands(measure)
    changed = [name for name, (was, _will) in wanted.items() if now[name] != was]
    if changed:
        said = pgettext("between the items of a list", "; ").join(
            capfirst(str(_name(name))) for name in changed
        )
        raise RuleBroken(
            _("This has changed since it was asked: %(what)s. It has to be asked for anew.")
            % {"what": said}
        )


def _name(column: str) -> Any:
    if column == "milestones":
        return _("milestones")
    return Measure._meta.get_field(column).verbose_name  # type: ignore[union-attr]  # a column


# --- Rules ----------------------------------------------------------------------------------


def _check(measure: Measure, wanted: dict[str, list[Any]], today: date) -> None:
    """By the rules of drafting, as far as something changes."""
    will = {name: pair[1] for name, pair in wanted.items()}
    if "title" in will and not will["title"].strip():
        raise RuleBroken(_("A measure has a title."), field="title")
    if "target_quantity" in will and measure.basis != Basis.QUANTITY:
        raise RuleBroken(_("Its progress is not measured by quantity."), field="target_quantity")
    check_plan(_plan_after(measure, will))
    if "milestones" in will:
        steps = from_rows(will["milestones"])
        refuse_steps(measure, steps, due_on=measure.due_on, today=today)


def _plan_after(measure: Measure, will: dict[str, Any]) -> Plan:
    plan = Plan(title=measure.title, lead=measure.lead)
    if "supporters" in will:
        plan = replace(plan, supporters=list(Agency.objects.filter(pk__in=will["supporters"])))
    if "target_quantity" in will:
        plan = replace(plan, target_quantity=Decimal(will["target_quantity"]))
    return plan


# --- Consequences ---------------------------------------------------------------------------


def _apply(act: Act, granted: Decision, today: date) -> None:
    measure, before = act.measure, rows_in_words(act.measure)
    will = {name: pair[1] for name, pair in granted.request.wanted.items()}
    if "title" in will:
        # The English title said what the Chinese one no longer says.
        measure.title, measure.title_en = will["title"], ""
    if "target_quantity" in will:
        measure.target_quantity = Decimal(will["target_quantity"])
    if "cadence" in will:
        _change_cadence(act, will["cadence"], granted.reason, today)
    if "supporters" in will:
        _set_supporters(measure, will["supporters"])
    if "milestones" in will:
        replace_steps(measure, from_rows(will["milestones"]), because=granted.request)
    count_anew(measure)
    after = rows_in_words(measure)
    act.changes |= {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def _change_cadence(act: Act, cadence: str, reason: str, today: date) -> None:
    """A report that is missing stays missing; the next is owed by the new rhythm."""
    measure = act.measure
    if cadence == Cadence.WEEKLY:
        report_weekly(measure, because=reason)
    else:
        measure.cadence, measure.weekly_reason = cadence, ""
    owed = measure.next_report_due_on
    if owed is not None and owed >= today and measure.issued_on is not None:
        first = periods.first_due(measure.issued_on, cadence, act.calendar)
        following = periods.due_on_or_after(today, cadence, act.calendar)
        measure.next_report_due_on = max(first, following)


def _set_supporters(measure: Measure, ids: Sequence[int]) -> None:
    Support.objects.filter(measure=measure).exclude(agency__in=ids).delete()
    Support.objects.bulk_create(
        (Support(measure=measure, agency_id=pk) for pk in ids), ignore_conflicts=True
    )
