"""One person's desk on a day, and which measures lie on it to be decided."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from apps.accounts.standing import Standing
from apps.audit.models import AuditEvent
from apps.core.actor import Role
from apps.measures import periods
from apps.measures.lifecycle import MOST_EXTENSIONS
from apps.measures.models import Measure, ReportDraft, Request, State
from apps.measures.models.request import RequestQuerySet
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.permissions import WRITERS
from apps.workdays.arithmetic import Calendar


@dataclass(frozen=True)
class Desk:
    """What one person sees and leads on a day."""

    standing: Standing
    on: date
    calendar: Calendar
    built: "dict[Callable[[Desk], MeasureQuerySet], MeasureQuerySet]" = field(
        default_factory=dict, compare=False, repr=False
    )

    def once(self, rows: "Callable[[Desk], MeasureQuerySet]") -> MeasureQuerySet:
        """These rows, not read yet: a page counts, lists and orders by the same ones."""
        if rows not in self.built:
            self.built[rows] = rows(self)
        return self.built[rows]

    @cached_property
    def seen(self) -> MeasureQuerySet:
        return Measure.objects.visible_to(self.standing)

    @cached_property
    def led(self) -> MeasureQuerySet:
        """Those the person writes for: led by the agencies of its posts, or below them."""
        return self.seen.led_by(self.writes_for)

    @property
    def writes_for(self) -> list[int]:
        """The agencies in which the person is liaison or drafter."""
        return self.standing.agencies_of(WRITERS)

    @property
    def week_end(self) -> date:
        return periods.week_end(self.on)


def to_confirm(desk: Desk) -> MeasureQuerySet:
    """Reports handed in to a unit leader, but for what this one wrote."""
    led = desk.seen.led_by(desk.standing.agencies_of({Role.UNIT_LEADER}))
    drafts = ReportDraft.objects.confirming().exclude(handed_by_id=desk.standing.person_id)
    return led.filter(pk__in=drafts.values("measure"))


def not_confirming(measures: MeasureQuerySet) -> MeasureQuerySet:
    """Those where the lead's writers have the move, and not their unit leader."""
    return measures.exclude(pk__in=ReportDraft.objects.confirming().values("measure"))


def reports_owed(desk: Desk, *, by: date) -> MeasureQuerySet:
    return not_confirming(desk.led.report_due(by=by))


def returned_proposals(desk: Desk) -> MeasureQuerySet:
    """Drafts that were proposals once: the director sent them back."""
    sent_back = AuditEvent.objects.filter(
        act="measures.return_proposal",
        subject_type=Measure._meta.label_lower,
        subject_id=OuterRef("pk"),
    )
    return desk.seen.drafts().filter(Exists(sent_back))


def proposals(desk: Desk) -> MeasureQuerySet:
    """Those somebody else proposed: nobody issues what they proposed themselves."""
    return desk.seen.proposed().exclude(proposed_by_id=desk.standing.person_id)


def objections_to_confirm(desk: Desk) -> MeasureQuerySet:
    """Objections of the agencies in which the person is unit leader, not confirmed yet."""
    units = desk.standing.agencies_of({Role.UNIT_LEADER})
    return desk.seen.filter(waits(Request.Kind.OBJECT, desk, verified=False)).led_by(units)


def objected_to(desk: Desk) -> MeasureQuerySet:
    """Confirmed, and for the director to decide."""
    return _objected_to(desk).exclude(pk__in=superior())


def superior_objected_to(desk: Desk) -> MeasureQuerySet:
    """The office refuses or records that level's decision; it does not change the lead itself."""
    return _objected_to(desk).filter(pk__in=superior())


def _objected_to(desk: Desk) -> MeasureQuerySet:
    running = desk.seen.filter(state__in=(State.ISSUED, State.IN_PROGRESS))
    return running.filter(waits(Request.Kind.OBJECT, desk, verified=True))


def superior() -> "QuerySet[Measure, Any]":
    """Tasks of a superior level."""
    return Measure.objects.of_superior_level().values("pk")


def asked_to_reopen(desk: Desk) -> MeasureQuerySet:
    """Those that somebody else asks to reopen: nobody decides what they asked for themselves."""
    return desk.seen.filter(waits(Request.Kind.REOPEN, desk))


def to_adjust(desk: Desk) -> MeasureQuerySet:
    return desk.seen.filter(waits(Request.Kind.ADJUST, desk))


def to_carry_over(desk: Desk) -> MeasureQuerySet:
    return desk.seen.filter(waits(Request.Kind.CARRY, desk))


def to_extend(desk: Desk) -> MeasureQuerySet:
    return extension_asked(desk).filter(extensions=0)


def to_extend_again(desk: Desk) -> MeasureQuerySet:
    """The second extension is decided by the supervising leader of the agency that leads."""
    posts = desk.standing.agencies_of({Role.SUPERVISING_LEADER})
    return extension_asked(desk).filter(extensions=1).led_by(posts)


def extended_twice(desk: Desk) -> MeasureQuerySet:
    return extension_asked(desk).filter(extensions__gte=MOST_EXTENSIONS)


def extension_asked(desk: Desk) -> MeasureQuerySet:
    return desk.seen.filter(waits(Request.Kind.EXTEND, desk))


def to_verify(desk: Desk) -> MeasureQuerySet:
    unverified = desk.seen.completing().filter(completion_verified_on__isnull=True)
    return unverified.filter(waits(Request.Kind.COMPLETE, desk))


def to_close(desk: Desk) -> MeasureQuerySet:
    verified = desk.seen.completing().filter(completion_verified_on__isnull=False)
    return verified.filter(waits(Request.Kind.COMPLETE, desk))


def waits(kind: str, desk: Desk, *, verified: bool | None = None) -> Exists:
    """A request of the kind waits that this person may decide; verified, or not yet, if said."""
    found = asked(kind).exclude(asked_by_id=desk.standing.person_id)
    return Exists(found if verified is None else found.verified(verified))


def asked(kind: str) -> RequestQuerySet:
    """What waits of the kind about the measure of the outer query."""
    return Request.objects.of_kind(kind).waiting().filter(measure=OuterRef("pk"))
