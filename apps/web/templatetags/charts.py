"""`{% chart one %}`: a drawing with its name, its table and its file."""

from typing import Any

from django import template
from django.http import QueryDict
from django.template import Context

from apps.web.charts import ASKED, Drawn, Panels
from apps.web.templatetags.marks import NOTHING, figure

register = template.Library()


@register.inclusion_tag("web/_chart.html", takes_context=True)
def chart(context: Context, drawn: Drawn, level: int = 3) -> dict[str, Any]:
    """The chart under a heading of that level; empty, it says so."""
    return {
        "chart": drawn,
        "is_small": drawn.is_small,
        "is_many": isinstance(drawn, Panels),
        "top": f"{drawn.top}" if isinstance(drawn, Panels) else "",
        "level": level,
        "file": _address(context, drawn.key),
    }


@register.simple_tag(takes_context=True)
def csv_address(context: Context, key: str) -> str:
    """The file of something that is drawn otherwise."""
    return _address(context, key)


def _address(context: Context, key: str) -> str:
    """This page, asked for the file."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query[ASKED] = key
    return f"?{query.urlencode()}"


@register.filter
def value(number: Any) -> str:
    """A number with its thousands parted; a dash where there is none."""
    if number is None:
        return NOTHING
    return f"{number:,}" if isinstance(number, int) else figure(number)
