"""Measures in the admin: read there, and moved along by the same operations as everywhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.audit.admin import SEEN, AuditedAdmin, KeptForm, OnRecordAdmin, timeline
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import ReadOnlyInline, Said, WorkflowAdmin, WorkflowButton, actor_of
from apps.core.errors import Sentence, Verdict
from apps.core.typed import whole_number
from apps.measures import lights, operations
from apps.measures.lifecycle import DECIDES, Action, in_turn
from apps.measures.lights import Light
from apps.measures.models import (
    DeadlineChange,
    Decision,
    LightRule,
    Measure,
    MeasureClause,
    MeasureProblem,
    Milestone,
    ProgressReport,
    Request,
    Review,
    Support,
    current_thresholds,
)
from apps.measures.operations.light_rules import KEEPERS, set_light_rule
from apps.measures.permissions import OFFICE, may_decide, may_now, may_review, offered

describe(
    fields={
        "measures.measure review": Review._meta.get_field("outcome"),
        "measures.measure report": ProgressReport._meta.get_field("number"),
        "measures.measure request": Request._meta.get_field("number"),
        "measures.measure decision": Decision._meta.get_field("outcome"),
        "measures.measure summary": ProgressReport._meta.get_field("summary"),
    },
)


@dataclass(frozen=True)
class Call:
    """Everything an operation of this page may need."""

    measure: Measure
    said: Said
    by: Standing
    at: datetime

    @property
    def how(self) -> dict[str, Any]:
        """The keywords that every operation takes."""
        return {"seen": self.said.seen, "by": self.by, "at": self.at}

    @property
    def report(self) -> ProgressReport:
        """The report meant, which has to be one of this measure's."""
        number = whole_number(self.said.target)
        return get_object_or_404(self.measure.reports.select_related("measure"), number=number)


PERFORM: Mapping[str, Callable[[Call], object]] = {
    "propose": lambda c: operations.propose_measure(c.measure, **c.how),
    "return_proposal": lambda c: operations.return_proposal(
        c.measure, reason=c.said.reason, **c.how
    ),
    "issue": lambda c: operations.issue_measure(c.measure, **c.how),
    "detach": lambda c: operations.detach_child(c.measure, reason=c.said.reason, **c.how),
    "issue_weekly": lambda c: operations.issue_measure(
        c.measure, weekly_because=c.said.reason, **c.how
    ),
    "acknowledge": lambda c: operations.acknowledge_measure(c.measure, **c.how),
    "approve_report": lambda c: operations.approve_report(c.report, **c.how),
    "return_report": lambda c: operations.return_report(c.report, reason=c.said.reason, **c.how),
    "verify": lambda c: operations.verify_completion(c.measure, **c.how),
    "send_back": lambda c: operations.send_back_completion(
        c.measure, reason=c.said.reason, **c.how
    ),
    "close": lambda c: operations.close_measure(c.measure, **c.how),
    "reopen": lambda c: operations.reopen_measure(c.measure, **c.how),
    "refuse_reopening": lambda c: operations.refuse_reopening(
        c.measure, reason=c.said.reason, **c.how
    ),
    "extend": lambda c: operations.extend_deadline(c.measure, **c.how),
    "refuse_extension": lambda c: operations.refuse_extension(
        c.measure, reason=c.said.reason, **c.how
    ),
}
"""The acts of this page. Drafting, reporting, asking and breaking down need forms of their own, in
the web."""

BULK = {"propose": Action.PROPOSE, "issue": Action.ISSUE}
NEEDS_REASON = {
    "return_proposal",
    "send_back",
    "refuse_reopening",
    "detach",
    "refuse_extension",
}
ISSUE_WEEKLY = _("Issue with weekly reports")
THRESHOLDS = ("due_soon_workdays", "behind_points", "far_behind_points")
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


class ClauseInline(ReadOnlyInline):
    model = MeasureClause
    fields = ("clause", "quotation")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[MeasureClause]":
        return super().get_queryset(request).select_related("clause")


class ProblemInline(ReadOnlyInline):
    model = MeasureProblem
    fields = ("problem", "confidence", "remark")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[MeasureProblem]":
        return super().get_queryset(request).select_related("problem")


class SupportInline(ReadOnlyInline):
    model = Support
    fields = ("agency",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Support]":
        return super().get_queryset(request).select_related("agency")


class MilestoneInline(ReadOnlyInline):
    model = Milestone
    fields = ("position", "title", "due_on", "weight", "reached_in")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Milestone]":
        return super().get_queryset(request).select_related("reached_in__measure")


class DeadlineInline(ReadOnlyInline):
    model = DeadlineChange
    fields = ("cause", "old_due_on", "new_due_on", "reason", "decided_by_name", "decided_at")


class ReportInline(ReadOnlyInline):
    model = ProgressReport
    fields = (
        "number",
        "period_due_on",
        "progress",
        "summary",
        "problems",
        "next_step",
        "submitted_by_name",
        "submitted_at",
        "reviewed",
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ProgressReport]":
        return super().get_queryset(request).select_related("measure").prefetch_related("reviews")

    @admin.display(description=_("reviews"))
    def reviewed(self, report: ProgressReport) -> str:
        said = [
            f"{review.get_outcome_display()} · {review.by_name}"
            + (f": {review.reason}" if review.reason else "")
            for review in report.reviews.all()
        ]
        if not said or report.reviews.all()[len(said) - 1].withdraws_id:
            said.append(str(_("Waits for review")))
        return "; ".join(said)


class RequestInline(ReadOnlyInline):
    model = Request
    fields = ("number", "kind", "grounds", "asked_by_name", "asked_at", "decided")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Request]":
        found = super().get_queryset(request).select_related("measure")
        return found.prefetch_related("decisions")

    @admin.display(description=_("decisions"))
    def decided(self, request: Request) -> str:
        said = [
            f"{decision.get_outcome_display()} · {decision.by_name}"
            + (f": {decision.reason}" if decision.reason else "")
            for decision in request.decisions.all()
        ]
        return "; ".join(said) or str(_("Waits to be decided"))


@admin.register(Measure)
class MeasureAdmin(OnRecordAdmin, WorkflowAdmin):
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
    list_filter = (LightFilter, "state", ("lead", admin.RelatedOnlyFieldListFilter))
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
        found = cast("QuerySet[Measure]", Measure.objects.visible_to(_standing(request)))
        return found.select_related("lead").order_by("code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _heading, shown in self.fieldsets for name in shown["fields"]]

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
        standing = _standing(request)
        found: list[WorkflowButton] = []
        for action, verdict in offered(standing, obj):
            if action is Action.REVIEW:
                found += _review_buttons(standing, obj)
            elif action in DECIDES:
                found += _deciding_buttons(action, standing, obj)
            elif (name := action.lower()) in PERFORM:
                found.append(
                    WorkflowButton(name, action.label, verdict, needs_reason=name in NEEDS_REASON)
                )
            if action is Action.ISSUE:
                found.append(WorkflowButton("issue_weekly", ISSUE_WEEKLY, verdict, True))
        return found

    def get_bulk_acts(self, request: HttpRequest) -> Mapping[str, Sentence]:
        if not _standing(request).holds_any(OFFICE):
            return {}
        return {name: action.label for name, action in BULK.items()}

    def judge(self, request: HttpRequest, obj: Measure, name: str) -> Verdict:
        return may_now(BULK[name], _standing(request), obj)

    def perform(self, request: HttpRequest, obj: Measure, name: str, said: Said) -> None:
        if name not in PERFORM:
            raise Http404
        PERFORM[name](Call(obj, said, _standing(request), timezone.now()))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        if obj := kwargs.get("obj"):
            context["timeline"] = timeline(obj)
        return super().render_change_form(request, context, *args, **kwargs)


class LightRuleForm(KeptForm):
    """A new version, beginning with what holds now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        starting = vars(current_thresholds(on=today)) | {"from_on": today, SEEN: _last_number()}
        self.initial = starting | {k: v for k, v in self.initial.items() if k not in starting}

    def _show_both_versions(self) -> None:
        """The page comes back with the version to follow; what was typed stays."""
        self.add_error(None, str(self.refusal))
        typed: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, which can
        typed[self.add_prefix(SEEN)] = str(_last_number())
        self.data = typed


@admin.register(LightRule)
class LightRuleAdmin(AuditedAdmin):
    """Versions of the rule: a new one is entered, none is changed."""

    form = LightRuleForm
    keepers = KEEPERS
    list_display = ("number", "from_on", *THRESHOLDS, "reason", "by_name", "at")
    fields = ("from_on", *THRESHOLDS, "reason")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add(self, request: HttpRequest, obj: LightRule, form: Any) -> LightRule:
        return set_light_rule(
            obj.thresholds,
            from_on=obj.from_on,
            reason=obj.reason,
            seen=form.cleaned_data[SEEN] or 0,
            by=actor_of(request),
            at=timezone.now(),
        )


def _last_number() -> int:
    return LightRule.objects.values_list("number", flat=True).first() or 0


def _review_buttons(standing: Standing, measure: Measure) -> list[WorkflowButton]:
    """Approve and return, for every report that waits."""
    waiting = ProgressReport.objects.waiting().filter(measure=measure)
    found = []
    for report in waiting:
        verdict = may_review(standing, measure, report)
        target, about = str(report.number), f"{report}\n{report.summary}"
        found += [
            WorkflowButton("approve_report", _("Approve report"), verdict, False, target, about),
            WorkflowButton("return_report", _("Return report"), verdict, True, target, about),
        ]
    return found


def _deciding_buttons(action: Action, standing: Standing, measure: Measure) -> list[WorkflowButton]:
    """A decision on each request of its kind that waits, and what was asked for."""
    name = str(action.lower())
    return [
        WorkflowButton(
            name,
            action.label,
            may_decide(action, standing, measure, request) and in_turn(action, measure),
            needs_reason=name in NEEDS_REASON,
            about=f"{request}\n{request.grounds}",
        )
        for request in measure.requests.of_kind(DECIDES[action].kind).waiting()
    ]


def _standing(request: HttpRequest) -> Standing:
    return cast(Standing, actor_of(request))
