"""The description of the interface: as OpenAPI, and as a page to read and try it."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from apps.api.views import tagged


class Schema(SpectacularAPIView):
    """OpenAPI 3.1. Open to everybody: it says what there is, not what is in it."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []

    def _get_schema_response(self, request: Any) -> HttpResponseBase:
        form = request.accepted_renderer
        content = _written(get_language() or "en", form.format)
        response = HttpResponse(content, form.media_type, headers={"Vary": "Accept"})
        return tagged(request, response) or response


@lru_cache(maxsize=16)
def _written(language: str, form: str) -> bytes:
    """Worked out once in each language and form: strangers may ask for it as often as they like."""
    made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the package's own way
    kind = OpenApiJsonRenderer if form == "json" else OpenApiYamlRenderer
    content: bytes = kind().render(made, renderer_context={})
    return content


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")


@require_safe
def beginning(request: HttpRequest) -> HttpResponseBase:
    """Where to go on, for whoever knows the address of the interface only."""
    places = {name: f"api:{name}" for name in ("docs", "schema")}
    places["changes"] = "api:changes-list"
    response = JsonResponse(
        {name: request.build_absolute_uri(reverse(place)) for name, place in places.items()}
    )
    return tagged(request, response) or response
