"""Figures of an indicator: typed, pasted, asked about, reviewed, and there they are."""

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.accounts.models import User
from apps.kpis.models import Kpi, Observation
from apps.kpis.periods import Period
from tests.journeys.test_every_page import barriers, chinese_on, english_on, overflow
from tests.journeys.visits import DESK, PHONE, Screen, Visit
from tests.kpis.figuring import a_kpi, another_district, entry, huangpu, known

WAYS = [(Screen("zh-hans", DESK), "light"), (Screen("en", PHONE), "dark")]
KEYS = {"Esc", "CSV"}
PASTE = """(cell, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const how = {clipboardData, bubbles: true, cancelable: true};
  cell.dispatchEvent(new ClipboardEvent("paste", how));
}"""


@pytest.fixture
def month(cast) -> Period:
    return Period.holding(cast.today, 1).moved(-1)


@pytest.fixture
def kpi(cast, month) -> Kpi:
    """Two districts had figures the month before; those of the last month are owed."""
    made = a_kpi(cast, name="技改投资", name_en="Investment")
    User.objects.filter(username="owner").update(name="衡知数")
    place = another_district()
    known(cast, made, entry(900, month.moved(-1)), entry(80, month.moved(-1), place))
    return made


def faults(visit: Visit) -> list[str]:
    """What is wrong with the page as it stands."""
    foreign = {"zh-hans": english_on, "en": chinese_on}[visit.screen.language]
    page = visit.page
    return [*barriers(page), *overflow(page), *sorted(foreign(page) - KEYS)]


def cell(page: Page, place, month: Period) -> Locator:
    return page.locator(f"#c-{place.district_id}-0-0-{month.code}")


def fill_in(liaison: Visit, month: Period) -> None:
    """With the keys of a spreadsheet, and a block from Excel."""
    page = liaison.page
    first, second = (cell(page, place, month) for place in (huangpu(), another_district()))
    first.focus()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(second).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(second).to_have_value("")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("5")
    expect(first).to_have_value("125")
    first.evaluate(PASTE, "９５０\n1,000\t\n")
    expect(first).to_have_value("９５０")
    column = first.evaluate("cell => cell.closest('td').cellIndex")
    expect(page.locator("tfoot output").nth(column - 1)).to_have_text("1,950")
    page.keyboard.press("Control+z")
    expect(first).to_have_value("125")
    first.evaluate(PASTE, "９５０\n1,000\n")


@pytest.mark.parametrize(("screen", "colours"), WAYS, ids=str)
def test_figures_are_entered_reviewed_and_seen(screen, colours, kpi, month, visit):
    liaison = visit("liaison", screen, color_scheme=colours)
    liaison.expected = {422}
    liaison.goto("/kpis/?waits=ENTER")
    assert faults(liaison) == []
    liaison.link("Enter figures").click()
    fill_in(liaison, month)
    state = liaison.page.locator("[data-draft-state]")
    expect(state).not_to_be_empty()
    liaison.page.reload()
    expect(cell(liaison.page, huangpu(), month)).to_have_value("９５０")
    assert faults(liaison) == []

    liaison.button("Hand in for review").click()
    expect(liaison.button("They are right: hand in")).to_be_visible()
    assert faults(liaison) == []
    liaison.page.locator(".grid-questions input").fill("新增一家大厂")
    liaison.button("They are right: hand in").click()
    expect(liaison.page.locator("h1")).to_contain_text(
        str(kpi.name_en or kpi.name)[:2] if screen.language == "en" else kpi.name
    )
    assert [o.value for o in Observation.objects.filter(period=month.code).order_by("pk")] == [
        950,
        1000,
    ]

    owner = visit("owner", screen, color_scheme=colours)
    owner.goto("/kpis/review/")
    expect(owner.page.locator(".review-item")).to_contain_text("新增一家大厂")
    assert faults(owner) == []
    owner.button("Approve").click()
    expect(owner.page.locator(".review-empty")).to_be_visible()
    owner.goto(f"/kpis/{kpi.pk}/")
    expect(owner.page.locator(".kpi-big").first).to_have_text("1,950")
    expect(owner.page.locator("#figures")).to_contain_text("950")
    assert faults(owner) == []
    owner.page.locator("#figures td a").last.click()
    assert faults(owner) == []
    owner.goto(f"/kpis/{kpi.pk}/periods/")
    assert faults(owner) == []
    two_periods(owner, kpi)


def two_periods(owner: Visit, kpi: Kpi) -> None:
    """980 became 1,950; on paper stands who printed it, and nothing to be clicked."""
    owner.goto("/kpis/")
    assert faults(owner) == []
    owner.goto(f"/kpis/{kpi.pk}/")
    owner.page.locator(".kpi-compare").click()
    expect(owner.page.locator(".kpi-compared tfoot")).to_contain_text("+970")
    expect(owner.page.locator(".kpi-compared tfoot")).to_contain_text("+99.0%")
    assert faults(owner) == []
    owner.page.emulate_media(media="print")
    owner.page.set_viewport_size({"width": 688, "height": 1000})  # what margins leave of A4
    expect(owner.page.locator(".print-note[data-address]")).to_contain_text("衡知数")
    expect(owner.page.locator(".kpi-compared tfoot td").first).to_have_css("display", "table-cell")
    for unwanted in (".app-nav", ".top-bar", ".kpi-asked", ".page-actions"):
        expect(owner.page.locator(unwanted)).to_be_hidden()
