"""Examples in the description of the interface, from the reference data.

The article's measures, its policies, the city's chains and districts: what is shown is there.
Fields that the data say nothing of hold what a row just entered would.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

Schema = Mapping[str, Any]
FIXTURES: Mapping[str, tuple[str, str]] = {
    "PolicyRow": ("policies", "GZ-04"),
    "ClauseRow": ("policies", "GZ-ART-6/6.1"),
    "ChainRow": ("chains", "modern-equipment"),
    "ProblemRow": ("problems", "5.1"),
    "AgencyRow": ("agencies", "gz-gxj"),
    "DistrictRow": ("districts", "440112"),
    "KpiRow": ("kpis", "hee-firms-table1"),
    "TargetRow": ("kpis", "hee-output-plan/2024/target"),
    "ObservationRow": ("kpis", "hee-firms-table1/2022/440111/general_equipment"),
    "MeasureRow": ("measures", "6.1-1.1"),
}
"""Row of the description → file of the reference data, and the code of one row there."""
ADDED = Path(__file__).with_name("examples.json")
"""What an office adds to such rows by its work, and what writes carry."""


def show_examples(result: dict[str, Any]) -> None:
    """Put them beside the schema of each answer and each body in JSON."""
    schemas = result.get("components", {}).get("schemas", {})
    for methods in result.get("paths", {}).values():
        for operation in methods.values():
            for content in _contents(operation):
                found = _example(content.get("schema", {}), schemas)
                if found is not None:
                    content["example"] = found


def _contents(operation: Any) -> list[dict[str, Any]]:
    said = [operation.get("requestBody", {}), *operation["responses"].values()]
    return [each["content"]["application/json"] for each in said if _has_json(each)]


def _has_json(said: Schema) -> bool:
    return "application/json" in said.get("content", {})


def _example(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name.startswith("Paginated"):
        row = row_of(name.removeprefix("Paginated").removesuffix("List"), schemas)
        return row and {"results": [row], "next": None, "previous": None}
    return row_of(name, schemas) or _added()["bodies"].get(name.removesuffix("Request"))


def row_of(name: str, schemas: Mapping[str, Schema]) -> dict[str, Any] | None:
    """A row of the reference data in the shape of the description."""
    if name not in FIXTURES or name not in schemas:
        return None
    known = {**_fields(*FIXTURES[name]), **_added()["rows"].get(name, {})}
    fields = schemas[name]["properties"]
    return {field: _value(field, of, known, schemas) for field, of in fields.items()}


def _value(field: str, schema: Schema, known: Mapping[str, Any], schemas: Any) -> Any:
    if field in ("id", "version"):
        return 1
    if field not in known:
        return _of_a_new_row(_resolved(schema, schemas))
    said = known[field]
    is_key = isinstance(said, list) and "CodeRef" in json.dumps(schema)
    return {"id": 1, "code": said[0]} if is_key and said and isinstance(said[0], str) else said


def _of_a_new_row(schema: Schema) -> Any:
    if "BlankEnum" in json.dumps(schema):
        return ""
    kinds = schema.get("type", "null")
    if "null" in kinds or any(each.get("type") == "null" for each in schema.get("oneOf", ())):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if "format" in schema and kinds == "string":
        return OF_FORMATS.get(schema["format"], "0.00")
    return {"string": "", "boolean": False, "array": [], "object": {}}.get(kinds, 0)


OF_FORMATS = {"date": "2026-03-02", "date-time": "2026-03-02T10:00:00+08:00"}


def _resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    for each in (schema, *schema.get("allOf", ())):
        if "$ref" in each:
            return schemas[each["$ref"].rpartition("/")[2]]
    return schema


@lru_cache(maxsize=1)
def _added() -> Any:
    return json.loads(ADDED.read_text(encoding="utf-8"))


@lru_cache(maxsize=16)
def _fields(file: str, code: str) -> Mapping[str, Any]:
    """The row of the reference data with that code."""
    text = (settings.BASE_DIR / "fixtures" / f"{file}.json").read_text(encoding="utf-8")
    rows = (row["fields"] for row in json.loads(text))
    found: Mapping[str, Any] = next(r for r in rows if code in (r.get("code"), r.get("adcode")))
    return found
