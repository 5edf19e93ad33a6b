"""The page of an indicator: what it means, its figures and targets, and what it has to do with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District
from apps.core.typed import whole_number
from apps.kpis.aggregation import Cell
from apps.kpis.models import (
    WHOLE,
    BreakdownItem,
    Kpi,
    KpiClause,
    KpiMeasure,
    Place,
    Sight,
    Submission,
)
from apps.kpis.periods import Period
from apps.kpis.permissions import may_close
from apps.kpis.progress import Progress, current, progress_of
from apps.measures.models import Measure, current_thresholds
from apps.web.cards import Card, cards, loaded
from apps.web.charts import csv_asked
from apps.web.clock import today
from apps.web.kpi_entering import agencies_for
from apps.web.kpi_history import history_of
from apps.web.kpi_periods import PeriodState, states_of
from apps.web.kpi_rows import chosen, last_of, periods_of, why_light
from apps.web.kpi_series import charts_of, series_of
from apps.web.kpi_table import (
    Figures,
    Layout,
    columns_of,
    named,
    rows_of,
    table_of,
    windows_of,
)
from apps.web.kpi_words import rules_of
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar


@dataclass(frozen=True)
class Aim:
    """A target and how far its place is."""

    where: str
    progress: Progress
    reasons: Sequence[object]

    @property
    def light(self) -> str:
        light = self.progress.attainment.light
        return light.value if light else ""


@require_safe
@never_cache
@login_required
def kpi(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator as this person sees it."""
    standing, on = standing_of(request), today()
    sight = Sight.of(standing)
    found = visible_kpi(sight, pk)
    figures = Figures.of(found, sight)
    targets = progress_of([found], on=on, thresholds=current_thresholds(on=on), sight=sight)
    now = current(targets, on=on)
    first = chosen(now).get(found.pk)
    place = first.target.place if first else WHOLE
    charts = charts_of(found, series_of(found, place, figures.sheet, first, on=on))
    if (file := csv_asked(request, charts)) is not None:
        return file
    context = {
        "kpi": found,
        "charts": charts,
        "compares": len(periods_of(figures.sheet, found)) > 1,
        "is_partial": sight.is_partial and not sight.owns(found),
        "definitions": list(found.definitions.all()),
        "rules": rules_of(found),
        "last": last_of(figures.sheet, found, WHOLE),
        "first": first,
        "first_reasons": why_light(first) if first else (),
        "is_aimed": any(one.attainment.is_computable for one in targets),
        "aims": _aims(now),
        "periods": _periods(found, on),
        "closes": may_close(standing, found),
        "enters_for": agencies_for(standing, found) if not found.is_computed else [],
        "waiting": Submission.objects.for_review_by(standing).filter(kpi=found).count(),
        **_table(request, found, figures, sight, on),
        **_linked(found, standing, on),
    }
    return render(request, "web/kpi.html", context)


@require_safe
@never_cache
@login_required
def figure(request: HttpRequest, pk: int) -> HttpResponse:
    """Every figure that was ever stated of a cell, and which one counts."""
    sight = Sight.of(standing_of(request))
    found = visible_kpi(sight, pk)
    cell = _cell(request, found)
    if not sight.sees(found, cell.place):
        raise Http404
    figures = Figures.of(found, sight)
    context = {
        "kpi": found,
        "cell": cell,
        "where": _where(cell),
        "figure": figures.sheet.figure(cell),
        "known": figures.known.get(cell),
        "history": history_of(cell),
    }
    return render(request, "web/kpi_figure.html", context)


def visible_kpi(sight: Sight, pk: int) -> Kpi:
    """The indicator with what it is computed from, or 404."""
    whole = sight.kpis().select_related("owner", "breakdown").with_arithmetic()
    return get_object_or_404(whole, pk=pk)


def _table(
    request: HttpRequest, kpi: Kpi, figures: Figures, sight: Sight, on: date
) -> dict[str, Any]:
    windows = windows_of(kpi, figures.known, on=on)
    asked = request.GET.get("window", "")
    window = next((each for each in windows if each.code == asked), windows[0])
    columns = columns_of(kpi, window, on=on, known=figures.known)
    rows = rows_of(kpi, figures.sheet, sight)
    table = table_of(Layout(kpi, tuple(columns), tuple(rows), window, tuple(windows)), figures)
    return {"table": table, "window": window, "windows": windows}


def _aims(progress: Sequence[Progress]) -> list[Aim]:
    """The whole first, then districts in their order, then agencies."""
    names = {row.place: str(row.label) for row in named(one.target.place for one in progress)}
    names[WHOLE] = _("Whole")
    order = {place: n for n, place in enumerate([WHOLE, *(p for p in names if p != WHOLE)])}
    found = sorted(progress, key=lambda one: order.get(one.target.place, len(order)))
    return [Aim(names.get(one.target.place, ""), one, why_light(one)) for one in found]


def _periods(kpi: Kpi, on: date) -> list[PeriodState]:
    return states_of(kpi, on=on, calendar=current_calendar())[:6]


def _linked(kpi: Kpi, standing: Standing, on: date) -> dict[str, list[Card] | list[KpiClause]]:
    """The measures that are seen of those meant to move it, and the clauses naming it."""
    ids = KpiMeasure.objects.filter(kpi=kpi).values("measure")
    seen = loaded(Measure.objects.visible_to(standing).filter(pk__in=ids)).order_by("code")[:50]
    clauses = KpiClause.objects.filter(kpi=kpi).select_related("clause__policy")[:50]
    return {
        "measures": cards(list(seen), on=on, calendar=current_calendar()),
        "clauses": list(clauses),
    }


def _cell(request: HttpRequest, kpi: Kpi) -> Cell:
    """The cell that the address names, or 404."""
    asked = request.GET
    try:
        period = Period.parse(asked.get("period", ""))
    except ValueError:
        raise Http404 from None
    place = Place(_pk(District, asked.get("district")), _pk(Agency, asked.get("agency")))
    return Cell(kpi.pk, period, place, _pk(BreakdownItem, asked.get("item")))


def _pk(model: Any, said: str | None) -> int | None:
    if not said:
        return None
    pk: int = get_object_or_404(model.objects.only("pk"), pk=whole_number(said)).pk
    return pk


def _where(cell: Cell) -> str:
    """The cell in words: place, part, period."""
    place = next((str(row.label) for row in named([cell.place])), _("Whole"))
    item = BreakdownItem.objects.filter(pk=cell.item_id).first() if cell.item_id else None
    return " · ".join(filter(None, [place, str(item) if item else "", str(cell.period)]))
