"""Two periods of an indicator as a page shows them: a line for each place, a drawing, a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from apps.kpis.aggregation import Cell, Figure, rounded
from apps.kpis.comparing import Change, Common, change_of, common
from apps.kpis.models import WHOLE, Kpi, Sight
from apps.kpis.periods import Period
from apps.web import charts
from apps.web.charts import Chart, Words
from apps.web.kpi_pairs import Asked
from apps.web.kpi_table import Figures, Row, history_url, rows_of, whole_label
from apps.web.templatetags.figures import shown_of


@dataclass(frozen=True)
class Side:
    """The figure of one of the periods, with the address of where it comes from."""

    period: Period
    figure: Figure
    url: str

    @property
    def is_missing_some(self) -> bool:
        return self.figure.value is not None and not self.figure.is_complete


@dataclass(frozen=True)
class Line:
    """A place in both periods."""

    label: Words
    sides: Sequence[Side]
    change: Change


@dataclass(frozen=True)
class Comparison:
    """What was asked for, place by place. It is also the table of its own file."""

    asked: Asked
    lines: Sequence[Line]
    whole: Line | None
    common: Common | None

    key = "compared"
    heading = pgettext_lazy("figures", "Place")

    @property
    def name(self) -> str:
        return self.asked.name

    @property
    def unit(self) -> str:
        return self.asked.kpi.unit

    @property
    def has_holes(self) -> bool:
        """Whether some figure is missing, so that its change is not told."""
        return any(line.change.by is None for line in self.lines)

    @property
    def columns(self) -> list[str]:
        periods = [str(self.asked.pair.before), str(self.asked.pair.after)]
        if self.asked.kpi.is_rate:
            return [*periods, _("Change in percentage points")]
        return [*periods, pgettext("figure", "Change"), _("Change in %")]

    @property
    def rows(self) -> list[charts.Row]:
        """The lines of the file. A change that is not told is empty, as a hole is."""
        every = [*self.lines, *([self.whole] if self.whole else [])]
        found = [(line.label, line.change) for line in every]
        if self.common:
            found.append((common_label(self.common), self.common.change))
        return [_in_file(self.asked.kpi, label, each) for label, each in found]

    @property
    def chart(self) -> Chart | None:
        """The places beside each other; what misses a part would look like a fall."""
        if len(self.lines) < 2:
            return None
        pair, series = self.asked.pair, []
        for n, period in enumerate((pair.before, pair.after)):
            figures = [line.sides[n].figure for line in self.lines]
            series.append(
                charts.Series(
                    str(period), [each.value if each.is_complete else None for each in figures]
                )
            )
        labels, unit = [line.label for line in self.lines], self.asked.kpi.unit
        drawn = charts.Kind.BARS
        name = _("Both periods, place by place")
        return Chart("places", name, labels, series, drawn, heading=self.heading, unit=unit)


def comparison_of(asked: Asked, figures: Figures, sight: Sight) -> Comparison:
    """Place by place as it is seen; below, the whole, and the sum of those with both figures."""
    kpi, item_id = asked.kpi, asked.item.pk if asked.item else None
    lines = [_line(asked, figures, row) for row in rows_of(kpi, figures.sheet, sight)]
    whole = _line(asked, figures, Row(whole_label(kpi), WHOLE))
    is_known = any(side.figure.value is not None for side in whole.sides)
    return Comparison(
        asked,
        lines,
        whole if is_known or not lines else None,
        common(figures.sheet, kpi, asked.pair, item_id),
    )


def _line(asked: Asked, figures: Figures, row: Row) -> Line:
    item_id = asked.item.pk if asked.item else None
    found = change_of(figures.sheet, asked.kpi, asked.pair, row.place, item_id)
    sides = []
    for period, figure in ((asked.pair.before, found.before), (asked.pair.after, found.after)):
        cell = Cell(asked.kpi.pk, period, row.place, item_id)
        sides.append(Side(period, figure, history_url(cell, asked.day)))
    return Line(row.label, sides, found)


def common_label(found: Common) -> str:
    said = {"have": found.have, "of": found.of}
    return _("Those %(have)d of %(of)d that have both figures") % said


def _in_file(kpi: Kpi, label: Words, found: Change) -> charts.Row:
    numbers = [found.before.value, found.after.value, found.by]
    values: list[Decimal | None] = [
        None if each is None else shown_of(each, kpi) for each in numbers
    ]
    if not kpi.is_rate:
        values.append(None if found.percent is None else rounded(found.percent, 1))
    return charts.Row(label, "", [charts.Cell(value, "") for value in values])
