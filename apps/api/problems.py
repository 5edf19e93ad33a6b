"""What went wrong, as RFC 9457 says it: a stable code, the field, and a sentence for people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions

from apps.core.errors import Missing, NotAllowed, Refusal, RuleBroken, Sentence, Stale

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, Sentence] = {
    400: gettext_lazy("The request cannot be understood"),
    401: gettext_lazy("Not signed in"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("This cannot be done here"),
    406: gettext_lazy("Not available in this form"),
    409: gettext_lazy("A rule forbids it"),
    410: gettext_lazy("Gone"),
    412: gettext_lazy("Changed in the meantime"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Not sent in a form that is read here"),
    422: gettext_lazy("Something is missing or wrong"),
    428: gettext_lazy("Say which version is meant"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something failed here"),
}
BY_FRAMEWORK: Mapping[type[exceptions.APIException], str] = {
    exceptions.ParseError: "unreadable",
    exceptions.NotAuthenticated: "not_signed_in",
    exceptions.AuthenticationFailed: "bad_token",
    exceptions.PermissionDenied: "not_allowed",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "too_many_requests",
}
"""Codes of what the framework refuses."""


@dataclass(frozen=True)
class Fault:
    """One input that has to change."""

    field: str
    code: str
    detail: Sentence

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "code": self.code, "detail": str(self.detail)}


class Problem(Exception):
    """A refusal of the interface's own, below no operation."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: Sentence,
        *,
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def unreadable(field: str, detail: Sentence, *, code: str = "invalid_parameter") -> Problem:
    """A parameter of the address that cannot be meant."""
    return Problem(400, code, detail, faults=[Fault(field, code, detail)])


def answer(problem: Problem) -> HttpResponse:
    """The problem as it is sent, whatever form was asked for."""
    said: dict[str, Any] = {
        "type": f"urn:policytrack:problem:{problem.code}",
        "title": str(TITLES.get(problem.status, HTTPStatus(problem.status).phrase)),
        "status": problem.status,
        "code": problem.code,
        "detail": str(problem.detail),
    }
    if problem.faults:
        said["field"] = problem.faults[0].field
        said["errors"] = [fault.as_json() for fault in problem.faults]
    return HttpResponse(
        orjson.dumps(said),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """The framework's exception handler: every refusal becomes a problem, faults of ours do not."""
    problem = problem_of(error)
    return answer(problem) if problem else None


def problem_of(error: Exception) -> Problem | None:
    """None for what is no refusal."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refusal):
        return _of_refusal(error)
    if isinstance(error, Http404):
        return Problem(404, "not_found", _("This is not there, or not for you to see."))
    if isinstance(error, PermissionDenied):
        return Problem(403, "not_allowed", _("This is not yours to do."))
    if isinstance(error, ValidationError):
        return _of_validation(error)
    return _of_framework(error) if isinstance(error, exceptions.APIException) else None


def refused_in_general(request: HttpRequest, status: int) -> HttpResponse:
    """For what is refused before a view is reached."""
    code = {403: "not_allowed", 404: "not_found", 500: "failed"}.get(status, "unreadable")
    return answer(Problem(status, code, str(TITLES.get(status, HTTPStatus(status).phrase))))


def _of_refusal(refusal: Refusal) -> Problem:
    if isinstance(refusal, NotAllowed):
        return Problem(403, refusal.code, refusal.reason)
    if isinstance(refusal, Missing):
        return Problem(404, refusal.code, refusal.reason)
    status = 412 if isinstance(refusal, Stale) else 409
    field = refusal.field if isinstance(refusal, RuleBroken) else ""
    faults = [Fault(field, refusal.code, refusal.reason)] if field else []
    return Problem(status, refusal.code, refusal.reason, faults=faults)


def _of_validation(error: ValidationError) -> Problem:
    faults = [Fault("", "invalid", sentence) for sentence in error.messages]
    return Problem(422, "invalid", " ".join(error.messages), faults=faults)


def _of_framework(error: exceptions.APIException) -> Problem:
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(max(1, int(wait)))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    if isinstance(error, exceptions.ValidationError):
        faults = list(_faults(error.detail))
        return Problem(
            422, "invalid", " ".join(str(f.detail) for f in faults), faults=faults, headers=headers
        )
    code = BY_FRAMEWORK.get(type(error), "refused")
    return Problem(error.status_code, code, str(error.detail), headers=headers)


def _faults(detail: Any, field: str = "") -> Iterator[Fault]:
    """The framework's nested errors, each with the path of its field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _faults(inner, ".".join(filter(None, (field, own))))
    elif isinstance(detail, (list, tuple)):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list))
            yield from _faults(inner, f"{field}.{place}" if nested and inner else field)
    else:
        yield Fault(field, str(getattr(detail, "code", "invalid")), str(detail))
