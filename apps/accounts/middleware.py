"""Attaches the signed-in person's Standing to the request, and ends idle sessions."""

from collections.abc import Callable
from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import SimpleLazyObject

from apps.accounts.standing import NOBODY, Standing, roles_with_second_factor

NOTE_ACTIVITY_EVERY = timedelta(minutes=1)


class StandingMiddleware:
    """`request.standing` is loaded when first asked for: one query, none for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.standing = SimpleLazyObject(lambda: _standing(request))  # type: ignore[attr-defined]  # Django's way of hanging things on a request
        return self.get_response(request)


class IdleTimeoutMiddleware:
    """Signs out whoever has done nothing for settings.IDLE_TIMEOUT.

    Activity is noted at most once a minute, so that reading pages writes almost nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._note_or_end(request)
        return self.get_response(request)

    def _note_or_end(self, request: HttpRequest) -> None:
        now = timezone.now()
        last = parse_datetime(request.session.get("active_at", "")) or now
        if now - last > settings.IDLE_TIMEOUT:
            logout(request)
        elif "active_at" not in request.session or now - last >= NOTE_ACTIVITY_EVERY:
            request.session["active_at"] = now.isoformat()


def _standing(request: HttpRequest) -> Standing:
    user = request.user
    if not user.is_authenticated:
        return NOBODY
    return Standing.of(user, on=timezone.localdate())


class SecondFactorMiddleware:
    """Whoever holds one of settings.SECOND_FACTOR_ROLES sets up a second factor before all else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._must_set_up(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        if request.session.get("second_factor_ok") or _while_signing_in(request.path):
            return False
        standing: Standing = request.standing  # type: ignore[attr-defined]  # set by StandingMiddleware
        if not standing.holds_any(roles_with_second_factor()):
            return False
        if is_mfa_enabled(request.user):
            request.session["second_factor_ok"] = True
            return False
        return True


class OwnPasswordMiddleware:
    """Whoever signs in with a password that an administrator chose changes it before all else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = getattr(request.user, "password_is_given", False)
        if given and not _while_signing_in(request.path):
            return redirect("account_change_password")
        return self.get_response(request)


def _while_signing_in(path: str) -> bool:
    return path.startswith(("/accounts/", "/i18n/", settings.STATIC_URL))
