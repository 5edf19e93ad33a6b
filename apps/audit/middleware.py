"""Gives every request an id and makes it the origin of what is recorded meanwhile."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.audit.context import Origin, coming_from


class OriginMiddleware:
    """The address is REMOTE_ADDR: behind a proxy, gunicorn rewrites it from a trusted header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trace = uuid.uuid4().hex
        with coming_from(Origin(request.META.get("REMOTE_ADDR", ""), trace)):
            response = self.get_response(request)
        response["X-Request-Id"] = trace
        return response
