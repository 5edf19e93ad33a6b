"""The marks that mean the same on every screen: light, progress, turn, provenance, fields."""

import re
import warnings
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.forms import BaseForm, BoundField, CheckboxInput, Select, SelectMultiple, Widget
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.agencies.models import Agency, Confidence, Sourced
from apps.measures.clock import Clock
from apps.measures.lights import Light, plain
from apps.measures.models import State
from apps.web.clock import now

register = template.Library()

NOT_STARTED = (State.DRAFT, State.PROPOSED, State.ISSUED)
NOTHING = "—"


# --- Small words --------------------------------------------------------------------------


@register.filter
def label(agency: Agency | None) -> str:
    """An agency as lists name it: the short name where there is one."""
    return agency.label if agency else NOTHING


@register.filter
def figure(value: Decimal | None) -> str:
    """A quantity without trailing zeros, its thousands parted."""
    return NOTHING if value is None else f"{value.normalize():,f}"


@register.filter
def percent(value: Decimal | None) -> str:
    """A percentage without trailing zeros; a dash for what is not known."""
    return NOTHING if value is None else f"{plain(Decimal(value))}%"


@register.filter
def minutes(span: timedelta) -> int:
    """A span of time in whole minutes, rounded up."""
    return -(-int(span.total_seconds()) // 60)


@register.filter
def from_now(span: timedelta) -> datetime:
    """The moment at which a span of time that begins now is over."""
    return now() + span


@register.simple_tag
def icon(name: str) -> SafeString:
    """An outline icon, drawn in the colour of the text; decoration only, the words stand beside."""
    return _svg(name)


@cache
def _svg(name: str) -> SafeString:
    found = finders.find(f"icons/{name}.svg")
    if not found:
        warnings.warn(f"no icon {name}: add it to script/icons.txt", stacklevel=3)
        return SafeString("")
    drawing = Path(found).read_text(encoding="utf-8")
    inner = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    inner = re.sub(r">\s+<", "><", inner.strip())
    return mark_safe(  # a file of ours, not of a user's
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{inner}</svg>'
    )


# --- Light --------------------------------------------------------------------------------


@register.inclusion_tag("web/_light.html", name="light")
def show_light(light: str, reasons: Iterable[str] = (), state: str = "") -> dict[str, Any]:
    """Shape, colour and word; the reasons appear on hover, focus and tap."""
    shown = Light(light)
    return {"shape": shown.value, "word": _word(shown, state), "reasons": list(reasons)}


@register.inclusion_tag("web/_light_legend.html")
def light_legend() -> dict[str, Any]:
    """What each light means."""
    order = (Light.GREEN, Light.YELLOW, Light.RED, Light.BLUE, Light.GREY)
    return {"lights": [{"shape": each.value, "word": each.label} for each in order]}


def _word(light: Light, state: str) -> str:
    """Grey carries the state's own word."""
    if light is not Light.GREY or not state:
        return str(light.label)
    return _("Not started") if state in NOT_STARTED else str(State(state).label)


# --- Progress against time ----------------------------------------------------------------


@register.inclusion_tag("web/_progress.html")
def progress(approved: Decimal, reported: Decimal, expected: Decimal | None) -> dict[str, Any]:
    """A bar: what is approved, what waits for review, and a tick where it ought to be.

    All in percent; `expected` is None where nothing is expected yet.
    """
    low, high = sorted((approved, reported))
    return {
        "solid": f"{low}",
        "waiting": f"{high - low}" if high > low else None,
        "falls": reported < approved,
        "tick": None if expected is None else f"{expected}",
        "approved": approved,
        "text": _progress_in_words(approved, reported, expected),
    }


def _progress_in_words(approved: Decimal, reported: Decimal, expected: Decimal | None) -> str:
    parts = [_("%(percent)s%% approved") % {"percent": plain(approved)}]
    if reported > approved:
        parts.append(
            _("%(percent)s%% waiting for review") % {"percent": plain(reported - approved)}
        )
    elif reported < approved:
        parts.append(_("a fall to %(percent)s%% waiting for review") % {"percent": plain(reported)})
    if expected is not None:
        parts.append(_("%(percent)s%% expected") % {"percent": plain(expected)})
    return pgettext("between the parts of a sentence", ", ").join(parts)


# --- Clock --------------------------------------------------------------------------------


@register.inclusion_tag("web/_clock.html", name="clock")
def show_clock(clock: Clock) -> dict[str, Any]:
    """One thin bar of the workdays gone by: the lead's own, the reviewer's, suspended."""
    named = (
        ("own", clock.own, _("%(days)s of its own")),
        ("reviewer", clock.reviewer, _("%(days)s with the reviewer")),
        ("suspended", clock.suspended, _("%(days)s suspended")),
    )
    parts, begins = [], 0
    for kind, days, said in named:
        if days:
            words = ngettext("%(count)d workday", "%(count)d workdays", days) % {"count": days}
            part = {"kind": kind, "begins": begins, "days": days, "ends": begins + days}
            parts.append(part | {"words": said % {"days": words}})
            begins += days
    return {"parts": parts, "whole": clock.whole}


# --- Whose turn ---------------------------------------------------------------------------


@register.inclusion_tag("web/_turn.html")
def turn(
    who: object, until: date | None, provisional: bool, workdays_left: int | None
) -> dict[str, Any]:
    """Whose turn it is and until when; a provisional date says so, a past one says how late."""
    return {
        "who": who.label if isinstance(who, Agency) else who,
        "until": until,
        "provisional": provisional,
        "left": _time_left(workdays_left),
        "late": workdays_left is not None and workdays_left < 0,
    }


def _time_left(workdays: int | None) -> str:
    if workdays is None:
        return ""
    if workdays == 0:
        return _("last day")
    if workdays > 0:
        return ngettext("%(count)d workday", "%(count)d workdays", workdays) % {"count": workdays}
    late = -workdays
    return ngettext("%(count)d workday late", "%(count)d workdays late", late) % {"count": late}


# --- Provenance ---------------------------------------------------------------------------


@register.inclusion_tag("web/_provenance.html", takes_context=True)
def provenance(context: Context, fact: Sourced) -> dict[str, Any]:
    """Where a fact comes from and how sure it is; opens to the list of its sources."""
    titles: Any = context.get("source_titles") or {}
    return {
        "confidence": Confidence(fact.confidence),
        "sources": [(code, titles.get(code, code)) for code in fact.sources],
        "remark": fact.remark,
    }


# --- Forms --------------------------------------------------------------------------------


@register.inclusion_tag("web/_field.html", name="field")
def show_field(field: BoundField, label: str = "") -> dict[str, Any]:
    """A labelled form field with its help and its errors, tied to it for screen readers.

    `label` replaces the label of a form that is not ours.
    """
    widget = field.field.widget
    is_check = isinstance(widget, CheckboxInput)
    return {
        "field": field,
        "label": label or field.label,
        "is_check": is_check,
        "is_group": field.use_fieldset,
        "is_required": field.field.required or _is_asked(field, label),
        "widget": field.as_widget(attrs=_attributes(field, label)),
    }


@register.inclusion_tag("web/_refusal.html", name="refusal")
def show_refusal(form: BaseForm) -> dict[str, Any]:
    """What is wrong with a form as a whole."""
    return {"sentences": form.non_field_errors()}


def _is_asked(field: BoundField, label: str) -> bool:
    """Asked for by the operation; under a label of its own, the page says that it need not be."""
    return not label and field.name in getattr(field.form, "ASKED", ())


def _attributes(field: BoundField, label: str) -> dict[str, str | bool]:
    """Tabler's classes; a placeholder that only repeats the label is left out."""
    widget = field.field.widget
    if getattr(widget, "use_fieldset", False):
        return {}
    names = [_component(widget), widget.attrs.get("class"), "is-invalid" if field.errors else ""]
    attributes: dict[str, str | bool] = {"class": " ".join(filter(None, names))}
    if _is_asked(field, label):
        attributes["aria-required"] = "true"
    if label or widget.attrs.get("placeholder") == field.label:
        attributes["placeholder"] = ""
    return attributes


def _component(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, (Select, SelectMultiple)):
        return "form-select"
    return "form-control"
