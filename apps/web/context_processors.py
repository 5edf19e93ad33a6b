"""What every page shows around its content."""

from typing import Any

from django.http import HttpRequest

from apps.agencies.models import installation_is_demo


def surroundings(request: HttpRequest) -> dict[str, Any]:
    return {"is_demo": installation_is_demo(), "standing": request.standing}  # type: ignore[attr-defined]  # set by StandingMiddleware
