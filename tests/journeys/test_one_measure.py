"""A measure's whole way, by four people in four browsers: from the proposal to the closing.

On the way: an objection that is not upheld, an extension, a report that is returned, and an
application for completion that is sent back.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.measures.lifecycle import Action
from apps.measures.lights import Light
from apps.measures.models import Measure, State
from tests.conftest import PDF, Cast, an_estimate, fresh, in_progress
from tests.journeys.visits import DESK, PHONE, Screen, Visit
from tests.web.here import of_today

TITLE, TITLE_EN = "建设共性技术平台", "Build a shared technology platform"
STEPS = ("完成选址", "设备进场", "通过验收")
REASON = "缺少验收材料"
PROOF = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": PDF}
SCREENS = [Screen("zh-hans", DESK), Screen("en", PHONE)]
NOT_OURS = "不属本单位职责"
MISSING = "缺少验收意见"
OPINION = {"name": "验收意见.pdf", "mimeType": "application/pdf", "buffer": PDF}
GROUNDS = "全部建成并通过验收"


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_from_the_proposal_to_the_closing(screen, with_passwords, clause, visit):
    cast, title = with_passwords, TITLE if screen.language == "zh-hans" else TITLE_EN
    User.objects.update(language=screen.language)
    supervisor, director, liaison, leader = (visit(screen=screen) for _ in range(4))

    supervisor.sign_in("supervisor")
    draft_and_propose(supervisor, cast, title)
    director.sign_in("director")
    issue(director, title)
    liaison.sign_in("liaison")
    leader.sign_in("unit_leader")
    measure = Measure.objects.get()
    raise_objection(liaison, measure)
    confirm_objection(leader, title)
    refuse_objection(director, measure)
    acknowledge(liaison, title)
    ask_extension(liaison, measure)
    extend(director, measure)
    report(liaison, title)
    send_back_report(supervisor)
    report_again(liaison, title)
    approve(supervisor)
    apply(liaison, measure)
    send_back(supervisor, measure)
    apply_again(liaison, measure)
    verify(supervisor, measure)
    close(director, measure)
    read_the_story(liaison, measure)


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


def raise_objection(liaison: Visit, measure: Measure) -> None:
    liaison.goto(f"/measures/{measure.pk}/")
    liaison.page.get_by_role("link", name=liaison.say(Action.OBJECT.label), exact=True).click()
    liaison.box("grounds").fill(NOT_OURS)
    liaison.page.get_by_role("button", name=liaison.say(Action.OBJECT.label), exact=True).click()
    expect(liaison.waiting("Waits to be decided")).to_contain_text(NOT_OURS)


def confirm_objection(leader: Visit, title: str) -> None:
    leader.goto("/")
    leader.link("Confirm objection", within=leader.row(title)).click()
    expect(leader.page.locator(".request")).to_contain_text(NOT_OURS)
    leader.button("Confirm objection").click()
    expect(leader.page.locator(".messages")).to_be_visible()


def refuse_objection(director: Visit, measure: Measure) -> None:
    """The inbox offers to uphold it; from there the way leads to refusing it."""
    director.goto("/")
    director.go("Review")
    director.link("Decide objection", within=director.row(measure.code)).click()
    director.link("Refuse objection").click()
    director.box("reason").fill("按职责分工应由本单位牵头")
    director.button("Refuse objection").click()
    director.message("The objection to %(code)s is refused; it goes on.", code=measure.code)
    expect(director.page.locator("h1")).to_have_text(director.say("Review"))


def ask_extension(liaison: Visit, measure: Measure) -> None:
    liaison.goto(f"/measures/{measure.pk}/")
    liaison.link("Ask for an extension").click()
    liaison.box("grounds").fill("设备到货延迟")
    liaison.box("due_on").fill(f"{fresh(measure).due_on + timedelta(days=30)}")
    liaison.button("Ask for an extension").click()
    expect(liaison.waiting("Waits to be decided")).to_contain_text("设备到货延迟")


def extend(director: Visit, measure: Measure) -> None:
    director.go("Review")
    director.link("Grant extension", within=director.row(measure.code)).click()
    director.button("Grant extension").click()
    director.message("The deadline of %(code)s is extended.", code=measure.code)
    assert fresh(measure).due_on == measure.due_on + timedelta(days=30)


def acknowledge(liaison: Visit, title: str) -> None:
    liaison.goto("/")
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


def send_back_report(supervisor: Visit) -> None:
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
    for step in STEPS[1:]:
        liaison.panel.get_by_label(step).check()
    hand_in(liaison, "选址已经完成，验收材料已补齐", title)


def approve(supervisor: Visit) -> None:
    supervisor.go_and_review()
    expect(supervisor.page.locator("#returns")).to_contain_text(REASON)
    listening(supervisor)
    supervisor.page.keyboard.press("a")
    expect(supervisor.page.locator(".review-empty")).to_contain_text(
        supervisor.say("No report is waiting for review.")
    )


def apply(liaison: Visit, measure: Measure) -> None:
    liaison.goto(f"/measures/{measure.pk}/")
    liaison.link("Apply for completion").click()
    liaison.box("grounds").fill("已经建成")
    liaison.box("attachments").set_input_files([OPINION])
    liaison.button("Apply for completion").click()
    liaison.message(
        "Completion of %(code)s is applied for; the supervision office has the turn.",
        code=measure.code,
    )
    top = liaison.waiting("Waits to be decided")
    expect(top).to_contain_text("已经建成")
    expect(top).to_contain_text(liaison.say("Supervision office"))


def send_back(supervisor: Visit, measure: Measure) -> None:
    supervisor.goto("/")
    expect(supervisor.row(measure.code)).to_contain_text(
        supervisor.say("Completion to be verified")
    )
    supervisor.goto(f"/measures/{measure.pk}/")
    supervisor.link("Send back").click()
    supervisor.box("reason").fill(MISSING)
    supervisor.button("Send back").click()
    supervisor.message(
        "The application for completion of %(code)s is sent back.", code=measure.code
    )


def apply_again(liaison: Visit, measure: Measure) -> None:
    """From the workbench, with what was handed in before."""
    liaison.goto("/")
    expect(liaison.row(measure.code)).to_contain_text(MISSING)
    liaison.link("Apply again", within=liaison.row(measure.code)).click()
    expect(liaison.page.locator(".alert")).to_contain_text(MISSING)
    liaison.box("grounds").fill(GROUNDS)
    liaison.page.get_by_label(OPINION["name"]).check()
    liaison.button("Apply for completion").click()
    expect(liaison.waiting("Completion waits")).to_contain_text(measure.code)
    assert fresh(measure).state == State.COMPLETING


def verify(supervisor: Visit, measure: Measure) -> None:
    supervisor.goto("/")
    supervisor.link("Verify completion", within=supervisor.row(measure.code)).click()
    expect(supervisor.page.locator(".request")).to_contain_text(GROUNDS)
    with supervisor.page.expect_download() as download:
        supervisor.page.get_by_role("link", name=OPINION["name"]).click()
    assert Path(download.value.path()).read_bytes() == PDF
    supervisor.button("Verify completion").click()
    expect(supervisor.waiting("Verified, waits for the director")).to_contain_text(measure.code)


def close(director: Visit, measure: Measure) -> None:
    director.goto("/")
    director.link("Close measure", within=director.row(measure.code)).click()
    expect(director.page.locator(".request-step")).to_contain_text(director.say("Verified"))
    director.button("Close measure").click()
    director.message("%(code)s is closed as completed.", code=measure.code)
    assert fresh(measure).state == State.CLOSED


def read_the_story(liaison: Visit, measure: Measure) -> None:
    liaison.goto(f"/measures/{measure.pk}/")
    expect(liaison.page.locator(".standing .light .word")).to_have_text(
        liaison.say(Light.BLUE.label)
    )
    entries = liaison.page.locator(".timeline > .entry")
    told = [
        liaison.say("Closed as completed"),
        liaison.say("Completion verified"),
        liaison.say("Completion applied for"),
        liaison.say("Completion sent back"),
        liaison.say("Completion applied for"),
        liaison.say("Report %(number)d approved", number=2),
        liaison.say("Progress reported"),
        liaison.say("Report %(number)d returned", number=1),
        liaison.say("Progress reported"),
        liaison.say("Extension granted"),
        liaison.say("Extension asked for"),
        liaison.say("Receipt acknowledged"),
        liaison.say("Objection refused"),
        liaison.say("Objection confirmed"),
        liaison.say("Objection raised"),
        liaison.say("Issued to the lead agency"),
        liaison.say("Proposed to the director"),
        liaison.say("Draft started"),
    ]
    expect(entries.locator(".entry-head > strong")).to_have_text(told)
    expect(entries.nth(3)).to_contain_text(MISSING)
    expect(entries.nth(7)).to_contain_text(REASON)
    with liaison.page.expect_download() as download:
        entries.nth(6).get_by_role("link", name=PROOF["name"]).click()
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
