"""What every write has in common: the version that is meant, the body, and doing it once."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from apps.api.authentication import standing_of
from apps.api.clock import now
from apps.api.models import KeptAnswer
from apps.api.problems import Problem
from apps.core.transactions import one_whole

TAG = re.compile(r'^(?:W/)?"([0-9]{1,9})(?:-[0-9a-f]+)?"$')
LONGEST_KEY = 200
KEPT_FOR = timedelta(days=7)
SWEPT = 100
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    "header",
    required=True,
    description="The ETag of the row as it was read.",  # no-translate: read by programmers
)
ONCE = OpenApiParameter(
    "Idempotency-Key",
    str,
    "header",
    description="The same request under the same key is done once.",  # no-translate: likewise
)


@dataclass(frozen=True)
class Done:
    """What a write answers."""

    said: Any
    status: int = 200
    version: int | None = None
    location: str = ""

    def response(self) -> HttpResponse:
        answered = HttpResponse(
            orjson.dumps(self.said, default=str),
            status=self.status,
            content_type="application/json",
        )
        if self.version is not None:
            answered.headers["ETag"] = f'"{self.version}"'
        if self.location:
            answered.headers["Location"] = self.location
        return answered


def seen_of(request: Request) -> int:
    """The version in If-Match. Without one nobody knows what the caller has seen."""
    said = request.headers.get("If-Match", "")
    if not said:
        raise Problem(428, "version_missing", _("Send If-Match with the version that was read."))
    found = TAG.match(said.strip())
    if found is None:
        raise Problem(400, "invalid_version", _("If-Match names no version."))
    return int(found[1])


def body_of(request: Request, kind: type[serializers.BaseSerializer[Any]]) -> dict[str, Any]:
    """The body, checked for its shape; the rules stand with the operations."""
    read: Any = kind(data=request.data, context={"standing": standing_of(request)})
    read.is_valid(raise_exception=True)
    said: dict[str, Any] = read.validated_data
    return said


def once(request: Request, act: Callable[[], Done]) -> HttpResponse:
    """Do it; under a key that was used already, answer what was answered then.

    Act and answer are kept in one transaction, or neither. Where the key is found used, the act
    is taken back: whoever comes second has waited for the first, at the row that both write or
    at the key. What was refused is not kept: nothing was done, and it can be tried again.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act().response()
    if not 0 < len(key) <= LONGEST_KEY or "\0" in key:
        raise Problem(400, "invalid_key", _("A key has 1 to 200 characters."))
    asked = _digest(request)
    try:
        with one_whole():
            answered = act().response()
            _keep(request, key, asked, answered)
        return answered
    except Exception:  # whatever it is that cannot be done a second time
        kept = KeptAnswer.objects.filter(user_id=standing_of(request).person_id, key=key).first()
        if kept is None:
            raise
        return _again(kept, asked)


def refuse_key(request: Request) -> None:
    """Of an answer that is kept nowhere, a secret say, a key would promise what is not so."""
    if "Idempotency-Key" in request.headers:
        raise Problem(400, "invalid_key", _("This is not kept: send it without Idempotency-Key."))


class _Used(Exception):
    """The key has been used."""


def _keep(request: Request, key: str, asked: str, answered: HttpResponse) -> None:
    """Enter the key with its answer, waiting for whoever is entering it; raises where it is used.

    A few of those whose time is over go with it; rows that another call is sweeping are left to
    it: nobody waits for that.
    """
    headers = {n: v for n, v in answered.items() if n in ("Content-Type", "ETag", "Location")}
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH swept AS (DELETE FROM api_keptanswer WHERE id IN (SELECT id FROM api_keptanswer"
            " WHERE kept_at < %s ORDER BY kept_at LIMIT %s FOR UPDATE SKIP LOCKED))"
            " INSERT INTO api_keptanswer (user_id, key, asked, status, headers, body, kept_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (user_id, key) DO NOTHING"
            " RETURNING id",
            [
                *(at - KEPT_FOR, SWEPT),
                *(standing_of(request).person_id, key, asked, answered.status_code),
                *(json.dumps(headers), answered.content, at),
            ],
        )
        if cursor.fetchone() is None:
            raise _Used


def prune_kept(*, at: datetime) -> int:
    """Forget the answers whose time is over, where nobody writes any more; how many they were."""
    return int(KeptAnswer.objects.filter(kept_at__lt=at - KEPT_FOR).delete()[0])


def _again(kept: KeptAnswer, asked: str) -> HttpResponse:
    if kept.asked != asked:
        raise Problem(422, "key_reused", _("This key was used for another request."))
    headers = {**kept.headers, "Idempotent-Replayed": "true"}
    return HttpResponse(bytes(kept.body), status=kept.status, headers=headers)


def _digest(request: Request) -> str:
    """Of everything that makes it this request: method, address, version meant, body."""
    told = hashlib.sha256()
    said = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    told.update("\n".join(said).encode())
    for piece in _pieces(request):
        told.update(piece)
    return told.hexdigest()


def _pieces(request: Request) -> Iterable[bytes]:
    files, typed = request.FILES, request.data
    if isinstance(typed, Mapping):
        typed = {name: value for name, value in typed.items() if name not in files}
    yield json.dumps(typed, default=str, sort_keys=True).encode()  # numbers of any length
    for name in sorted(files):
        file: Any = files[name]
        yield name.encode()
        yield from file.chunks()
        file.seek(0)
