"""Choosing one of very many."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """A select that is written in one go: a template for each of two thousand agencies takes
    seconds.
    """

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        attributes = flatatt({"name": name, **self.build_attrs(self.attrs, dict(attrs or {}))})
        return format_html("<select{}>{}</select>", attributes, _options(self.choices, chosen))


def _options(choices: Iterable[Any], chosen: str) -> SafeString:
    """Options, those of a group under its name."""
    rows = ((_option(value, label, chosen),) for value, label in choices)
    return format_html_join("", "{}", rows)


def _option(value: Any, label: Any, chosen: str) -> SafeString:
    if isinstance(label, list):
        return format_html('<optgroup label="{}">{}</optgroup>', value, _options(label, chosen))
    selected = SafeString(" selected") if str(value) == chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, selected, label)


class LongCheckboxes(forms.CheckboxSelectMultiple):
    """Boxes under the headings of their groups, written in one go, as LongSelect is."""

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        own = self.build_attrs(self.attrs, dict(attrs or {}))
        chosen = {str(each) for each in value or ()}
        groups = ((heading, _boxes(name, boxes, chosen)) for heading, boxes in self.choices)
        inside = format_html_join("", "<div><label>{}</label>{}</div>", groups)
        return format_html('<div id="{}">{}</div>', own.get("id", name), inside)


def _boxes(name: str, boxes: Iterable[Any], chosen: set[str]) -> SafeString:
    rows = (
        (name, pk, SafeString(" checked") if str(pk) in chosen else "", label)
        for pk, label in boxes
    )
    box = '<div><label><input type="checkbox" name="{}" value="{}"{}> {}</label></div>'
    return format_html_join("", box, rows)
