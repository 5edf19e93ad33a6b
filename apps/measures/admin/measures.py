"""Measures in the admin: read there, and moved along by the same operations as everywhere."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.audit.admin import OnRecordAdmin, timeline
from apps.core.actor import Role
from apps.core.admin import FoundByWords, Said, WorkflowAdmin, WorkflowButton
from apps.core.errors import Sentence, Verdict
from apps.measures import lights
from apps.measures.admin.acts import (
    BLANKS,
    BULK,
    IN_THE_WEB,
    ISSUE_WEEKLY,
    NEEDS_REASON,
    PERFORM,
    Call,
    deciding_buttons,
    in_the_web,
    paper_buttons,
    review_buttons,
    standing_of,
)
from apps.measures.admin.inlines import (
    ClauseInline,
    DeadlineInline,
    MilestoneInline,
    ProblemInline,
    ReportInline,
    RequestInline,
    SupportInline,
)
from apps.measures.admin.queues import QUEUES
from apps.measures.lifecycle import DECIDES, Action
from apps.measures.lights import Light
from apps.measures.models import (
    Measure,
)
from apps.measures.permissions import OFFICE, may_now, may_see, offered

SHAPES = {
    Light.BLUE: "✓",
    Light.RED: "■",
    Light.YELLOW: "▲",
    Light.GREEN: "●",
    Light.GREY: "○",
}


class LightFilter(admin.SimpleListFilter):
    title = _("light")
    parameter_name = "light"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(light.value, f"{SHAPES[light]} {light.label}") for light in Light]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value not in Light.values:
            return queryset
        return queryset.filter(lights.in_light(Light(str(value)), on=timezone.localdate()))


class WaitsForFilter(admin.SimpleListFilter):
    """The queues: what the next step on a measure is, by the same rows as desks and inboxes."""

    title = _("waits for")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(action.value, str(action.label)) for action in QUEUES]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        queue = QUEUES.get(Action(value)) if value in Action.values else None
        return queue(queryset, timezone.localdate()) if queue else queryset


@admin.register(Measure)
class MeasureAdmin(FoundByWords, OnRecordAdmin, WorkflowAdmin):
    """Read by the supervision office and auditors; administrators take no part in business."""

    readers = (*OFFICE, Role.AUDITOR)
    list_display = (
        "code",
        "shown_title",
        "state",
        "shown_light",
        "lead_label",
        "due_on",
        "progress",
    )
    list_display_links = ("code", "shown_title")
    list_filter = (WaitsForFilter, LightFilter, "state", ("lead", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("lead",)
    show_full_result_count = False
    search_fields = ("code", "title", "title_en")
    fieldsets = (
        (None, {"fields": ("code", "title", "title_en", "state", "shown_light", "restricted")}),
        (
            _("Who and by when"),
            {"fields": ("parent", "weight", "lead", "due_on", "due_workdays", "original_due_on")},
        ),
        (
            _("Progress"),
            {
                "fields": (
                    "basis",
                    "cadence",
                    "reported_progress",
                    "approved_progress",
                    "next_report_due_on",
                )
            },
        ),
        (_("Dates"), {"fields": ("issued_on", "acknowledge_due_on", "acknowledged_on")}),
        (
            _("Completion"),
            {
                "fields": (
                    "completion_applied_on",
                    "completion_verified_on",
                    "completion_returned_on",
                    "closed_on",
                    "review_workdays",
                    "spared_workdays",
                    "original_overdue_from_on",
                    "first_overdue_on",
                )
            },
        ),
        (
            _("Suspension and cancellation"),
            {
                "fields": (
                    "suspended_on",
                    "suspension_condition",
                    "review_on",
                    "resumed_on",
                    "cancelled_on",
                )
            },
        ),
        (_("Origin"), {"fields": ("category", "nature", "confidence", "sources", "remark")}),
    )
    inlines = (
        ClauseInline,
        ProblemInline,
        SupportInline,
        MilestoneInline,
        DeadlineInline,
        ReportInline,
        RequestInline,
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Measure]":
        found = cast("QuerySet[Measure]", Measure.objects.visible_to(standing_of(request)))
        return found.select_related("lead").order_by("code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _heading, shown in self.fieldsets for name in shown["fields"]]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """On a part, a whole that this person may not see is not named."""
        whole = obj.parent if obj else None
        if whole is None or may_see(standing_of(request), whole):
            return self.fieldsets
        return [
            (heading, {"fields": [name for name in shown["fields"] if name != "parent"]})
            for heading, shown in self.fieldsets
        ]

    # --- How a measure is shown -----------------------------------------------------------

    @admin.display(description=_("title"), ordering="title")
    def shown_title(self, measure: Measure) -> str:
        return str(measure).partition(" ")[2]

    @admin.display(description=_("lead agency"), ordering="lead")
    def lead_label(self, measure: Measure) -> str:
        return measure.lead.label if measure.lead else "—"

    @admin.display(description=_("light"))
    def shown_light(self, measure: Measure) -> str:
        light = lights.light_of(measure, on=timezone.localdate())
        word = measure.get_state_display() if light is Light.GREY else light.label
        return format_html('<span class="light light-{}">{} {}</span>', light, SHAPES[light], word)

    @admin.display(description=_("progress"), ordering="approved_progress")
    def progress(self, measure: Measure) -> str:
        approved = lights.plain(measure.approved_progress)
        if not measure.waiting_progress:
            return f"{approved}%"
        return f"{approved}% (+{lights.plain(measure.waiting_progress)})"

    # --- What may be done with it ---------------------------------------------------------

    def get_workflow(self, request: HttpRequest, obj: Measure) -> list[WorkflowButton]:
        standing = standing_of(request)
        found: list[WorkflowButton] = []
        for action, verdict in offered(standing, obj):
            if action is Action.REVIEW:
                found += review_buttons(standing, obj)
            elif action in DECIDES:
                found += deciding_buttons(action, standing, obj)
            elif (name := action.lower()) in PERFORM:
                found.append(
                    WorkflowButton(
                        name,
                        action.label,
                        verdict,
                        needs_reason=name in NEEDS_REASON,
                        blanks=BLANKS.get(name, ()),
                    )
                )
            elif action in IN_THE_WEB:
                there = in_the_web(name, obj.pk)
                found.append(WorkflowButton(name, action.label, verdict, url=there))
            if action is Action.ISSUE:
                found.append(WorkflowButton("issue_weekly", ISSUE_WEEKLY, verdict, True))
        return found + paper_buttons(standing, obj)

    def get_bulk_acts(self, request: HttpRequest) -> Mapping[str, Sentence]:
        if not standing_of(request).holds_any(OFFICE):
            return {}
        return {name: action.label for name, action in BULK.items()}

    def judge(self, request: HttpRequest, obj: Measure, name: str) -> Verdict:
        return may_now(BULK[name], standing_of(request), obj)

    def perform(self, request: HttpRequest, obj: Measure, name: str, said: Said) -> None:
        if name not in PERFORM:
            raise Http404
        PERFORM[name](Call(obj, said, standing_of(request), timezone.now()))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        if obj := kwargs.get("obj"):
            context["timeline"] = timeline(obj, standing_of(request))
        return super().render_change_form(request, context, *args, **kwargs)
