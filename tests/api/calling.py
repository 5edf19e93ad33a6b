"""Programs that call: a service account with a key, and answers as Python values."""

from dataclasses import dataclass
from typing import Any

import orjson
from django.test import Client
from django.utils import timezone

from apps.accounts.models import SCOPES, ServiceAccount
from apps.accounts.operations import add_service_account, issue_token
from tests.conftest import SET_UP, Cast

EVERY_SCOPE = [scope for scope, _label in SCOPES]
BASE = "/api/v1"


@dataclass
class Caller:
    """A program with its key. Addresses are those below /api/v1/."""

    account: ServiceAccount
    key: str
    language: str = "en"

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        said = {"Authorization": f"Bearer {self.key}", "Accept-Language": self.language}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        more: dict[str, Any] = {}
        if body is not None:
            more = {"data": orjson.dumps(body), "content_type": "application/json"}
        where = address if address.startswith(("/api", "http")) else f"{BASE}/{address}"
        return Client().generic(method, where, headers=said, **more)

    def get(self, address: str, **headers: str) -> Any:
        return self("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self("POST", address, {} if body is None else body, **headers)


def a_program(
    cast: Cast,
    role: str = "LIAISON",
    agency: str = "bureau",
    *,
    scopes: list[str] | None = None,
    **said: Any,
) -> Caller:
    """A program of the agency in that role, with every scope unless some are named."""
    at = timezone.now()
    account = add_service_account(
        f"{role}-{agency}-{ServiceAccount.objects.count()}".lower(),
        name=f"{agency} platform",
        agency=cast.agencies[agency],
        role=role,
        scopes=EVERY_SCOPE if scopes is None else scopes,
        by=SET_UP,
        at=at,
        **said,
    )
    return Caller(account, issue_token(account, by=SET_UP, at=at))
