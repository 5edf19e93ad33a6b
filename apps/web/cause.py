"""Cause: why a measure lies on somebody's desk, and what takes it off again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet
from django.utils.functional import Promise

from apps.core.actor import Role
from apps.measures.lifecycle import Action
from apps.measures.models import Request
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.permissions import WRITERS
from apps.web.desk import Desk, asked


@dataclass(frozen=True, eq=False)
class Cause:
    """Why a measure lies on the desk, and the act that takes it off again. Each is there once."""

    key: str
    label: str | Promise
    """Said in the row."""
    rows: Callable[[Desk], MeasureQuerySet]
    roles: frozenset[Role]
    action: Action | None = None
    """None where there is nothing to do but read."""
    caption: str | Promise = ""
    """On the button, where the action's own label is not enough."""
    implies: frozenset[str] = frozenset()
    """Keys of causes that go without saying where this one is said."""
    page: str = ""
    """Where the act stands on a page that is no action of the table; takes the measure's pk."""
    wanted: Callable[[Desk], QuerySet[Any]] | None = None
    """Rows with `measure` and `wanted_on`: the earliest day orders, in the deadline's place."""
    since: bool = False
    """The day of `wanted` is when the waiting began, and not when it has to end."""

    def on(self, desk: Desk) -> MeasureQuerySet:
        """The measures on this desk that have the cause."""
        return desk.once(self.rows)


def undecided(key: str, label: str | Promise, kind: Request.Kind) -> Cause:
    """What a person writes for, while a request of the kind waits on others' decision."""
    return Cause(key, label, lambda desk: desk.led.filter(Exists(asked(kind))), WRITERS)
