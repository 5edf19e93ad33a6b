"""The description of the interface: as OpenAPI, and as a page to read and try it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView


class Schema(SpectacularAPIView):
    """OpenAPI 3.1. Open to everybody: it says what there is, not what is in it."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")
