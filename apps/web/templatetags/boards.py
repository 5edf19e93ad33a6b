"""Small words of the pages of figures."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from apps.agencies.models import in_language
from apps.kpis.periods import Period
from apps.web.templatetags.marks import NOTHING, progress

register = template.Library()
TENTH = Decimal("0.1")


@register.filter
def titled(chinese: str, english: str) -> str:
    """A title in the reader's language."""
    return in_language(chinese, english)


@register.filter
def period(code: str) -> str:
    """A period as people read it; a target may have none."""
    return str(Period.parse(code)) if code else _("no period")


@register.filter
def signed(number: Decimal | None) -> str:
    """With its sign, to a tenth."""
    if number is None:
        return NOTHING
    near = number.quantize(TENTH, ROUND_HALF_UP)
    return f"{near:+,f}".replace("-", "−")


@register.inclusion_tag("web/_way.html")
def way(percent: Decimal, expected: Decimal | None) -> dict[str, Any]:
    """The bar of progress for the way of an indicator, which may go beyond its ends."""
    shown = progress(_within(percent), _within(percent), _within(expected))
    return shown | {
        "approved": percent.quantize(TENTH, ROUND_HALF_UP),
        "expected": None if expected is None else f"{expected.quantize(TENTH, ROUND_HALF_UP):f}",
    }


def _within(percent: Decimal | None) -> Any:
    """What the bar has room for."""
    if percent is None:
        return None
    return min(max(percent.quantize(TENTH, ROUND_HALF_UP), Decimal(0)), Decimal(100))


@register.simple_tag(takes_context=True)
def page_address(context: Context, number: int) -> str:
    """The same list, another page of it."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
