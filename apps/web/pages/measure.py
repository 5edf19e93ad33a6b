"""The measure page: where it stands, whose turn it is, and everything that happened."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.measures.models import Basis, CoordinationItem, Measure
from apps.measures.models.measure import MeasureQuerySet
from apps.measures.operations.reporting import last_quantity
from apps.measures.permissions import may_answer, may_end, may_record_answer
from apps.web.acts import buttons, possible, refused
from apps.web.axis import axis, steps
from apps.web.cards import Deadline, cards, deadline, loaded, with_clocks
from apps.web.clock import today
from apps.web.requests import waiting_on
from apps.web.timeline import Show, timeline
from apps.web.visitor import standing_of
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import current_calendar


@require_safe
@never_cache
@login_required
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure; `?show=` keeps the reports or the decisions of its timeline."""
    standing, on = standing_of(request), today()
    found = get_object_or_404(_whole(standing), pk=pk)
    calendar = current_calendar()
    offered = buttons(standing, found)
    show = _show(request)
    children = loaded(Measure.objects.visible_to(standing).filter(parent=found))
    shown, *broken_down = with_clocks(
        cards([found, *children.order_by("code")], on=on, calendar=calendar),
        on=on,
        calendar=calendar,
    )
    context = {
        "card": shown,
        "measure": found,
        "parent": _parent(standing, found),
        "children": broken_down,
        "acts": possible(offered),
        "refused": refused(offered),
        "carried": found.carried_clauses.select_related("clause__policy", "clause__parent"),
        "problems": found.addressed_problems.select_related("problem").prefetch_related(
            "problem__members"
        ),
        "ledger": found.deadline_changes.order_by("-id"),
        "axis": axis(found, on=on),
        "milestones": steps(found, on=on),
        "requests": waiting_on(found),
        "items": open_items(standing, found, calendar),
        "quantity": last_quantity(found) if found.basis == Basis.QUANTITY else None,
        "timeline": timeline(found, show=show),
        "show": show,
        "shows": Show,
    }
    return render(request, "web/measure.html", context)


@dataclass(frozen=True)
class OpenItem:
    """A question that still waits, and what this person can do about it."""

    item: CoordinationItem
    wanted: Deadline | None
    mine: bool
    act: str | Promise


def open_items(standing: Standing, found: Measure, calendar: Calendar) -> list[OpenItem]:
    """The open coordination items of a measure, the one wanted first on top."""
    items = found.coordination_items.open().select_related("agency").order_by("wanted_on", "pk")
    return [_open_item(standing, found, item, calendar) for item in items]


def _open_item(
    standing: Standing, found: Measure, item: CoordinationItem, calendar: Calendar
) -> OpenItem:
    item.measure = found
    mine = bool(may_answer(standing, item))
    others = may_end(standing, item) or may_record_answer(standing, item)
    act = _("Answer") if mine else _("Settle, withdraw or record an answer") if others else ""
    wanted = deadline(item.wanted_on, on=today(), calendar=calendar)
    return OpenItem(item, wanted, mine, act)


def _whole(standing: Standing) -> MeasureQuerySet:
    return loaded(Measure.objects.visible_to(standing)).prefetch_related(
        "supporters", "named_agencies", "named_districts"
    )


def _parent(standing: Standing, child: Measure) -> Measure | None:
    """What it was broken down from, where this person sees that."""
    return Measure.objects.visible_to(standing).filter(children=child).first()


def _show(request: HttpRequest) -> Show:
    asked = request.GET.get("show", "")
    return Show(asked) if asked in Show.values else Show.ALL
