"""The page of an indicator: what it means, its figures and targets, and what it has to do with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.agencies.models import Agency, District
from apps.core.typed import whole_number
from apps.kpis.aggregation import Cell
from apps.kpis.models import (
    WHOLE,
    BreakdownItem,
    Kpi,
    KpiClause,
    KpiDefinition,
    KpiMeasure,
    Place,
    Sight,
    Submission,
)
from apps.kpis.periods import Period
from apps.kpis.permissions import may_close
from apps.kpis.progress import Progress, current, progress_of
from apps.measures.models import Measure, current_thresholds
from apps.web.board import Board, board_of
from apps.web.cards import Card, cards, loaded
from apps.web.charts import csv_asked
from apps.web.cockpit import Told, told
from apps.web.kpi_entering import agencies_for
from apps.web.kpi_history import history_of
from apps.web.kpi_periods import PeriodState, states_of
from apps.web.kpi_rows import chosen, last_of, periods_of, why_light
from apps.web.kpi_series import charts_of, series_of
from apps.web.kpi_table import (
    Figures,
    Layout,
    columns_of,
    history_url,
    named,
    rows_of,
    table_of,
    windows_of,
)
from apps.web.kpi_words import rules_of
from apps.workdays.models import current_calendar

MOST_LINKED = 50


@dataclass(frozen=True)
class Aim:
    """A target and how far its place is."""

    where: str
    progress: Progress
    reasons: Sequence[object]
    url: str
    """Where the figure that counts comes from."""

    @property
    def light(self) -> str:
        light = self.progress.attainment.light
        return light.value if light else ""


@require_safe
@never_cache
@login_required
def kpi(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator as this person sees it."""
    board = board_of(request)
    sight, on, as_of = Sight.of(board.standing), board.day.on, board.day.as_of
    found = visible_kpi(sight, pk)
    figures = Figures.of(found, sight, as_of)
    thresholds = current_thresholds(on=on)
    targets = progress_of([found], on=on, thresholds=thresholds, sight=sight, as_of=as_of)
    now = current(targets, on=on)
    first = chosen(now).get(found.pk)
    place = first.target.place if first else WHOLE
    course = series_of(found, place, figures.sheet, first, on=on)
    charts = charts_of(found, course, board.query)
    if (file := csv_asked(request, charts)) is not None:
        return file
    last = last_of(figures.sheet, found, WHOLE)
    context = {
        "kpi": found,
        "board": board,
        "charts": charts,
        "has_two_periods": len(periods_of(figures.sheet, found)) > 1,
        "is_partial": sight.is_partial and not sight.owns(found),
        "definitions": _definitions(found, as_of),
        "rules": rules_of(found),
        "last": last,
        "last_url": history_url(Cell(found.pk, last.period, WHOLE), board.query) if last else "",
        "first": first,
        "first_reasons": why_light(first) if first else (),
        "is_aimed": any(one.attainment.is_computable for one in targets),
        "aims": _aims(now, figures, board),
        "periods": _periods(found, board),
        **_acts(found, board),
        **_table(request, found, figures, sight, board),
        **_linked(found, board),
    }
    return render(request, "web/kpi.html", context)


def _acts(kpi: Kpi, board: Board) -> dict[str, Any]:
    """What the reader may do now; on a past day there is nothing to do."""
    if board.day.is_past:
        return {}
    waiting = Submission.objects.for_review_by(board.standing).filter(kpi=kpi)
    return {
        "closes": may_close(board.standing, kpi),
        "enters_for": agencies_for(board.standing, kpi) if not kpi.is_computed else [],
        "waiting": waiting.count(),
    }


def _definitions(kpi: Kpi, as_of: datetime | None) -> list[KpiDefinition]:
    """Its versions, the last one first."""
    known = kpi.definitions.all()
    return list(known if as_of is None else known.filter(at__lte=as_of))


@require_safe
@never_cache
@login_required
def figure(request: HttpRequest, pk: int) -> HttpResponse:
    """Every figure that was ever stated of a cell, and which one counts; of a whole whose parts
    the reader sees some of, what these make together.
    """
    board = board_of(request)
    sight = Sight.of(board.standing)
    found = visible_kpi(sight, pk)
    cell = _cell(request, found)
    figures = Figures.of(found, sight, board.day.as_of)
    made, is_seen = figures.sheet.figure(cell), sight.sees(found, cell.place)
    if not is_seen and (cell.place != WHOLE or made.value is None):
        raise Http404
    context = {
        "kpi": found,
        "board": board,
        "is_partial": sight.is_partial and not sight.owns(found),
        "cell": cell,
        "where": _where(cell),
        "figure": made,
        "known": figures.known.get(cell),
        "is_seen": is_seen,
        "history": history_of(cell, board.day.as_of) if is_seen else [],
    }
    return render(request, "web/kpi_figure.html", context)


def visible_kpi(sight: Sight, pk: int) -> Kpi:
    """The indicator with what it is computed from, or 404."""
    whole = sight.kpis().select_related("owner", "breakdown").with_arithmetic()
    return get_object_or_404(whole, pk=pk)


def _table(
    request: HttpRequest, kpi: Kpi, figures: Figures, sight: Sight, board: Board
) -> dict[str, Any]:
    on = board.day.on
    windows = windows_of(kpi, figures.known, on=on)
    asked = request.GET.get("window", "")
    window = next((each for each in windows if each.code == asked), windows[0])
    columns = columns_of(kpi, window, on=on, known=figures.known)
    rows = rows_of(kpi, figures.sheet, sight)
    shown = (tuple(columns), tuple(rows), window, tuple(windows))
    table = table_of(Layout(kpi, *shown, of_day=board.query), figures)
    return {"table": table, "window": window, "windows": windows}


def _aims(progress: Sequence[Progress], figures: Figures, board: Board) -> list[Aim]:
    """The whole first, then districts in their order, then agencies."""
    names = {row.place: str(row.label) for row in named(one.target.place for one in progress)}
    names[WHOLE] = _("Whole")
    order = {place: n for n, place in enumerate([WHOLE, *(p for p in names if p != WHOLE)])}
    found = sorted(progress, key=lambda one: order.get(one.target.place, len(order)))
    return [
        Aim(names.get(one.target.place, ""), one, why_light(one), _source(one, figures, board))
        for one in found
    ]


def _source(one: Progress, figures: Figures, board: Board) -> str:
    """Where the figure that counts was stated; what came together stands period by period in the
    table of its year.
    """
    if one.reached is None:
        return ""
    cell = Cell(one.kpi.pk, one.reached.period, one.target.place, one.target.item_id)
    if figures.sheet.value(cell) == one.reached.value:
        return history_url(cell, board.query)
    return f"?{urlencode({**board.query, 'window': one.reached.period.of_year.code})}#figures"


def _periods(kpi: Kpi, board: Board) -> list[PeriodState]:
    day = board.day
    return states_of(kpi, on=day.on, calendar=current_calendar(), as_of=day.as_of)[:6]


def _linked(kpi: Kpi, board: Board) -> dict[str, Any]:
    """The measures that are seen of those meant to move it, and the clauses naming it: the links
    are today's, the measures as they stood on the day.
    """
    ids = KpiMeasure.objects.filter(kpi=kpi).order_by().values("measure")
    clauses = KpiClause.objects.filter(kpi=kpi).select_related("clause__policy")[:MOST_LINKED]
    return {"measures": _moving(ids, board), "clauses": list(clauses)}


def _moving(ids: "QuerySet[Any, Any]", board: Board) -> Sequence[Card | Told]:
    if board.day.is_past:
        seen = board.day.measures(board.standing, among=ids).order_by("code", "row")
        rows = list(seen.values_list("row", flat=True)[:MOST_LINKED])
        return told(board, rows, current_calendar())
    live = loaded(Measure.objects.visible_to(board.standing).filter(pk__in=ids)).order_by("code")
    return cards(list(live[:MOST_LINKED]), on=board.day.on, calendar=current_calendar())


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
