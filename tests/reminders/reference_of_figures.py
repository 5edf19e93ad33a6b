"""Which figures of indicators are owed, told slowly: plain Python over raw rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.kpis.models import Kpi, Observation, PeriodClosing, Submission

DAY = timedelta(days=1)
Found = tuple[str, int, date, int | None, tuple[tuple[str, ...], int | None], int | None]


def owed_figures(office: Any) -> Iterator[Found]:
    """Cause, subject, day, the agency in the lead's place, who is asked, and who is not."""
    for submission in Submission.objects.filter(review__isnull=True).select_related("kpi"):
        asked = owner_of(submission.kpi)
        day = submission.at.astimezone(ZoneInfo("Asia/Shanghai")).date()
        yield "kpi_review", submission.pk, day, None, asked, submission.submitted_by_id
    begins = office.on.replace(day=1)
    for kpi in Kpi.objects.filter(frequency="MONTHLY", retired_on=None):
        if kpi.over_districts == "RATIO" or is_closed(kpi, before(begins)):
            continue
        by = workdays_after(office, begins - DAY, 7)
        for agency in {s.agency_id for s in kpi.submissions.all()} or {kpi.owner_id}:
            if owes(kpi, agency, begins):
                yield "kpi_entry", kpi.pk, by, agency, ((), None), None
        figures = list(Observation.objects.filter(kpi=kpi, period=before(begins)))
        if figures and not any(state(figure) == "waits" for figure in figures):
            by = workdays_after(office, begins - DAY, 15)
            yield "kpi_closing", kpi.pk, by, kpi.owner_id, owner_of(kpi), None


def owes(kpi: Kpi, agency: int, begins: date) -> bool:
    """Nothing was ever handed in, or a cell of the year before is missing, or came back."""
    if not kpi.submissions.exists():
        return True
    month, year_ago = before(begins), before(begins.replace(year=begins.year - 1))
    figures = list(Observation.objects.filter(kpi=kpi))
    there = {cell(f) for f in figures if f.period == month and state(f) != "RETURNED"}
    own = [f for f in figures if f.submission and f.submission.agency_id == agency]
    expected = {
        cell(f)
        for f in own
        if f.value is not None
        and (
            (year_ago <= f.period < month and state(f) != "RETURNED")
            or (f.period == month and state(f) == "RETURNED")
        )
    }
    return bool(expected - there)


def state(figure: Observation) -> str:
    if figure.submission is None:
        return "stated"
    review = getattr(figure.submission, "review", None)
    return review.outcome if review else "waits"


def cell(figure: Observation) -> tuple[int | None, ...]:
    return figure.district_id, figure.agency_id, figure.item_id


def owner_of(kpi: Kpi) -> tuple[tuple[str, ...], int | None]:
    return (("KPI_OWNER",), kpi.owner_id) if kpi.owner_id else (("SUPERVISOR",), None)


def is_closed(kpi: Kpi, period: str) -> bool:
    rows = PeriodClosing.objects.filter(kpi=kpi, period=period).order_by("number")
    return bool(rows) and list(rows)[-1].is_closed


def before(begins: date) -> str:
    return f"{begins - DAY:%Y-%m}"


def workdays_after(office: Any, day: date, workdays: int) -> date:
    while workdays:
        day += DAY
        workdays -= office.is_workday(day)
    return day
