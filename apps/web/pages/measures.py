"""The list of measures: filtered, counted by light, sorted, page by page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import (
    Case,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.agencies.models import LEADING, Agency, AgencyQuerySet
from apps.core.paging import page, query_of
from apps.dashboards.groups import KNOWS_GAPS
from apps.dashboards.queries import carried_out_by
from apps.measures.filters import NONE
from apps.measures.lights import Light, in_light, light_expression
from apps.measures.models import Measure, Support
from apps.measures.models.rows import MeasureQuerySet
from apps.policies.models import Clause, Policy
from apps.web import bulk
from apps.web.cards import cards, listed
from apps.web.clock import today
from apps.web.finding import ListFilter
from apps.web.forms.choosing import LongSelect
from apps.web.remembering import remember
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar

PAGE = 50
BESIDE = ("sort", "after", "before")
"""What else stands in the address of the list."""
MORE = frozenset(ListFilter.base_filters) - {"q", "state", "lead", "policy", "light"}
"""The filters that are folded away until one of them is in use."""
SORTS = {
    "code": "code",
    "deadline": "due_key",
    "light": "urgency",
    "progress": "reported_progress",
    "updated": "changed_at",
}
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


@dataclass(frozen=True)
class Chip:
    """A filter in use, in words, and the address without it."""

    label: str
    value: str
    query: str


@require_safe
@login_required
def measures(request: HttpRequest) -> HttpResponse:
    """The measures this person sees. Filters, order and place live in the address."""
    on, asked, standing = today(), request.GET, standing_of(request)
    visible = Measure.objects.visible_to(standing)
    found = _filter(asked, visible, on)
    sort, descending = _sort(asked)
    shown = page(
        listed(_with_urgency(found.qs, on)),
        SORTS[sort],
        size=PAGE,
        descending=descending,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
        bands=_bands(on, standing) if sort == "light" else None,
    )
    counts = _counts(asked, visible, on)
    chips, filters = _chips(found, asked), query_of(asked)
    context = {
        "form": found.form,
        "sentences": [*found.sentences, *_wrong_sort(asked)],
        "chips": chips,
        "more_open": any(name in MORE for name in asked),
        "cards": cards(shown.rows, on=on, calendar=current_calendar()),
        "counts": counts,
        "total": sum(each.count for each in counts if each.chosen),
        "sort": asked.get("sort", ""),
        "columns": _columns(asked, sort, descending),
        "before": query_of(asked, before=shown.before) if shown.before else "",
        "after": query_of(asked, after=shown.after) if shown.after else "",
        "filtered": bool(chips or found.sentences),
        "filters": filters,
        "bulk": bulk.offered(standing),
        "most": bulk.MOST,
    }
    response = render(request, "web/measures.html", context)
    if not context["sentences"]:
        remember(request, response, "measures", filters, standing)
    return response


def _filter(asked: QueryDict, visible: MeasureQuerySet, on: date) -> ListFilter:
    """The filters as asked, offering the choices that can be meant."""
    found = ListFilter(asked, queryset=visible, on=on, beside=BESIDE)
    chosen = found.form.cleaned_data if found.form.is_valid() else {}
    clause, policy = chosen.get("clause"), chosen.get("policy")
    within = policy.pk if policy else clause.policy_id if clause else None
    offered = {
        "policy": Policy.objects.filter(Q(pk__in=carried_out_by(visible)) | Q(pk=within)),
        "lead": _offered(visible.filter(lead=OuterRef("pk")), chosen.get("lead")),
        "supporter": _offered(
            Support.objects.filter(agency=OuterRef("pk"), measure__in=visible),
            chosen.get("supporter"),
        ),
        "clause": Clause.objects.filter(policy=within),
    }
    for name, rows in offered.items():
        field = found.form.fields[name]
        field.widget = LongSelect()
        field.queryset = rows
    return found


def _offered(rows: "QuerySet[Any]", chosen: Any) -> AgencyQuerySet:
    """The agencies that have such rows, those above them, and the one that is chosen."""
    having = Agency.objects.filter(Exists(rows)).order_by()
    upwards = having.annotate(above=Func("path", function="unnest")).values("above")
    is_chosen = Q(pk=chosen.pk) if isinstance(chosen, Agency) else Q()
    return Agency.objects.filter(Q(pk__in=upwards, kind__in=LEADING) | is_chosen)


def _chips(found: ListFilter, asked: QueryDict) -> list[Chip]:
    """The filters in use but for the light, which the counters show."""
    if not found.form.is_valid():
        return []
    return [
        Chip(str(found.form[name].label), _in_words(found, name, value), _without(asked, name))
        for name, value in found.form.cleaned_data.items()
        if value not in (None, "") and name != "light"
    ]


def _in_words(found: ListFilter, name: str, value: Any) -> str:
    field = found.form.fields[name]
    if value == NONE:
        return str(field.null_label)
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Agency):
        return value.label
    if isinstance(value, str) and name != "q":
        return str(dict(field.choices)[value])
    return str(value)


def _without(asked: QueryDict, name: str) -> str:
    rest = asked.copy()
    rest.pop(name, None)
    return query_of(rest)


def _wrong_sort(asked: QueryDict) -> list[str]:
    sort = asked.get("sort", "")
    if not sort or sort.removeprefix("-") in SORTS:
        return []
    return [gettext("The list cannot be sorted by “%(key)s”.") % {"key": sort[:40]}]


def _counts(asked: QueryDict, visible: MeasureQuerySet, on: date) -> list[LightCount]:
    """How many of each light the other filters leave. One query."""
    rest = asked.copy()
    rest.pop("light", None)
    by_light = (
        ListFilter(rest, queryset=visible, on=on, beside=BESIDE)
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
        "updated": _("Last act"),
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


def _bands(on: date, standing: Standing) -> dict[int, Q] | None:
    """What finds the measures of each place of `urgency`. Who sees little sorts that little:
    looked for by colour, the rows of others would be walked past one by one.
    """
    if not standing.holds_any(KNOWS_GAPS):
        return None
    return {n: in_light(light, on=on) for n, light in enumerate(BY_URGENCY)}


def _with_urgency(measures: MeasureQuerySet, on: date) -> MeasureQuerySet:
    """Adds `urgency`, the place of the light: red first."""
    light = light_expression(on=on)
    places = (When(shown=light, then=Value(n)) for n, light in enumerate(BY_URGENCY))
    return measures.annotate(shown=light).annotate(
        urgency=Case(*places, output_field=IntegerField())
    )
