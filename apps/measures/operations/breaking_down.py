"""Breaking a measure down into parts, and detaching a part again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, own_confidence
from apps.audit.operations import record
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Basis, Cadence, LeadTerm, Measure, MeasureClause, Milestone, State
from apps.measures.operations.acting import Act, acting, keep, settle
from apps.measures.operations.drafting import MilestonePlan
from apps.measures.operations.family import refuse_beyond_parent
from apps.measures.operations.issuing import start_clock
from apps.measures.permissions import OFFICE, may_hand_on

MARK = "·"
"""Between the code of the whole and the number of the part."""
LONGEST_CODE = 40
LONGEST_TITLE = 300


@dataclass(frozen=True)
class Part:
    """What one agency is given: the parent's deadline and title unless others are said.

    With milestones its progress goes by them, else it is estimated. Weights are relative to
    those of the other parts.
    """

    agency: Agency
    due_on: date | None = None
    title: str = ""
    weight: int = 1
    milestones: Sequence[MilestonePlan] = ()


def break_down(
    parent: Measure,
    parts: Sequence[Part],
    *,
    by_parts: bool = False,
    seen: int,
    by: Standing,
    at: datetime,
) -> list[Measure]:
    """Hand parts of a measure to agencies, all of them or none; returns the parts.

    What the parent's lead hands to itself and below, or to the governments of districts that
    the measure names, is issued at once: the issued parent is the authority. What the
    supervision office hands on is proposed to the director. The parent is in progress: before
    its lead has acknowledged it, an objection may still give it to another, and once completion
    is applied for nothing more begins. `by_parts` makes the parts the basis of its progress.

    Raises RuleBroken whose field names the part: "parts.2.due_on" is the third one's deadline.
    """
    with acting(Action.BREAK_DOWN, parent, seen=seen, by=by, at=at) as act:
        at_once = _issued_at_once(act.measure, parts, by)
        _check_parts(act.measure, parts, timezone.localdate(at))
        made = [
            _begin(act, part, number, at_once=now, by=by, at=at)
            for number, (part, now) in enumerate(
                zip(parts, at_once, strict=True), start=_next_number(act.measure)
            )
        ]
        if by_parts:
            act.measure.basis = Basis.CHILDREN
        act.changes["children"] = ("", "、".join(child.code for child in made))
    return made


def detach_child(child: Measure, *, reason: str, seen: int, by: Standing, at: datetime) -> Measure:
    """Make a part a measure of its own, counted by itself; the reason stays with both.

    Where it was the last one, its parent's progress is estimated from now on.
    """
    said = reason.strip()
    if not said:
        raise RuleBroken(_("Say why the part is detached."), field="reason")
    with acting(Action.DETACH, child, seen=seen, by=by, at=at, note=said) as act:
        parent = act.measure.parent
        if parent is None:
            raise RuleBroken(_("This measure is not a part of another."))
        act.measure.parent = None
        Measure.objects.filter(pk=act.measure.pk).update(parent=None)
        act.changes["parent"] = (parent.code, "")
        _let_go(parent, act, said, by=by, at=at)
    return act.measure


# --- Who may, and what is asked of the parts ------------------------------------------------


def _issued_at_once(parent: Measure, parts: Sequence[Part], by: Standing) -> list[bool]:
    """For each part whether the lead may hand it on by itself; else it takes the office."""
    named = set(parent.named_districts.values_list("pk", flat=True))
    verdicts = [may_hand_on(by, parent, part.agency, named) for part in parts]
    if not by.holds_any(OFFICE):
        for verdict in verdicts:
            verdict.or_refuse()
    return [bool(verdict) for verdict in verdicts]


def _check_parts(parent: Measure, parts: Sequence[Part], today: date) -> None:
    if not parts:
        raise RuleBroken(_("Choose at least one agency."), field="parts")
    taken = set(parent.children.exclude(state=State.CANCELLED).values_list("title", flat=True))
    for row, part in enumerate(parts):
        _check_part(parent, part, today, taken, f"parts.{row}")
        taken.add(_title(parent, part))


def _check_part(parent: Measure, part: Part, today: date, taken: set[str], row: str) -> None:
    title, due_on = _title(parent, part), part.due_on or parent.due_on
    if title in taken:
        raise RuleBroken(
            _("There is a part “%(title)s” already.") % {"title": title}, field=f"{row}.title"
        )
    if due_on is None or due_on <= today:
        raise RuleBroken(_("The deadline must lie in the future."), field=f"{row}.due_on")
    refuse_beyond_parent(due_on, parent, field=f"{row}.due_on")
    if any(step.due_on > due_on for step in part.milestones):
        raise RuleBroken(
            _("No milestone may be due after the deadline."), field=f"{row}.milestones"
        )
    if part.weight < 1:
        raise RuleBroken(_("A weight is at least 1."), field=f"{row}.weight")


def _next_number(parent: Measure) -> int:
    """After the highest that was ever given, so that a detached part's code stays its own."""
    stem = f"{parent.code}{MARK}"
    codes = Measure.objects.filter(code__startswith=stem).values_list("code", flat=True)
    numbers = [code.removeprefix(stem) for code in codes]
    return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1


# --- Writing ----------------------------------------------------------------------------------


def _begin(
    act: Act, part: Part, number: int, *, at_once: bool, by: Standing, at: datetime
) -> Measure:
    """One part with all that belongs to it."""
    parent = act.measure
    child = _drawn_up(parent, part, number)
    child.changed_at = at
    if at_once:
        child.state = State.ISSUED
        start_clock(child, act.calendar, timezone.localdate(at))
    else:
        child.state, child.proposed_by_id = State.PROPOSED, by.person_id
    child.save()
    _write_rows(child, parent, part)
    settle(child, act.calendar, act.thresholds)
    child.save()
    child.refresh_from_db(fields=["yellow_from_on", "red_from_on", "due_key"])
    record(
        "measures.issue" if at_once else "measures.propose",
        child,
        by=by,
        at=at,
        changes={"parent": ("", parent.code), "state": ("", child.state)},
        restricted=child.restricted,
    )
    return child


def _drawn_up(parent: Measure, part: Part, number: int) -> Measure:
    """What the part takes over from the whole, secrecy included."""
    code = f"{parent.code}{MARK}{number:02}"
    if len(code) > LONGEST_CODE:
        raise RuleBroken(
            _("The code %(code)s would be longer than %(most)d signs.")
            % {"code": code, "most": LONGEST_CODE}
        )
    title_en = f"{parent.title_en} {MARK} {part.agency.short_name_en or part.agency.name_en}"
    return Measure(
        code=code,
        title=_title(parent, part),
        title_en="" if part.title or not parent.title_en else title_en,
        parent=parent,
        lead=part.agency,
        weight=part.weight,
        standing=parent.standing,
        basis=Basis.MILESTONES if part.milestones else Basis.ESTIMATE,
        # Weekly reports take a reason of the director's, for each measure by itself.
        cadence=Cadence.MONTHLY if parent.cadence == Cadence.WEEKLY else parent.cadence,
        due_on=part.due_on or parent.due_on,
        category=parent.category,
        nature=parent.nature,
        restricted=parent.restricted,
        reader_ids=parent.reader_ids,
        confidence=own_confidence(),
    )


def _title(parent: Measure, part: Part) -> str:
    name = part.agency.short_name or part.agency.name
    return (part.title.strip() or f"{parent.title} {MARK} {name}")[:LONGEST_TITLE]


def _write_rows(child: Measure, parent: Measure, part: Part) -> None:
    """The part carries out the same clauses; it has its own milestones and first term of lead."""
    MeasureClause.objects.bulk_create(
        MeasureClause(
            measure=child,
            clause_id=row.clause_id,
            quotation=row.quotation,
            confidence=row.confidence,
            sources=row.sources,
            remark=row.remark,
        )
        for row in parent.carried_clauses.all()
    )
    Milestone.objects.bulk_create(
        Milestone(measure=child, position=n, title=m.title, due_on=m.due_on, weight=m.weight)
        for n, m in enumerate(part.milestones, start=1)
    )
    if child.issued_on is not None:
        LeadTerm.objects.create(measure=child, agency=part.agency, from_on=child.issued_on)


def _let_go(parent: Measure, act: Act, reason: str, *, by: Standing, at: datetime) -> None:
    """The parent, locked already, without this part."""
    changes: dict[str, tuple[object, object]] = {"children": (act.measure.code, "")}
    if parent.basis == Basis.CHILDREN and not parent.children.exists():
        parent.basis = Basis.ESTIMATE
        changes["basis"] = (Basis.CHILDREN, Basis.ESTIMATE)
    parent.changed_at = at
    keep(parent, act.calendar, act.thresholds)
    record(
        "measures.detach",
        parent,
        by=by,
        at=at,
        changes=changes,
        note=reason,
        restricted=parent.restricted,
    )
