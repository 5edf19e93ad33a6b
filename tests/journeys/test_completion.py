"""Completion, by three people: applied for, sent back, applied for again, verified, closed."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from apps.measures.lights import Light
from apps.measures.models import Measure, State
from tests.conftest import PDF, an_estimate, finished, fresh
from tests.journeys.visits import DESK, PHONE, Screen, Visit

REASON = "缺少验收意见"
PROOF = {"name": "验收意见.pdf", "mimeType": "application/pdf", "buffer": PDF}
GROUNDS = "全部建成并通过验收"


@pytest.mark.parametrize("screen", [Screen("zh-hans", DESK), Screen("en", PHONE)], ids=str)
def test_from_the_application_to_the_closed_measure(screen, cast, clause, visit):
    measure = finished(cast, clause, plan=an_estimate(cast))
    liaison, supervisor, director = (
        visit(who, screen=screen) for who in ("liaison", "supervisor", "director")
    )
    apply(liaison, measure)
    send_back(supervisor, measure)
    apply_again(liaison, measure)
    verify(supervisor, measure)
    close(director, measure)
    read_the_story(liaison, measure)


def apply(liaison: Visit, measure: Measure) -> None:
    liaison.goto(f"/measures/{measure.pk}/")
    liaison.link("Apply for completion").click()
    liaison.box("grounds").fill("已经建成")
    liaison.box("attachments").set_input_files([PROOF])
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
    supervisor.box("reason").fill(REASON)
    supervisor.button("Send back").click()
    supervisor.message(
        "The application for completion of %(code)s is sent back.", code=measure.code
    )


def apply_again(liaison: Visit, measure: Measure) -> None:
    """From the workbench, with what was handed in before."""
    liaison.goto("/")
    expect(liaison.row(measure.code)).to_contain_text(REASON)
    liaison.link("Apply again", within=liaison.row(measure.code)).click()
    expect(liaison.page.locator(".alert")).to_contain_text(REASON)
    liaison.box("grounds").fill(GROUNDS)
    liaison.page.get_by_label(PROOF["name"]).check()
    liaison.button("Apply for completion").click()
    expect(liaison.waiting("Completion waits")).to_contain_text(measure.code)
    assert fresh(measure).state == State.COMPLETING


def verify(supervisor: Visit, measure: Measure) -> None:
    supervisor.goto("/")
    supervisor.link("Verify completion", within=supervisor.row(measure.code)).click()
    expect(supervisor.page.locator(".request")).to_contain_text(GROUNDS)
    with supervisor.page.expect_download() as download:
        supervisor.page.get_by_role("link", name=PROOF["name"]).click()
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
    told = liaison.page.locator(".timeline > .entry .entry-head > strong")
    expect(told.nth(0)).to_have_text(liaison.say("Closed as completed"))
    expect(told.nth(3)).to_have_text(liaison.say("Completion sent back"))
    expect(liaison.page.locator(".timeline > .entry").nth(3)).to_contain_text(REASON)
