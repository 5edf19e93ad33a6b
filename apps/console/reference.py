"""Loading the reference data: what is absent is inserted, what an officer changed stays.

The files are Django fixtures with natural keys, so that plain `loaddata` fills an empty database
with them. Calendars are not in files: they come from the chinesecalendar package.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from django.apps import apps
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.core.serializers.python import Deserializer
from django.db import models, transaction

from apps.agencies.models import Agency, Installation, NaturalKey
from apps.agencies.operations import place_agency
from apps.audit.operations import record
from apps.core.actor import Actor
from apps.workdays.models import CalendarYear
from apps.workdays.operations import days_known_for, enter_notice, known_years

FILES = ("sources", "districts", "agencies", "policies", "chains", "problems", "measures", "kpis")
"""In this order each file finds what it refers to."""

Entry = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Where the database says something else than the file; it is reported, never resolved."""

    model: str
    code: str
    field: str
    in_file: str
    in_database: str

    def __str__(self) -> str:
        return (
            f"{' '.join(filter(None, (self.model, self.code, self.field)))}: "
            f"file «{_brief(self.in_file)}», database «{_brief(self.in_database)}»"
        )


@dataclass
class Outcome:
    """What a run did."""

    inserted: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)


@transaction.atomic
def load_reference(folder: Path, *, by: Actor, at: datetime) -> Outcome:
    """Insert what the natural keys do not find; list every difference; overwrite nothing."""
    outcome = Outcome()
    for name in FILES:
        for entry in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
            _load(entry, outcome)
    _place_agencies()
    _load_calendars(outcome, by=by, at=at)
    if outcome.inserted:
        changes = {model: ("", f"+{count}") for model, count in outcome.inserted.items()}
        record("console.load_reference", Installation(pk=1), by=by, at=at, changes=changes)
    return outcome


def _load(entry: Entry, outcome: Outcome) -> None:
    model = apps.get_model(entry["model"])
    keys = _key_fields(model)
    code = " → ".join(_plain(entry["fields"][key]) for key in keys)
    try:
        (stated,) = Deserializer([entry])
    except DeserializationError:
        absent = "refers to a record that is not there"
        outcome.differences.append(Difference(entry["model"], code, "", "present", absent))
        return
    known = {key: getattr(stated.object, key) for key in keys}
    found = model._default_manager.filter(**known).first()
    if found is not None:
        outcome.differences += _differences(entry, code, stated, found)
    elif _was_here(model, known):
        removed = "removed or renamed by an officer"
        outcome.differences.append(Difference(entry["model"], code, "", "present", removed))
    else:
        stated.save()
        outcome.inserted[entry["model"]] += 1


def _key_fields(model: type[models.Model]) -> Sequence[str]:
    """What a record is known by: its code, or for a pairing the pair."""
    rows = model._default_manager.all()
    if isinstance(rows, NaturalKey):
        return (rows.key_field,)
    return model._meta.total_unique_constraints[0].fields


def _was_here(model: type[models.Model], known: dict[str, Any]) -> bool:
    """Whether the row history knows the record, though it is there no more."""
    history: type[models.Model] | None = getattr(model, "pgh_event_model", None)
    return history is not None and history._default_manager.filter(**known).exists()


def _differences(
    entry: Entry, code: str, stated: DeserializedObject, found: models.Model
) -> Iterator[Difference]:
    for name in entry["fields"]:
        in_file, in_database = _stated(stated, name), _stored(found, name)
        if in_file != in_database:
            yield Difference(entry["model"], code, name, _plain(in_file), _plain(in_database))


def _stated(stated: DeserializedObject, name: str) -> Any:
    """A field as the file has it; records that it refers to in their own words."""
    many = stated.m2m_data or {}
    if name not in many:
        return getattr(stated.object, name)
    related = cast(type[models.Model], stated.object._meta.get_field(name).related_model)
    return sorted(map(str, related._default_manager.filter(pk__in=many[name])))


def _stored(found: models.Model, name: str) -> Any:
    """The same field as the database has it."""
    if not found._meta.get_field(name).many_to_many:
        return getattr(found, name)
    return sorted(map(str, getattr(found, name).all()))


def _place_agencies() -> None:
    """Paths are not in the file: they are made of ids. Superiors come first in it."""
    for agency in Agency.objects.filter(path=[]).order_by("pk"):
        place_agency(agency)


def _load_calendars(outcome: Outcome, *, by: Actor, at: datetime) -> None:
    entered = {row.year: row for row in CalendarYear.objects.all()}
    package = version("chinesecalendar")
    notice = f"chinesecalendar {package} (国务院办公厅 notices)"  # no-translate: their issuer
    for year in known_years():
        off, worked = days_known_for(year)
        if year in entered:
            days = {"holidays": off, "make_up_days": worked}
            outcome.differences += _calendar_differences(entered[year], days)
            continue
        enter_notice(year, holidays=off, make_up_days=worked, notice=notice, seen=0, by=by, at=at)
        outcome.inserted["workdays.calendaryear"] += 1


def _calendar_differences(row: CalendarYear, days: dict[str, Any]) -> Iterator[Difference]:
    for name, in_package in days.items():
        in_database = getattr(row, name)
        if in_package != in_database:
            yield Difference(
                "workdays.calendaryear",
                str(row),
                name,
                _plain(sorted(set(in_package) - set(in_database))),
                _plain(sorted(set(in_database) - set(in_package))),
            )


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_plain, value))
    return "" if value is None else str(value)


def _brief(text: str, most: int = 100) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
