"""What an indicator's arithmetic means, in sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kpis.models import Basis, Direction, Kpi, OverDistricts, OverTime
from apps.kpis.outliers import Oddity, Query

BASES = {
    Basis.PERIOD: gettext_lazy("Each figure is that of its period alone."),
    Basis.CUMULATIVE: gettext_lazy("Each figure is the running total since January."),
    Basis.POINT: gettext_lazy("Each figure is how things stood at the end of its period."),
}
TIMES = {
    OverTime.SUM: gettext_lazy("A longer period is the sum of its shorter ones."),
    OverTime.LAST: gettext_lazy("A longer period has the figure of its last shorter one."),
    OverTime.MEAN: gettext_lazy("A longer period has the mean of its shorter ones."),
}
DIRECTIONS = {
    Direction.HIGHER: gettext_lazy("Higher is better."),
    Direction.LOWER: gettext_lazy("Lower is better."),
    Direction.NEITHER: gettext_lazy("Neither higher nor lower is better in itself."),
}


def rules_of(kpi: Kpi) -> list[str | Promise]:
    """How its figures are read and put together."""
    rules: list[str | Promise] = [BASES[Basis(kpi.basis)]]
    if not kpi.is_computed:
        rules.append(TIMES[OverTime(kpi.over_time)])
    rules += [_over_districts(kpi), DIRECTIONS[Direction(kpi.direction)]]
    if kpi.is_rate:
        rules.append(_("Differences are told in percentage points."))
    return rules


def oddity_of(query: Query, kpi: Kpi) -> str | Promise:
    """What looks odd. Of running totals it is what the period added that jumps."""
    if query.oddity is Oddity.JUMP and kpi.basis == Basis.CUMULATIVE:
        return _(
            "What the period added is more than twice that of the one before, or less than half."
        )
    return query.oddity.label


def _over_districts(kpi: Kpi) -> str:
    if kpi.numerator and kpi.denominator:
        said = _("Computed anew at each level: %(above)s divided by %(below)s%(factor)s.")
        factor = f" × {kpi.factor:,f}" if kpi.factor != 1 else ""
        return said % {"above": kpi.numerator, "below": kpi.denominator, "factor": factor}
    if kpi.weight:
        said = _("The whole is the mean of the districts, weighted by %(weight)s.")
        return said % {"weight": kpi.weight}
    if kpi.over_districts == OverDistricts.SUM:
        return _("The whole is the sum of the districts; where both are stated they are compared.")
    return _("Figures of districts are not put together.")
