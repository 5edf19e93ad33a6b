"""Who calls: a program by its token, or a person by the session of the browser."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.models import ServiceToken
from apps.accounts.operations import note_use
from apps.accounts.operations.service_accounts import hash_of
from apps.accounts.standing import Standing
from apps.api.clock import now, today

KEYWORD = "Bearer"


@dataclass(frozen=True)
class Program:
    """What `request.user` is for a token: enough for the framework, nothing to sign in with."""

    pk: int
    username: str
    is_authenticated: bool = True
    is_active: bool = True

    def __str__(self) -> str:
        return self.username


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer pt_…`. One query: token, account, user and agency together."""

    def authenticate(self, request: Request) -> tuple[Any, ServiceToken] | None:
        said = get_authorization_header(request).split()
        if not said or said[0].lower() != KEYWORD.lower().encode():
            return None
        token = self._token(said)
        account = token.account
        note_use(token, at=now())
        request._request.standing = Standing.of_service(account, on=today())  # type: ignore[attr-defined]  # as the accounts middleware does for people
        return Program(account.user_id, account.user.username), token

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD

    def _token(self, said: list[bytes]) -> ServiceToken:
        """The token in force. Why another is none is not said: a guess learns nothing by it."""
        held = ServiceToken.objects.in_force(at=now()).filter(account__in_use=True)
        key = said[1].decode("latin-1") if len(said) == 2 else ""
        related = held.select_related("account__user", "account__agency")
        token = related.filter(sha256=hash_of(key)).first()
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, revoked or past its time."))
        return token


class BrowserAuthentication(SessionAuthentication):
    """The person who signed in; what writes carries the CSRF token of the page."""


def standing_of(request: Request) -> Standing:
    """Whoever asks, as rights know them."""
    standing: Standing = request._request.standing  # type: ignore[attr-defined]  # set by StandingMiddleware or by TokenAuthentication
    return standing


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the package's base registers by a method without types
    """How the schema names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A service account's token."}


class BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    target_class = BrowserAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
