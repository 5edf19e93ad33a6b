"""The list of measures: filtered, counted by light, sorted, page by page."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.agencies.models import Agency
from apps.measures.filters import MeasureFilter
from apps.measures.lights import Light, light_expression
from apps.measures.models import Measure, MeasureClause
from apps.measures.models.measure import MeasureQuerySet
from apps.policies.models import Policy
from apps.web.cards import cards, loaded
from apps.web.clock import today
from apps.web.paging import page, query_of
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar

PAGE = 50
BESIDE = ("sort", "after", "before")
"""What else stands in the address of the list."""
SORTS = {"code": "code", "deadline": "due_key", "light": "urgency", "progress": "reported_progress"}
"""What a list may be sorted by; a minus before the name turns it round."""
BY_URGENCY = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.BLUE)


@dataclass(frozen=True)
class LightCount:
    """How many of the filtered measures show a light; the address shows exactly those."""

    light: Light | None
    label: str | Promise
    count: int
    query: str
    chosen: bool


@dataclass(frozen=True)
class Column:
    """A heading that sorts, and how the list is sorted by it now ("", up or down)."""

    label: str | Promise
    query: str
    direction: str


@require_safe
@login_required
def measures(request: HttpRequest) -> HttpResponse:
    """The measures this person sees. Filters, order and place live in the address."""
    on, asked = today(), request.GET
    visible = Measure.objects.visible_to(standing_of(request))
    found = _filter(asked, visible, on)
    sort, descending = _sort(asked)
    shown = page(
        loaded(_with_urgency(found.qs, on)),
        SORTS[sort],
        size=PAGE,
        descending=descending,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )
    counts = _counts(asked, visible, on)
    context = {
        "form": found.form,
        "cards": cards(shown.rows, on=on, calendar=current_calendar()),
        "counts": counts,
        "total": sum(each.count for each in counts if each.chosen),
        "sort": asked.get("sort", ""),
        "columns": _columns(asked, sort, descending),
        "before": query_of(asked, before=shown.before) if shown.before else "",
        "after": query_of(asked, after=shown.after) if shown.after else "",
        "filtered": bool(found.form.is_valid() and any(found.form.cleaned_data.values())),
    }
    return render(request, "web/measures.html", context)


def _filter(asked: QueryDict, visible: MeasureQuerySet, on: date) -> MeasureFilter:
    """The filters as asked, offering the choices that can be meant."""
    found = MeasureFilter(asked, queryset=visible, on=on, beside=BESIDE)
    fields = found.form.fields
    carried = MeasureClause.objects.filter(clause__policy=OuterRef("pk"))
    fields["policy"].queryset = Policy.objects.filter(Exists(carried))
    fields["lead"].queryset = Agency.objects.able_to_lead()
    return found


def _counts(asked: QueryDict, visible: MeasureQuerySet, on: date) -> list[LightCount]:
    """How many of each light the other filters leave. One query."""
    rest = asked.copy()
    rest.pop("light", None)
    by_light = (
        _filter(rest, visible, on)
        .qs.order_by()
        .annotate(shown=light_expression(on=on))
        .values_list("shown")
        .annotate(count=Count("pk"))
    )
    counts = dict(by_light)
    chosen = asked.get("light", "")
    return [
        LightCount(None, _("All"), sum(counts.values()), query_of(rest), not chosen),
        *(
            LightCount(
                light,
                light.label,
                counts.get(light, 0),
                query_of(rest, light=light),
                chosen == light,
            )
            for light in BY_URGENCY
        ),
    ]


def _columns(asked: QueryDict, sort: str, descending: bool) -> dict[str, Column]:
    """The headings that sort: once up, once more down."""
    labels = {
        "code": _("Measure"),
        "light": _("Light"),
        "progress": _("Progress"),
        "deadline": _("Deadline"),
    }
    return {
        key: Column(
            label,
            query_of(asked, sort=f"-{key}" if key == sort and not descending else key),
            "" if key != sort else "descending" if descending else "ascending",
        )
        for key, label in labels.items()
    }


def _sort(asked: QueryDict) -> tuple[str, bool]:
    """What the list is sorted by and whether backwards; by code unless a known key is asked."""
    key = asked.get("sort", "code")
    name = key.removeprefix("-")
    return (name, key.startswith("-")) if name in SORTS else ("code", False)


def _with_urgency(measures: MeasureQuerySet, on: date) -> MeasureQuerySet:
    """Adds `urgency`, the place of the light: red first."""
    light = light_expression(on=on)
    places = (When(shown=light, then=Value(n)) for n, light in enumerate(BY_URGENCY))
    return measures.annotate(shown=light).annotate(
        urgency=Case(*places, output_field=IntegerField())
    )
