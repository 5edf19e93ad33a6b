"""The filters and the order in which somebody left a list, kept in a cookie of theirs.

Nothing is written to the database by looking. Only what was asked for in the list itself is kept:
following a number from elsewhere does not replace what the person set up.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict

from apps.accounts.standing import Standing

LONGEST = 1000
DAYS = 90 * 24 * 3600


def remember(
    request: HttpRequest, response: HttpResponse, name: str, query: str, standing: Standing
) -> None:
    """Keep the query of the list, or forget it where it is empty."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host() or came_from.path != request.path:
        return
    cookie = _cookie(name, standing)
    if query and len(query) <= LONGEST:
        response.set_cookie(
            cookie, query, max_age=DAYS, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(cookie, samesite="Lax")


def remembered(request: HttpRequest, name: str, standing: Standing) -> str:
    """The query to open the list with; "" where nothing is kept."""
    kept = request.COOKIES.get(_cookie(name, standing), "")
    return QueryDict(kept[:LONGEST]).urlencode()


def _cookie(name: str, standing: Standing) -> str:
    return f"{name}_{standing.pk}"
