"""Every page, on desk and phone: open to everybody, within the screen, in one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from apps.measures.models import Measure, ProgressReport
from apps.measures.operations import MilestonePlan
from apps.policies.models import Clause
from tests.conftest import (
    Cast,
    a_plan,
    an_estimate,
    applied,
    drafted,
    in_progress,
    issued,
    reported,
)
from tests.journeys.visits import DESK, PHONE, Screen, Visit

KNOWN = {"policytrack", "English", "PDF", "Excel", "MB", "KB", "Ctrl", "Enter"}
"""Latin words that belong on a Chinese page."""
KINDS = "pdf, ofd, docx, xlsx, pptx, doc, xls, ppt, wps, png, jpg, jpeg, txt, csv"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")

WAYS = [
    (Screen("zh-hans", DESK), "light"),
    (Screen("zh-hans", PHONE), "light"),
    (Screen("zh-hans", DESK), "dark"),
    (Screen("en", DESK), "light"),
    (Screen("en", PHONE), "light"),
]
TEXT = "一、总体要求\n坚持稳中求进。\n二、主要任务\n（一）建设平台。\n（二）培育企业。\n"

SPOKEN = """() => {
  const said = [document.title, document.body.innerText];
  for (const name of ["aria-label", "placeholder", "title"])
    for (const each of document.querySelectorAll(`[${name}]`)) said.push(each.getAttribute(name));
  for (const each of document.querySelectorAll("svg title, option")) said.push(each.textContent);
  return said.join("\\n");
}"""
INTERFACE = """() => [...document.querySelectorAll(`
    nav .name, nav .counter, button, .btn, label.form-label, legend, th[scope=col], dt, .form-hint,
    h2, h3, .mark-word, .light .word`)]
  .filter(each => !each.closest(".language, .clause-title"))
  .map(each => each.textContent.trim())"""


@dataclass(frozen=True)
class Office:
    """A draft, and a measure in progress with a report that waits, under one clause."""

    clause: Clause
    draft: Measure
    running: Measure
    report: ProgressReport
    completing: Measure


@pytest.fixture
def office(cast: Cast, clause: Clause) -> Office:
    day = cast.today
    plan = a_plan(
        cast,
        milestones=[
            MilestonePlan("1", day + timedelta(days=40)),
            MilestonePlan("2", day + timedelta(days=100)),
        ],
    )
    issued(cast, clause, plan=plan, code="6.1-3")
    running = in_progress(cast, clause, plan=plan, code="6.1-1")
    return Office(
        clause,
        drafted(cast, clause, plan=plan, code="6.1-2"),
        running,
        reported(cast, running),
        applied(cast, clause, plan=an_estimate(cast), code="6.1-4"),
    )


def every_page(visit, office: Office, screen: Screen) -> Iterator[tuple[str, Page]]:
    """Each page by its name, as somebody sees it who works there."""
    entrance = visit(screen=screen)
    entrance.goto("/accounts/login/")
    yield "sign-in", entrance.page
    supervisor, liaison = visit("supervisor", screen), visit("liaison", screen)
    for name, address in {
        "workbench": "/",
        "measures": "/measures/",
        "search": "/search/?q=6.1",
        "measure": f"/measures/{office.running.pk}/",
        "measure to verify": f"/measures/{office.completing.pk}/",
        "verify": f"/measures/{office.completing.pk}/verify/",
        "review": f"/review/{office.report.pk}/",
        "policies": "/policies/",
        "policy": f"/policies/{office.clause.policy_id}/",
        "enter text": f"/policies/{office.clause.policy_id}/clauses/",
        "draft": f"/clauses/{office.clause.pk}/draft/",
        "revise": f"/measures/{office.draft.pk}/revise/",
        "password": "/accounts/password/change/",
        "second factor": "/accounts/2fa/",
    }.items():
        supervisor.goto(address)
        yield name, supervisor.page
    yield "text in preview", preview_of(supervisor, office)
    director = visit("director", screen)
    director.goto(f"/policies/{office.clause.policy_id}/")
    yield "policy of the director", director.page
    liaison.goto("/")
    yield "workbench of the lead", liaison.page
    yield "report panel", open_panel(liaison, office.running)
    for name in ("report", "complete"):
        liaison.goto(f"/measures/{office.running.pk}/{name}/")
        yield name, liaison.page


def preview_of(supervisor: Visit, office: Office) -> Page:
    """The clause editor with a text that was split."""
    supervisor.goto(f"/policies/{office.clause.policy_id}/clauses/")
    supervisor.box("text").fill(TEXT)
    supervisor.button("Preview").click()
    expect(supervisor.button("Save the clauses")).to_be_visible()
    return supervisor.page


def open_panel(liaison: Visit, measure: Measure) -> Page:
    liaison.goto(f"/measures/{measure.pk}/")
    liaison.link("Report progress").click()
    expect(liaison.dialog).to_be_visible()
    return liaison.page


@pytest.mark.parametrize(("screen", "colours"), WAYS, ids=str)
def test_nothing_keeps_people_out_or_leaves_the_screen_or_its_language(
    screen, colours, office, visit
):
    foreign = {"zh-hans": english_on, "en": chinese_on}[screen.language]
    start = partial(visit, color_scheme=colours)
    faults = {
        name: found
        for name, page in every_page(start, office, screen)
        if (found := [*barriers(page), *overflow(page), *foreign(page)])
    }
    assert faults == {}


def test_faults_would_be_seen(visit):
    page = visit().page
    page.set_content(
        "<title>x</title><input><p style='width: 3000px'>Save 保存<button>保存</button>"
    )
    assert barriers(page)
    assert overflow(page)
    assert "Save" in english_on(page)
    assert chinese_on(page) == {"保存"}


def test_what_the_policy_blocks_would_be_seen(visit):
    liaison = visit("liaison")
    liaison.goto("/")
    with liaison.page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        liaison.page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert "Content Security Policy" in liaison.troubles.pop()


# --- What is wrong with a page -------------------------------------------------------------


def barriers(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']]}"
        for each in violations
        if each["impact"] in ("serious", "critical")
    ]


def overflow(page: Page) -> list[str]:
    """Whether the page, or the panel over it, has to be moved sideways to be read."""
    return page.evaluate(
        """() => [document.scrollingElement, document.querySelector("dialog[open]")]
          .filter(each => each && each.scrollWidth > each.clientWidth)
          .map(each => `${each.tagName} is ${each.scrollWidth} wide in ${each.clientWidth}`)"""
    )


def english_on(page: Page) -> set[str]:
    """Latin words of a Chinese page that nobody left there on purpose."""
    said = (
        page.evaluate(SPOKEN)
        .replace(KINDS, "")
        .replace("proof.pdf", "")
        .replace("application/pdf", "")
    )
    return set(LATIN.findall(said)) - KNOWN


def chinese_on(page: Page) -> set[str]:
    """Chinese lines in the interface of an English page; what people wrote is theirs."""
    return {said for said in page.evaluate(INTERFACE) if CHINESE.search(said)}
