"""Acknowledging, reporting and reviewing. They stop at the unit leader, reviews at the director."""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Role
from apps.measures.models import Instruction, Measure, ProgressReport, ReportDraft
from apps.measures.models.rows import MeasureQuerySet
from apps.reminders.causes.cause import Cause, roles
from apps.reminders.causes.reach import ASKED, STAFF, WRITERS
from apps.reminders.ladders import Day, Rung
from apps.reminders.models import Recipient

REVIEWER = (Recipient.REVIEWER,)


def _not_confirming(measures: MeasureQuerySet) -> MeasureQuerySet:
    """Where the writers have the move, and not their unit leader."""
    return measures.exclude(pk__in=ReportDraft.objects.confirming().values("measure"))


def _report_owed(day: Day) -> MeasureQuerySet:
    return _not_confirming(Measure.objects.reporting())


def _waiting_reports(day: Day) -> "QuerySet[Any]":
    return ProgressReport.objects.waiting()


ACKNOWLEDGE = Cause(
    "acknowledge",
    _("To be acknowledged"),
    _("Acknowledge"),
    lambda day: Measure.objects.to_acknowledge(),
    "acknowledge_due_on",
    (Rung(-1, WRITERS), Rung(1, STAFF, is_escalation=True)),
    measure="",
)
REPORT = Cause(
    "report",
    _("Report due"),
    _("Report"),
    _report_owed,
    "next_report_due_on",
    (Rung(-3, WRITERS), Rung(0, WRITERS), Rung(1, STAFF, is_escalation=True)),
    measure="",
)
CONFIRM = Cause(
    "confirm",
    _("Report to be confirmed"),
    _("Confirm the report"),
    lambda day: ReportDraft.objects.confirming(),
    TruncDate("handed_at"),
    (Rung(0, ASKED), Rung(2, ASKED)),
    asked_roles=roles(Role.UNIT_LEADER),
    asked_agency=F("measure__lead_id"),
    not_to="handed_by_id",
)
RETURNED = Cause(
    "returned",
    _("Report returned"),
    _("Revise and report again"),
    lambda day: _not_confirming(Measure.objects.returned()),
    "returned_on",
    (Rung(0, WRITERS), Rung(3, STAFF, is_escalation=True)),
    measure="",
)
REVIEW = Cause(
    "review",
    _("Report to be reviewed"),
    _("Review"),
    _waiting_reports,
    TruncDate("submitted_at"),
    (
        Rung(0, REVIEWER),
        Rung(3, REVIEWER),
        Rung(5, (*REVIEWER, Recipient.DIRECTOR), is_escalation=True),
    ),
    not_to="submitted_by_id",
    facts={"number": "number"},
)
INSTRUCTION = Cause(
    "instruction",
    _("Instruction to be acknowledged"),
    _("Acknowledge the instruction"),
    lambda day: Instruction.objects.open(),
    TruncDate(Coalesce("recorded_at", "at")),
    (Rung(0, STAFF), Rung(2, STAFF, is_escalation=True)),
    facts={"number": "number"},
)
