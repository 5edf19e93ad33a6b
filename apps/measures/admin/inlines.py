"""What belongs to a measure, read on its page."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyInline
from apps.measures.models import (
    DeadlineChange,
    Decision,
    MeasureClause,
    MeasureProblem,
    Milestone,
    ProgressReport,
    Request,
    Support,
)


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


def decided_by(decision: Decision) -> str:
    """Who decided; of a decision taken on paper also when, and who put it on record."""
    if not decision.on_paper:
        return decision.by_name
    return gettext("%(who)s (on paper, %(day)s; recorded by %(recorder)s)") % {
        "who": decision.by_name,
        "day": date_format(timezone.localdate(decision.at), "DATE_FORMAT"),
        "recorder": decision.recorded_by_name,
    }


class RequestInline(ReadOnlyInline):
    model = Request
    fields = ("number", "kind", "grounds", "asked_by_name", "asked_at", "decided")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Request]":
        found = super().get_queryset(request).select_related("measure")
        return found.prefetch_related("decisions")

    @admin.display(description=_("decisions"))
    def decided(self, request: Request) -> str:
        said = [
            f"{decision.get_outcome_display()} · {decided_by(decision)}"
            + (f": {decision.reason}" if decision.reason else "")
            for decision in request.decisions.all()
        ]
        return "; ".join(said) or str(_("Waits to be decided"))
