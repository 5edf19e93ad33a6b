"""README's five minutes, step by step, in the demo that script/server loads."""

import re

import pytest
from playwright.sync_api import Locator, expect

from apps.console.demo_story import PASSWORD
from apps.measures.lights import Light
from apps.measures.models import Measure, State
from tests.conftest import PDF
from tests.console.conftest import said_by
from tests.journeys.visits import DESK, PHONE, Screen, Visit

CHINESE = Screen("zh-hans", DESK)
WHOLE, SLOW, RETURNED = "6.3-1.6", "6.3-1.6·01", "6.3-1.6·05"
STUCK = "6.1-2.1"
TO_CLOSE, CLOSED, SENT_BACK = "6.3-1.8", "6.1-4.3", "6.3-1.2"
ANSWER = "市级配套资金列入下一年度预算，比例为1:1。"
PAPER = {"name": "三家企业验收单.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def demo(browser, db) -> None:
    """The demo as of today."""
    said_by("load_reference")
    said_by("load_demo")


@pytest.fixture
def sit_down(window, demo):
    """Somebody of the demo, signed in as README says."""

    def start(who: str, screen: Screen = CHINESE) -> Visit:
        visit = window(screen)
        visit.sign_in(who, PASSWORD)
        return visit

    return start


def test_five_minutes(sit_down):
    director = sit_down("director")
    what_is_covered(director)
    who_is_slow(director)
    liaison = sit_down("liaison")
    the_reviewer_reviews(liaison)
    what_is_stuck(director, sit_down("liaison_fgw"))
    on_the_way(sit_down("liaison_huadu", Screen("zh-hans", PHONE)))
    the_reviewer_has_it_again(liaison)
    what_is_done(director)
    in_english_too(director)


# --- The steps -----------------------------------------------------------------------------


def what_is_covered(director: Visit) -> None:
    """From the cockpit: the number of clauses that nobody carries out leads to the one."""
    director.go("Cockpit")
    policy = director.page.locator("#policies tr").filter(has_text="制造业当家22条")
    uncovered = policy.locator("td").last.locator("a.figure")
    expect(uncovered).to_have_text("1")
    uncovered.click()
    expect(director.page.locator(".matrix tbody tr")).to_have_count(1)
    row = director.page.locator(".matrix tbody tr").filter(has_text="万亩千亿")
    expect(row).to_contain_text("（八）")
    expect(row).to_contain_text(director.say("Not covered"))
    row.get_by_role("link", name=director.say("Draft", "act")).click()
    expect(director.page.locator("h1")).to_have_text(director.say("Draft a measure"))
    expect(director.page.locator("main")).to_contain_text("万亩千亿")


def who_is_slow(director: Visit) -> None:
    """The district in the cockpit's table, why it is behind, and beside the ten others."""
    director.go("Cockpit")
    director.page.locator("#districts tbody").get_by_role("link", name="白云区").click()
    urgent = director.page.locator(".told > li").filter(has_text=SLOW)
    expect(urgent.locator(".told-why")).to_contain_text("百分点")
    open_measure(director, WHOLE)
    parts = director.page.locator(".child-row")
    expect(parts).to_have_count(11)
    expect(parts.locator(".light")).to_have_count(11)
    slow = parts.filter(has_text=SLOW)
    expect(slow).to_contain_text("白云区")
    expect(slow.locator(".light")).to_contain_text(director.say(Light.YELLOW.label))
    progress = [percent_of(part) for part in parts.all()]
    assert progress[0] * 2 < min(progress[1:])
    slow.get_by_role("link").click()
    own, reviewer = workdays_on(director)
    assert reviewer > 3 * own > 0


def the_reviewer_reviews(liaison: Visit) -> None:
    liaison.go_and_review()
    expect(liaison.page.locator("#item-title")).to_contain_text(SLOW)
    expect(liaison.page.locator("[data-keys]")).not_to_have_attribute("hidden", "")
    liaison.page.keyboard.press("a")
    expect(liaison.page.locator("[data-undo]")).to_contain_text(SLOW)
    assert measure_of(SLOW).approved_progress == 12


def what_is_stuck(director: Visit, asked: Visit) -> None:
    """On course, and yet among the questions of the cockpit that wait for an answer."""
    director.go("Cockpit")
    waiting = director.page.locator("#waiting li").filter(has_text=STUCK)
    expect(waiting.locator(".is-late")).to_be_visible()
    open_measure(director, STUCK)
    expect(director.page.locator(".standing .light")).to_contain_text(
        director.say(Light.GREEN.label)
    )
    items = director.page.locator(".open-items")
    expect(items).to_contain_text("逾期2个工作日")

    row = asked.row(STUCK)
    expect(row).to_contain_text("揭榜挂帅")
    expect(row).to_contain_text(asked.say("Coordination item to answer"))
    asked.link("Answer", within=row).click()
    asked.box("answer-text").fill(ANSWER)
    asked.button("Answer").click()
    expect(asked.page.locator("#desk")).to_be_visible()

    director.page.reload()
    expect(items).to_have_count(0)
    expect(director.page.locator(".timeline")).to_contain_text(ANSWER)


def on_the_way(district: Visit) -> None:
    row = district.row(RETURNED)
    expect(row).to_contain_text("照片不能说明是哪家企业")
    district.link("Revise and report again", within=row).click()
    expect(district.panel).to_contain_text("照片不能说明是哪家企业")
    expect(district.box("summary")).to_have_value("新增3家企业完成改造，累计完成7家。")
    district.box("attachments").set_input_files([PAPER])
    district.button("Hand in", within=district.panel).click()
    expect(district.button("Back to work", within=district.panel)).to_be_visible()
    report = measure_of(RETURNED).reports.latest("number")
    assert PAPER["name"] in [piece.name for piece in report.evidence.all()]


def the_reviewer_has_it_again(liaison: Visit) -> None:
    liaison.goto("/review/")
    expect(liaison.page.locator("#item-title")).to_contain_text(RETURNED)
    expect(liaison.page.locator(".pieces")).to_contain_text(PAPER["name"])


def what_is_done(director: Visit) -> None:
    director.go("Workbench")
    director.link("Close measure", within=director.row(TO_CLOSE)).click()
    director.button("Close measure").click()
    director.message("%(code)s is closed as completed.", code=TO_CLOSE)
    assert measure_of(TO_CLOSE).state == State.CLOSED
    director.go("Cockpit")
    director.page.locator(".lights-table .light-blue").locator("xpath=ancestor::tr").locator(
        "a.figure"
    ).first.click()
    expect(director.page.locator(".measures-table")).to_contain_text(TO_CLOSE)
    open_measure(director, CLOSED)
    expect(director.page.locator(".standing .light")).to_contain_text(
        director.say(Light.BLUE.label)
    )
    open_measure(director, SENT_BACK)
    sent_back = director.page.locator(".timeline > .entry").filter(
        has_text=director.say("Completion sent back")
    )
    expect(sent_back.locator("blockquote")).not_to_be_empty()


def in_english_too(director: Visit) -> None:
    director.page.locator(".language button").click()
    director.screen = Screen("en", DESK)
    for task in ("Workbench", "Review", "Measures", "Policies"):
        director.go(task)


# --- Where to look -------------------------------------------------------------------------


def open_measure(visit: Visit, code: str) -> None:
    """By its code, as one would look for it: in the search box of the top bar."""
    visit.page.locator("#finder").fill(code)
    visit.page.locator("#finder").press("Enter")
    found = visit.page.locator(f"main a[href='/measures/{measure_of(code).pk}/']")
    found.first.click()
    expect(visit.page.locator("h1")).to_contain_text(code)


def percent_of(part: Locator) -> float:
    return float(re.search(r"([\d.]+)%", part.locator(".child-progress").inner_text())[1])


def workdays_on(visit: Visit) -> tuple[int, int]:
    """The lead's own and the reviewer's, as the clock of the measure says them."""
    own, reviewer = re.findall(r"(\d+)个工作日", visit.page.locator(".clock-line").inner_text())
    return int(own), int(reviewer)


def measure_of(code: str) -> Measure:
    return Measure.objects.get(code=code)
