"""A measure's whole way, by three people in three browsers: drafted, issued, reported, approved."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.measures.lifecycle import Action
from apps.measures.lights import Light
from apps.measures.models import Measure, State
from tests.conftest import PDF, Cast, an_estimate, in_progress
from tests.journeys.visits import DESK, PHONE, Screen, Visit
from tests.web.here import of_today

TITLE, TITLE_EN = "建设共性技术平台", "Build a shared technology platform"
STEPS = ("完成选址", "设备进场", "通过验收")
REASON = "缺少验收材料"
PROOF = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": PDF}
SCREENS = [Screen("zh-hans", PHONE), Screen("en", DESK)]


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_from_a_clause_to_an_approved_report(screen, with_passwords, clause, visit):
    cast, title = with_passwords, TITLE if screen.language == "zh-hans" else TITLE_EN
    User.objects.update(language=screen.language)
    supervisor, director, liaison = (visit(screen=screen) for _ in range(3))

    supervisor.sign_in("supervisor")
    draft_and_propose(supervisor, cast, title)
    director.sign_in("director")
    issue(director, title)
    liaison.sign_in("liaison")
    acknowledge(liaison, title)
    report(liaison, title)
    send_back(supervisor)
    report_again(liaison, title)
    approve(supervisor)
    read_the_story(liaison, title)


# --- What each of them does ----------------------------------------------------------------


def draft_and_propose(supervisor: Visit, cast: Cast, title: str) -> None:
    page = supervisor.page
    supervisor.go("Policies")
    page.locator(".policy-name").get_by_role("link").click()
    supervisor.link("Draft a measure").click()
    supervisor.box("title").fill(TITLE)
    supervisor.box("title_en").fill(TITLE_EN)
    supervisor.box("lead").select_option(str(cast.agencies["bureau"].pk))
    page.locator(f"[name=supporters][value='{cast.agencies['other'].pk}']").check()
    supervisor.box("due_on").fill(f"{cast.today + timedelta(days=120)}")
    supervisor.button("Add a milestone").click()
    for n, step in enumerate(STEPS):
        supervisor.box(f"milestones-{n}-title").fill(step)
        supervisor.box(f"milestones-{n}-due_on").fill(f"{cast.today + timedelta(days=40 * n + 30)}")
    supervisor.button("Save and propose").click()
    supervisor.message("%(code)s is proposed to the director.", code=Measure.objects.get().code)
    supervisor.go("Workbench")
    expect(supervisor.waiting("Waits for the director")).to_contain_text(title)


def issue(director: Visit, title: str) -> None:
    expect(director.row(title)).to_contain_text(director.say("Proposed, to be issued"))
    director.row(title).get_by_role("link", name=title).click()
    director.page.get_by_role("button", name=director.say(Action.ISSUE.label), exact=True).click()
    expect(director.page.locator(".standing")).to_contain_text(director.say(State.ISSUED.label))


def acknowledge(liaison: Visit, title: str) -> None:
    expect(liaison.row(title)).to_contain_text(liaison.say("Newly issued, to be acknowledged"))
    liaison.button("Acknowledge receipt", within=liaison.row(title)).click()
    expect(liaison.button("Acknowledge receipt")).to_have_count(0)
    assert Measure.objects.get().state == State.IN_PROGRESS


def report(liaison: Visit, title: str) -> None:
    liaison.go("Measures")
    liaison.page.get_by_role("link", name=title).click()
    liaison.link("Report progress").click()
    liaison.panel.get_by_label(STEPS[0]).check()
    liaison.box("attachments").set_input_files([PROOF])
    hand_in(liaison, "选址已经完成", title)


def hand_in(liaison: Visit, summary: str, title: str) -> None:
    """By keyboard, from the field that was written last; then it waits for the reviewer."""
    liaison.box("summary").fill(summary)
    liaison.box("summary").press("Control+Enter")
    expect(liaison.panel).to_contain_text(liaison.say("Handed in"))
    liaison.button("Back to work", within=liaison.panel).click()
    expect(liaison.dialog).to_have_count(0)
    liaison.go("Workbench")
    expect(liaison.waiting("Waits for review")).to_contain_text(title)


def send_back(supervisor: Visit) -> None:
    supervisor.go_and_review()
    expect(supervisor.page.locator("#item")).to_contain_text("选址已经完成")
    listening(supervisor)
    supervisor.page.keyboard.press("r")
    supervisor.page.keyboard.insert_text(REASON)
    supervisor.page.keyboard.press("Control+Enter")
    expect(supervisor.page.locator(".review-empty")).to_be_visible()


def listening(supervisor: Visit) -> None:
    """The legend of the keys is shown by the script that hears them."""
    expect(supervisor.page.locator("[data-keys]")).not_to_have_attribute("hidden", "")


def report_again(liaison: Visit, title: str) -> None:
    liaison.go("Workbench")
    expect(liaison.row(title)).to_contain_text(REASON)
    liaison.link("Revise and report again", within=liaison.row(title)).click()
    expect(liaison.panel).to_contain_text(REASON)
    expect(liaison.box("summary")).to_have_value("选址已经完成")
    expect(liaison.panel.get_by_label(PROOF["name"])).to_be_checked()
    hand_in(liaison, "选址已经完成，验收材料已补齐", title)


def approve(supervisor: Visit) -> None:
    supervisor.go_and_review()
    expect(supervisor.page.locator("#returns")).to_contain_text(REASON)
    listening(supervisor)
    supervisor.page.keyboard.press("a")
    expect(supervisor.page.locator(".review-empty")).to_contain_text(
        supervisor.say("No report is waiting for review.")
    )


def read_the_story(liaison: Visit, title: str) -> None:
    liaison.go("Measures")
    liaison.page.get_by_role("link", name=title).click()
    expect(liaison.page.locator(".standing .light-green .word")).to_have_text(
        liaison.say(Light.GREEN.label)
    )
    entries = liaison.page.locator(".timeline > .entry")
    told = [
        liaison.say("Report %(number)d approved", number=2),
        liaison.say("Progress reported"),
        liaison.say("Report %(number)d returned", number=1),
        liaison.say("Progress reported"),
        liaison.say("Receipt acknowledged"),
        liaison.say("Issued to the lead agency"),
        liaison.say("Proposed to the director"),
        liaison.say("Draft started"),
    ]
    expect(entries.locator(".entry-head > strong")).to_have_text(told)
    expect(entries.nth(2)).to_contain_text(REASON)
    with liaison.page.expect_download() as download:
        entries.nth(1).get_by_role("link", name=PROOF["name"]).click()
    assert download.value.suggested_filename == PROOF["name"]
    assert download.value.path().read_bytes() == PDF


# --- And how little it takes ---------------------------------------------------------------


def test_no_change_is_handed_in_with_few_clicks(cast, clause, visit):
    """From the workbench: at most four."""
    measure = long_in_progress(cast, clause)
    liaison, clicks = visit("liaison"), []
    liaison.goto("/")
    for find in (
        lambda: liaison.link("Report progress", within=liaison.row(measure.code)),
        lambda: liaison.button("No change in this period", within=liaison.panel),
    ):
        clicks.append(find().click())
    expect(liaison.panel).to_contain_text(liaison.say("Handed in"))
    assert measure.reports.get().no_change
    assert len(clicks) <= 4


def long_in_progress(cast: Cast, clause) -> Measure:
    """Begun two months ago and never reported on, so that a report is missing on any day."""
    cast.today -= timedelta(days=60)
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    of_today(cast)
    return measure
