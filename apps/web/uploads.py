"""Refuses a request body that no file of ours can need, before it fills the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from apps.measures.evidence_content import ACCEPTED
from apps.measures.operations.evidence import too_large


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stops reading a file past the limit; `request.upload_too_large` tells the page."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.EVIDENCE_MAX_BYTES:
            request: Any = self.request
            if isinstance(request, HttpRequest):
                request.upload_too_large = True  # type: ignore[attr-defined]  # read by upload_was_too_large
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


def upload_was_too_large(request: HttpRequest) -> bool:
    return getattr(request, "upload_too_large", False)


def file_rules() -> dict[str, Any]:
    """What the browser is told about files, so that it can say no before it sends them."""
    return {
        "largest": settings.EVIDENCE_MAX_BYTES,
        "too_large": too_large(),
        "megabytes": settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
        "kinds": ", ".join(ACCEPTED),
        "accepted": ",".join(f".{ending}" for ending in ACCEPTED),
    }
