"""What stands around every page: health without a session, refusals as pages of their own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core.errors import Missing, NotAllowed, Refusal
from apps.web.pages.health import healthz


class HealthMiddleware:
    """Answers /healthz before a session is read: it has to tell the truth when that fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path == "/healthz" else self.get_response(request)


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        template, status = _page(exception)
        return render(request, template, {"reason": str(exception)}, status=status)


def _page(refusal: Refusal) -> tuple[str, int]:
    """The template and the status."""
    if isinstance(refusal, Missing):
        return "web/missing.html", 404
    return "web/refusal.html", 403 if isinstance(refusal, NotAllowed) else 409
