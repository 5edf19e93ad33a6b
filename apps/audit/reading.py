"""An audit event in words: what each act and each changed value is called.

The trail keeps codes, because it outlives the words; each app says here what its own mean.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.models import AuditEvent
from apps.core.actor import Role

Words = str | Promise
Names = dict[tuple[type[models.Model], int | None], str]
"""What things are called that a change names by their ids."""

_acts: dict[str, Words] = {}
_fields: "dict[str, models.Field[Any, Any]]" = {}
_VERBS = {"add": gettext_lazy("Entered: {what}"), "keep": gettext_lazy("Edited: {what}")}


@dataclass(frozen=True)
class Change:
    """One changed value in words."""

    label: str
    old: str
    new: str


def describe(
    *,
    acts: Mapping[str, Words] | None = None,
    kept: Iterable[type[models.Model]] = (),
    fields: "Mapping[str, models.Field[Any, Any]] | None" = None,
) -> None:
    """Give acts their names, and changes that are no field of their subject a field to read by.

    `kept` are the tables of reference data; `fields` is keyed by subject type and name:
    "measures.measure review".
    """
    _acts.update(acts or {})
    for model in kept:
        for verb, said in _VERBS.items():
            act = f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
            _acts[act] = format_lazy(said, what=model._meta.verbose_name)
    _fields.update(fields or {})


def act_label(act: str) -> str:
    """What an act is called; its code where nobody gave it a name."""
    return str(_acts.get(act, act))


def acts() -> list[tuple[str, str]]:
    """Every act that has a name, by app and name."""
    return [(act, str(_acts[act])) for act in sorted(_acts)]


def changes_of(events: Sequence[AuditEvent]) -> list[list[Change]]:
    """What each event changed, with the words of the pages instead of codes and ids.

    One query for each kind of thing that is named by its id, however many events.
    """
    names = _names_in(events)
    return [
        [_change(event, name, values, names) for name, values in event.changes.items()]
        for event in events
    ]


def _change(event: AuditEvent, name: str, values: Sequence[Any], names: Names) -> Change:
    field = _field(event.subject_type, name)
    old, new = (_value(field, value, names) for value in values)
    return Change(_label(field, name), old, new)


def _field(subject_type: str, name: str) -> Any:
    known = _fields.get(f"{subject_type} {name}")
    if known is not None:
        return known
    try:
        return apps.get_model(subject_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def _label(field: Any, name: str) -> str:
    role = name.partition(" ")[0]
    if role in Role.values:
        return str(Role(role).label)
    if isinstance(field, models.ForeignObjectRel):
        plural: Words = _model_of(field)._meta.verbose_name_plural or name
        return str(plural)
    return str(field.verbose_name) if field is not None else name


def _value(field: Any, value: Any, names: Names) -> str:
    if value is None or value in ("", []):
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return date_format(day)
    if isinstance(value, int) and (kind := _named_by_id(field)):
        return names.get((kind, value), f"#{value}")
    return str(dict(getattr(field, "flatchoices", ())).get(value, value))


# --- Names of what is kept by id ------------------------------------------------------------


def _names_in(events: Iterable[AuditEvent]) -> Names:
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for event in events:
        for name, values in event.changes.items():
            if kind := _named_by_id(_field(event.subject_type, name)):
                wanted[kind] |= {pk for pk in values if isinstance(pk, int)}
    return {(kind, pk): said for kind, ids in wanted.items() for pk, said in _names(kind, ids)}


def _named_by_id(field: Any) -> type[models.Model] | None:
    """What the ids of a column number; of people, the events that tell their names."""
    if isinstance(field, models.ForeignKey):
        return _model_of(field)
    # A field that an app only describes its changes by has no name.
    is_person = isinstance(field, models.Field) and str(field.name).endswith("_by_id")
    return AuditEvent if is_person else None


def _names(kind: type[models.Model], ids: Collection[int]) -> Iterable[tuple[int | None, str]]:
    """Ids of people outlive their accounts: they have the name under which they acted last."""
    if kind is AuditEvent:
        acted = AuditEvent.objects.filter(actor_id__in=ids).order_by("actor_id", "-id")
        return acted.distinct("actor_id").values_list("actor_id", "actor_name")
    return [(row.pk, str(row)) for row in kind._default_manager.filter(pk__in=ids)]


def _model_of(relation: Any) -> type[models.Model]:
    """The table at the other end."""
    model: type[models.Model] = relation.related_model
    return model
