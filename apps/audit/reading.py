"""An audit event in words: what each act and each changed value is called.

The trail keeps codes, because it outlives the words; each app says here what its own mean.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
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


def changes_of(event: AuditEvent) -> Iterator[Change]:
    """What the event changed, with the words of the pages instead of codes and ids."""
    for name, (old, new) in event.changes.items():
        field = _field(event.subject_type, name)
        say = _person if name.endswith("_by_id") else partial(_value, field)
        yield Change(_label(field, name), say(old), say(new))


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


def _value(field: Any, value: Any) -> str:
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
    return _choice(field, value)


def _choice(field: Any, value: Any) -> str:
    if isinstance(field, models.ForeignKey) and isinstance(value, int):
        named = _model_of(field)._default_manager.filter(pk=value).first()
        return str(named or f"#{value}")
    return str(dict(getattr(field, "flatchoices", ())).get(value, value))


def _person(pk: Any) -> str:
    """The name under which somebody has acted last; ids of people outlive their accounts."""
    acted = AuditEvent.objects.filter(actor_id=pk).values_list("actor_name", flat=True)
    return acted.first() or f"#{pk}" if pk else "—"


def _model_of(relation: Any) -> type[models.Model]:
    """The table at the other end."""
    model: type[models.Model] = relation.related_model
    return model
