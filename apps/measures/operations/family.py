"""What parent and parts owe each other, whatever the act: deadlines, secrecy, lights."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import RuleBroken
from apps.measures import lights
from apps.measures.models import Basis, Measure, Thresholds
from apps.measures.models.states import ENDED
from apps.workdays.arithmetic import Calendar


def load_parts(measure: Measure) -> None:
    """Give a measure on the basis of parts those that count, as they stand now."""
    if measure.basis == Basis.CHILDREN:
        counted = measure.children.counted_in_parent().order_by("pk")
        measure.parts = list(counted.select_related("lead").prefetch_related("milestones"))


def refuse_family_broken(measure: Measure) -> None:
    """No part is due after its parent, and a part of a restricted measure is restricted."""
    if parent := measure.parent:
        refuse_beyond_parent(measure.due_on, parent)
        if parent.restricted and not measure.restricted:
            raise RuleBroken(
                _("%(code)s is restricted, and so are its parts.") % {"code": parent.code},
                field="restricted",
            )
    if measure.due_on is not None:
        _refuse_before_parts(measure, measure.due_on)


def refuse_beyond_parent(due_on: date | None, parent: Measure, *, field: str = "due_on") -> None:
    if due_on and parent.due_on and due_on > parent.due_on:
        raise RuleBroken(
            _("A part is never due after the whole: %(code)s is due on %(day)s.")
            % {"code": parent.code, "day": lights.short(parent.due_on)},
            field=field,
        )


def _refuse_before_parts(measure: Measure, due_on: date) -> None:
    later = measure.children.exclude(state__in=ENDED).filter(due_on__gt=due_on)
    if part := later.order_by("-due_on", "pk").first():
        raise RuleBroken(
            _("Its part %(code)s is due later, on %(day)s; that deadline has to move first.")
            % {"code": part.code, "day": lights.short(part.due_on)},
            field="due_on",
        )


def follow_part(part: Measure, calendar: Calendar, thresholds: Thresholds) -> None:
    """A part has changed: what is expected of its parent, locked already, changes with it.

    That is no act on the parent: its version stays.
    """
    if part.parent is None or part.parent.basis != Basis.CHILDREN:
        return
    # Read anew: what the part says by now has been saved.
    parent = Measure.objects.get(pk=part.parent.pk)
    load_parts(parent)
    milestones = list(parent.milestones.all())
    dates = lights.dates_of(parent, milestones, calendar=calendar, thresholds=thresholds)
    today = timezone.localdate(part.changed_at)
    dates["first_overdue_on"] = lights.first_overdue(parent, on=today)
    Measure.objects.filter(pk=parent.pk).update(**dates)
