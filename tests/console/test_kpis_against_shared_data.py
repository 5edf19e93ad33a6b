"""Every target and figure of the indicators against the folder of facts, where it is present."""

from decimal import Decimal
from typing import Any

import pytest

from tests.console.test_against_shared_data import CONFIDENCE, DATA, Fields, of, same_provenance
from tests.console.test_against_shared_data import stated as _stated

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="The folder of facts is not here.")
COMPARATORS = {">=": "AT_LEAST", ">": "MORE_THAN", "=": "EXACTLY", "~": "ABOUT", None: "EXACTLY"}


def stated(name: str) -> Any:
    return _stated(name)


def facts(*kinds: str) -> list[Fields]:
    groups = ("guangzhou_chain", "guangzhou_city", "guangdong")
    listed = [fact for group in groups for fact in stated("kpis")[group]]
    return [f for f in listed if f.get("kind") in kinds and "value" in f]


def targets(**said: Any) -> list[Fields]:
    return [f for f in of("kpis.target") if all(f.get(k) == v for k, v in said.items())]


def agrees(fields: Fields, fact: Fields) -> bool:
    """Whether a target says the number, range or words of a fact."""
    if fact.get("op") == "rank":
        return fields.get("text") == fact["value"] and fields["comparator"] == "RANK"
    numbers = fact["value"] if isinstance(fact["value"], list) else [fact["value"]]
    entered = [Decimal(fields[n]) for n in ("low", "high") if n in fields]
    expected = COMPARATORS.get(fact.get("op"), "RANGE") if len(numbers) == 1 else "RANGE"
    same = entered == [Decimal(str(n)) for n in numbers]
    return same and fields["comparator"] == expected


def test_the_targets_of_the_22_articles():
    entered = targets(policy=["GD-10"])
    listed = stated("articles22")["targets"]
    assert len(entered) == len(listed)
    for fact in listed:
        (one,) = [
            f for f in entered if agrees(f, fact) and same_provenance(f, fact)
            and f.get("period", "") == str(fact.get("year", ""))
            and unit_of(f) == (fact["unit"] or "")
        ][:1]  # fmt: skip
        entered.remove(one)
    assert entered == []


def unit_of(fields: Fields) -> str:
    units = {f["code"]: f.get("unit", "") for f in of("kpis.kpi")}
    return units[fields["kpi"][0]]


def test_the_targets_of_city_province_and_the_three_year_plan():
    entered = [f for f in of("kpis.target") if f.get("policy") != ["GD-10"]]
    listed = facts("target")
    assert len(entered) == len(listed)
    for fact in listed:
        year = str(fact["due"])[:4]
        assert [f for f in entered if agrees(f, fact) and f["period"] == year
                and same_provenance(f, fact) and unit_of(f) == fact["unit"]]  # fmt: skip


def test_what_is_only_a_draft_is_no_target():
    drafts = facts("draft-target")
    assert len(drafts) == 2
    for fact in drafts:
        assert not [f for f in of("kpis.target") if f["sources"] == fact["sources"]]


def figures() -> set[tuple[str, Decimal, tuple[str, ...]]]:
    return {
        (f["confidence"], Decimal(f["value"]), tuple(f["sources"]))
        for f in of("kpis.observation")
        if "item" not in f
    }


def test_the_actuals_and_baselines_are_there():
    for fact in facts("actual", "baseline"):
        if fact["key"] in ("hee_firms_table1_2022", "clusters_revenue_2019"):
            continue  # a sum that is computed; a source that is an address
        value = Decimal(str(fact["value"]).rstrip("+"))
        assert (CONFIDENCE[fact["confidence"]], value, tuple(fact["sources"])) in figures()


def of_kpi(code: str) -> dict[tuple[str, ...], Decimal]:
    rows = [f for f in of("kpis.observation") if f["kpi"] == [code]]
    return {(f["period"], *f.get("district", [])): Decimal(f["value"]) for f in rows}


def test_district_gdp_land_and_counts():
    codes = {d["name"]: d["adcode"] for d in stated("districts")["districts"]}
    gdp, growth = of_kpi("gdp"), of_kpi("gdp-growth")
    for name, (value, percent) in stated("kpis")["districts"]["gdp_2022"]["values"].items():
        assert gdp[("2022", codes[name])] == Decimal(str(value))
        assert growth[("2022", codes[name])] == Decimal(str(percent))
    city, *others = [stated("land")["city"], *stated("land")["districts"]]
    expected = {("2022", codes[d["district"]]): d["parcels"] for d in others if "derived" not in d}
    assert of_kpi("hee-land-parcels") == expected | {("2022",): city["parcels"]}
    counts = {Decimal(c["value"]) for c in stated("cultivation")["counts"]}
    assert counts == {
        value for code in {f["code"] for f in of("kpis.kpi")} if code.startswith(COUNTED)
        for value in of_kpi(code).values()
    }  # fmt: skip


COUNTED = ("chain-", "little-giants-batch4")


def test_nothing_that_was_not_found_is_there():
    codes = {f["code"] for f in of("kpis.kpi")}
    assert not codes & {"little-giants-total", "mfg-share-city", "above-scale-value-added"}
    assert "NOT FOUND" not in str(of("kpis.kpi") + of("kpis.observation") + of("kpis.target"))
