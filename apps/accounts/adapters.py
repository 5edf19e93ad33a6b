"""How allauth behaves here: no sign-up, secrets encrypted, every sign-in on record."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.standing import Standing, roles_with_second_factor
from apps.audit.operations import record
from apps.core.ciphers import cipher

ONE_YEAR = timedelta(days=365)
SECOND_FACTOR = "policytrack second factor"
"""Names the key of these secrets; another name would make them unreadable."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes alone; allauth's own count would answer first."""

    def set_password(self, user: User, password: str) -> None:
        user.password_is_given = False  # saved with the password
        super().set_password(user, password)
        record("accounts.change_password", user, by=Oneself(user), at=timezone.now())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """A browser that has not chosen a language gets the account's."""
        record("accounts.sign_in", user, by=Oneself(user), at=timezone.now())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(response, user.language)
        return response


def remember_language(response: HttpResponse, language: str) -> None:
    """The language of this browser from the next page on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=ONE_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is not typed
    """Second-factor secrets are stored encrypted with a key derived from SECRET_KEY."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever has to have a second factor does not take it away again."""
        standing = Standing.of(authenticator.user, on=timezone.localdate())
        return not standing.holds_any(roles_with_second_factor())

    def encrypt(self, text: str) -> str:
        return cipher(SECOND_FACTOR).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher(SECOND_FACTOR).decrypt(encrypted_text.encode()).decode()


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The sign-in name that axes counts failures by: one name, however its letters are cased."""
    given = credentials or {}
    name = given.get("username") or given.get("login") or request.POST.get("login", "")
    return str(name).strip().lower()


class Oneself:
    """Someone acting on their own account, before any role is looked up."""

    def __init__(self, user: User) -> None:
        self.pk: int | None = user.pk
        self.name = str(user)

    def holds(self, role: Any) -> bool:
        return False

    def __str__(self) -> str:
        return self.name
