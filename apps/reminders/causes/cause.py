"""Cause: why somebody is owed a message, as a query over the field and a ladder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    Expression,
    F,
    Func,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, JSONObject
from django.utils.functional import Promise

from apps.core.actor import Role
from apps.reminders.ladders import Day, Rungs

OFFICE = 0
"""Stands for the supervision office where the id of an agency is asked for."""

Said = str | Expression | F
"""A column of the rows, or an expression over them."""


@dataclass(frozen=True)
class Cause:
    """What is owed as of a day, to whom it can be owed, and by which steps.

    An app adds a cause of its own by adding one of these to the list of causes.
    """

    key: str
    label: str | Promise
    """What has happened, or is about to."""
    todo: str | Promise
    """What to do about it: the heading in a digest."""
    rows: "Callable[[Day], QuerySet[Any, Any]]"
    """Everything that is owed, whatever its day."""
    owed_on: Said
    """The day of the fact. Another one begins anew."""
    ladder: Rungs
    """The steps before anybody entered others."""
    measure: str = "measure"
    """The path from a row to its measure, empty where the row is the measure itself."""
    asked_roles: "Expression | None" = None
    """Where whoever has to act is asked by the row: in which roles …"""
    asked_agency: "Expression | F | None" = None
    """… and of which agency; none is the supervision office."""
    not_to: str = ""
    """The column with the person whose own doing it is: nobody decides what they asked for."""
    paused: "Callable[[Day], Expression] | None" = None
    """Where escalation rests."""
    facts: dict[str, Said] = field(default_factory=dict)
    """What its sentence says of the row."""
    urges: bool = False
    """Whether each escalation of it is a numbered notice."""

    @property
    def of_measure(self) -> str:
        return f"{self.measure}__" if self.measure else ""

    def owed(self, day: Day) -> "QuerySet[Any, Any]":
        """One row for each thing owed, in the columns named by COLUMNS."""
        rows = self.rows(day).order_by()
        for name, expression in self._columns(day).items():
            rows = rows.annotate(**{name: expression})
        return rows.values_list(*COLUMNS)

    def _columns(self, day: Day) -> dict[str, Any]:
        """The columns of COLUMNS; they end with `_` so that no model has one of that name."""
        to = self.of_measure
        return {
            "measure_": F(f"{to}pk"),
            "subject_": F("pk"),
            "owed_on_": Cast(self.owed_on, DateField()),
            "lead_": F(f"{to}lead_id"),
            "whole_lead_": F(f"{to}parent__lead_id"),
            "restricted_": F(f"{to}restricted"),
            "viewers_": F(f"{to}viewer_agencies"),
            "readers_": F(f"{to}reader_ids"),
            "asked_roles_": self.asked_roles or roles(),
            "asked_agency_": self.asked_agency or Value(OFFICE),
            "not_to_": Cast(F(self.not_to) if self.not_to else Value(None), BigIntegerField()),
            "paused_": self.paused(day) if self.paused else Value(False),
            "facts_": JSONObject(**self.facts),
        }


COLUMNS = (
    "measure_",
    "subject_",
    "owed_on_",
    "lead_",
    "whole_lead_",
    "restricted_",
    "viewers_",
    "readers_",
    "asked_roles_",
    "asked_agency_",
    "not_to_",
    "paused_",
    "facts_",
)


def roles(*asked: Role) -> Expression:
    """Roles as a value of SQL."""
    return Cast(Value([str(role) for role in asked]), ArrayField(CharField()))


def day_before(column: str | F) -> Func:
    """The day before the one in a column; a date less an interval would be a moment."""
    return Func(column, template="(%(expressions)s - 1)", output_field=DateField())
