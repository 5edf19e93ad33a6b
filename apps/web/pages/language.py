"""The language switch: for this browser, and for the account of whoever is signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.accounts import operations
from apps.accounts.adapters import remember_language
from apps.accounts.models import User
from apps.web.carried_along import came_from
from apps.web.clock import now
from apps.web.visitor import standing_of


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Back to the page that asked, in the language asked for; an unknown one changes nothing."""
    response = redirect(came_from(request) or "/")
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        operations.choose_language(request.user, language, by=standing_of(request), at=now())
    remember_language(response, language)
    return response
