"""The description of the interface: complete, served, shown, and not changed by accident."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from apps.api.urls import NOUNS

SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
ANEW = "manage.py spectacular --lang en --file docs/openapi.yaml"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    with override("en"):
        made = SchemaGenerator().get_schema(request=None, public=True)
    return yaml.safe_load(yaml.safe_dump(made))


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Each place that was taken away, added or changed."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            where = f"{place} › {name}" if place else str(name)
            if name not in new:
                yield f"taken away: {where}"
            elif name not in old:
                yield f"added: {where}"
            else:
                yield from differences(old[name], new[name], where)
    elif old != new:
        yield f"changed: {place}: {old} → {new}"


def test_nothing_changes_unannounced(described):
    """Whoever means it writes the snapshot anew and a line in docs/api.md, under «Changes»."""
    found = list(differences(yaml.safe_load(SNAPSHOT.read_text(encoding="utf-8")), described))
    assert found == [], f"Write it anew with: {ANEW}"


def test_differences_are_named():
    old = {"paths": {"/a": {"get": 1}, "/b": 1}}
    new = {"paths": {"/a": {"get": 2}, "/c": 1}}
    assert sorted(differences(old, new)) == [
        "added: paths › /c",
        "changed: paths › /a › get: 1 → 2",
        "taken away: paths › /b",
    ]


def test_every_noun_and_every_answer_is_described(described):
    paths = described["paths"]
    assert {f"/api/v1/{noun}" for noun in NOUNS} <= set(paths)
    for path, methods in paths.items():
        for method, said in methods.items():
            answers = set(said["responses"])
            assert {"401", "403", "429"} <= answers, (path, method)
            assert answers & {"200", "201"}, (path, method)
            assert said.get("description") or said.get("summary"), (path, method)


def test_the_description_is_served_to_everybody(client, db):
    answer = client.get("/api/v1/schema?format=json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_the_bare_address_says_where_to_go_on(client, db):
    places = client.get("/api/v1/").json()
    assert set(places) == {"docs", "schema", "changes"}
    assert {client.get(places[name]).status_code for name in ("docs", "schema")} == {200}
    assert client.get(places["changes"]).status_code == 401


def test_it_begins_with_how_to_begin_in_the_order_of_the_work(described):
    assert "Authorization: Bearer" in described["info"]["description"]
    parts = [part["name"] for part in described["tags"]]
    used = {
        tag
        for methods in described["paths"].values()
        for m in methods.values()
        for tag in m["tags"]
    }
    assert parts[0] == "measures"
    assert set(parts) == used


def test_each_act_says_its_rule(described):
    said = described["paths"]["/api/v1/measures/{id}/acknowledge"]["post"]["description"]
    assert said == "The lead agency confirms receipt, which is not agreement."
    listed = described["paths"]["/api/v1/coordination-items"]["get"]
    assert listed["summary"] == "A page of coordination items"


def test_it_is_shown_without_anything_inline_or_from_outside(client, db):
    page = client.get("/api/v1/docs").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "https://" not in page
    assert " style=" not in page
    assert "<script>" not in page


def test_the_quick_start_names_addresses_that_there_are(described):
    text = SNAPSHOT.with_name("api.md").read_text(encoding="utf-8")
    for path in ("/measures", "/observations/bulk", "/evidence", "/measures/{id}/actions"):
        assert path in text
        assert f"/api/v1{path}" in described["paths"]


def examples(described: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Where each stands, its schema, and the example."""
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            for part in (said.get("requestBody", {}), *said["responses"].values()):
                for content in part.get("content", {}).values():
                    if "example" in content:
                        yield f"{method} {path}", content["schema"], content["example"]


def test_examples_are_what_the_description_says(described):
    parts = {"components": described["components"]}
    shown = list(examples(described))
    wrong = [
        f"{where}: {error.json_path} {error.message}"
        for where, schema, example in shown
        for error in Draft202012Validator({**schema, **parts}).iter_errors(example)
    ]
    assert wrong == []
    places = {where for where, _schema, _example in shown}
    nouns = ("measures", "policies", "clauses", "chains", "problems", "agencies", "districts")
    assert {f"get /api/v1/{noun}" for noun in (*nouns, "kpis", "targets", "observations")} <= places
    assert {"post /api/v1/measures/{id}/report", "post /api/v1/observations/bulk"} <= places


def test_examples_are_of_the_articles(described):
    said = {where: example for where, _schema, example in examples(described)}
    (measure,) = said["get /api/v1/measures"]["results"]
    assert (measure["code"], measure["title"][:5]) == ("6.1-1.1", "以立法形式")
    assert said["get /api/v1/districts/{id}"]["name"] == "黄埔区"
