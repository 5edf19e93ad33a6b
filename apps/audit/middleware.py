"""Gives every request an id and makes it the origin of what is recorded and logged meanwhile."""

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from apps.audit.context import Origin, coming_from

log = structlog.get_logger("requests")


class OriginMiddleware:
    """REMOTE_ADDR is the caller's address for everything behind: trail, lock-outs, limits."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trace = uuid.uuid4().hex
        request.META["REMOTE_ADDR"] = address = _caller(request)
        with (
            coming_from(Origin(address, trace)),
            structlog.contextvars.bound_contextvars(trace=trace),
        ):
            response = self.get_response(request)
            _note(request, response)
        response["X-Request-Id"] = trace
        return response


def _note(request: HttpRequest, response: HttpResponse) -> None:
    """One line per request in the log; ids of people, never names or what they typed."""
    session = getattr(request, "session", None)
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        user=session.get(SESSION_KEY) if session is not None and session.accessed else None,
    )


def _caller(request: HttpRequest) -> str:
    """What the outermost of our own proxies wrote down; anyone can claim what stands before."""
    said: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops = [hop.strip() for hop in said.split(",")]
    known = settings.REVERSE_PROXIES
    if 0 < known <= len(hops) and hops[-known]:
        return hops[-known]
    return str(request.META.get("REMOTE_ADDR", ""))
