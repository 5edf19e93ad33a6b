"""Search of everything: under the box while somebody types, and as a page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core.search import LONGEST_QUERY, words_of
from apps.search.queries import Kind, everything, of_kind
from apps.web.hits import shown
from apps.web.visitor import standing_of

AT_A_GLANCE = 5
ON_THE_PAGE = 10
ALL = 200


@require_safe
@never_cache
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """What the words find. Asked by htmx, only the list for under the box."""
    said = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "").strip()
    words, standing = words_of(said), standing_of(request)
    kind = request.GET.get("kind", "")
    glance = bool(getattr(request, "htmx", False))
    if kind in Kind.values:
        groups = [of_kind(Kind(kind), words, standing, most=ALL)]
    else:
        groups = everything(words, standing, most=AT_A_GLANCE if glance else ON_THE_PAGE)
    context = {
        "said": said,
        "words": words,
        "too_long": len(request.GET.get("q", "")) > LONGEST_QUERY,
        "longest": LONGEST_QUERY,
        "one_kind": kind in Kind.values,
        "groups": [shown(group, said, words) for group in groups if group.found.rows],
    }
    return render(request, "web/_search_results.html" if glance else "web/search.html", context)
