"""What may happen on the way: two at once, too much, not allowed, another language, the door."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from apps.measures.models import Measure, State
from apps.measures.operations.evidence import too_large
from tests.conftest import (
    PDF,
    an_estimate,
    drafted,
    evidence,
    fresh,
    in_progress,
    proposed,
    reported,
)
from tests.journeys.visits import Screen, Visit

MEGABYTE = 1024 * 1024


@pytest.fixture
def estimated(cast, clause) -> Measure:
    """A measure in progress, reported on by a typed figure."""
    return in_progress(cast, clause, plan=an_estimate(cast))


# --- Two at once ---------------------------------------------------------------------------


def test_whoever_saves_second_sees_both_versions(cast, clause, visit):
    measure = drafted(cast, clause)
    first, second = visit("supervisor"), visit("second_supervisor")
    for each in (first, second):
        each.goto(f"/measures/{measure.pk}/revise/")
    first.box("title").fill("先保存的标题")
    first.button("Save draft").click()
    first.message("%(code)s is saved.", code=measure.code)

    second.expected.add(409)
    second.box("title").fill("后写的标题")
    second.button("Save draft").click()
    versions = second.page.get_by_role("region", name=second.say("Two versions"))
    expect(versions.locator("tbody")).to_contain_text("先保存的标题")
    expect(versions.locator("tbody")).to_contain_text("后写的标题")
    expect(second.box("title")).to_have_value("后写的标题")
    assert fresh(measure).title == "先保存的标题"

    second.button("Save draft").click()
    second.message("%(code)s is saved.", code=measure.code)
    assert fresh(measure).title == "后写的标题"


def test_a_double_click_hands_in_one_report(estimated, visit):
    liaison = open_report(visit("liaison"), estimated)
    liaison.box("progress").fill("30")
    liaison.box("summary").fill("做了一些事")
    liaison.button("Hand in", within=liaison.panel).dblclick()
    expect(liaison.panel).to_contain_text(liaison.say("Handed in"))
    assert estimated.reports.count() == 1


# --- Too much ------------------------------------------------------------------------------


@pytest.mark.parametrize("scripted", [True, False], ids=["scripted", "plain"])
def test_a_file_too_large_is_refused_in_words(estimated, visit, settings, scripted):
    settings.EVIDENCE_MAX_BYTES = MEGABYTE
    large = {"name": "large.pdf", "mimeType": "application/pdf", "buffer": PDF * (MEGABYTE // 10)}
    liaison = visit("liaison", java_script_enabled=scripted)
    liaison.goto(f"/measures/{estimated.pk}/report/")
    liaison.box("progress").fill("30")
    liaison.box("summary").fill("做了一些事")
    liaison.box("attachments").set_input_files([large])
    if not scripted:
        liaison.expected.add(422)
        liaison.button("Hand in").click()
    expect(liaison.page.locator("[data-files-error]")).to_contain_text(too_large())
    expect(liaison.box("summary")).to_have_value("做了一些事")
    assert not estimated.reports.exists()


# --- Not allowed ---------------------------------------------------------------------------


def test_a_stranger_finds_nothing(cast, clause, visit):
    measure = in_progress(cast, clause, plan=an_estimate(cast, supporters=[]))
    piece = evidence(cast)
    report = reported(cast, measure, progress=Decimal(10), evidence=[piece])
    stranger = visit("stranger")
    of_measure = ["", f"evidence/{piece.pk}/", "review/", "report/", "revise/"]
    for address in [f"/measures/{measure.pk}/{end}" for end in of_measure]:
        assert stranger.context.request.get(address).status == 404, address
    assert stranger.context.request.get(f"/review/{report.pk}/").status in (403, 404)
    stranger.goto("/measures/")
    expect(stranger.page.locator("main")).not_to_contain_text(measure.code)


# --- Another language, another light ---------------------------------------------------------


def test_the_language_changes_and_the_page_stays(estimated, visit):
    liaison = visit("liaison")
    liaison.goto(f"/measures/{estimated.pk}/?show=reports")
    liaison.page.get_by_role("button", name="中文").click()
    expect(liaison.page.locator("html")).to_have_attribute("lang", "zh-hans")
    assert liaison.page.url.endswith(f"/measures/{estimated.pk}/?show=reports")
    liaison.page.get_by_role("button", name="English").click()
    expect(liaison.page.locator("html")).to_have_attribute("lang", "en")
    assert liaison.path == f"/measures/{estimated.pk}/"


def test_dark_stays_dark_on_the_next_page(visit):
    liaison = visit("liaison")
    liaison.goto("/")
    liaison.button("Dark or light").click()
    expect(liaison.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    liaison.go("Measures")
    expect(liaison.page.locator("html")).to_have_attribute("data-bs-theme", "dark")


# --- Doors ---------------------------------------------------------------------------------


def test_signing_out_closes_the_door(with_passwords, visit):
    liaison = visit()
    liaison.sign_in("liaison")
    liaison.page.locator(".account-menu summary").click()
    liaison.button("Sign out").click()
    expect(liaison.box("password")).to_be_visible()
    liaison.goto("/measures/")
    expect(liaison.box("password")).to_be_visible()


def test_a_wrong_password_is_said_and_the_right_one_still_opens(with_passwords, visit):
    liaison = visit(screen=Screen("zh-hans"))
    liaison.goto("/")
    liaison.box("login").fill("liaison")
    liaison.box("password").fill("not the passphrase")
    liaison.button("Sign in").click()
    expect(liaison.page.get_by_role("alert")).to_be_visible()
    liaison.sign_in("liaison")


def test_the_director_issues_in_the_admin(with_passwords, clause, visit):
    measure = proposed(with_passwords, clause)
    director = visit()
    director.sign_in("director")
    director.link("Admin").click()
    director.page.locator(".model-measure").get_by_role("link").first.click()
    director.page.get_by_role("link", name=measure.code, exact=True).click()
    issue = director.page.locator(".workflow").get_by_role(
        "button", name=director.say("Issue"), exact=True
    )
    issue.click()
    expect(director.page.locator(".messagelist .success")).to_be_visible()
    assert fresh(measure).state == State.ISSUED


def open_report(liaison: Visit, measure: Measure) -> Visit:
    """The panel over the measure's page."""
    liaison.goto(f"/measures/{measure.pk}/")
    liaison.link("Report progress").click()
    expect(liaison.dialog).to_be_visible()
    return liaison
