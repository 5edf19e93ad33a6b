"""Figures of indicators as people read them, and how far one is on the way to its target."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.agencies.models import Confidence
from apps.kpis.aggregation import rounded
from apps.kpis.models import Kpi
from apps.kpis.progress import Progress
from apps.measures.lights import plain
from apps.web.kpi_numbers import typed

register = template.Library()
FULL = Decimal(100)


def amount(value: Decimal, kpi: Kpi) -> str:
    """A figure with the indicator's decimals, more only where it has more, thousands parted."""
    return f"{shown_of(value, kpi):,f}"


def shown_of(value: Decimal, kpi: Kpi) -> Decimal:
    """A figure to the decimals that are shown of it."""
    shown = rounded(value, kpi.places)
    return shown if shown == value or kpi.is_divided else rounded_less(value)


def rounded_less(value: Decimal) -> Decimal:
    """As stated, without trailing zeros; what was computed with many decimals, to four."""
    return rounded(value, 4).normalize()


@register.filter
def of_kpi(value: Decimal | None, kpi: Kpi) -> str:
    """A figure of the indicator; a dash for what is not known."""
    return "—" if value is None else amount(value, kpi)


@register.filter
def about_kpi(value: Decimal | None, kpi: Kpi) -> str:
    """What was worked out rather than counted: with the indicator's decimals."""
    return "—" if value is None else f"{rounded(value, kpi.places):,f}"


@register.filter
def signed(value: Decimal) -> str:
    """A difference with its sign."""
    return f"{value.normalize():+,f}"


@register.filter
def confidence(code: str) -> str:
    return str(Confidence(code).label) if code else ""


@register.inclusion_tag("web/_attainment.html")
def attainment(progress: Progress) -> dict[str, Any]:
    """A bar as that of measures: how much of the way, with a tick where it ought to be."""
    found = progress.attainment
    return {
        "found": found,
        "kpi": progress.kpi,
        "percent": None if found.percent is None else rounded(found.percent, 1),
        "bar": None if found.percent is None else _bar(found.percent),
        "tick": None if found.expected is None else _bar(found.expected),
        "text": _in_words(progress),
    }


def _bar(percent: Decimal) -> str:
    """What fits into the bar; the number beside it says the rest."""
    return f"{min(max(percent, Decimal(0)), FULL):.2f}"


def _in_words(progress: Progress) -> str:
    found, parts = progress.attainment, []
    if found.percent is not None:
        parts.append(_("%(percent)s%% of the way") % {"percent": plain(rounded(found.percent, 1))})
    if found.expected is not None:
        parts.append(_("%(percent)s%% expected") % {"percent": plain(rounded(found.expected, 1))})
    return pgettext("between the parts of a sentence", ", ").join(parts)


@register.filter
def plainly(value: Decimal) -> str:
    """For a script: no separators, no trailing zeros."""
    return typed(value)


@register.filter
def changed(percent: Decimal) -> str:
    """A change in percent, with its sign."""
    return f"{rounded(percent, 1).normalize():+,f}%"


@register.filter
def change_of_kpi(by: Decimal, kpi: Kpi) -> str:
    """By how much a figure changed, with its sign."""
    return _with_sign(shown_of(by, kpi))


@register.filter
def in_percent(change: Decimal) -> str:
    """A change in percent to one place, with its sign, so that a column of them lines up."""
    return f"{_with_sign(rounded(change, 1))}%"


def _with_sign(value: Decimal) -> str:
    return f"{value:+,f}".replace("-", "\u2212") if value else f"{abs(value):f}"
