"""What every page shows around its content. Nothing here is asked for until a template uses it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts.standing import NOBODY
from apps.agencies.models import Source, installation_is_demo
from apps.web import navigation


def surroundings(request: HttpRequest) -> dict[str, Any]:
    return {
        "is_demo": SimpleLazyObject(installation_is_demo),
        # An error may come before StandingMiddleware did.
        "standing": getattr(request, "standing", NOBODY),
        "nav": SimpleLazyObject(lambda: navigation.items(request)),
        "source_titles": SimpleLazyObject(_source_titles),
    }


def _source_titles() -> dict[str, str]:
    return dict(Source.objects.values_list("code", "title"))
