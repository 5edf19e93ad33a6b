"""Who asks, and what they asked about."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from apps.accounts.standing import Standing
from apps.measures.models import Measure
from apps.web.clock import today
from apps.web.desk import Desk
from apps.workdays.models import current_calendar


def standing_of(request: HttpRequest) -> Standing:
    """The signed-in person, as the accounts middleware attached it."""
    standing: Standing = request.standing  # type: ignore[attr-defined]  # set by StandingMiddleware
    return standing


def desk_of(request: HttpRequest) -> Desk:
    """Today's desk of the signed-in person: one for the page and for what is around it."""
    desk: Desk | None = getattr(request, "desk", None)
    if desk is None:
        desk = Desk(standing_of(request), today(), current_calendar())
        request.desk = desk  # type: ignore[attr-defined]  # kept for as long as the request
    return desk


def visible_measure(request: HttpRequest, pk: int) -> Measure:
    """The measure with its lead, or 404: what somebody may not see is not there."""
    seen = Measure.objects.visible_to(standing_of(request)).select_related("lead", "parent__lead")
    return get_object_or_404(seen, pk=pk)
