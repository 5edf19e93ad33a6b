"""The forms in which rows are sent: JSON, CSV, GeoJSON."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

BOM = "\ufeff"
"""Without it, the office's spreadsheet takes Chinese for something else."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class JSON(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str)


class GeoJSON(JSON):
    """Rows with a `boundary` as features of a map."""

    media_type = "application/geo+json"
    format = "geojson"

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        if "results" not in data:
            return super().render(_feature(data))
        features = [_feature(row) for row in data["results"]]
        return super().render({"type": "FeatureCollection", "features": features})


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in row.items() if name != "boundary"}
    return {
        "type": "Feature",
        "id": row.get("id"),
        "geometry": row.get("boundary"),
        "properties": said,
    }


class CSV(BaseRenderer):
    """One line a row, nested values by “lead.code”, lists joined by a space."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        rows = data.get("results", [data]) if isinstance(data, Mapping) else data
        flat = [_flat(row) for row in rows]
        names = list(dict.fromkeys(name for row in flat for name in row))
        text = io.StringIO()
        writer = csv.DictWriter(text, names, restval="")
        writer.writeheader()
        writer.writerows(flat)
        return (BOM + text.getvalue()).encode()


def _flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = _cell(value)
    return found


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would calculate is told to be text."""
    if isinstance(value, (list, tuple)):
        return " ".join(str(_name(each)) for each in value)
    text = "" if value is None else str(value)
    is_number = not isinstance(value, str)
    return f"'{text}" if text.startswith(FORMULA) and not is_number else text


def _name(each: Any) -> Any:
    if isinstance(each, Mapping):
        return each.get("code") or each.get("id") or orjson.dumps(each).decode()
    return each
