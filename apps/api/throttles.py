"""How often one may ask: so many times a minute, counted by token or by person."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.accounts.models import ServiceToken

MINUTE = 60
PINGS = 6
"""Trials of its webhooks a minute, of one program: each holds a process for seconds."""
A_PERSON = 600
"""Requests a minute from one browser session's person."""


class ByCaller(BaseThrottle):
    """A window of one minute; the answer's headers say what is left of it (`limits`)."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return True
        self.limit, key = _limit(request)
        used = _count(key)
        left = max(self.limit - used, 0)
        request._request.limits = (self.limit, left, int(self.wait()))  # type: ignore[attr-defined]  # read by limit_headers
        return used <= self.limit

    def wait(self) -> float:
        """Seconds until the window ends."""
        return MINUTE - time.time() % MINUTE


class Pings(BaseThrottle):
    """Counted by program, whichever of its keys it uses, beside what it may ask in all."""

    def allow_request(self, request: Request, view: Any) -> bool:
        return _count(f"api:ping{request.user.pk}:{int(time.time() // MINUTE)}") <= PINGS

    def wait(self) -> float:
        return MINUTE - time.time() % MINUTE


def limit_headers(request: Request) -> dict[str, str]:
    """RateLimit headers as the IETF draft names them; none before the caller is known."""
    limits: tuple[int, int, int] | None = getattr(request._request, "limits", None)
    if limits is None:
        return {}
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    return dict(zip(names, map(str, limits), strict=True))


def _limit(request: Request) -> tuple[int, str]:
    window = int(time.time() // MINUTE)
    if isinstance(request.auth, ServiceToken):
        return request.auth.account.requests_a_minute, f"api:t{request.auth.pk}:{window}"
    return A_PERSON, f"api:u{request.user.pk}:{window}"


def _count(key: str) -> int:
    """How many with this one. A cache that is down lets everybody through: it counts, no more."""
    try:
        if cache.add(key, 1, timeout=2 * MINUTE):
            return 1
        return cache.incr(key)
    except Exception:  # whatever the cache's client raises when its server is gone
        return 0
