"""What is told and what is on record: one's own reminders, and for auditors the trail."""

from typing import Any

import django_filters
from django.db.models import Case, CharField, F, JSONField, QuerySet, TextField, Value, When
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.models import Resource
from apps.api.nouns.finding import by_id, since, until
from apps.api.nouns.references import CodeRef
from apps.api.shapes import Noun
from apps.api.views import NounView
from apps.audit.models import AuditEvent
from apps.core.actor import Role
from apps.core.errors import NotAllowed
from apps.reminders.models import Reminder


class ReminderRow(Noun):
    """Something owed that the caller was told of."""

    id = serializers.IntegerField()
    cause = serializers.CharField()
    measure = CodeRef(allow_null=True)
    subject_type = serializers.CharField()
    subject_id = serializers.IntegerField()
    owed_on = serializers.DateField()
    step = serializers.IntegerField()
    is_escalation = serializers.BooleanField()
    sent_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)


def _unless_restricted(column: str, hidden: Any, kind: Any) -> Any:
    """What is said of a restricted subject is kept from the auditor too."""
    return lambda on: Case(
        When(restricted=True, then=Value(hidden, output_field=kind)),
        default=F(column),
        output_field=kind,
    )


class AuditRow(Noun):
    """Who did what to what. Of a restricted subject the trail says no more than that."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    act = serializers.CharField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor_name = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.IntegerField(allow_null=True)
    subject_label = serializers.CharField()
    changes = serializers.DictField()
    note = serializers.CharField()
    restricted = serializers.BooleanField()
    address = serializers.CharField()
    trace = serializers.CharField()

    annotated = {
        "subject_label": _unless_restricted("subject_label", "", CharField()),
        "changes": _unless_restricted("changes", {}, JSONField()),
        "note": _unless_restricted("note", "", TextField()),
    }


class ReminderFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    measure = by_id("measure_id", _("Measure"))


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    act = django_filters.CharFilter("act", label=_("act"), max_length=60)
    actor = by_id("actor_id", _("actor id"))
    subject_type = django_filters.CharFilter("subject_type", label=_("subject type"), max_length=60)
    subject = by_id("subject_id", _("subject id"))
    at_from = since("at", _("at"))
    at_before = until("at", _("at"))


class Reminders(NounView):
    """The caller's own reminders."""

    resource = Resource.REMINDERS
    serializer_class = ReminderRow
    filterset = ReminderFilter
    orders = {"id": "pk", "sent_at": "sent_at"}
    usual_order = "-id"

    def visible(self) -> "QuerySet[Any]":
        return Reminder.objects.sent_to(self.standing.person_id)


class Audit(NounView):
    """The audit trail, for auditors."""

    resource = Resource.AUDIT
    serializer_class = AuditRow
    filterset = AuditFilter
    usual_order = "-id"

    def visible(self) -> "QuerySet[Any]":
        if not self.standing.holds(Role.AUDITOR):
            raise NotAllowed(_("Only auditors read the audit trail."))
        return AuditEvent.objects.all()
