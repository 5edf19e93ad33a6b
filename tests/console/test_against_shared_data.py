"""The fixtures against the folder of facts they were taken from, where that folder is present.

It stands beside the checkout, or where POLICYTRACK_SHARED_DATA says. What it calls NOT FOUND
has to be empty in the fixtures: nobody fills a gap from memory.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from apps.console.reference import FILES

BESIDE = settings.BASE_DIR.parent / "shared" / "data"
DATA = Path(os.environ.get("POLICYTRACK_SHARED_DATA", BESIDE))
CONFIDENCE = {
    "verified-2-sources": "TWO_SOURCES",
    "one-source": "ONE_SOURCE",
    "one-source-partial": "ONE_SOURCE",
    "article-only": "ARTICLE_ONLY",
}
NOT_KNOWN = {"confidence": "NOT_FOUND", "actionable": "UNKNOWN"}
MARKS = ("（回译，待核）", "（转述）")
"""What a heading says of itself where the wording is not the official one."""

pytestmark = pytest.mark.skipif(
    not (DATA / "articles22.yaml").exists(),
    reason="The folder of facts (../shared/data or POLICYTRACK_SHARED_DATA) is not here.",
)

Fields = dict[str, Any]


@cache
def stated(name: str) -> Any:
    """A file of the folder. YAML takes the bare key `no` for a truth value: said back here."""
    return _named(yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8")))


def _named(value: Any) -> Any:
    if isinstance(value, dict):
        return {("no" if key is False else key): _named(one) for key, one in value.items()}
    return [_named(one) for one in value] if isinstance(value, list) else value


@cache
def rows() -> list[tuple[str, Fields]]:
    folder = settings.BASE_DIR / "fixtures"
    texts = [(folder / f"{name}.json").read_text(encoding="utf-8") for name in FILES]
    return [(entry["model"], entry["fields"]) for text in texts for entry in json.loads(text)]


def of(model: str) -> list[Fields]:
    return [fields for label, fields in rows() if label == model]


def by(key: str, model: str) -> dict[str, Fields]:
    return {fields[key]: fields for fields in of(model)}


def clauses(policy: str) -> list[Fields]:
    return [fields for fields in of("policies.clause") if fields["policy"] == [policy]]


def articles() -> list[Fields]:
    """The clauses of the 22 articles that are no chapters."""
    return [fields for fields in clauses("GD-10") if not fields["code"].startswith("GD-10/ch")]


def same_provenance(fields: Fields, fact: Fields) -> bool:
    return (fields["confidence"], fields.get("sources", [])) == (
        CONFIDENCE[fact["confidence"]],
        fact["sources"],
    )


def test_the_counts():
    assert Counter(label for label, _fields in rows()) == {
        "agencies.source": 64,
        "agencies.district": 11,
        "agencies.districtprofile": 11,
        "agencies.agency": 23,
        "policies.policy": 50 + 1,
        "policies.clause": (3 + 11) + (6 + 22) + (1 + 3 + 10),
        "policies.policylink": 5,
        "policies.chain": 21,
        "policies.chainsegment": 4 + (4 + 4) + 6 + 7 + 2,
        "policies.problem": 5 + 48,
        "measures.measure": 59,
        "measures.measureclause": 59,
        "measures.measureproblem": 3,
        "kpis.breakdown": 1,
        "kpis.breakdownitem": 7,
        "kpis.kpi": 56,
        "kpis.kpidefinition": 3,
        "kpis.target": 32,
        "kpis.observation": (77 - 12 + 11) + 60,
        "kpis.kpiclause": 3,
    }


# --- The 22 articles and the 1310 -----------------------------------------------------------


def test_there_are_22_articles_with_the_headings_that_are_known():
    known = stated("articles22")["articles"]
    assert len(articles()) == stated("articles22")["document"]["item_count"]["value"]
    entered = {fields["heading"]: fields for fields in articles() if "heading" in fields}
    assert set(entered) == {fact["heading"] for fact in known}
    for fact in known:
        fields = entered[fact["heading"]]
        assert same_provenance(fields, fact)
        printed = fact["printed"]
        assert fields.get("number", "") == (f"（{printed}）" if printed else "")
        assert ("（inferred）" in fact["chapter"] or "inferred" in fact["chapter"]) == (
            "推断" in fields["remark"]
        )


def test_the_other_articles_are_to_be_entered():
    unknown = [fields for fields in articles() if "heading" not in fields]
    assert len(unknown) == 16
    for fields in unknown:
        assert fields.items() >= NOT_KNOWN.items()
        assert not fields.keys() & {"number", "heading_en", "text", "parent", "sources"}


def test_the_chapters_are_those_that_are_known():
    chapters = [fields for fields in clauses("GD-10") if fields not in articles()]
    for fields, fact in zip(chapters, stated("articles22")["chapters"], strict=True):
        assert fields["heading"] == fact["title"]
        assert fields.get("number", "") == (f"{fact['no']}、" if fact["no"] else "")
        assert same_provenance(fields, fact)


def test_only_what_is_clearly_no_task_is_called_so():
    said = {fields.get("heading"): fields["actionable"] for fields in clauses("GD-10")}
    assert {heading for heading, actionable in said.items() if actionable == "NO"} == {
        "总体要求",
        "指导思想",
        "目标任务",
    }
    assert {fields["actionable"] for fields in clauses("GD-09")} == {"UNKNOWN"}
    assert "YES" not in said.values()


def test_no_topic_of_the_press_became_a_heading():
    topics = {each["topic"] for each in stated("articles22")["topics_known_but_not_headings"]}
    assert not topics & {fields.get("heading") for fields in clauses("GD-10")}


def test_the_deployment_is_1_and_3_and_10():
    facts = stated("deployment1310")
    goal, *rest = clauses("GD-09")
    drivers, breakthroughs = rest[:3], rest[3:]
    assert facts["one_goal"]["text"] in goal["heading"]
    assert [f["heading"].partition("：")[2] for f in drivers] == facts["three_drivers"]["items"]
    for fields, fact in zip(breakthroughs, facts["ten_breakthroughs"], strict=True):
        check_breakthrough(fields, fact)
    assert not any("number" in fields for fields in clauses("GD-09"))


def check_breakthrough(fields: Fields, fact: Fields) -> None:
    if fact.get("status") == "NOT FOUND":
        assert fields.items() >= NOT_KNOWN.items()
        assert "heading" not in fields
        return
    heading = "，".join(filter(None, [fact["lead"], fact["breakthrough"]]))
    mark = fields["heading"].removeprefix(heading)
    assert mark in (MARKS if "note" in fact else ("",))
    assert same_provenance(fields, fact)


# --- Links, chains, problems, districts -----------------------------------------------------


def test_every_quotation_stands_in_the_article():
    article = "".join((DATA / "source-article.txt").read_text(encoding="utf-8").split())
    for fields in of("policies.policylink"):
        assert "".join(fields["quotation"].split()) in article


def test_the_chains_are_the_21_of_the_list():
    for fields, fact in zip(of("policies.chain"), stated("chains")["chains"], strict=True):
        assert (fields["position"], fields["name"]) == (fact["no"], fact["name"])
        assert fields["name_en"] == fact["en"]
        assert fields.get("tier", "").removesuffix("（2023年）") == (fact["tier_2023"] or "")
        assert fields["confidence"] == CONFIDENCE[fact["confidence"]]
        assert set(fact["second_source"]) <= set(fields["sources"])
        assert not fields.keys() & {"chief", "masters", "valid_until"}


LISTINGS = {
    "definition_3year_plan": "CITY_PLAN",
    "intro_list": "INTRODUCTION",
    "provincial_definition": "PROVINCIAL_PLAN",
    "advantaged_2022": "ADVANTAGED",
    "sub_chains_with_named_problems": "WITH_PROBLEMS",
}


def test_the_segments_are_listed_as_each_text_lists_them():
    facts = stated("chains")["chain_segments_of_modern_equipment"]
    assert set(facts) == set(LISTINGS)
    for name, listing in LISTINGS.items():
        entered = [f for f in of("policies.chainsegment") if f["listing"] == listing]
        assert [f["name"] for f in entered] == list(named_in(facts[name]))
        assert [f["position"] for f in entered] == list(range(1, len(entered) + 1))


def named_in(listed: Any) -> Iterator[str]:
    """A list, or main segments with their parts, in reading order."""
    for name in listed:
        yield name
        yield from listed[name] if isinstance(listed, dict) else ()


def test_the_problems_are_the_48_of_the_article():
    entered = by("code", "policies.problem")
    items = 0
    for group in stated("problems")["problems"]:
        assert entered[group["id"]]["name"] == group["title"]
        assert "kind" not in entered[group["id"]]
        for item in group["items"]:
            items += 1
            check_problem(entered[item["code"]], item, group["id"])
    assert items == 48


KINDS = {"IMPORTED": "import-dependent", "OUTSIDE": "external-supply", "TECHNOLOGY": "tech"}
TYPES = {"MATERIAL": "原材料", "PART": "基础部件", "SOFTWARE": "高端软件"}


def check_problem(fields: Fields, item: Fields, group: str) -> None:
    assert fields["group"] == [group]
    assert (fields["name"], fields.get("name_en")) == (item["text"], item.get("en"))
    assert KINDS.get(fields["kind"], fields["kind"].lower()) == item["kind"]
    assert TYPES.get(fields.get("import_type", "")) == item.get("type")
    assert fields.get("supplied_from") == item.get("supplied_from")
    assert ("segment" in fields) == ("chain" in item)


def test_measures_are_linked_to_problems_exactly_where_the_article_does():
    linked = {(f["measure"][0], f["problem"][0]) for f in of("measures.measureproblem")}
    assert linked == {
        (measure["code"], problem)
        for measure in stated("measures")["measures"]
        for problem in measure.get("related_problems", [])
    }


def test_the_districts_are_as_table_2_and_the_text_say():
    profiles = {fields["district"][0]: fields for fields in of("agencies.districtprofile")}
    table = {row["district"]: row for row in stated("table2")["rows"]}
    for fact in stated("districts")["districts"]:
        fields, row = profiles[fact["adcode"]], table[fact["name"]]
        assert fields.get("role", "").lower() == (fact["article_role"] or "")
        assert fields.get("specialisation") == fact["specialisation_article"]
        assert fields.get("key_areas") == row["key_areas"]
        assert fields.get("directions") == row["directions"]


def test_measures_and_policies_are_those_of_the_folder():
    measures = by("code", "measures.measure")
    assert {c: f["title"] for c, f in measures.items()} == {
        m["code"]: m["text"] for m in stated("measures")["measures"]
    }
    policies = by("code", "policies.policy")
    assert {p["id"]: p["title"] for p in stated("policies")["policies"]} == {
        code: fields["name"] for code, fields in policies.items() if code != "GZ-ART-6"
    }


# --- Nothing that is not found is filled in -------------------------------------------------


def test_what_nobody_found_is_empty():
    told_nowhere = {"category", "lead", "due_on", "due_workdays", "state"}
    assert not any(fields.keys() & told_nowhere for fields in of("measures.measure"))
    for fact in stated("policies")["policies"]:
        fields = by("code", "policies.policy")[fact["id"]]
        elsewhere = fact["id"] == "GD-10"  # its number stands in articles22.yaml
        assert elsewhere or ("document_number" in fields) == ("x_document_number" in fact)
        external = any(key.startswith("x_") for key in fact) or fact["id"] == "GD-09"
        assert external or fields.get("issuer") == fact["issuer"]


def test_every_source_named_is_known():
    known = set(stated("sources")["sources"])
    for _label, fields in rows():
        assert set(fields.get("sources", [])) <= known
