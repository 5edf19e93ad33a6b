"""Files handed in: described, downloaded, uploaded."""

from base64 import b64encode
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from apps.accounts.models import Resource
from apps.api.clock import now
from apps.api.nouns.bodies import Uploading
from apps.api.nouns.references import AgencyRef
from apps.api.nouns.sight import evidence_seen_by, evidence_told_to
from apps.api.openapi import refusal
from apps.api.problems import Problem
from apps.api.shapes import Noun
from apps.api.views import NounView
from apps.api.writing import ONCE, Done, body_of, once
from apps.measures import operations
from apps.measures.evidence_files import opened
from apps.measures.models import Measure
from apps.measures.operations.evidence import too_large

NO_FILE = (
    "Not there, or not for this caller to see; with the code `file_missing`: on record, but missing"
    " or damaged on the server's disk."
)


class EvidenceRow(Noun):
    """A file handed in; its content is at `/evidence/{id}/content`."""

    id = serializers.IntegerField()
    agency = AgencyRef()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = serializers.CharField(source="uploaded_by_name")
    uploaded_at = serializers.DateTimeField()


class UploadedRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class Evidences(NounView):
    """Files handed in for measures that this caller sees, and those that it uploaded itself.

    A file of a draft, which names it, is read by its id where the draft may be read.
    """

    resource = Resource.MEASURES
    serializer_class = EvidenceRow
    orders = {"id": "pk", "uploaded_at": "uploaded_at"}
    parser_classes = (MultiPartParser,)

    def visible(self) -> "QuerySet[Any]":
        listed = self.action == "list"
        return evidence_told_to(self.standing) if listed else evidence_seen_by(self.standing)

    @extend_schema(request=Uploading, responses={201: UploadedRow}, parameters=[ONCE])
    def create(self, request: Request) -> HttpResponse:
        """Hand in a file; a report or a request names it by its id afterwards."""
        return once(request, lambda: self._upload(request))

    @extend_schema(
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY),
            **refusal(404, NO_FILE),
        },
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def content(self, request: Request, pk: str) -> FileResponse:
        """The file itself, as an attachment."""
        piece = get_object_or_404(self.one(pk))
        return FileResponse(
            opened(piece),
            as_attachment=True,
            filename=piece.name,
            content_type=piece.media_type,
            headers={"X-Content-Type-Options": "nosniff", "Repr-Digest": _digest(piece.sha256)},
        )

    def _upload(self, request: Request) -> Done:
        said = self._said(request)
        seen = Measure.objects.visible_to(self.standing).filter(pk=said.get("measure", 0))
        piece = operations.add_evidence(
            said["file"],
            name=said["file"].name,
            agency=said["agency"],
            restricted=seen.filter(restricted=True).exists(),
            by=self.standing,
            at=now(),
        )
        row = {name: getattr(piece, name) for name in ("name", "size", "sha256")}
        return Done({"id": piece.pk, **row}, 201, location=f"/api/v1/evidence/{piece.pk}")

    def _said(self, request: Request) -> dict[str, Any]:
        """The upload handler stops reading past the limit, and the file is cut off there."""
        request.data  # noqa: B018  # reads the body
        if getattr(request._request, "upload_too_large", False):
            raise Problem(413, "too_large", too_large())
        return body_of(request, Uploading)


def _digest(sha256: str) -> str:
    """As RFC 9530 writes it."""
    return f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"
