"""Figures of indicators: to be handed in, reviewed, and their periods closed.

Handing in stops at the unit leader, reviewing at the director. There is no measure: the agency that
owes the figures stands in the place of its lead.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Role
from apps.kpis.models import Observation, Submission
from apps.kpis.owed import owed, to_close
from apps.reminders.causes.cause import OFFICE, Cause, roles
from apps.reminders.causes.reach import ASKED, QUEUE, STAFF, WRITERS
from apps.reminders.ladders import Day, Rung


class OfAnIndicator(Cause):
    """Owed of an indicator. `measure` is the path from a row to its indicator."""

    def _columns(self, day: Day) -> dict[str, Any]:
        """As of measures, without one: nobody is kept from seeing what is owed of them."""
        nobody = Cast(Value([]), ArrayField(BigIntegerField()))
        nothing = Cast(Value(None), BigIntegerField())
        of_measures: Mapping[str, Any] = {
            "measure_": nothing,
            "lead_": F("for_agency"),
            "whole_lead_": nothing,
            "restricted_": Value(False),
            "viewers_": nobody,
            "readers_": nobody,
        }
        own = super()._columns(day)
        return {name: of_measures.get(name, said) for name, said in own.items()}


def _waiting(day: Day) -> "QuerySet[Any, Any]":
    """What waits, with the indicator's owner in the agency's place."""
    figures = Observation.objects.filter(submission=OuterRef("pk")).order_by("period")
    first = Subquery(figures.values("period")[:1])
    return Submission.objects.waiting().annotate(for_agency=F("kpi__owner_id"), of_period=first)


def _to_close(day: Day) -> "QuerySet[Any, Any]":
    rows = to_close(on=day.on, calendar=day.calendar)
    return rows.annotate(for_agency=F("owner_id"))


def _named(path: str = "") -> dict[str, Any]:
    return {
        "kpi": f"{path}pk",
        "name": f"{path}name",
        "name_en": f"{path}name_en",
        "period": "of_period",
    }


def _owners(path: str) -> Case:
    """Its owner; of an indicator that has none, the supervision office."""
    nobody = When(**{f"{path}owner__isnull": True}, then=roles(Role.SUPERVISOR))
    return Case(nobody, default=roles(Role.KPI_OWNER), output_field=ArrayField(CharField()))


def _owner(path: str) -> Func:
    return Coalesce(F(f"{path}owner_id"), Value(OFFICE), output_field=BigIntegerField())


KPI_ENTRY = OfAnIndicator(
    "kpi_entry",
    _("Figures due"),
    _("Enter figures"),
    lambda day: owed(on=day.on, calendar=day.calendar),
    "enter_by",
    (Rung(-3, WRITERS), Rung(0, WRITERS), Rung(1, STAFF, is_escalation=True)),
    measure="",
    facts=_named(),
)
KPI_REVIEW = OfAnIndicator(
    "kpi_review",
    _("Figures to be reviewed"),
    _("Review figures"),
    _waiting,
    TruncDate("at"),
    QUEUE,
    measure="kpi",
    asked_roles=_owners("kpi__"),
    asked_agency=_owner("kpi__"),
    not_to="submitted_by_id",
    facts=_named("kpi__"),
)
KPI_CLOSING = OfAnIndicator(
    "kpi_closing",
    _("Period to be closed"),
    _("Close the period"),
    _to_close,
    "close_by",
    (Rung(-1, ASKED), Rung(1, ASKED)),
    measure="",
    asked_roles=_owners(""),
    asked_agency=_owner(""),
    facts=_named(),
)
