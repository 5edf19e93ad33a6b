"""An audit event in words: what each act and each changed value is called.

The trail keeps codes, because it outlives the words; each app says here what its own mean. What
the reader may not see is not named.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.audit.models import AuditEvent
from apps.core.actor import Actor, Role

Words = str | Promise
Names = dict[tuple[type[models.Model], int | None], str]
"""What things are called that a change names by their ids."""
Say = Callable[[Any], str]
Saying = Callable[[Iterable[Any], Actor], Say]
"""How the values of one column are said to one reader: looked up once for all of them."""

_acts: dict[str, Words] = {}
_fields: "dict[str, models.Field[Any, Any]]" = {}
_labels: dict[str, Words] = {}
_values: dict[str, Saying] = {}
_VERBS = {"add": gettext_lazy("Entered: {what}"), "keep": gettext_lazy("Edited: {what}")}


class Told(Protocol):
    """Anything that changed values of a subject, or wants to: an event, a request."""

    @property
    def subject_type(self) -> str: ...

    @property
    def changes(self) -> Mapping[str, Sequence[Any]]: ...


@dataclass(frozen=True)
class Wanted:
    """Changes that are asked for, to be read like those of an event."""

    subject_type: str
    changes: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Change:
    """One changed value in words; nothing for an empty one."""

    label: str
    old: str
    new: str


def describe(
    *,
    acts: Mapping[str, Words] | None = None,
    kept: Iterable[type[models.Model]] = (),
    fields: "Mapping[str, models.Field[Any, Any]] | None" = None,
    labels: Mapping[str, Words] | None = None,
    values: Mapping[str, Saying] | None = None,
) -> None:
    """Give acts their names, and changes that are no field of their subject a field to read by.

    `kept` are the tables of reference data; `fields`, and `labels` and `values` for what no field
    says, are keyed by subject type and name: "measures.measure review".
    """
    _acts.update(acts or {})
    for model in kept:
        for verb, said in _VERBS.items():
            act = f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
            _acts[act] = format_lazy(said, what=model._meta.verbose_name)
    _fields.update(fields or {})
    _labels.update(labels or {})
    _values.update(values or {})


def act_label(act: str) -> str:
    """What an act is called; its code where nobody gave it a name."""
    return str(_acts.get(act, act))


def acts() -> list[tuple[str, str]]:
    """Every act that has a name, by app and name."""
    return [(act, str(_acts[act])) for act in sorted(_acts)]


def changes_of(told: Sequence[Told], reader: Actor) -> list[list[Change]]:
    """What each event changed, with the words of the pages instead of codes and ids.

    One query for each kind of thing that is named by its id, however many events.
    """
    words = _Words(_names_in(told, reader), _sayings(told, reader))
    return [
        [words.change(event.subject_type, name, pair) for name, pair in event.changes.items()]
        for event in told
    ]


@dataclass(frozen=True)
class _Words:
    """What was looked up for one reading."""

    names: Names
    sayings: Mapping[str, Say]

    def change(self, subject_type: str, name: str, pair: Sequence[Any]) -> Change:
        key = f"{subject_type} {name}"
        field = _field(subject_type, name)
        old, new = (self._value(key, field, value) for value in pair)
        return Change(capfirst(_label(key, field, name)), old, new)

    def _value(self, key: str, field: Any, value: Any) -> str:
        if value is None or value in ("", []):
            return ""
        if say := self.sayings.get(key):
            return say(value)
        said = [self._one(field, one) for one in (value if isinstance(value, list) else [value])]
        return pgettext("between the items of a list", "; ").join(said)

    def _one(self, field: Any, value: Any) -> str:
        if isinstance(value, int) and (kind := _named_by_id(field)):
            return self.names.get((kind, value), f"#{value}")
        return _plain(field, value)


def _sayings(told: Iterable[Told], reader: Actor) -> dict[str, Say]:
    """For each column that is said in a way of its own, all its values at once."""
    found: dict[str, list[Any]] = defaultdict(list)
    for event in told:
        for name, pair in event.changes.items():
            if (key := f"{event.subject_type} {name}") in _values:
                found[key] += pair
    return {key: _values[key](values, reader) for key, values in found.items()}


def _field(subject_type: str, name: str) -> Any:
    known = _fields.get(f"{subject_type} {name}")
    if known is not None:
        return known
    try:
        return apps.get_model(subject_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def _label(key: str, field: Any, name: str) -> str:
    role = name.partition(" ")[0]
    if role in Role.values:
        return str(Role(role).label)
    if said := _labels.get(key):
        return str(said)
    if isinstance(field, models.ForeignObjectRel):
        plural: Words = _model_of(field)._meta.verbose_name_plural or name
        return str(plural)
    return str(field.verbose_name) if field is not None else name


def _plain(field: Any, value: Any) -> str:
    """A value that names nothing."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return date_format(day)
    if isinstance(field, models.DecimalField):
        return f"{field.to_python(value).normalize():f}"
    return str(dict(getattr(field, "flatchoices", ())).get(value, value))


# --- Names of what is kept by id ------------------------------------------------------------


def _names_in(told: Iterable[Told], reader: Actor) -> Names:
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for event in told:
        for name, pair in event.changes.items():
            if kind := _named_by_id(_field(event.subject_type, name)):
                wanted[kind] |= {pk for value in pair for pk in _ids(value)}
    return {
        (kind, pk): said
        for kind, ids in wanted.items()
        if ids
        for pk, said in _names(kind, ids, reader)
    }


def _ids(value: Any) -> Iterable[int]:
    return [pk for pk in (value if isinstance(value, list) else [value]) if isinstance(pk, int)]


def _named_by_id(field: Any) -> type[models.Model] | None:
    """What the ids of a column number; of people, the events that tell their names."""
    if isinstance(field, models.ForeignKey | models.ManyToManyField):
        return _model_of(field)
    # A field that an app only describes its changes by has no name.
    is_person = isinstance(field, models.Field) and str(field.name).endswith("_by_id")
    return AuditEvent if is_person else None


def _names(
    kind: type[models.Model], ids: Collection[int], reader: Actor
) -> Iterable[tuple[int | None, str]]:
    """Ids of people outlive their accounts: they have the name under which they acted last.

    What not everybody may see keeps its number for those who may not.
    """
    if kind is AuditEvent:
        acted = AuditEvent.objects.filter(actor_id__in=ids).order_by("actor_id", "-id")
        return acted.distinct("actor_id").values_list("actor_id", "actor_name")
    rows: Any = kind._default_manager.all()
    if hasattr(rows, "visible_to"):
        rows = rows.visible_to(reader)
    return [(row.pk, str(getattr(row, "label", row))) for row in rows.filter(pk__in=ids)]


def _model_of(relation: Any) -> type[models.Model]:
    """The table at the other end."""
    model: type[models.Model] = relation.related_model
    return model
