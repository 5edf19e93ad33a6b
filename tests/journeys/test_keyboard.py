"""Each person's day by the keyboard alone: Tab, Enter, Space, arrows; the focus is always seen.

The reviewer's own keys (J, K, A, R, U) are tried in test_review.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Measure, ProgressReport, State
from tests.conftest import PDF, Cast, an_estimate, fresh, in_progress, proposed, verified
from tests.journeys.visits import Screen, Visit

MOST_TABS = 90
PROOF = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": PDF}
SEEN = """at => {
  const { outlineStyle, boxShadow } = getComputedStyle(at), place = at.getBoundingClientRect();
  return at.matches(":focus-visible") && (outlineStyle !== "none" || boxShadow !== "none")
    && place.bottom > 0 && place.top < innerHeight;
}"""
"""Whether somebody sees that this is where the next key goes."""
NOWHERE = "() => [null, document.body].includes(document.activeElement)"


class Hands:
    """Somebody who has no mouse."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.keys = visit, visit.page.keyboard

    def to(self, place: Locator) -> None:
        """Tab until the focus is there, and see it."""
        expect(place).to_be_visible()
        for _tab in range(MOST_TABS):
            if place.evaluate("at => at === document.activeElement"):
                assert place.evaluate(SEEN), f"the focus is not seen on {place}"
                return
            self.keys.press("Tab")
        pytest.fail(f"Tab does not lead to {place}")

    def press(self, place: Locator, key: str = "Enter") -> None:
        self.to(place)
        self.keys.press(key)

    def write(self, place: Locator, text: str) -> None:
        self.to(place)
        self.keys.insert_text(text)

    def go(self, task: str) -> None:
        tasks = self.visit.page.get_by_role("navigation", name=self.visit.say("Tasks"))
        self.press(tasks.get_by_role("link", name=self.visit.say(task)))
        expect(self.visit.page.locator("h1")).to_have_text(self.visit.say(task))

    def are_somewhere(self) -> None:
        """After something was swapped or closed, the next Tab starts from a known place."""
        assert not self.visit.page.evaluate(NOWHERE)


@pytest.fixture
def hands(visit):
    def start(who: str, screen: Screen | None = None) -> Hands:
        visited = visit(who, screen or Screen("zh-hans"))
        visited.goto("/")
        return Hands(visited)

    return start


def due_yesterday(cast: Cast, measure: Measure) -> Measure:
    """On the desk on whatever day this runs."""
    yesterday = cast.today - timedelta(days=1)
    Measure.objects.filter(pk=measure.pk).update(due_on=yesterday, overdue_from_on=cast.today)
    return fresh(measure)


def test_a_liaison_reports_a_milestone_with_its_evidence(cast, clause, hands):
    measure = due_yesterday(cast, in_progress(cast, clause))
    liaison = hands("liaison")
    visit, page = liaison.visit, liaison.visit.page
    # Choosers are caught from now on: asked for right before the key, that may come too late.
    page.on("filechooser", lambda chooser: None)
    liaison.press(page.locator(f"#act-report-{measure.pk}"))
    expect(visit.dialog).to_be_visible()
    liaison.are_somewhere()
    liaison.press(visit.panel.get_by_label("第一步"), "Space")
    liaison.write(visit.box("summary"), "选址已经完成")
    liaison.to(visit.box("attachments"))
    with page.expect_file_chooser() as chooser:
        liaison.keys.press("Enter")
    chooser.value.set_files([PROOF])
    liaison.press(visit.panel.locator("button[type=submit]").first)
    expect(visit.panel).to_contain_text(visit.say("Handed in"))
    liaison.are_somewhere()
    liaison.press(visit.button("Back to work", within=visit.panel))
    expect(visit.dialog).to_have_count(0)
    liaison.are_somewhere()
    report = ProgressReport.objects.get()
    assert [row.milestone.title for row in report.milestone_rows.all()] == ["第一步"]
    assert [piece.name for piece in report.evidence.all()] == [PROOF["name"]]


def test_escape_leaves_the_report_and_gives_the_focus_back(cast, clause, hands):
    measure = due_yesterday(cast, in_progress(cast, clause))
    liaison = hands("liaison")
    opener = liaison.visit.page.locator(f"#act-report-{measure.pk}")
    liaison.press(opener)
    expect(liaison.visit.box("summary")).to_be_visible()
    liaison.keys.press("Escape")
    expect(liaison.visit.dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_supervisor_drafts_from_a_clause_and_proposes(cast, clause, hands):
    supervisor = hands("supervisor", Screen("en"))
    visit, page = supervisor.visit, supervisor.visit.page
    supervisor.go("Policies")
    supervisor.press(page.locator(".policy-name").get_by_role("link"))
    supervisor.press(visit.link("Draft a measure").first)
    supervisor.write(visit.box("title"), "建设共性技术平台")
    supervisor.write(page.locator("[data-search-select] input"), "Bureau")
    supervisor.press(visit.box("lead"), "ArrowDown")
    supervisor.write(visit.box("due_workdays"), "60")
    supervisor.write(visit.box("milestones-0-title"), "完成选址")
    supervisor.to(visit.box("milestones-0-due_on"))
    supervisor.keys.type(f"{cast.today + timedelta(days=30):%m%d%Y}")
    supervisor.press(visit.button("Save and propose"))
    drafted = "%(code)s is proposed to the director."
    expect(page.locator(".messages")).to_be_visible()
    measure = Measure.objects.get()
    visit.message(drafted, code=measure.code)
    assert (measure.state, measure.lead) == (State.PROPOSED, cast.agencies["bureau"])
    assert measure.milestones.get().due_on == cast.today + timedelta(days=30)


def test_a_director_issues_follows_a_number_acts_on_many_and_closes(cast, clause, hands):
    first, second = (proposed(cast, clause, code=f"6.1-{n}") for n in (1, 2))
    done = verified(cast, clause, code="6.1-3", plan=an_estimate(cast))
    director = hands("director")
    visit, page = director.visit, director.visit.page

    director.press(
        page.locator(".desk-row").filter(has_text=first.code).locator(".desk-act button")
    )
    visit.message("%(code)s is issued to %(lead)s.", code=first.code, lead="工业和信息化局")

    director.go("Policies")
    director.press(page.locator(".policy-name").get_by_role("link"))
    director.press(page.locator(".matrix td .tally a").first)
    expect(page.locator("h1")).to_have_text(visit.say("Measures"))

    director.go("Measures")
    director.press(page.locator(f"[name=pick][value^='{second.pk}:']"), "Space")
    issue = page.locator(f"#bulk button[value={Action.ISSUE}]")
    director.press(issue)
    director.press(visit.box("confirmed"))
    expect(visit.box("confirmed")).to_have_count(0)

    director.go("Workbench")
    director.press(page.locator(".desk-row").filter(has_text=done.code).locator(".desk-act a"))
    director.press(page.locator(".report-acts button"))
    expect(page.locator("h1")).to_have_text(visit.say("Workbench"))
    assert [fresh(each).state for each in (first, second, done)] == [
        State.ISSUED,
        State.ISSUED,
        State.CLOSED,
    ]
    assert Decision.objects.last().outcome == Decision.Outcome.GRANTED


@pytest.mark.parametrize(
    ("typed", "found"), [("共性", "6.1-1"), ("jsgx", "6.1-1"), ("6.1-2", "6.1-2")]
)
def test_the_search_box_opens_what_the_arrows_choose(typed, found, cast, clause, hands):
    for code, title in (("6.1-1", "建设共性技术平台"), ("6.1-2", "培育企业")):
        in_progress(cast, clause, code=code, plan=an_estimate(cast, title=title))
    reader = hands("liaison")
    page = reader.visit.page
    box = page.locator("#finder")
    reader.keys.press("/")
    expect(box).to_be_focused()
    reader.keys.insert_text(typed)
    hit = page.locator("#finder-results [role=option]").filter(has_text=found).first
    expect(hit).to_be_visible()
    reader.keys.press("ArrowDown")
    expect(page.locator("#finder-results [aria-selected=true]")).to_contain_text(found)
    reader.keys.press("Escape")
    expect(hit).to_be_hidden()
    expect(box).to_be_focused()
    reader.keys.press("ArrowDown")
    reader.keys.press("Enter")
    expect(page.locator("h1 .code")).to_have_text(found)
