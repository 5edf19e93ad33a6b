"""How the description of the interface is written: what every address has in common."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.utils.translation import override
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_basic_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.pagination import BasePagination

from apps.api.asked import AS_OF, LARGEST, PAGE
from apps.api.examples import show_examples
from apps.api.introduction import introduce
from apps.api.problems import MEDIA_TYPE
from apps.api.renderers import CSV, XLSX, GeoJSON
from apps.api.shapes import Noun

REFUSALS = {
    "400": "The address asks for something that cannot be meant.",
    "401": "No token or session, or one that is good no more.",
    "403": "Not this caller's to do, or out of the token's scopes.",
    "404": "Not there, or not for this caller to see.",
    "406": "Not available in the form asked for.",
    "429": "Too many requests; Retry-After says when to go on.",
}
OF_WRITING = {
    "409": "A rule forbids it as asked.",
    "412": "Changed since the version in If-Match.",
    "413": "Too large.",
    "415": "Not sent in a form that is read here.",
    "422": "A field is missing or wrong.",
    "428": "If-Match is missing.",
}
OF_ROWS = {
    "list": "A page of %s.",
    "retrieve": "One of the %s. What a caller may not see is not there: 404.",
}
IN_WORDS = {
    "audit": "events of the audit trail",
    "evidence": "pieces of evidence",
    "kpis": "indicators",
}
OF_A_DAY = "As it stood, and as far as it was known, at the end of that day. Past or today."
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
FORMS: Mapping[str, dict[str, Any]] = {
    CSV.media_type: {"type": "string"},
    XLSX.media_type: {"type": "string", "format": "binary"},
    GeoJSON.media_type: {
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature", "FeatureCollection"]},
            "features": {"type": "array", "items": {"type": "object"}},
        },
    },
}
"""What is sent in other forms than JSON."""


class Pages(BasePagination):
    """Tells the schema what `views.NounView.list` sends."""

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": address, "previous": address},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orders = [sign + name for name in view.orders for sign in ("", "-")]
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": PAGE}
        return [
            _query("order", "By what the rows are sorted.", {"type": "string", "enum": orders}),
            _query("limit", "Rows a page.", size),
            _query("cursor", "Where the page begins: as `next` and `previous` name it."),
            *(
                _filter(name, each)
                for name, each in getattr(view.filterset, "base_filters", {}).items()
            ),
        ]


class Description(AutoSchema):
    """Adds the parameters of lists and the problems, which no single view repeats."""

    def get_tags(self) -> list[str]:
        return [str(getattr(self.view, "resource", None) or "api")]

    def get_description(self) -> str:  # type: ignore[override]  # as Spectacular's own schema has it
        """Of lists and rows with the name that their address has."""
        said = OF_ROWS.get(getattr(self.view, "action", ""))
        if said is None or not self._shows_rows():
            return str(super().get_description())
        name = self.path.removesuffix("/{id}").rpartition("/")[2]
        return said % IN_WORDS.get(name, name.replace("-", " "))

    def _shows_rows(self) -> bool:
        noun = getattr(self.view, "serializer_class", None)
        return bool(noun and issubclass(noun, Noun))

    def get_summary(self) -> str | None:
        """The first sentence of what is said about it."""
        said = super().get_summary() or self.get_description()
        return str(said).partition("\n")[0].partition(". ")[0].rstrip(".") or None

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        said = dict(REFUSALS)
        if self.method not in ("GET", "HEAD"):
            said |= OF_WRITING
        for status in said:
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/P{status}"})
        return operation

    def _get_parameters(self) -> Any:
        return [*super()._get_parameters(), *self._shared_parameters()]

    def _shared_parameters(self) -> list[dict[str, Any]]:
        if getattr(self.view, "action", "") not in OF_ROWS or not self._shows_rows():
            return []
        shared = [_query("fields", "Only these fields, by comma.")]
        view: Any = self.view
        if view.days_known():
            shared.append(_query(AS_OF, OF_A_DAY, {"type": "string", "format": "date"}))
        if view.serializer_class.expandable:
            offered = ", ".join(view.serializer_class.expandable)
            shared.append(_query("expand", f"Besides, by comma: {offered}."))
        return shared


def _query(name: str, about: str, schema: Mapping[str, Any] | None = None) -> dict[str, Any]:
    kind = schema or build_basic_type(OpenApiTypes.STR)
    return {"in": "query", "name": name, "description": about, "schema": kind}


def _filter(name: str, each: Any) -> dict[str, Any]:
    """A filter as an address takes it. Rows are named by their id, or by `none`."""
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(each, django_filters.ModelChoiceFilter):
        schema = {"type": "string", "pattern": "^([0-9]{1,18}|none)$"}
    elif isinstance(each, django_filters.ChoiceFilter):
        schema["enum"] = [value for value, _label in each.extra["choices"]]
    elif isinstance(each, django_filters.DateFilter):
        schema["format"] = "date"
    elif isinstance(each, django_filters.NumberFilter):
        schema = {"type": "integer"}
    with override("en"):
        return _query(name, str(each.label or ""), schema)


def _problem(why: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": why, "content": {MEDIA_TYPE: {"schema": schema}}}


def refusal(status: int, why: str) -> dict[tuple[int, str], OpenApiResponse]:
    """For `responses` of an address that says more than all others by this status."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {(status, MEDIA_TYPE): OpenApiResponse(schema, why)}


def finish(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Spectacular's last step: the components that all operations refer to."""
    parts = result.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    every = REFUSALS | OF_WRITING
    introduce(result)
    _say_forms(result)
    show_examples(result)
    parts["responses"] = {f"P{status}": _problem(why) for status, why in every.items()}
    return result


def _say_forms(result: Mapping[str, Any]) -> None:
    """A table is no JSON, and a map not that of rows."""
    for methods in result.get("paths", {}).values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                content = answer.get("content", {})
                for media_type in FORMS.keys() & content.keys():
                    content[media_type] = {"schema": FORMS[media_type]}
