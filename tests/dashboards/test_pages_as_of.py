"""The pages of a district, an agency, a policy and an indicator, looked at on a day and, after a
month of changes, once more as of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from apps.agencies.models import DistrictProfile
from apps.dashboards.operations import tally_missing_days
from apps.kpis.models import Kpi, KpiMeasure
from apps.measures import operations
from apps.measures.models import Measure, MeasureClause
from apps.policies.models import Policy
from tests.conftest import TODAY, a_plan, an_estimate, at, in_progress, issued, reported
from tests.dashboards.test_as_of import RECORDED_ON, story_of
from tests.kpis.figuring import huangpu

READERS = ("director", "supervisor", "liaison", "owner")
"""Whose sight does not change within the month: a past day is seen under today's rights."""
SHOWN = {
    "districts": ("places", "urgent", "clocks", "kpis", "indicators", "profile"),
    "agencies": ("facts", "places", "urgent", "course"),
    "policies": ("coverage", "headline", "sheet", "branches", "course"),
    "kpis": ("charts", "definitions", "last", "first", "first_reasons", "is_aimed", "aims")
    + ("periods", "table", "window", "windows", "measures", "is_partial"),
}
"""What each page says of its day."""
ELSEWHERE = {"url", "link", "links", "source", "query", "everything", "closed", "of_day"}
"""Where numbers lead: the list of a past day has an address of its own."""


def plain(said: Any) -> Any:
    """As values that can be compared; rows by what they say."""
    if isinstance(said, Enum) or said is None or isinstance(said, (str, int, Decimal)):
        return said
    if isinstance(said, Measure):
        return said.code, said.title, said.lead_id, said.state
    if isinstance(said, Model):
        return type(said).__name__, said.pk
    if is_dataclass(said):
        names = [each.name for each in fields(said) if each.name not in ELSEWHERE]
        kept = {name: plain(getattr(said, name)) for name in names if name[0] != "_"}
        return of_a_card(kept) if "turn" in kept else kept
    if isinstance(said, Mapping):
        return {str(key): plain(value) for key, value in said.items() if value != 0}
    if isinstance(said, Sequence) or hasattr(said, "__iter__"):
        return [plain(each) for each in said]
    return str(said)


def of_a_card(kept: dict[str, Any]) -> dict[str, Any]:
    """Of a past day a measure's row shows these alone."""
    return {name: kept[name] for name in ("measure", "light", "reasons")}


def pages(cast) -> dict[str, str]:
    bureau, district = cast.agencies["bureau"], cast.agencies["district"]
    return {
        f"/districts/{huangpu().district_id}/": "districts",
        f"/agencies/{bureau.pk}/": "agencies",
        f"/agencies/{district.pk}/": "agencies",
        f"/policies/{Policy.objects.get(code='P').pk}/": "policies",
        f"/policies/{Policy.objects.get(code='P').pk}/?across=districts": "policies",
        f"/kpis/{Kpi.objects.get(code='k').pk}/": "kpis",
    }


@pytest.fixture
def clock(monkeypatch):
    """Sets the clock on the wall to the afternoon of a day."""

    def shows(day) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at(day, 15))

    return shows


def looked_at(cast, clock, query: str = "") -> dict[tuple[str, str], Any]:
    """By reader and page what it said; None where it is not the reader's."""
    clock(cast.today)
    found = {}
    for who in READERS:
        client = cast.signed_in(who)
        for url, kind in pages(cast).items():
            page = client.get(url + ("&" if query and "?" in url else "?" if query else "") + query)
            assert page.status_code in (200, 404), url
            there = page.status_code == 200
            found[who, url] = (
                {name: plain(page.context.get(name)) for name in SHOWN[kind]} if there else None
            )
    return found


@pytest.fixture
def recorded(cast, clause, clock):
    """What everybody saw on the day; a month later, with the clock of that month."""
    led = a_plan(
        cast,
        lead=cast.agencies["district"],
        supporters=[],
        due_on=TODAY + timedelta(days=70),
        milestones=[],
        basis="ESTIMATE",
    )
    issued(cast, clause, code="of-the-district", plan=led)
    sent_back = in_progress(cast, clause, code="sent-back", plan=an_estimate(cast))
    report = reported(cast, sent_back, progress=Decimal(10))
    DistrictProfile.objects.create(district_id=huangpu().district_id, key_areas=["园区"])

    def record():
        KpiMeasure.objects.create(kpi=Kpi.objects.get(code="k"), measure=sent_back)
        tally_missing_days(at=cast.at())
        return looked_at(cast, clock)

    found = story_of(cast, clause, record)
    seen = Measure.objects.get(pk=sent_back.pk).version
    operations.return_report(
        report, reason="缺材料", seen=seen, by=cast["supervisor"], at=cast.at()
    )
    Measure.objects.filter(code="of-the-district").update(lead=cast.agencies["other"])
    MeasureClause.objects.filter(measure__code="of-the-district").delete()
    return found


def test_each_page_answers_as_of_the_day_what_it_said_on_it(recorded, cast, clock):
    again = looked_at(cast, clock, f"on={RECORDED_ON.isoformat()}")
    for (who, url), said in recorded.items():
        if said is None:
            assert again[who, url] is None
            continue
        for name, figures in said.items():
            assert again[who, url][name] == figures, (who, url, name)
    now = looked_at(cast, clock)
    for url in pages(cast):
        said, after = recorded["director", url], now["director", url]
        assert any(after[name] != figures for name, figures in said.items()), "a month has passed"
