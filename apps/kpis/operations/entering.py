"""Entering figures: a whole grid in one act, handed in for the owner's review."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, own_confidence
from apps.audit.operations import record
from apps.core.errors import RuleBroken, Stale
from apps.kpis.aggregation import Cell, Sheet
from apps.kpis.figures import effective, in_years, made_sheet
from apps.kpis.models import (
    EVERYTHING,
    WHOLE,
    GridDraft,
    Kpi,
    Observation,
    PeriodClosing,
    Place,
    Submission,
    Vintage,
)
from apps.kpis.operations.locking import insert, lock_kpi
from apps.kpis.outliers import Query, query_about
from apps.kpis.periods import Frequency, Period
from apps.kpis.permissions import may_enter, may_fill

MOST = Decimal(10) ** 16
EXACT = Decimal("0.0001")


class PeriodIsClosed(RuleBroken):
    """Nothing is entered into a closed period until it is opened again."""

    code = "period_closed"


@dataclass(frozen=True)
class Entry:
    """One figure of a grid. Without a value it withdraws what stands there, with a note why."""

    period: Period
    value: Decimal | None
    place: Place = WHOLE
    item_id: int | None = None
    vintage: str = Vintage.PRELIMINARY
    qualifier: str = ""
    note: str = ""

    def cell(self, kpi: Kpi) -> Cell:
        return Cell(kpi.pk, self.period, self.place, self.item_id)


@dataclass(frozen=True)
class Entered:
    """What was handed in, and what is odd about it: asked about, not refused."""

    submission: Submission
    queries: tuple[Query, ...]


@transaction.atomic
def enter_observations(
    kpi: Kpi,
    entries: Sequence[Entry],
    *,
    agency: Agency,
    note: str = "",
    seen: int,
    by: Standing,
    at: datetime,
) -> Entered:
    """Hand in the figures of a grid, all or none; they count once the owner approved them.

    `seen` is `last_entered` of the grid that the page showed. The drafts of these periods, and of
    the half-years and years around them, are gone with it. Raises NotAllowed, Stale,
    PeriodIsClosed or RuleBroken.
    """
    locked = lock_kpi(kpi.pk)
    may_enter(by, agency).or_refuse()
    for place in {entry.place for entry in entries}:
        may_fill(locked, agency, place).or_refuse()
    _refuse_unfit(locked, entries, at)
    periods = {entry.period for entry in entries}
    refuse_closed(locked, periods)
    cells = {entry.cell(locked): entry for entry in entries}
    if last_entered(locked, cells) > seen:
        raise Stale(_("Somebody has handed in figures for these cells since you opened them."))
    sheet, vintages = _before(locked, periods)
    _refuse_unsettled(cells, vintages)
    submission = _hand_in(locked, agency, entries, note, by, at)
    GridDraft.objects.filter(kpi=locked, agency=agency, period__in=_around(periods)).delete()
    changes = {
        "agency": ("", agency.pk),
        "periods": ("", sorted(_codes(periods))),
        "figures": ("", len(entries)),
    }
    record("kpis.enter_observations", locked, by=by, at=at, changes=changes, note=note.strip())
    return Entered(submission, queries_about(sheet, locked, entries))


def last_entered(kpi: Kpi, cells: Iterable[Cell]) -> int:
    """The highest id of what was ever handed in for these cells: the `seen` of a grid. One query.

    A page may ask for more cells than it lets fill in.
    """
    wanted = set(cells)
    rows = Observation.objects.filter(kpi=kpi, period__in=_codes(cell.period for cell in wanted))
    known = rows.values_list("id", "period", "district_id", "agency_id", "item_id")
    return max(
        (
            pk
            for pk, code, d, a, i in known
            if Cell(kpi.pk, Period.parse(code), Place(d, a), i) in wanted
        ),
        default=0,
    )


def queries_about(sheet: Sheet, kpi: Kpi, entries: Iterable[Entry]) -> tuple[Query, ...]:
    """What is odd about the figures; the sheet has those of the period before."""
    said = {e.cell(kpi): e.value for e in entries if e.value is not None}
    together = Sheet(sheet.kpis, dict(sheet.stated) | said, sheet.districts, sheet.districts_of)
    found = (query_about(together, kpi, cell, value) for cell, value in said.items())
    return tuple(query for query in found if query)


def refuse_closed(kpi: Kpi, periods: Iterable[Period]) -> None:
    rows = PeriodClosing.objects.filter(kpi=kpi, period__in=_codes(periods)).latest_each()
    closed = sorted(row.period for row in rows if row.is_closed)
    if closed:
        said = _("%(period)s is closed: the director or the KPI owner can open it again.")
        raise PeriodIsClosed(said % {"period": Period.parse(closed[0])}, field="period")


def _refuse_unfit(kpi: Kpi, entries: Sequence[Entry], at: datetime) -> None:
    if not entries:
        raise RuleBroken(_("There are no figures to hand in."))
    if kpi.is_computed:
        raise RuleBroken(_("This indicator is computed from two others: enter those."))
    if kpi.retired_on and kpi.retired_on <= timezone.localdate(at):
        raise RuleBroken(_("This indicator is not collected any more."))
    if len({entry.cell(kpi) for entry in entries}) < len(entries):
        raise RuleBroken(_("A cell is filled in twice."))
    items = _items(kpi)
    for entry in entries:
        _refuse_unfit_entry(kpi, entry, items, at)


def _items(kpi: Kpi) -> set[int | None]:
    parts = kpi.breakdown.parts.values_list("pk", flat=True) if kpi.breakdown else ()
    return {None, *parts}


def _refuse_unfit_entry(kpi: Kpi, entry: Entry, items: set[int | None], at: datetime) -> None:
    months = Frequency(kpi.frequency).months
    if months and entry.period.months != months:
        raise RuleBroken(_("The indicator has no figures of such a period."), field="period")
    if entry.period.begins_on > timezone.localdate(at):
        raise RuleBroken(_("This period has not begun yet."), field="period")
    if entry.item_id not in items:
        raise RuleBroken(_("The indicator is not broken down by this."), field="item")
    if entry.value is None:
        if not entry.note.strip():
            raise RuleBroken(_("Say why the figure is withdrawn."), field="note")
    elif not _is_exact(entry.value):
        raise RuleBroken(_("Enter a number with at most 4 decimal places."), field="value")


def _is_exact(value: Decimal) -> bool:
    return value.is_finite() and abs(value) < MOST and value == value.quantize(EXACT)


def _before(kpi: Kpi, periods: Iterable[Period]) -> tuple[Sheet, Mapping[Cell, str]]:
    """What counts so far, also of the periods before. Three queries."""
    earlier = [period.moved(-1) for period in periods]
    known = effective([kpi.pk], in_years([*periods, *earlier]), sight=EVERYTHING)
    vintages = {cell: one.vintage for cell, one in known.items()}
    return made_sheet([kpi], known, EVERYTHING), vintages


def _refuse_unsettled(cells: Mapping[Cell, Entry], vintages: Mapping[Cell, str]) -> None:
    """A figure is not less settled than the one it corrects: it would not count."""
    for cell, entry in cells.items():
        before = vintages.get(cell)
        if before and Vintage(entry.vintage).rank < Vintage(before).rank:
            said = _("The figure that stands is “%(vintage)s”: correct it as such.")
            raise RuleBroken(said % {"vintage": Vintage(before).label}, field="vintage")


def _hand_in(
    kpi: Kpi, agency: Agency, entries: Sequence[Entry], note: str, by: Standing, at: datetime
) -> Submission:
    submission = Submission(
        kpi=kpi,
        agency=agency,
        note=note.strip(),
        submitted_by_id=by.person_id,
        submitted_by_name=str(by),
        at=at,
    )
    insert(submission)
    confidence = own_confidence()
    Observation.objects.bulk_create(
        Observation(
            kpi=kpi,
            district_id=entry.place.district_id,
            agency_id=entry.place.agency_id,
            item_id=entry.item_id,
            period=entry.period.code,
            value=entry.value,
            qualifier=entry.qualifier,
            vintage=entry.vintage,
            note=entry.note.strip(),
            confidence=confidence,
            submission=submission,
            at=at,
        )
        for entry in entries
    )
    return submission


def _around(periods: Iterable[Period]) -> set[str]:
    """The periods and those they lie in: a draft may be of a grid of several."""
    longer = ((p, months) for p in periods for months in (6, 12) if months > p.months)
    every = {*periods, *(Period.holding(p.ends_on, months) for p, months in longer)}
    return _codes(every)


def _codes(periods: Iterable[Period]) -> set[str]:
    return {period.code for period in periods}


# --- Drafts -------------------------------------------------------------------------------


@transaction.atomic
def save_grid(
    kpi: Kpi,
    content: Mapping[str, Any],
    *,
    agency: Agency,
    period: Period,
    seen: int,
    by: Standing,
    at: datetime,
) -> GridDraft:
    """Keep what is typed; `seen` is the version of the draft that was built on, 0 for none.

    A draft is no act: it leaves no trail. Raises NotAllowed, PeriodIsClosed, or Stale when a
    colleague saved meanwhile.
    """
    locked = lock_kpi(kpi.pk)
    may_enter(by, agency).or_refuse()
    refuse_closed(locked, [period])
    key = {"kpi": locked, "agency": agency, "period": period.code}
    draft = GridDraft.objects.filter(**key).first() or GridDraft(**key, version=0)
    if draft.version != seen:
        raise Stale(_("A colleague has saved these figures since you opened them."))
    draft.content, draft.version = dict(content), draft.version + 1
    draft.saved_by_id, draft.saved_by_name, draft.saved_at = by.person_id, str(by), at
    draft.save()
    return draft


@transaction.atomic
def discard_grid(draft: GridDraft, *, seen: int, by: Standing, at: datetime) -> None:
    """Throw away what was typed. Raises NotAllowed, or Stale when a colleague saved meanwhile."""
    lock_kpi(draft.kpi_id)
    may_enter(by, draft.agency).or_refuse()
    deleted, _each = GridDraft.objects.filter(pk=draft.pk, version=seen).delete()
    if not deleted:
        raise Stale(_("A colleague has saved these figures since you opened them."))
