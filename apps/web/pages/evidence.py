"""Evidence is handed out as a download, to those who see a measure it was handed in for.

It is viewed in place by viewer.js, which fetches the download and draws it.
"""

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.measures.evidence_files import opened
from apps.measures.models import Evidence
from apps.measures.permissions import may_read_draft
from apps.web.visitor import standing_of, visible_measure


@require_safe
@never_cache
@login_required
def evidence(request: HttpRequest, pk: int, evidence_pk: int) -> FileResponse:
    """The file under its own name; 404 unless it was handed in for this visible measure, and with
    a page that says so where the server has lost it.
    """
    measure = visible_measure(request, pk)
    evidence = Evidence.objects
    own = may_read_draft(standing_of(request), measure)
    pieces = evidence.kept_for(measure) if own else evidence.handed_in_for(measure)
    piece = get_object_or_404(pieces, pk=evidence_pk)
    return FileResponse(
        opened(piece),
        as_attachment=True,
        filename=piece.name,
        content_type=piece.media_type,
        headers={"X-Content-Type-Options": "nosniff"},
    )


@require_safe
@login_required
def viewer_file(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """Lead pdf.js from the name it knows to the file as it is served, with its hash."""
    try:
        return redirect(staticfiles_storage.url(f"vendor/{folder}/{name}"))
    except ValueError as missing:
        raise Http404 from missing
