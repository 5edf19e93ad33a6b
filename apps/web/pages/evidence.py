"""Evidence is handed out as a download, to those who see a measure it was handed in for."""

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.measures.models import Evidence
from apps.web.visitor import visible_measure


@require_safe
@never_cache
@login_required
def evidence(request: HttpRequest, pk: int, evidence_pk: int) -> FileResponse:
    """The file under its own name; 404 unless it was handed in for this visible measure."""
    measure = visible_measure(request, pk)
    handed_in = Evidence.objects.handed_in_for(measure)
    piece = get_object_or_404(handed_in, pk=evidence_pk)
    return FileResponse(
        default_storage.open(piece.stored_as),
        as_attachment=True,
        filename=piece.name,
        content_type=piece.media_type,
        headers={"X-Content-Type-Options": "nosniff"},
    )
