"""What one person has in hand, handed over to a successor: what they hold, and what they read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.operations import Duties, hand_over_duties
from apps.audit.operations import record, record_each
from apps.audit.reading import describe
from apps.core.actor import Actor
from apps.core.errors import RuleBroken
from apps.measures.models import Measure

NOTHING = _("There is nothing to hand over: no role, no deputising, no restricted measure to read.")
"""Said on the page before anything is asked."""
describe(acts={"measures.hand_over": _("Duties handed over")})


@dataclass(frozen=True)
class HandedOver:
    """What a hand-over reached."""

    duties: Duties
    measures: int
    """Restricted measures whose named reader the successor is now."""


def hand_over(
    person: User, *, to: User, close_account: bool = False, seen: int, by: Actor, at: datetime
) -> HandedOver:
    """Give everything that a person holds, deputises in and reads by name to a successor.

    Open work and drafts belong to the agency, and come with the role; who did what stays as it
    was. `seen` is the version of the account that the administrator's page showed. Raises
    NotAllowed, Stale, or RuleBroken whose field `to` names the successor.
    """
    with transaction.atomic():
        duties = hand_over_duties(
            person, to=to, close_account=close_account, seen=seen, by=by, at=at
        )
        named = list(Measure.objects.naming(person.pk).select_for_update().order_by("pk"))
        if not duties and not named:
            raise RuleBroken(NOTHING)
        _hand_over_reading(named, person, to, by=by, at=at)
        changes: dict[str, tuple[Any, Any]] = {
            "successor": ("", str(to)),
            "roles": (0, len(duties.roles)),
            "deputies": (0, len(duties.standing_in)),
            "restricted measures": (0, len(named)),
        }
        record("measures.hand_over", person, by=by, at=at, changes=changes)
    return HandedOver(duties, len(named))


def _hand_over_reading(
    named: Sequence[Measure], person: User, to: User, *, by: Actor, at: datetime
) -> None:
    """Each measure has a new version, and one event that says whose place was taken."""
    told: list[tuple[Measure, dict[str, tuple[Any, Any]]]] = []
    for measure in named:
        before = measure.reader_ids
        measure.reader_ids = sorted({*before, to.pk} - {person.pk})
        measure.version += 1
        measure.changed_at = at
        told.append((measure, {"reader_ids": (before, measure.reader_ids)}))
    Measure.objects.bulk_update(named, ["reader_ids", "version", "changed_at"])
    record_each("measures.hand_over", told, note="", by=by, at=at)
