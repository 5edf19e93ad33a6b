"""The language switch: for this browser, and for the account of whoever is signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from apps.accounts import operations
from apps.accounts.adapters import remember_language
from apps.accounts.models import User
from apps.web.clock import now
from apps.web.visitor import standing_of


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Back to the page that asked, in the language asked for; an unknown one changes nothing."""
    response = redirect(_back(request))
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        operations.choose_language(request.user, language, by=standing_of(request), at=now())
    remember_language(response, language)
    return response


def _back(request: HttpRequest) -> str:
    """Only to a page of our own."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else "/"
