"""Every page, on desk and phone: open to everybody, within the screen, in one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from apps.agencies.models import District
from apps.measures.models import CoordinationItem, Evidence, Measure, ProgressReport
from apps.measures.operations import MilestonePlan, add_evidence
from apps.policies.models import Clause
from apps.reminders.models import BulletinProposal, Urging
from tests import soak
from tests.conftest import (
    Cast,
    a_plan,
    an_estimate,
    applied,
    broken_down,
    drafted,
    evidence,
    in_progress,
    issued,
    proposed,
    reported,
)
from tests.journeys.visits import DESK, PHONE, Screen, Visit
from tests.measures.stories_of_others import asked, asked_to_contribute
from tests.web.reminding import reminded

KNOWN = {"policytrack", "English", "PDF", "CSV", "Excel", "MB", "KB", "Ctrl", "Enter"}
"""Latin words that belong on a Chinese page."""
FILES = re.compile(r"\w+\.(pdf|txt)")
KINDS = "pdf, ofd, docx, xlsx, pptx, doc, xls, ppt, wps, png, jpg, jpeg, txt, csv"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")

WAYS = [(Screen("zh-hans", DESK), "light"), (Screen("en", PHONE), "dark")]
"""Each language, width and colouring once."""
if soak.ROUNDS:
    WAYS += [(Screen("zh-hans", PHONE), "light"), (Screen("en", DESK), "dark")]
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
    """A measure on each part of its way, under one clause; others are asked about the running one,
    whose report waits for review.
    """

    clause: Clause
    draft: Measure
    proposal: Measure
    running: Measure
    part: Measure
    report: ProgressReport
    item: CoordinationItem
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
    asked_to_contribute(cast, running, question="派了几位专家？")
    escalated(cast, running)
    first = frozenset({running.milestones.first().pk})
    proof = [evidence(cast), a_text(cast)]
    return Office(
        clause,
        draft=drafted(cast, clause, plan=plan, code="6.1-2"),
        proposal=proposed(cast, clause, plan=plan, code="6.1-5"),
        running=running,
        part=broken_down(cast, running)[0],
        report=reported(cast, running, reached=first, evidence=proof),
        item=asked(cast, running),
        completing=applied(cast, clause, plan=an_estimate(cast), code="6.1-4"),
    )


def escalated(cast: Cast, measure: Measure) -> None:
    """Somebody was reminded of it, its lead urged, and a place in the bulletin proposed."""
    said = {"measure": measure, "owed_on": cast.today, "at": cast.at(8)}
    Urging.objects.create(**said, step=5, year=2026, number=7, agency=measure.lead)
    BulletinProposal.objects.create(**said, step=5)
    reminded(cast, "liaison", measure, "report", is_escalation=True)
    reminded(cast, "liaison", measure, "milestone", facts={"milestone": "样机"})


def a_text(cast: Cast) -> Evidence:
    """A file that the review page shows in place."""
    return add_evidence(
        ContentFile("验收通过".encode()),
        name="proof.txt",
        agency=cast.agencies["bureau"],
        by=cast["liaison"],
        at=cast.at(),
    )


Named = Iterator[tuple[str, Page]]


def every_page(visit, office: Office, screen: Screen) -> Named:
    """Each page by its name, as somebody sees it who works there."""
    entrance = visit(screen=screen)
    entrance.goto("/accounts/login/")
    yield "sign-in", entrance.page
    yield from of_the_supervisor(visit("supervisor", screen), office)
    yield from of_the_lead(visit("liaison", screen), office)
    yield from of_others(visit, office, screen)
    yield from of_the_director(visit("director", screen), office)
    yield from at_addresses(visit("administrator", screen), {"operation": "/operation/"})


def of_the_supervisor(supervisor: Visit, office: Office) -> Named:
    yield from at_addresses(
        supervisor,
        {
            "workbench": "/",
            "measures": "/measures/",
            "search": "/search/?q=6.1",
            "measure": f"/measures/{office.running.pk}/",
            "break down": f"/measures/{office.running.pk}/break-down/",
            "instruction on paper": f"/measures/{office.running.pk}/instructions/record/",
            "measure to verify": f"/measures/{office.completing.pk}/",
            "verify": f"/measures/{office.completing.pk}/verify/",
            "send back": f"/measures/{office.completing.pk}/send-back/",
            "agencies": "/agencies/",
            "agency": f"/agencies/{office.running.lead_id}/",
            "policies": "/policies/",
            "cockpit": "/cockpit/",
            "cockpit of a past day": f"/cockpit/?on={date(2026, 1, 5)}&figure=led",
            "district": f"/districts/{District.objects.get().pk}/",
            "policy": f"/policies/{office.clause.policy_id}/",
            "enter text": f"/policies/{office.clause.policy_id}/clauses/",
            "draft": f"/clauses/{office.clause.pk}/draft/",
            "revise": f"/measures/{office.draft.pk}/revise/",
            "password": "/accounts/password/change/",
            "second factor": "/accounts/2fa/",
        },
    )
    yield "text in preview", preview_of(supervisor, office)
    yield "review, evidence open", evidence_open(supervisor, office)


def of_the_lead(liaison: Visit, office: Office) -> Named:
    liaison.goto("/")
    yield "workbench of the lead", liaison.page
    yield "report panel", open_panel(liaison, office.running)
    running = f"/measures/{office.running.pk}"
    yield from at_addresses(
        liaison,
        {
            "report": f"{running}/report/",
            "complete": f"{running}/apply/",
            "ask for a contribution": f"{running}/contributions/ask/",
            "ask for coordination": f"{running}/coordination/ask/",
            "urging notices": f"{running}/urgings/",
            "messages": "/messages/",
            "preferences": "/preferences/",
        },
    )


def of_others(visit, office: Office, screen: Screen) -> Named:
    supporter, district = visit("stranger", screen), visit("district_liaison", screen)
    supporter.goto(f"/measures/{office.running.pk}/contribute/")
    yield "contribute", supporter.page
    district.goto(f"/coordination/{office.item.pk}/")
    yield "answer", district.page


def of_the_director(director: Visit, office: Office) -> Named:
    yield from at_addresses(
        director,
        {
            "return a proposal": f"/measures/{office.proposal.pk}/return/",
            "issue with weekly reports": f"/measures/{office.proposal.pk}/issue/weekly/",
            "bulletin": f"/measures/{office.running.pk}/bulletin/",
            "what was sent": f"/measures/{office.running.pk}/?show=reminders",
            "detach": f"/measures/{office.part.pk}/detach/",
            "policy of the director": f"/policies/{office.clause.policy_id}/",
        },
    )
    director.page.locator("form[action='/measures/bulk/'] button").click()
    expect(director.box("confirmed")).to_be_visible()
    yield "many to confirm", director.page
    director.box("confirmed").click()
    expect(director.box("confirmed")).to_have_count(0)
    yield "many done", director.page


def at_addresses(visit: Visit, addresses: dict[str, str]) -> Named:
    for name, address in addresses.items():
        visit.goto(address)
        yield name, visit.page


def preview_of(supervisor: Visit, office: Office) -> Page:
    """The clause editor with a text that was split."""
    supervisor.goto(f"/policies/{office.clause.policy_id}/clauses/")
    supervisor.box("text").fill(TEXT)
    supervisor.button("Preview").click()
    expect(supervisor.button("Save the clauses")).to_be_visible()
    return supervisor.page


def evidence_open(supervisor: Visit, office: Office) -> Page:
    supervisor.goto(f"/review/{office.report.pk}/")
    supervisor.page.locator("[data-view=text] summary").click()
    expect(supervisor.page.locator(".piece-shown pre")).to_have_text("验收通过")
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
    said = page.evaluate(SPOKEN).replace(KINDS, "").replace("application/pdf", "")
    said = FILES.sub("", said)
    return set(LATIN.findall(said)) - KNOWN


def chinese_on(page: Page) -> set[str]:
    """Chinese lines in the interface of an English page; what people wrote is theirs."""
    return {said for said in page.evaluate(INTERFACE) if CHINESE.search(said)}
