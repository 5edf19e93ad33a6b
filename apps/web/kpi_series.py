"""The figures of a place one after the other, against the curve of its target."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.kpis.aggregation import Cell, Figure, Sheet, rounded
from apps.kpis.attainment import Kind, aim_of, expected_percent, kind_of
from apps.kpis.models import Curve, Kpi, Place, Sight, TargetStep
from apps.kpis.periods import Frequency, Period
from apps.kpis.progress import Progress, current, progress_of, reached_by
from apps.measures.models import current_thresholds
from apps.web import charts
from apps.web.charts import Chart, Look
from apps.web.charts import Kind as Drawing
from apps.web.kpi_table import Figures, history_url

MOST = 24


@dataclass(frozen=True)
class Point:
    """A period: its figure, what had come together by its end, and what was expected by then."""

    period: Period
    figure: Figure
    reached: Decimal | None
    expected: Decimal | None
    cell: Cell

    @property
    def whole(self) -> Decimal | None:
        """The figure where nothing of it is missing: else it would look like a fall."""
        return self.figure.value if self.figure.is_complete else None


@dataclass(frozen=True)
class Series:
    """`adds_up`: the target is of what comes together in its period, not of one figure."""

    points: tuple[Point, ...]
    adds_up: bool

    @property
    def has_expected(self) -> bool:
        return any(point.expected is not None for point in self.points)


def charts_now(kpi: Kpi, place: Place, sight: Sight, *, on: date) -> list[Chart]:
    """Of a place as it is seen, against the target that is due there next."""
    thresholds = current_thresholds(on=on)
    targets = progress_of([kpi], on=on, thresholds=thresholds, sight=sight)
    here = (one for one in current(targets, on=on) if one.key == (kpi.pk, place, None))
    sheet = Figures.of(kpi, sight).sheet
    return charts_of(kpi, series_of(kpi, place, sheet, next(here, None), on=on))


def charts_of(kpi: Kpi, series: Series, of_day: Mapping[str, str] | None = None) -> list[Chart]:
    """The figures, and against the target's curve what is compared with it. Each figure opens
    where it comes from, as it was known on the day.
    """
    if len(series.points) < 2:
        return []
    links = [history_url(point.cell, of_day) for point in series.points]
    figures = charts.Series(_("Figure"), [p.whole for p in series.points], links=links)
    expected = charts.Series(
        _("Expected by then"),
        _expectations(kpi, series),
        Look.EXPECTED,
        links=[_part_of_page(kpi, "aims", of_day)] * len(series.points),
    )
    if not series.has_expected:
        return [_chart(kpi, series, "series", _("Figures one after the other"), figures)]
    against = _("Figures against the target's curve")
    if not series.adds_up:
        return [_chart(kpi, series, "series", against, figures, expected)]
    together = charts.Series(
        _("Together in the target's period"),
        [point.reached for point in series.points],
        links=[_part_of_page(kpi, "figures", of_day)] * len(series.points),
    )
    within = replace(series, points=tuple(p for p in series.points if p.expected is not None))
    sums = [replace(one, values=_within(one, series)) for one in (together, expected)]
    return [
        _chart(kpi, within, "target", against, *sums),
        _chart(kpi, series, "series", _("Figures one after the other"), figures, kind=Drawing.BARS),
    ]


def _part_of_page(kpi: Kpi, part: str, of_day: Mapping[str, str] | None) -> str:
    """Of the indicator's page: the targets that a curve follows, or the figures that add up."""
    query = f"?{urlencode(of_day)}" if of_day else ""
    return f"{reverse('web:kpi', args=[kpi.pk])}{query}#{part}"


def _chart(
    kpi: Kpi,
    series: Series,
    key: str,
    name: str,
    *lines: charts.Series,
    kind: Drawing = Drawing.LINES,
) -> Chart:
    labels = [label_of(point.period) for point in series.points]
    heading = pgettext("figures", "Period")
    return Chart(key, name, labels, lines, kind, heading=heading, unit=kpi.unit)


def label_of(period: Period) -> str:
    """A period on an axis: the month in its short form."""
    if period.months > 1:
        return str(period)
    return date_format(period.begins_on, pgettext("format of month and year", "M Y"))


def _expectations(kpi: Kpi, series: Series) -> list[Decimal | None]:
    found = (point.expected for point in series.points)
    return [None if value is None else rounded(value, kpi.places) for value in found]


def _within(line: charts.Series, series: Series) -> list[charts.Value]:
    """The values of those periods in which anything is expected."""
    pairs = zip(line.values, series.points, strict=True)
    return [value for value, point in pairs if point.expected is not None]


def series_of(
    kpi: Kpi, place: Place, sheet: Sheet, progress: Progress | None, *, on: date
) -> Series:
    """The last periods with figures, and those up to the target's end."""
    steps = steps_of(progress)
    points = [
        Point(
            period,
            sheet.figure(Cell(kpi.pk, period, place)),
            _reached(sheet, kpi, progress, period, on),
            _expected(kpi, progress, period, steps),
            Cell(kpi.pk, period, place),
        )
        for period in _periods(kpi, place, sheet, progress)
    ]
    return Series(tuple(points), kind_of(kpi) is Kind.FLOW and kpi.basis == "PERIOD")


def steps_of(progress: Progress | None) -> Mapping[Period, Decimal]:
    """Of a target that goes by steps. One query."""
    if progress is None or progress.target.curve != Curve.STEP:
        return {}
    steps = TargetStep.objects.filter(target=progress.target)
    return {Period.parse(step.period): step.percent for step in steps}


def _periods(kpi: Kpi, place: Place, sheet: Sheet, progress: Progress | None) -> list[Period]:
    months = Frequency(kpi.frequency).months
    stated = {cell.period for cell in sheet.stated if not months or cell.period.months == months}
    of_target = _of_target(progress, months)
    with_figure = [p for p in stated if sheet.figure(Cell(kpi.pk, p, place)).value is not None]
    every = sorted({*with_figure, *of_target}, key=lambda p: (p.last_month, p.months))
    return every[-MOST:]


def _of_target(progress: Progress | None, months: int) -> Iterable[Period]:
    if progress is None or not months or not progress.target.period:
        return ()
    return Period.parse(progress.target.period).parts(months)


def _reached(
    sheet: Sheet, kpi: Kpi, progress: Progress | None, period: Period, on: date
) -> Decimal | None:
    if progress is None or not _is_within(progress, period) or period.begins_on > on:
        return None
    found = reached_by(sheet, kpi, progress.target, until=period.last_month)
    return found.value if found and found.period == period else None


def _expected(
    kpi: Kpi, progress: Progress | None, period: Period, steps: Mapping[Period, Decimal]
) -> Decimal | None:
    """By the end of the period, in the indicator's unit."""
    if progress is None or not _is_within(progress, period):
        return None
    aim, start = aim_of(kpi, progress.target), progress.start
    percent = expected_percent(kpi, progress.target, period, start=start, steps=steps)
    if aim is None or percent is None:
        return None
    begin = start.value if start and kind_of(kpi) is not Kind.FLOW else Decimal(0)
    return begin + (aim - begin) * percent / 100


def _is_within(progress: Progress, period: Period) -> bool:
    of = progress.target.period
    return bool(of) and period in Period.parse(of).of_year
