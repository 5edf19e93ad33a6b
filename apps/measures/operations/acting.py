"""What every act on a measure has in common: lock, permission, version, state, write, record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.standing import NOBODY, Standing
from apps.agencies.models import Agency
from apps.audit.models import AuditEvent
from apps.audit.operations import record
from apps.audit.reading import act_label, describe
from apps.core.actor import Machine
from apps.core.errors import ALLOWED, RuleBroken, Stale, Verdict
from apps.core.transactions import all_or_nothing
from apps.measures import lights
from apps.measures.lifecycle import TABLE, Action, Who, allows
from apps.measures.models import Measure, Thresholds, current_rules
from apps.measures.models.states import UNISSUED
from apps.measures.operations.family import follow_part, load_parts, refuse_family_broken
from apps.measures.operations.locking import lock_measure
from apps.measures.permissions import may
from apps.workdays.arithmetic import Calendar

describe(
    acts={
        **{f"measures.{action.lower()}": action.label for action in Action},
        "measures.draft": gettext_lazy("Draft started"),
        "measures.revise": gettext_lazy("Draft changed"),
        "measures.propose": gettext_lazy("Proposed to the director"),
        "measures.return_proposal": gettext_lazy("Proposal returned"),
        "measures.issue": gettext_lazy("Issued to the lead agency"),
        "measures.acknowledge": gettext_lazy("Receipt acknowledged"),
        "measures.break_down": gettext_lazy("Broken down into parts"),
        "measures.detach": gettext_lazy("Detached: no longer a part"),
        "measures.report": gettext_lazy("Progress reported"),
        "measures.review": gettext_lazy("Report reviewed"),
        "measures.apply": gettext_lazy("Completion applied for"),
        "measures.verify": gettext_lazy("Completion verified"),
        "measures.send_back": gettext_lazy("Completion sent back"),
        "measures.close": gettext_lazy("Closed as completed"),
        "measures.ask_reopening": gettext_lazy("Asked to reopen"),
        "measures.reopen": gettext_lazy("Reopened"),
        "measures.refuse_reopening": gettext_lazy("Reopening refused"),
        "measures.ask_extension": gettext_lazy("Extension asked for"),
        "measures.extend": gettext_lazy("Extension granted"),
        "measures.refuse_extension": gettext_lazy("Extension refused"),
        "measures.ask_suspension": gettext_lazy("Suspension asked for"),
        "measures.suspend": gettext_lazy("Suspended"),
        "measures.refuse_suspension": gettext_lazy("Suspension refused"),
        "measures.resume": gettext_lazy("Resumed"),
        "measures.ask_cancellation": gettext_lazy("Cancellation asked for"),
        "measures.cancel": gettext_lazy("Cancelled"),
        "measures.refuse_cancellation": gettext_lazy("Cancellation refused"),
        "measures.ask_contribution": gettext_lazy("Contribution asked for"),
        "measures.contribute": gettext_lazy("Contributed"),
        "measures.ask_coordination": gettext_lazy("Coordination item asked"),
        "measures.withdraw_review": gettext_lazy("Review withdrawn"),
        "measures.add_evidence": gettext_lazy("Handed in evidence"),
        "measures.follow_calendar": gettext_lazy("Dates and lights moved with calendar or rule"),
        "measures.count_anew": gettext_lazy("Dates moved with the calendar"),
        "measures.deem_acknowledged": gettext_lazy("Deemed acknowledged"),
        "measures.set_light_rule": gettext_lazy("Rule of the lights entered"),
    }
)

BINDING = {"due_on", "parent_id", "restricted"}
"""Columns by which a measure binds its parts, or is bound as one."""
FOLLOWING = {
    "version",
    "changed_at",
    "viewer_agencies",
    "initials",
    "first_overdue_on",
    *lights.DATES,
}
"""Columns that follow from the others; the audit trail leaves them out."""
SAME_VIEWERS = {Action.REPORT, Action.CONFIRM_REPORT}
"""Acts that touch nothing by which a measure is seen: neither its agencies nor its family, its
state nor what somebody is asked."""
GENERATED = [field.attname for field in Measure._meta.concrete_fields if field.generated]

Judge = Callable[[Action, Standing, Measure], Verdict]


class WrongState(RuleBroken):
    """The measure's state does not know this action."""

    code = "wrong_state"


@dataclass
class Act:
    """One act under way: the locked measure, and what the record will say about it."""

    measure: Measure
    calendar: Calendar
    thresholds: Thresholds
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@contextmanager
def acting(
    action: Action,
    measure: Measure,
    *,
    seen: int,
    by: Standing | Machine,
    at: datetime,
    note: str = "",
    judge: Judge = may,
) -> Iterator[Act]:
    """Perform one line of the transition table, all or nothing.

    `seen` is the version the person's page showed; `judge` says whether the action is this
    person's to take, where that is not by the table. Raises NotAllowed, Stale or WrongState;
    the body may raise any RuleBroken. Afterwards the measure has its next state, a higher
    version, its viewers and its light dates, and one audit event.
    """
    with opening(action, measure, seen=seen, by=by, judge=judge) as locked:
        act = Act(locked, *current_rules(on=timezone.localdate(at)))
        with on_record(action, act, by=by, at=at, note=note):
            yield act


@contextmanager
def opening(
    action: Action,
    measure: Measure,
    *,
    seen: int,
    by: Standing | Machine,
    judge: Judge = may,
) -> Iterator[Measure]:
    """All or nothing: the measure locked, where the action is this person's to take now.

    Nothing is written. Raises NotAllowed, Stale or WrongState.
    """
    with all_or_nothing():
        locked = lock_measure(measure.pk, known=measure)
        _may(action, by, locked, judge).or_refuse()
        refuse_stale(locked, seen)
        refuse_wrong_state(action, locked)
        yield locked


@contextmanager
def on_record(
    action: Action, act: Act, *, by: Standing | Machine, at: datetime, note: str
) -> Iterator[None]:
    """Let the body change a locked measure, then keep it in its next state with one event.

    A part that is taken along with its whole, which `acting` holds, is changed by it alone.
    """
    measure = act.measure
    before = _columns(measure)
    yield
    measure.state = TABLE[action].target or measure.state
    measure.changed_at = at
    changes = _difference(before, _columns(measure)) | act.changes
    if BINDING & set(changes):
        refuse_family_broken(measure)
    keep(measure, act.calendar, act.thresholds, same_viewers=action in SAME_VIEWERS)
    record(
        f"measures.{action.lower()}",
        measure,
        by=by,
        at=at,
        changes=changes,
        note=note,
        restricted=measure.restricted,
    )


def _may(action: Action, by: Standing | Machine, measure: Measure, judge: Judge) -> Verdict:
    """The system's own acts are done by a machine, all others by people."""
    if isinstance(by, Machine) and TABLE[action].who is Who.SYSTEM:
        return ALLOWED
    return judge(action, by if isinstance(by, Standing) else NOBODY, measure)


@contextmanager
def beside(action: Action, measure: Measure, *, by: Standing, at: datetime) -> Iterator[Measure]:
    """Add a record of its own beside a measure, all or nothing; the body writes and records it.

    The measure keeps its version: what somebody else adds does not make a report stale that
    is being written. Raises NotAllowed or WrongState; the body may raise any RuleBroken.
    """
    with all_or_nothing():
        locked = lock_measure(measure.pk, known=measure)
        may(action, by, locked).or_refuse()
        refuse_wrong_state(action, locked)
        yield locked
        let_see(locked)


def let_see(measure: Measure) -> None:
    """Whoever is asked something sees the locked measure as long as the question is open."""
    viewers = viewers_of(measure)
    if viewers != measure.viewer_agencies:
        Measure.objects.filter(pk=measure.pk).update(viewer_agencies=viewers)


def keep(
    measure: Measure, calendar: Calendar, thresholds: Thresholds, *, same_viewers: bool = False
) -> None:
    """Save a locked measure with everything that follows from it; `changed_at` is the act's."""
    seen_by_before = measure.viewer_agencies
    measure.first_overdue_on = lights.first_overdue(
        measure, on=timezone.localdate(measure.changed_at)
    )
    settle_lights(measure, calendar, thresholds)
    if not same_viewers:
        measure.viewer_agencies = viewers_of(measure)
    measure.version += 1
    measure.save()
    forget_generated(measure)
    if measure.viewer_agencies != seen_by_before:
        _refresh_relatives(measure)
    follow_part(measure, calendar, thresholds)


def settle(measure: Measure, calendar: Calendar, thresholds: Thresholds) -> None:
    """Work out its light dates and viewers; nothing is saved."""
    settle_lights(measure, calendar, thresholds)
    measure.viewer_agencies = viewers_of(measure)


def settle_lights(measure: Measure, calendar: Calendar, thresholds: Thresholds) -> None:
    load_parts(measure)
    milestones = list(measure.milestones.all())
    dates = lights.dates_of(measure, milestones, calendar=calendar, thresholds=thresholds)
    for column, day in dates.items():
        setattr(measure, column, day)


def forget_generated(measure: Measure) -> None:
    """What the database works out of a saved row is asked for once somebody wants to know it."""
    for column in GENERATED:
        measure.__dict__.pop(column, None)


def viewers_of(measure: Measure) -> list[int]:
    """The agencies that see a measure: lead and supporters of it, its parent and its direct
    children, and all agencies above them; and those that a coordination item is open with.
    A restricted measure: its own lead and supporters, the office where it is asked, and of a
    part the lead of the whole, which reviews its reports.
    """
    if measure.state in UNISSUED:
        return []
    asked = _asked(measure)
    if measure.restricted:
        own = _lead_and_supporters(measure, ancestors=False) | _reviewers_of(measure)
        return sorted(own | {agency.pk for agency in asked})
    seen_by = _lead_and_supporters(measure) | {above for agency in asked for above in agency.path}
    for relative in _relatives(measure):
        if relative.state not in UNISSUED and not relative.restricted:
            seen_by |= _lead_and_supporters(relative)
    return sorted(seen_by)


def _asked(measure: Measure) -> list[Agency]:
    """The agencies with a coordination item that is still open."""
    if not measure.is_open:
        return []
    items = measure.coordination_items.filter(of_leader=False, outcome__isnull=True)
    return [item.agency for item in items.select_related("agency")]


def _relatives(measure: Measure) -> models.QuerySet[Measure]:
    """Parent and direct children."""
    family = models.Q(parent_id=measure.pk) | models.Q(pk=measure.parent_id)
    return Measure.objects.filter(family).select_related("lead", "parent").order_by("id")


def _refresh_relatives(measure: Measure) -> None:
    """Each is locked before its own relatives are read: another act may be adding one.

    The parent is locked already, and locking goes on downwards, so nobody waits in a circle.
    """
    for relative in _relatives(measure).select_for_update(of=("self",)):
        viewers = viewers_of(relative)
        if viewers != relative.viewer_agencies:
            Measure.objects.filter(pk=relative.pk).update(viewer_agencies=viewers)


def _lead_and_supporters(measure: Measure, *, ancestors: bool = True) -> set[int]:
    agencies = [*([measure.lead] if measure.lead else []), *measure.supporters.all()]
    if not ancestors:
        return {agency.pk for agency in agencies}
    return {above for agency in agencies for above in agency.path}


def _reviewers_of(measure: Measure) -> set[int]:
    """The agency that reviews the reports on a part."""
    parent = measure.parent
    return {parent.lead_id} if parent and parent.lead_id else set()


def refuse_stale(measure: Measure, seen: int) -> None:
    if measure.version == seen:
        return
    last = AuditEvent.objects.about(measure).first()
    if last is None:
        raise Stale(_("This measure has changed since you opened it."))
    raise Stale(
        _("%(who)s changed this measure at %(time)s, after you opened it: %(act)s.")
        % {
            "who": last.actor_name,
            "time": date_format(timezone.localtime(last.at), "SHORT_DATETIME_FORMAT"),
            "act": act_label(last.act),
        }
    )


def refuse_wrong_state(action: Action, measure: Measure) -> None:
    verdict = allows(action, measure.state)
    if not verdict:
        raise WrongState(verdict.reason)


def _columns(measure: Measure) -> dict[str, Any]:
    return {
        f.attname: getattr(measure, f.attname)
        for f in measure._meta.concrete_fields
        if not f.generated and f.attname not in FOLLOWING
    }


def _difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {c: (before[c], after[c]) for c in before if before[c] != after[c]}
