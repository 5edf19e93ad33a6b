"""What stands around every call: compressed, and a problem where a page would have come."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.translation import gettext as _

from apps.api.problems import Problem, answer, refused_in_general

PREFIX = "/api/"
NOT_MODIFIED = 304


class ApiMiddleware:
    """Outermost but for the origin: below /api/ nobody is answered with a page or sent to one.

    Only these answers are compressed: they repeat nothing secret beside what a stranger chose.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.compressed = GZipMiddleware(self._answer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        return self.compressed(request)  # type: ignore[return-value]  # an HttpResponse, since ours is

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_for_people(response) and not request.path.startswith(f"{PREFIX}v1/docs"):
            return _as_problem(request, response)
        return response


def _is_for_people(response: HttpResponse) -> bool:
    if response.status_code == NOT_MODIFIED:
        return False
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return is_page or 300 <= response.status_code < 400


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A redirect leads a person to what has to be done first; a program is told."""
    if response.status_code < 400:
        where = response.headers.get("Location", settings.LOGIN_URL)
        said = _("Signing in is not complete; a browser continues at %(where)s.") % {"where": where}
        return answer(Problem(403, "sign_in_incomplete", said))
    return refused_in_general(request, response.status_code)
