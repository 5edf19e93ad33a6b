"""What happens to a measure happens to the parts that the request names, each on record."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Measure, Request, State, TakenAlong
from apps.measures.models.states import OPEN
from apps.measures.operations.acting import Act, on_record

PARTS = "children"
"""Under this name a request keeps the codes of the parts that it takes along."""


def open_parts(measure: Measure, *, lock: bool = False) -> list[Measure]:
    """Its open parts and those of its parts, from the top downwards, in which order they lock."""
    found: list[Measure] = []
    level = [measure]
    while level:
        rows = Measure.objects.filter(parent__in=level, state__in=OPEN).order_by("pk")
        if lock:
            rows = rows.select_for_update(of=("self",))
        level = list(rows.select_related("lead", "parent__lead"))
        found += level
    return found


def unseen_parts(measure: Measure, by: Standing) -> int:
    """How many of its open parts, at any depth, this person may not see."""
    ids = [part.pk for part in open_parts(measure)]
    return len(ids) - Measure.objects.visible_to(by).filter(pk__in=ids).count()


def wanted_parts(measure: Measure, parts: Iterable[Measure]) -> dict[str, list[Any]]:
    """The parts as a request says them; nothing where it takes none along.

    Raises RuleBroken for what is no open part of the measure.
    """
    known = {part.pk for part in open_parts(measure)}
    named = sorted(parts, key=lambda part: part.code)
    for part in named:
        if part.pk not in known:
            raise RuleBroken(
                _("%(code)s is no open part of this measure.") % {"code": part.code},
                field="parts",
            )
    return {PARTS: [[], [part.code for part in named]]} if named else {}


def named_in(request: Request) -> list[str]:
    """The codes of the parts that the request takes along."""
    codes: list[str] = request.wanted.get(PARTS, [[], []])[1]
    return codes


def take_along(
    action: Action,
    act: Act,
    granted: Decision,
    states: Collection[str] = OPEN,
    *,
    by: Standing,
    at: datetime,
) -> Iterator[Measure]:
    """Each part that the granted request names and that is in one of the states, locked.

    The caller changes it; going on to the next keeps it, with a row that says by whose decision.
    """
    named = set(named_in(granted.request))
    for part in open_parts(act.measure, lock=True):
        if part.code in named and part.state in states:
            with along(action, part, act, by=by, at=at, note=granted.reason):
                TakenAlong.objects.create(decision=granted, measure=part)
                yield part


@contextmanager
def along(
    action: Action, part: Measure, act: Act, *, by: Standing, at: datetime, note: str
) -> Iterator[None]:
    """The same action on a locked part of the measure that the act is about."""
    of_part = Act(part, act.calendar, act.thresholds)
    with on_record(action, of_part, by=by, at=at, note=note):
        yield


def resting(parts: Iterable[Measure], granted: Decision) -> list[Measure]:
    """Of these, the ones that rest because of that decision."""
    taken = set(granted.taken_along.values_list("measure", flat=True))
    return [part for part in parts if part.pk in taken and part.state == State.SUSPENDED]
