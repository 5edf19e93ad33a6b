"""The calendar feed: whoever has the private address reads the deadlines of its owner."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.reminders.models import CalendarKey
from apps.reminders.operations.preferring import hash_of
from apps.web.calendar_feed import feed
from apps.web.clock import today


@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Under today's rights of its owner, in the owner's language. No session, no cookie."""
    held = CalendarKey.objects.filter(sha256=hash_of(key), revoked_at__isnull=True)
    found = held.filter(user__is_active=True).select_related("user").first()
    if found is None:
        raise Http404
    with translation.override(found.user.language):
        body = feed(Standing.of(found.user, on=today()))
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        body, content_type="text/calendar; charset=utf-8"
    )
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
