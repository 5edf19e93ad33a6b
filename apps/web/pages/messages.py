"""The messages: what one was reminded of, why, and one click to where it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import Sentence
from apps.core.paging import page, query_of
from apps.reminders.causes import BY_KEY
from apps.reminders.models import Reminder
from apps.reminders.models.reminder import ReminderQuerySet
from apps.reminders.operations.reading import mark_read
from apps.web.clock import now, today
from apps.web.reminded import by_day, cause_label, messages_of
from apps.web.visitor import standing_of
from apps.web.where_done import place_of

PAGE = 30
UNREAD = "unread"


@dataclass(frozen=True)
class Counter:
    """A number above the list; its address shows exactly the messages that it counts."""

    key: str
    label: Sentence
    count: int
    url: str
    chosen: bool


@require_safe
@never_cache
@login_required
def messages(request: HttpRequest) -> HttpResponse:
    """The person's own, newest first; `?only=` keeps the unread or one cause."""
    mine, asked = _inbox(request), request.GET
    only = asked.get("only", "")
    counters = _counters(mine, only)
    shown = page(
        _chosen(mine, only),
        "sent_at",
        size=PAGE,
        descending=True,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )
    context = {
        "days": by_day(messages_of(standing_of(request), list(shown.rows), on=today())),
        "counters": counters,
        "total": next((each.count for each in counters if each.chosen), 0),
        "unread": next(each.count for each in counters if each.key == UNREAD),
        "only": only,
        "opened_at": now().isoformat(),
        "before": query_of(asked, before=shown.before) if shown.before else "",
        "after": query_of(asked, after=shown.after) if shown.after else "",
    }
    return render(request, "web/messages.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it by going where it is done; by GET from the link in a mail."""
    reminder = get_object_or_404(_inbox(request), pk=pk)
    mark_read(_inbox(request).filter(pk=pk), by=standing_of(request), at=now())
    return redirect(place_of(reminder, standing_of(request)))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything that was there when the page was opened, and nothing that came since."""
    opened_at = _moment(request.POST.get("opened_at", "")) or now()
    shown = _inbox(request).unread().filter(sent_at__lte=opened_at)
    count = mark_read(shown, by=standing_of(request), at=now())
    said = ngettext(
        "%(count)d message marked as read.", "%(count)d messages marked as read.", count
    )
    notes.success(request, said % {"count": count})
    return redirect("web:messages")


def _moment(text: str) -> datetime | None:
    """A moment as the page wrote it down; None for any other text."""
    try:
        said = parse_datetime(text)
    except ValueError:
        return None
    return said if said and is_aware(said) else None


def _inbox(request: HttpRequest) -> ReminderQuerySet:
    return Reminder.objects.sent_to(standing_of(request).person_id)


def _chosen(mine: ReminderQuerySet, only: str) -> ReminderQuerySet:
    if only == UNREAD:
        return mine.unread()
    return mine.filter(cause=only) if only in BY_KEY else mine


def _counters(mine: ReminderQuerySet, only: str) -> list[Counter]:
    """All, the unread, and each cause that there is. One query."""
    rows = mine.order_by().values("cause")
    counted = rows.annotate(all=Count("pk"), unread=Count("pk", filter=Q(read_at__isnull=True)))
    found = list(counted.values_list("cause", "all", "unread"))
    by_cause = {cause: count for cause, count, _unread in found}
    url = reverse("web:messages")
    known = only == UNREAD or only in BY_KEY
    return [
        Counter("", _("All"), sum(by_cause.values()), url, not known),
        Counter(
            UNREAD,
            _("Unread"),
            sum(unread for _cause, _count, unread in found),
            f"{url}?only={UNREAD}",
            only == UNREAD,
        ),
        *(
            Counter(key, cause_label(key), by_cause.get(key, 0), f"{url}?only={key}", only == key)
            for key in BY_KEY
            if by_cause.get(key) or only == key
        ),
    ]
