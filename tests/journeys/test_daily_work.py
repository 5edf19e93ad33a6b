"""The daily work of liaison and supporters: contributions, questions, drafts, few interactions."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.measures.models import Measure, ProgressReport, ReportDraft
from tests.conftest import an_estimate, fresh, in_progress
from tests.journeys.visits import DESK, PHONE, Screen, Visit
from tests.measures.stories_of_others import asked_to_contribute

ENGLISH, CHINESE = Screen(), Screen("zh-hans", DESK)


@pytest.fixture
def measure(cast, clause) -> Measure:
    """Past its deadline, so that it lies on the desk on whatever day this runs."""
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    yesterday = cast.today - timedelta(days=1)
    Measure.objects.filter(pk=measure.pk).update(due_on=yesterday, overdue_from_on=cast.today)
    return fresh(measure)


class Counted:
    """A visit whose interactions are counted: each is a click, or a field filled."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.count = visit, 0

    def click(self, locator) -> None:
        self.count += 1
        locator.click()

    def fill(self, name: str, text: str) -> None:
        self.count += 1
        self.visit.box(name).fill(text)


@pytest.mark.parametrize("screen", [ENGLISH, CHINESE], ids=str)
def test_a_report_is_four_interactions_and_no_change_two(cast, measure, visit, screen):
    liaison = visit("liaison", screen)
    for no_change, most in ((False, 4), (True, 2)):
        liaison.goto("/")
        hand = Counted(liaison)
        hand.click(liaison.page.locator(f"#act-report-{measure.pk}"))
        if no_change:
            hand.click(liaison.button("No change in this period", within=liaison.panel))
        else:
            hand.fill("progress", "35")
            hand.fill("summary", "完成样机试制")
            hand.click(liaison.button("Hand in", within=liaison.panel))
        expect(liaison.panel).to_contain_text(liaison.say("Handed in"))
        assert hand.count <= most
    assert [r.no_change for r in ProgressReport.objects.order_by("number")] == [False, True]


def test_a_contribution_goes_from_the_supporter_into_the_report(cast, measure, visit):
    asked_to_contribute(cast, measure, question="派了几位专家？")
    supporter = visit("stranger", CHINESE)
    supporter.goto("/")
    expect(supporter.row(measure.code)).to_contain_text("派了几位专家？")
    supporter.link("Contribute", within=supporter.row(measure.code)).click()
    supporter.box("text").fill("派出三位专家驻厂")
    supporter.button("Hand in").click()
    supporter.message("Your contribution to %(code)s is handed in.", code=measure.code)

    liaison = visit("liaison", CHINESE)
    liaison.goto("/")
    liaison.page.locator(f"#act-report-{measure.pk}").click()
    liaison.box("summary").fill("完成样机试制")
    liaison.button("Insert", within=liaison.panel).click()
    expect(liaison.box("summary")).to_have_value("完成样机试制\n科技局：派出三位专家驻厂")
    liaison.box("progress").fill("40")
    liaison.page.keyboard.press("Control+Enter")
    expect(liaison.panel).to_contain_text(liaison.say("Handed in"))
    assert "派出三位专家驻厂" in ProgressReport.objects.get().summary


def test_a_question_is_asked_and_answered_on_a_phone(cast, measure, visit):
    liaison = visit("liaison")
    liaison.goto(f"/measures/{measure.pk}/")
    liaison.link("Ask for coordination").click()
    liaison.box("question").fill("用地何时批复？")
    liaison.box("agency").select_option(str(cast.agencies["district"].pk))
    liaison.button("Ask").click()
    liaison.message("The question is asked; it waits for an answer.")

    district = visit("district_liaison", Screen("zh-hans", PHONE))
    district.goto("/")
    expect(district.row(measure.code)).to_contain_text("用地何时批复？")
    district.link("Answer", within=district.row(measure.code)).click()
    district.box("answer-text").fill("四月底前批复")
    district.button("Answer").click()
    expect(district.page.locator("#desk")).to_be_visible()

    liaison.goto(f"/measures/{measure.pk}/")
    expect(liaison.page.locator(".timeline")).to_contain_text("四月底前批复")
    expect(liaison.page.locator(".open-item")).to_have_count(0)


def test_a_colleague_goes_on_with_the_draft_on_another_machine(cast, measure, visit):
    liaison = visit("liaison")
    liaison.goto(f"/measures/{measure.pk}/report/")
    liaison.box("summary").fill("写到一半")
    expect(liaison.page.locator("[data-draft-state]")).to_contain_text("Draft saved")

    drafter = visit("drafter")
    drafter.goto(f"/measures/{measure.pk}/report/")
    expect(drafter.box("summary")).to_have_value("写到一半")
    drafter.box("summary").fill("写到一半，写完了")
    expect(drafter.page.locator("[data-draft-state]")).to_contain_text("Draft saved")

    liaison.expected.add(409)
    liaison.box("next_step").fill("下一步")
    told = liaison.page.locator("[data-draft-conflict]")
    expect(told).to_contain_text("王芳 saved this draft at")
    assert ReportDraft.objects.get().content["summary"] == "写到一半，写完了"


def test_without_a_connection_it_says_so_and_tries_again(cast, measure, visit):
    liaison = visit("liaison")
    liaison.goto(f"/measures/{measure.pk}/report/")
    address = "**/report/draft/"
    liaison.page.route(address, lambda route: route.abort("connectionaborted"))
    state = liaison.page.locator("[data-draft-state]")
    liaison.box("summary").fill("离线时写的")
    expect(state).to_contain_text("Not saved")
    liaison.page.unroute(address)
    expect(state).to_contain_text("Draft saved")
    liaison.troubles.clear()  # the broken connection was meant
    assert ReportDraft.objects.get().content["summary"] == "离线时写的"


def test_a_pasted_picture_becomes_evidence_with_a_name_of_its_own(cast, measure, visit):
    liaison = visit("liaison")
    liaison.goto(f"/measures/{measure.pk}/report/")
    liaison.box("progress").fill("20")
    liaison.box("summary").fill("见图")
    liaison.box("summary").evaluate(
        """box => {
            const data = new DataTransfer();
            const bytes = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 0]);
            data.items.add(new File([bytes], "image.png", { type: "image/png" }));
            box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }"""
    )
    expect(liaison.page.locator("[data-files] li")).to_have_count(1)
    liaison.button("Hand in").click()
    expect(liaison.panel).to_contain_text(liaison.say("Handed in"))
    name = ProgressReport.objects.get().evidence.get().name
    assert name.endswith(".png")
    assert name[:2] == "20"
