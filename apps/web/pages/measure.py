"""The measure page: where it stands, whose turn it is, and everything that happened."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.dashboards.agencies import pages_of
from apps.measures import lights
from apps.measures.models import Basis, Measure, ReportDraft
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.operations.reporting import last_quantity
from apps.measures.permissions import may_read_draft
from apps.web.acts import buttons, possible, refused
from apps.web.axis import axis, steps
from apps.web.cards import cards, loaded, with_clocks
from apps.web.clock import today
from apps.web.instructions import open_instructions
from apps.web.kpi_of_measure import moved_by
from apps.web.leads import leads
from apps.web.open_items import open_items
from apps.web.requests import waiting_on
from apps.web.timeline import Show, timeline
from apps.web.urged import escalated, open_urgings, proposed, receives
from apps.web.visitor import standing_of
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
        "kpis": moved_by(found, standing, on=on),
        "leads": leads(found),
        "ledger": found.deadline_changes.order_by("-id")
        .select_related("request")
        .prefetch_related("request__decisions__scan"),
        "agency_pages": _with_page(standing, found),
        "first_overdue": lights.first_overdue(found, on=on),
        "axis": axis(found, on=on),
        "milestones": steps(found, on=on),
        "confirming": _confirming(standing, found),
        "requests": waiting_on(found, standing, on=on),
        "instructions": open_instructions(standing, found, calendar, on=on),
        "escalated": escalated(found),
        "urgings": open_urgings(found),
        "receives": receives(standing, found),
        "proposal": proposed(standing, found),
        "items": open_items(standing, found, calendar),
        "quantity": last_quantity(found) if found.basis == Basis.QUANTITY else None,
        "timeline": timeline(found, standing, show=show),
        "show": show,
        "shows": Show,
    }
    return render(request, "web/measure.html", context)


def _whole(standing: Standing) -> MeasureQuerySet:
    return loaded(Measure.objects.visible_to(standing)).prefetch_related(
        "supporters", "named_agencies", "named_districts"
    )


def _parent(standing: Standing, child: Measure) -> Measure | None:
    """What it was broken down from, where this person sees that."""
    return Measure.objects.visible_to(standing).filter(children=child).first()


def _confirming(standing: Standing, measure: Measure) -> ReportDraft | None:
    """What waits for the unit leader, for the lead's own people."""
    if not may_read_draft(standing, measure):
        return None
    return ReportDraft.objects.confirming().filter(measure=measure).first()


def _with_page(standing: Standing, measure: Measure) -> set[int]:
    """The lead, where its figures are this person's to see."""
    leads = [measure.lead_id] if measure.lead_id else []
    return set(pages_of(standing).filter(pk__in=leads).values_list("pk", flat=True))


def _show(request: HttpRequest) -> Show:
    asked = request.GET.get("show", "")
    return Show(asked) if asked in Show.values else Show.ALL
