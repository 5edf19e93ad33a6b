"""Row history: every version of a row, recorded by database triggers."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.db import models

from apps.core.search import InitialsField

M = TypeVar("M", bound=models.Model)


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[type[M]], type[M]]:
    """Record each inserted, updated and deleted version of a model's rows.

    Who did it is the AuditEvent of the same transaction; pghistory's own context is not used.
    Generated columns are left out: they follow from the others. So do pinyin initials.
    """

    def track(model: type[M]) -> type[M]:
        fields = model._meta.concrete_fields
        following = [field.name for field in fields if isinstance(field, InitialsField)]
        return _track([*exclude, *following])(model)

    return track


def _track(exclude: list[str]) -> Callable[[type[M]], type[M]]:
    track: Callable[[type[M]], type[M]] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        context_field=None,  # type: ignore[arg-type]  # accepted, though its annotation forgot it
        exclude=exclude or None,
    )
    return track
