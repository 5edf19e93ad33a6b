"""The draft of a report: read by the lead agency, handed back, taken back."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import refuse_unknown
from apps.api.clock import now
from apps.api.nouns.progress import EvidenceRef
from apps.api.nouns.words import Body, Nothing, Reason
from apps.api.writing import IF_MATCH, ONCE, Done, body_of, once, seen_of
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import ReportDraft
from apps.measures.permissions import may, may_read_draft

Way = tuple[Action, Callable[..., ReportDraft]]
"""By whose act a draft changes hands, and the operation."""
HANDING_BACK: Way = (Action.CONFIRM_REPORT, operations.hand_back_report)
TAKING_BACK: Way = (Action.REPORT, operations.take_back_report)


class ReportDraftRow(serializers.Serializer[Any]):
    """What is typed so far, as the form keeps it; `handed_by` while it waits to be confirmed."""

    measure = serializers.IntegerField()
    content = serializers.DictField()
    saved_by = serializers.CharField()
    saved_at = serializers.DateTimeField()
    handed_by = serializers.CharField()
    handed_at = serializers.DateTimeField(allow_null=True)
    remark = serializers.CharField()
    version = serializers.IntegerField()
    evidence = EvidenceRef(many=True)


class WithDraft:
    """The addresses of a measure's draft. Its ETag is the draft's version, not the measure's."""

    standing: Any
    one: Any

    @extend_schema(responses=ReportDraftRow, filters=False)
    @action(detail=True, url_path="report-draft", pagination_class=None)
    def report_draft(self, request: Request, pk: str) -> Response:
        """The draft of the next report, where there is one."""
        refuse_unknown(request.GET, ("format",))
        measure = get_object_or_404(self.one(pk).select_related("lead", "parent__lead"))
        may_read_draft(self.standing, measure).or_refuse()
        kept = ReportDraft.objects.standing().filter(measure=measure)
        draft = kept.prefetch_related("evidence").first()
        if draft is None:
            raise Http404
        response = Response(_row(draft))
        response.version = draft.version  # type: ignore[attr-defined]  # read by views._tagged
        return response

    @extend_schema(
        request=Reason, responses=ReportDraftRow, parameters=[IF_MATCH, ONCE], filters=False
    )
    @action(detail=True, methods=["post"], url_path="report-draft/hand-back", pagination_class=None)
    def hand_back(self, request: Request, pk: str) -> HttpResponse:
        """The unit leader hands it back; If-Match names the version of the draft."""
        return once(request, lambda: self._draft(request, pk, Reason, HANDING_BACK))

    @extend_schema(
        request=Nothing, responses=ReportDraftRow, parameters=[IF_MATCH, ONCE], filters=False
    )
    @action(detail=True, methods=["post"], url_path="report-draft/take-back", pagination_class=None)
    def take_back(self, request: Request, pk: str) -> HttpResponse:
        """Whoever writes goes on with it; If-Match names the version of the draft."""
        return once(request, lambda: self._draft(request, pk, Nothing, TAKING_BACK))

    def _draft(self, request: Request, pk: str, body: type[Body], way: Way) -> Done:
        whose, operation = way
        measure = get_object_or_404(self.one(pk).select_related("lead", "parent__lead"))
        may(whose, self.standing, measure).or_refuse()
        said = body_of(request, body)
        draft = operation(measure, **said, seen=seen_of(request), by=self.standing, at=now())
        return Done(_row(draft), version=draft.version)


def _row(draft: ReportDraft) -> dict[str, Any]:
    return {
        "measure": draft.measure_id,
        "content": draft.content,
        "saved_by": draft.saved_by_name,
        "saved_at": draft.saved_at,
        "handed_by": draft.handed_by_name,
        "handed_at": draft.handed_at,
        "remark": draft.remark,
        "version": draft.version,
        "evidence": [
            {"id": e.pk, "name": e.name, "sha256": e.sha256} for e in draft.evidence.all()
        ],
    }
