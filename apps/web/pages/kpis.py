"""The list of indicators: what is measured, by whom, the last figure, how far it is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Coalesce, Concat
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.core.paging import page, query_of
from apps.kpis.filters import Aimed, KpiFilter, Waiting
from apps.kpis.models import Kpi, Sight, Submission
from apps.kpis.models.kpi import KpiQuerySet
from apps.kpis.owed import to_enter
from apps.kpis.periods import Frequency
from apps.web.clock import today
from apps.web.kpi_rows import Row, rows
from apps.web.remembering import remember
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar

PAGE = 50
SORTS = {"code": "place", "name": "name", "owner": "owner_name"}
"""What the list may be sorted by; a minus before the name turns it round."""


@dataclass(frozen=True)
class Tab:
    """Some of the indicators with their number; its address shows exactly those."""

    label: str | Promise
    count: int
    query: str
    chosen: bool


@dataclass(frozen=True)
class Heading:
    """A heading that sorts, and how the list is sorted by it now ("", up or down)."""

    label: str | Promise
    query: str
    direction: str


@require_safe
@login_required
def kpis(request: HttpRequest) -> HttpResponse:
    """The indicators that this person is shown; filters, order and place live in the address."""
    asked, standing, on = request.GET, standing_of(request), today()
    sight = Sight.of(standing)
    found = _filter(asked, standing, sight, on)
    sort, descending = _sort(asked)
    shown = page(
        _sorted(found.qs).select_related("owner").with_arithmetic(),
        SORTS[sort],
        size=PAGE,
        descending=descending,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )
    context = {
        "form": found.form,
        "rows": _rows(list(shown.rows), standing, sight, on),
        "total": found.qs.count(),
        "tabs": _tabs(asked, standing, sight, on),
        "columns": _columns(asked, sort, descending),
        "sort": asked.get("sort", ""),
        "before": query_of(asked, before=shown.before) if shown.before else "",
        "after": query_of(asked, after=shown.after) if shown.after else "",
        "filtered": any(asked.get(name) for name in KpiFilter.base_filters),
        "is_partial": sight.is_partial,
    }
    response = render(request, "web/kpis.html", context)
    if found.form.is_valid():
        remember(request, response, "kpis", query_of(asked), standing)
    return response


def _filter(asked: QueryDict, standing: Standing, sight: Sight, on: date) -> KpiFilter:
    return KpiFilter(asked, standing=standing, sight=sight, on=on, calendar=current_calendar())


def _sorted(found: KpiQuerySet) -> KpiQuerySet:
    """Adds the keys of the orders: by code, what is collected stands before what is not."""
    first = Case(
        When(frequency=Frequency.ONCE, then=Value("2")),
        default=Value("1"),
        output_field=CharField(),
    )
    return found.annotate(
        place=Concat(first, "code", output_field=CharField()),
        owner_name=Coalesce("owner__name", Value(""), output_field=CharField()),
    )


def _sort(asked: QueryDict) -> tuple[str, bool]:
    said = asked.get("sort", "")
    name = said.removeprefix("-")
    return (name, said.startswith("-")) if name in SORTS else ("code", False)


def _columns(asked: QueryDict, sort: str, descending: bool) -> dict[str, Heading]:
    labels = {"code": _("Code"), "name": _("Indicator"), "owner": _("KPI owner agency")}
    made = {}
    for name, label in labels.items():
        is_sorted = sort == name
        way = ("down" if descending else "up") if is_sorted else ""
        turned = f"-{name}" if is_sorted and not descending else name
        made[name] = Heading(label, query_of(asked, sort=turned), way)
    return made


def _rows(shown: list[Kpi], standing: Standing, sight: Sight, on: date) -> list[Row]:
    ids = [kpi.pk for kpi in shown]
    owing = to_enter(standing, on=on, calendar=current_calendar()).filter(pk__in=ids)
    reviews = Submission.objects.for_review_by(standing).filter(kpi__in=ids).order_by()
    return rows(
        shown,
        sight,
        on=on,
        entering=set(owing.values_list("pk", flat=True)),
        reviewing=Counter(reviews.values_list("kpi", flat=True)),
    )


def _tabs(asked: QueryDict, standing: Standing, sight: Sight, on: date) -> list[Tab]:
    """All; what waits for this person, where anything does; and what has no computable target."""
    offered: list[tuple[str | Promise, dict[str, Any]]] = [
        (_("All"), {"waits": "", "target": ""}),
        *((each.label, {"waits": each.value, "target": ""}) for each in Waiting),
        (Aimed.NO.label, {"waits": "", "target": Aimed.NO.value}),
    ]
    made = []
    for label, said in offered:
        query = QueryDict(query_of(asked, **said))
        count = _filter(query, standing, sight, on).qs.count()
        is_chosen = all(asked.get(name, "") == value for name, value in said.items())
        if count or is_chosen or not said["waits"]:
            made.append(Tab(label, count, query.urlencode(), is_chosen))
    return made
