"""Entering figures of an indicator: the grid, its draft, and handing in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.agencies.models import Agency
from apps.core.errors import RuleBroken, Stale
from apps.core.typed import whole_number
from apps.kpis import operations
from apps.kpis.models import WHOLE, GridDraft, Kpi, Place, Sight, Vintage
from apps.kpis.operations import Entered
from apps.web.charts import csv_asked
from apps.web.clock import now, today
from apps.web.kpi_entering import agencies_for
from apps.web.kpi_entry import Question, Reading, Typed, entries, questions, read
from apps.web.kpi_grid import Asked, Grid, GridCell, grid_of, window_of
from apps.web.kpi_series import charts_now
from apps.web.pages.kpi import visible_kpi
from apps.web.visitor import standing_of

CONFLICT, UNFIT = 409, 422


@dataclass
class Desk:
    """A grid with what is typed into it, and what has to be said about that."""

    grid: Grid
    typed: Typed
    draft: GridDraft | None
    seen: int
    wrong: dict[str, str] = field(default_factory=dict)
    asked: Sequence[Question] = ()
    refusal: str = ""


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid as it stands, with the draft of its agency over it."""
    asked, agencies = _asked(request, pk)
    made = grid_of(asked, on=today())
    draft = _draft(asked)
    if request.method == "POST":
        return _post(request, made, draft, agencies)
    typed = Typed.kept(draft.content) if draft else Typed({})
    return _page(request, Desk(made, typed, draft, _last(made)), agencies)


@require_POST
@never_cache
@login_required
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the grid holds now; 409 with the sentence when a colleague came first."""
    asked, _agencies = _asked(request, pk)
    made = grid_of(asked, on=today())
    try:
        draft = _save(request, made)
    except RuleBroken as refusal:
        return JsonResponse({"refused": str(refusal)}, status=CONFLICT)
    return JsonResponse({"version": draft.version, "said": _saved_at(draft)})


@require_POST
@login_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away and begin with what stands."""
    asked, _agencies = _asked(request, pk)
    draft = _draft(asked)
    if draft is not None:
        seen = whole_number(request.POST.get("draft", ""))
        try:
            operations.discard_grid(draft, seen=seen, by=standing_of(request), at=now())
            messages.success(request, _("The draft is thrown away."))
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
    return _here(asked)


# --- Which grid -------------------------------------------------------------------------------


def _asked(request: HttpRequest, pk: int) -> tuple[Asked, list[Agency]]:
    """The grid that the address names; 404 for whoever enters nothing of the indicator."""
    standing = standing_of(request)
    kpi = visible_kpi(Sight.of(standing), pk)
    agencies = agencies_for(standing, kpi)
    if not agencies or kpi.is_computed:
        raise Http404
    wanted = whole_number(request.GET.get("agency", ""))
    usual = next((each for each in agencies if each.pk == kpi.owner_id), agencies[0])
    agency = next((each for each in agencies if each.pk == wanted), usual)
    window = window_of(kpi, request.GET.get("window", ""), on=today())
    return Asked(kpi, agency, window, "totals" in request.GET), agencies


def _draft(asked: Asked) -> GridDraft | None:
    return GridDraft.objects.filter(
        kpi=asked.kpi, agency=asked.agency, period=asked.window.code
    ).first()


def _last(grid: Grid) -> int:
    return operations.last_entered(grid.kpi, [cell.cell for cell in grid.cells()])


def _query(asked: Asked, **other: Any) -> str:
    said: dict[str, Any] = {"agency": asked.agency.pk, "window": asked.window.code}
    said |= {"totals": 1} if asked.totals else {}
    return urlencode(said | other)


def _here(asked: Asked) -> HttpResponseRedirect:
    url = reverse("web:kpi_grid", args=[asked.kpi.pk])
    return HttpResponseRedirect(f"{url}?{_query(asked)}")


# --- Posting ----------------------------------------------------------------------------------


def _post(
    request: HttpRequest, grid: Grid, draft: GridDraft | None, agencies: list[Agency]
) -> HttpResponse:
    """Keep the draft, or hand in what changed: all of it or nothing."""
    typed = Typed.of(request.POST, grid)
    desk = Desk(grid, typed, draft, whole_number(request.POST.get("seen", "")))
    if request.POST.get("do") == "save":
        return _keep(request, desk, agencies)
    reading = read(grid, typed)
    desk.wrong = reading.wrong
    desk.asked = questions(grid, reading.changes, typed)
    if reading.wrong or not _answered(request, desk):
        return _page(request, desk, agencies, status=UNFIT)
    try:
        _refuse_unseen(request, draft)
        entered = _hand_in(request, desk, reading)
    except RuleBroken as refusal:
        desk.refusal = str(refusal)
        again = replace_grid(desk) if isinstance(refusal, Stale) else desk
        status = CONFLICT if isinstance(refusal, Stale) else UNFIT
        return _page(request, again, agencies, status=status)
    messages.success(request, _said(entered, grid.kpi))
    return redirect("web:kpi", grid.kpi.pk)


def _keep(request: HttpRequest, desk: Desk, agencies: list[Agency]) -> HttpResponse:
    try:
        _save(request, desk.grid)
    except RuleBroken as refusal:
        desk.refusal = str(refusal)
        return _page(request, desk, agencies, status=CONFLICT)
    messages.success(request, _("The draft is kept."))
    return _here(desk.grid.asked)


def _save(request: HttpRequest, grid: Grid) -> GridDraft:
    return operations.save_grid(
        grid.kpi,
        Typed.of(request.POST, grid).content(grid),
        agency=grid.asked.agency,
        period=grid.asked.window,
        seen=whole_number(request.POST.get("draft", "")),
        by=standing_of(request),
        at=now(),
    )


def _refuse_unseen(request: HttpRequest, draft: GridDraft | None) -> None:
    """Handing in throws the draft away: not one that a colleague saved meanwhile."""
    if draft and draft.version != whole_number(request.POST.get("draft", "")):
        raise Stale(_("A colleague has saved these figures since you opened them."))


def _hand_in(request: HttpRequest, desk: Desk, reading: Reading) -> Entered:
    return operations.enter_observations(
        desk.grid.kpi,
        entries(reading.changes, desk.typed),
        agency=desk.grid.asked.agency,
        note=desk.typed.note,
        seen=desk.seen,
        by=standing_of(request),
        at=now(),
    )


def replace_grid(desk: Desk) -> Desk:
    """What was typed over what stands by now: handing in again is a decision with open eyes."""
    return replace(desk, draft=_draft(desk.grid.asked), seen=_last(desk.grid))


def _answered(request: HttpRequest, desk: Desk) -> bool:
    """Whether just these questions were shown before."""
    return not desk.asked or request.POST.get("asked", "") == _token(desk.asked)


def _token(asked: Sequence[Question]) -> str:
    said = "|".join(f"{q.cell.name}={q.value}" for q in asked)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _said(entered: Entered, kpi: Kpi) -> str:
    count = entered.submission.observations.count()
    handed_in = ngettext(
        "%(count)d figure is handed in.", "%(count)d figures are handed in.", count
    ) % {"count": count}
    who = kpi.owner.label if kpi.owner else _("the supervision office")
    return handed_in + " " + _("They count once %(who)s has approved them.") % {"who": who}


# --- Showing ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    """A cell as it is shown: with what is typed, and what is wrong with that."""

    cell: GridCell
    text: str
    wrong: str
    column: Any

    @property
    def change(self) -> Decimal | None:
        """In percent of the figure before."""
        value, before = self.cell.base, self.cell.before
        if value is None or not before:
            return None
        return 100 * (value - before) / before


def _boxes(desk: Desk) -> list[dict[str, Any]]:
    rows = []
    for row in desk.grid.rows:
        boxes = [
            Box(cell, desk.typed.texts.get(cell.name, cell.text), desk.wrong.get(cell.name, ""), h)
            for cell, h in zip(row.cells, desk.grid.heads, strict=True)
        ]
        rows.append({"row": row.row, "is_total": row.is_total, "boxes": boxes})
    return rows


def _page(
    request: HttpRequest, desk: Desk, agencies: list[Agency], *, status: int = 200
) -> HttpResponse:
    made, asked = desk.grid, desk.grid.asked
    charts = charts_now(made.kpi, _place(made), Sight.of(standing_of(request)), on=today())
    if request.method == "GET" and (file := csv_asked(request, charts)) is not None:
        return file
    cells = made.named()
    context = {
        "kpi": made.kpi,
        "charts": charts,
        "grid": made,
        "asked_for": asked,
        "agencies": agencies,
        "rows": _boxes(desk),
        "typed": desk.typed,
        "vintages": Vintage.choices,
        "draft": desk.draft,
        "draft_said": _saved_at(desk.draft) if desk.draft else "",
        "seen": desk.seen,
        "questions": desk.asked,
        "token": _token(desk.asked) if desk.asked else "",
        "wrong": [
            (cells[name], made.label(cells[name]), said) for name, said in desk.wrong.items()
        ],
        "refusal": desk.refusal,
        "query": _query(asked),
        "before": _query(asked, window=asked.window.moved(-1).code),
        "after": _after(asked),
        "with_totals": _query(asked, totals=1),
        "may_total": not made.states_totals and (made.adds_across or made.adds_down),
    }
    return render(request, "web/kpi_grid.html", context, status=status)


def _place(grid: Grid) -> Place:
    """What the grid is about: the only place in it, else the whole."""
    places = [row.row.place for row in grid.rows if not row.is_total]
    return places[0] if len(places) == 1 else WHOLE


def _after(asked: Asked) -> str:
    later = asked.window.moved(1)
    return _query(asked, window=later.code) if later.begins_on <= today() else ""


def _saved_at(draft: GridDraft) -> str:
    time = date_format(timezone.localtime(draft.saved_at), "SHORT_DATETIME_FORMAT")
    return _("Draft saved %(time)s by %(who)s") % {"time": time, "who": draft.saved_by_name}
