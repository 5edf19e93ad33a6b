"""A measure is broken down, a district takes its part on and reports, the lead reviews it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.agencies.models import Agency, District
from apps.agencies.operations import add_agency
from apps.measures.models import Basis, Measure
from tests.conftest import SET_UP, an_estimate, in_progress
from tests.journeys.visits import DESK, PHONE, Screen
from tests.web.here import of_today

SCREENS = [Screen("zh-hans", DESK), Screen("en", PHONE)]


@pytest.fixture
def parent(cast, clause) -> Measure:
    """Names three districts, of which the cast has one."""
    cast = of_today(cast)
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    measure.named_districts.add(cast.agencies["district"].district)
    for code, name in (("440113", "番禺区"), ("440114", "花都区")):
        district = District.objects.create(adcode=code, name=name)
        government = Agency(
            code=code, name=f"{name}政府", short_name=name, kind="DISTRICT", level="DISTRICT",
            district=district,
        )  # fmt: skip
        add_agency(government, by=SET_UP, at=cast.at())
        measure.named_districts.add(district)
    return measure


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_from_three_parts_to_a_reviewed_report(screen, cast, parent, visit):
    lead = visit("liaison", screen=screen)
    district = visit("district_liaison", screen=screen)

    lead.goto(f"/measures/{parent.pk}/")
    lead.link("Break down").click()
    districts = lead.page.get_by_role("region", name=lead.say("District governments"))
    lead.button("Tick all", within=districts).click()
    expect(lead.page.locator("[data-count]")).to_contain_text("3")
    early = parent.due_on - timedelta(days=10)
    lead.box(f"agency-{cast.agencies['district'].pk}-due_on").fill(early.isoformat())
    lead.button("Break down").click()
    expect(lead.page.locator(".child-row")).to_have_count(3)
    assert Measure.objects.get(pk=parent.pk).basis == Basis.CHILDREN
    part = parent.children.get(lead=cast.agencies["district"])

    district.goto("/")
    row = district.page.locator(".desk-row").filter(has_text=part.code)
    district.button("Acknowledge receipt", within=row).click()
    district.goto(f"/measures/{part.pk}/report/")
    district.box("progress").fill("40")
    district.box("summary").fill("已摸底")
    with district.page.expect_response(lambda answer: answer.request.method == "POST"):
        district.button("Hand in").click()

    lead.goto("/")
    lead.go_and_review()
    expect(lead.page.locator(".queued")).to_have_count(1)
    lead.button("Approve").click()
    expect(lead.page.locator(".queued")).to_have_count(0)
    lead.goto(f"/measures/{parent.pk}/report/")
    expect(lead.page.locator("#parts-title")).to_contain_text("13.33%")
