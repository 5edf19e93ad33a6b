"""Entering a new version of the ladder by which a cause reaches people."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.operations import record, refuse_unless_kept_by
from apps.audit.reading import describe
from apps.core.actor import Actor, Role
from apps.core.errors import RuleBroken, Stale
from apps.reminders.causes import Cause
from apps.reminders.causes.deadlines import DEADLINE
from apps.reminders.ladders import Rung, Rungs
from apps.reminders.models import Ladder, Recipient, Step
from apps.reminders.models.ladder import MOST_WORKDAYS
from apps.reminders.operations.planning import ladders_on

KEEPERS = (Role.ADMINISTRATOR,)
OF_DEADLINES_ONLY = {Recipient.UNIT_HEAD, Recipient.SUPERVISING_LEADER}
"""Nothing else reaches unit heads and city leaders."""

describe(acts={"reminders.set_ladder": gettext_lazy("Ladder of reminders entered")})


@transaction.atomic
def set_ladder(
    cause: Cause,
    rungs: Rungs,
    *,
    active: bool = True,
    from_on: date,
    reason: str,
    seen: int,
    by: Actor,
    at: datetime,
) -> Ladder:
    """Enter the next version of a cause's steps; past days keep the old one.

    `seen` is the number of the version the person's page showed, 0 before the first. Raises
    NotAllowed, Stale, or RuleBroken naming the field.
    """
    refuse_unless_kept_by(KEEPERS, by)
    if from_on < timezone.localdate(at):
        raise RuleBroken(_("A rule begins today or later: past days keep theirs."), field="from_on")
    if not reason.strip():
        raise RuleBroken(_("Say why the rule changes."), field="reason")
    check_rungs(cause, rungs, active=active)
    if last_number(cause) != seen:
        raise Stale(_("Somebody else has entered a rule since you opened this page."))
    before = ladders_on(from_on)[cause.key]
    ladder = Ladder(
        cause=cause.key,
        number=seen + 1,
        from_on=from_on,
        active=active,
        reason=reason.strip(),
        by_id=by.pk,
        by_name=str(by),
        at=at,
    )
    _save(ladder, rungs)
    changes = {"from_on": ("", from_on), "reason": ("", reason.strip())}
    changes |= {"steps": (say_rungs(before), say_rungs(rungs if active else ()))}
    record("reminders.set_ladder", ladder, by=by, at=at, changes=changes)
    return ladder


def last_number(cause: Cause) -> int:
    """The number of the version entered last; 0 while the defaults hold."""
    numbers = Ladder.objects.filter(cause=cause.key).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def check_rungs(cause: Cause, rungs: Rungs, *, active: bool) -> None:
    """Refuse steps that could not be climbed, or would reach higher than the cause may."""
    for broken, why in _broken(cause, rungs, active):
        if broken:
            raise RuleBroken(why)


def _broken(cause: Cause, rungs: Rungs, active: bool) -> Iterator[tuple[bool, str]]:
    days = [rung.workdays for rung in rungs]
    reached = {recipient for rung in rungs for recipient in rung.reaches}
    yield active and not rungs, _("An active ladder needs a step.")
    yield len(set(days)) < len(days), _("Two steps lie on the same day.")
    yield any(abs(day) > MOST_WORKDAYS for day in days), _("A step lies too far away.")
    yield not all(rung.reaches for rung in rungs), _("Every step reaches somebody.")
    yield (
        cause is not DEADLINE and not reached.isdisjoint(OF_DEADLINES_ONLY),
        _("Only deadlines of measures reach unit heads and supervising leaders."),
    )
    yield (
        cause.asked_roles is None and Recipient.ASKED in reached,
        _("Nobody in particular is asked here: say which roles the step reaches."),
    )
    yield (
        any(rung.proposes_bulletin and not _late_deadline(cause, rung) for rung in rungs),
        _("Only overdue measures are proposed for the bulletin."),
    )
    yield (
        any(rung.is_escalation and rung.workdays < 1 for rung in rungs),
        _("An escalation comes after the day, not before it."),
    )


def _late_deadline(cause: Cause, rung: Rung) -> bool:
    return cause is DEADLINE and rung.workdays > 0


def say_rungs(rungs: Rungs) -> str:
    """The steps on one line: +1 LIAISON, DRAFTER (!); +3 …"""
    return "; ".join(
        f"{rung.workdays:+d} {', '.join(rung.reaches)}{' (!)' if rung.is_escalation else ''}"
        for rung in rungs
    )


def _save(ladder: Ladder, rungs: Rungs) -> None:
    """The number is unique: of two people who enter the next version at once, one is told."""
    try:
        with transaction.atomic():
            ladder.save(force_insert=True)
    except IntegrityError as error:
        raise Stale(_("Somebody else has entered a rule since you opened this page.")) from error
    Step.objects.bulk_create(
        Step(
            ladder=ladder,
            workdays=rung.workdays,
            reaches=list(rung.reaches),
            is_escalation=rung.is_escalation,
            proposes_bulletin=rung.proposes_bulletin,
        )
        for rung in rungs
    )
