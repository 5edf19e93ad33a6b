"""What was asked of others and what they said: read by the office, acted on in the web."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from apps.audit.admin import OnRecordAdmin
from apps.core.actor import Role
from apps.measures.admin.acts import standing_of
from apps.measures.models import (
    Contribution,
    ContributionRequest,
    CoordinationItem,
    Instruction,
    Measure,
)
from apps.measures.permissions import OFFICE


class QueueFilter(admin.SimpleListFilter):
    """Open by the rule of the rows themselves; overdue by the day an answer was wanted."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("open", _("Open")), ("overdue", _("Overdue"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "open":
            return queryset.open()
        if self.value() == "overdue":
            return queryset.open().filter(wanted_on__lt=timezone.localdate())
        return queryset


class OfMeasureAdmin(OnRecordAdmin):
    """Rows of measures that this person sees; nothing is written here."""

    readers = (*OFFICE, Role.AUDITOR)
    list_select_related: ClassVar[Any] = ("measure", "agency")
    search_fields = ("measure__code", "measure__title", "agency__name", "agency__short_name")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        seen = Measure.objects.visible_to(standing_of(request))
        return super().get_queryset(request).filter(measure__in=seen)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


@admin.register(ContributionRequest)
class ContributionRequestAdmin(OfMeasureAdmin):
    list_display = ("measure", "agency", "question", "wanted_on", "asked_by_name", "asked_at")
    list_filter = (QueueFilter,)
    fields = (*list_display, "period_due_on")
    ordering = ("wanted_on", "id")


@admin.register(Contribution)
class ContributionAdmin(OfMeasureAdmin):
    list_display = ("measure", "agency", "text", "by_name", "at")
    fields = (*list_display, "pieces")
    ordering = ("-id",)

    @admin.display(description=_("evidence"))
    def pieces(self, contribution: Contribution) -> str:
        return "; ".join(piece.name for piece in contribution.evidence.all()) or "—"


@admin.register(CoordinationItem)
class CoordinationItemAdmin(OfMeasureAdmin):
    list_display = ("measure", "number", "question", "asked_by", "agency", "wanted_on", "ended")
    list_select_related: ClassVar[Any] = ("measure", "agency", "asked_by", "outcome")
    list_filter = (QueueFilter, "of_leader")
    fields = (*list_display, "of_leader", "by_name", "at", "answer")
    ordering = ("wanted_on", "id")

    @admin.display(description=_("outcome"))
    def ended(self, item: CoordinationItem) -> str:
        outcome = getattr(item, "outcome", None)
        return str(outcome.get_kind_display()) if outcome else "—"

    @admin.display(description=_("answer or reason"))
    def answer(self, item: CoordinationItem) -> str:
        outcome = getattr(item, "outcome", None)
        return outcome.text if outcome else "—"


class ReceiptFilter(admin.SimpleListFilter):
    """Open by the rule of the rows themselves."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("open", _("Open"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.open() if self.value() == "open" else queryset


@admin.register(Instruction)
class InstructionAdmin(OfMeasureAdmin):
    list_display = ("measure", "number", "text", "agency", "by_name", "at", "received")
    list_select_related: ClassVar[Any] = ("measure", "agency", "receipt", "scan")
    list_filter = (ReceiptFilter,)
    fields = (*list_display, "scan", "recorded_by_name", "recorded_at", "followed")
    ordering = ("-id",)

    @admin.display(description=_("receipt"))
    def received(self, instruction: Instruction) -> str:
        receipt = getattr(instruction, "receipt", None)
        if receipt is None:
            return "—"
        return f"{receipt.by_name} · {date_format(localtime(receipt.at), 'DATE_FORMAT')}"

    @admin.display(description=_("report that followed"))
    def followed(self, instruction: Instruction) -> str:
        told: Any = Instruction.objects.with_following().get(pk=instruction.pk)
        return f"#{told.followed_by}" if told.followed_by else "—"
