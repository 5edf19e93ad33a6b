"""The inbox page: everything that waits for this person's review or decision."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.measures.permissions import may_open_review
from apps.web import inbox as waits
from apps.web.cause import Cause
from apps.web.desk import Desk
from apps.web.pages.workbench import Counter
from apps.web.visitor import desk_of
from apps.web.workbench import COUNTERS


@require_safe
@never_cache
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Every kind, or the one that `?only=` names."""
    desk = desk_of(request)
    mine = waits.kinds(desk.standing)
    if not mine:
        may_open_review(desk.standing).or_refuse()
    only = next((cause for cause in mine if cause.key == request.GET.get("only")), None)
    rows = waits.waiting(desk, [only] if only else mine)
    counters = counters_of(desk, mine, only)
    context = {
        "rows": rows,
        "only": only,
        "counters": counters,
        "total": next(each.count for each in counters if each.chosen),
        "reviews_reports": bool(may_open_review(desk.standing)),
    }
    return render(request, "web/inbox.html", context)


def counters_of(desk: Desk, causes: Sequence[Cause], only: Cause | None) -> list[Counter]:
    """All, and each kind of which something waits; each opens exactly what it counts."""
    url = reverse("web:inbox")
    found = [
        Counter(
            cause.key,
            COUNTERS[cause.key],
            waits.count(desk, [cause]),
            f"{url}?{urlencode({'only': cause.key})}",
            chosen=cause == only,
        )
        for cause in causes
    ]
    everything = Counter("", _("All"), sum(each.count for each in found), url, chosen=not only)
    return [everything, *(each for each in found if each.count or each.chosen)]
