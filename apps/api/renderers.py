"""The forms in which rows are sent: JSON, CSV, XLSX, GeoJSON."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.renderers import BaseRenderer

from apps.agencies.models import installation_is_demo
from apps.sheets.workbooks import MEDIA_TYPE, Sheet, workbook

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
        names, rows = _table(data)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(names)
        writer.writerows([[_written(value) for value in row] for row in rows])
        return (BOM + text.getvalue()).encode()


class XLSX(BaseRenderer):
    """The same table as a workbook; of a demo with a sheet that says so."""

    media_type = MEDIA_TYPE
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        names, rows = _table(data)
        name = getattr((context or {}).get("view"), "basename", "") or self.format
        sheets = [Sheet(name, names, rows)]
        if installation_is_demo():
            sheets.append(
                Sheet(_("Demo data"), [_("Demo data: not the actual work of any office")], [])
            )
        if response := (context or {}).get("response"):
            response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        return b"".join(workbook(sheets))


def _table(data: Any) -> tuple[list[str], list[list[Any]]]:
    """The names of the columns, and each row's values under them."""
    rows = data.get("results", [data]) if isinstance(data, Mapping) else data
    flat = [_flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    return names, [[row.get(name) for name in names] for row in flat]


def _flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, (list, tuple)):
            found[prefix + name] = " ".join(str(_name(each)) for each in value)
        else:
            found[prefix + name] = value
    return found


def _written(value: Any) -> str:
    """Text that a spreadsheet would calculate is told to be text."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _name(each: Any) -> Any:
    if isinstance(each, Mapping):
        return each.get("code") or each.get("id") or orjson.dumps(each, default=str).decode()
    return each
