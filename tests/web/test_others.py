"""What others take part in: contributions, questions to others, and the draft colleagues share."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import Membership
from apps.measures.models import (
    Contribution,
    ContributionRequest,
    CoordinationItem,
    CoordinationOutcome,
    ProgressReport,
    ReportDraft,
)
from apps.web.workbench import OTHERS
from tests.conftest import PDF, a_plan, an_estimate, fresh, in_progress
from tests.measures.stories_of_others import (
    answered,
    asked,
    asked_to_contribute,
    contributed,
    evidence_of_the_other,
)
from tests.web.here import of_today
from tests.web.test_workbench import desk_of, held
from tests.web.watching import queries_of

IN_PANEL = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def today_cast(cast):
    return of_today(cast)


@pytest.fixture
def measure(today_cast, clause):
    return in_progress(today_cast, clause, plan=an_estimate(today_cast))


def page_of(cast, who: str, address: str) -> str:
    return cast.signed_in(who).get(address).content.decode()


# --- Contributions --------------------------------------------------------------------------


def test_the_lead_asks_its_supporters(today_cast, measure):
    cast = today_cast
    address = f"/measures/{measure.pk}/contributions/ask/"
    client = cast.signed_in("liaison")
    said = {
        "agencies": [cast.agencies["other"].pk],
        "question": "派了几位？",
        "wanted_on": cast.today.isoformat(),
    }
    assert client.post(address, said).status_code == 302
    made = ContributionRequest.objects.get()
    assert (made.question, made.wanted_on) == ("派了几位？", cast.today)
    again = client.post(address, said)
    assert again.status_code == 422
    assert "Other has been asked for this period already." in again.content.decode()


@pytest.mark.parametrize(
    ("who", "ask", "contribute"),
    [
        ("liaison", 200, 403),
        ("drafter", 200, 403),
        ("unit_leader", 403, 403),
        ("stranger", 403, 200),
        ("supervisor", 403, 403),
        ("district_liaison", 404, 404),
    ],
)
def test_who_asks_and_who_contributes(today_cast, measure, who, ask, contribute):
    client = today_cast.signed_in(who)
    assert client.get(f"/measures/{measure.pk}/contributions/ask/").status_code == ask
    assert client.get(f"/measures/{measure.pk}/coordination/ask/").status_code == ask
    assert client.get(f"/measures/{measure.pk}/contribute/").status_code == contribute


def test_where_nobody_supports_a_sentence_stands_in_place_of_the_form(today_cast, clause):
    plan = an_estimate(today_cast, supporters=[])
    alone = in_progress(today_cast, clause, plan=plan)
    page = page_of(today_cast, "liaison", f"/measures/{alone.pk}/contributions/ask/")
    assert "This measure has no supporting agency that could be asked." in page
    assert "wanted_on" not in page


def test_a_supporter_hands_in_text_and_evidence(today_cast, measure):
    asked_to_contribute(today_cast, measure, question="派了几位？")
    client = today_cast.signed_in("stranger")
    address = f"/measures/{measure.pk}/contribute/"
    assert "派了几位？" in client.get(address).content.decode()
    said = {
        "agency": today_cast.agencies["other"].pk,
        "text": "派出三位专家",
        "attachments": [SimpleUploadedFile("名单.pdf", PDF)],
    }
    assert client.post(address, said).status_code == 302
    made = Contribution.objects.get()
    assert (made.text, made.evidence.get().name) == ("派出三位专家", "名单.pdf")
    assert made.request is not None
    piece = made.evidence.get()
    download = today_cast.signed_in("liaison").get(f"/measures/{measure.pk}/evidence/{piece.pk}/")
    assert b"".join(download.streaming_content) == PDF


def test_a_refused_contribution_keeps_what_was_typed_and_no_file(today_cast, measure):
    client = today_cast.signed_in("stranger")
    said = {"agency": today_cast.agencies["other"].pk, "text": " "}
    page = client.post(f"/measures/{measure.pk}/contribute/", said)
    assert page.status_code == 422
    assert "Say what your agency did." in page.content.decode()
    foreign = said | {"agency": today_cast.agencies["bureau"].pk, "text": "x"}
    assert client.post(f"/measures/{measure.pk}/contribute/", foreign).status_code == 422
    assert not Contribution.objects.exists()


def test_the_report_panel_offers_what_was_contributed(today_cast, measure):
    piece = evidence_of_the_other(today_cast)
    contributed(today_cast, measure, evidence=[piece])
    client = today_cast.signed_in("liaison")
    panel = client.get(f"/measures/{measure.pk}/report/", **IN_PANEL).content.decode()
    assert 'data-insert="Other: 派出专家"' in panel
    said = {"seen": measure.version, "summary": "汇总", "progress": "5", "contributed": [piece.pk]}
    assert client.post(f"/measures/{measure.pk}/report/", said, **IN_PANEL).status_code == 200
    assert list(ProgressReport.objects.get().evidence.all()) == [piece]


# --- Coordination items ---------------------------------------------------------------------


def test_asking_an_agency_or_a_leader(today_cast, measure):
    cast, client = today_cast, today_cast.signed_in("liaison")
    address = f"/measures/{measure.pk}/coordination/ask/"
    said = {"question": "何时？", "wanted_on": cast.today.isoformat()}
    nobody = client.post(address, said)
    assert nobody.status_code == 422
    assert "Choose either an agency or a leader." in nobody.content.decode()
    assert client.post(address, said | {"agency": cast.agencies["district"].pk}).status_code == 302
    assert client.post(address, said | {"leader": cast.agencies["bureau"].pk}).status_code == 302
    assert [i.of_leader for i in CoordinationItem.objects.order_by("pk")] == [False, True]


def test_a_leader_whose_term_has_ended_is_not_asked(today_cast, measure):
    cast, address = today_cast, f"/measures/{measure.pk}/coordination/ask/"
    leaders = '<select name="leader"'
    assert leaders in page_of(cast, "liaison", address)
    yesterday = cast.today - timedelta(days=1)
    Membership.objects.filter(role="SUPERVISING_LEADER").update(to_on=yesterday)
    assert leaders not in page_of(cast, "liaison", address)


def test_whoever_is_asked_answers_and_loses_sight_again(today_cast, measure):
    item = asked(today_cast, measure)
    client = today_cast.signed_in("district_liaison")
    opened = client.get(f"/measures/{measure.pk}/coordination/")
    assert opened["Location"] == f"/coordination/{item.pk}/"
    assert "用地何时批复？" in client.get(opened["Location"]).content.decode()
    said = {"way": "answer", "answer-text": "四月批复"}
    answer = client.post(f"/coordination/{item.pk}/", said)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert CoordinationOutcome.objects.get().text == "四月批复"
    assert client.get(f"/coordination/{item.pk}/").status_code == 404
    assert "四月批复" in page_of(today_cast, "liaison", f"/measures/{measure.pk}/")


@pytest.mark.parametrize(
    ("who", "ways"),
    [
        ("district_liaison", {"answer"}),
        ("liaison", {"settle", "withdraw"}),
        ("supervisor", {"record"}),
        ("stranger", set()),
        ("auditor", set()),
    ],
)
def test_who_ends_an_item_and_how(today_cast, measure, who, ways):
    item = asked(today_cast, measure)
    page = page_of(today_cast, who, f"/coordination/{item.pk}/")
    every = ("answer", "record", "settle", "withdraw")
    assert {way for way in every if f'name="way" value="{way}"' in page} == ways
    client = today_cast.signed_in(who)
    for way in set(every) - ways:
        assert client.post(f"/coordination/{item.pk}/", {"way": way}).status_code == 403


def test_a_second_answer_is_told_of_the_first(today_cast, measure):
    item = asked(today_cast, measure, of="other")
    answered(today_cast, item, by="stranger")
    said = {"way": "answer", "answer-text": "又答"}
    page = today_cast.signed_in("stranger").post(f"/coordination/{item.pk}/", said)
    assert page.status_code == 422
    assert "This item has ended already: Answered, stranger." in page.content.decode()


def test_open_items_stand_on_the_measure_page_until_they_have_ended(today_cast, measure):
    item = asked(today_cast, measure)
    address = f"/measures/{measure.pk}/"
    assert "open-item" in page_of(today_cast, "liaison", address)
    answered(today_cast, item)
    page = page_of(today_cast, "liaison", address)
    assert "open-item" not in page
    assert "Question 1: Answered" in page


def test_a_restricted_measures_item_is_seen_by_nobody_else(today_cast, clause):
    secret = in_progress(today_cast, clause, code="s", plan=a_plan(today_cast, restricted=True))
    item = asked(today_cast, secret, of="other")
    seen = {
        who: today_cast.signed_in(who).get(f"/coordination/{item.pk}/").status_code
        for who in ("stranger", "director", "second_supervisor", "district_liaison")
    }
    assert seen == {
        "stranger": 200,
        "director": 200,
        "second_supervisor": 404,
        "district_liaison": 404,
    }


# --- On the desks ---------------------------------------------------------------------------


def test_what_is_asked_lies_on_the_desk_of_who_is_asked(today_cast, measure):
    asked_to_contribute(today_cast, measure)
    asked(today_cast, measure)
    asked(today_cast, measure, of="bureau", of_leader=True)
    assert held(desk_of(today_cast, "stranger")) == {"m-1": ["contribution"]}
    assert held(desk_of(today_cast, "district_liaison")) == {"m-1": ["answer"]}
    assert held(desk_of(today_cast, "leader")) == {"m-1": ["answer"]}
    assert held(desk_of(today_cast, "liaison"), OTHERS) == {"m-1": ["answers", "contributions"]}


def test_the_most_overdue_question_comes_first(today_cast, clause):
    for code, days in (("later", 9), ("sooner", 2), ("middle", 5)):
        plan = an_estimate(today_cast)
        asked(today_cast, in_progress(today_cast, clause, code=code, plan=plan), days=days)
    assert list(held(desk_of(today_cast, "district_liaison"))) == ["sooner", "middle", "later"]


def test_the_desk_says_what_is_asked_by_whom_and_until_when(today_cast, measure):
    item = asked(today_cast, measure)
    page = page_of(today_cast, "district_liaison", "/")
    assert "用地何时批复？" in page
    assert f"/measures/{measure.pk}/coordination/?next=" in page
    assert f'datetime="{item.wanted_on.isoformat()}"' in page
    assert "Bureau" in page


def test_queries_do_not_grow_with_what_is_asked(today_cast, clause):
    addresses = ("/", "/measures/{pk}/")
    counts = []
    for number in range(3):
        measure = in_progress(today_cast, clause, code=f"q-{number}", plan=an_estimate(today_cast))
        asked_to_contribute(today_cast, measure)
        contributed(today_cast, measure, evidence=[evidence_of_the_other(today_cast)])
        for _time in range(number + 1):
            answered(today_cast, asked(today_cast, measure))
            asked(today_cast, measure, of="other")
        client = today_cast.signed_in("stranger")
        counts.append([len(queries_of(client, a.format(pk=measure.pk))) for a in addresses])
    assert counts[1] == counts[2]


# --- The draft ------------------------------------------------------------------------------


def save(client, measure, draft: int = 0, **said):
    return client.post(f"/measures/{measure.pk}/report/draft/", {"draft": draft} | said)


def test_a_colleague_finds_the_draft_and_who_wrote_it(today_cast, measure):
    first = save(today_cast.signed_in("liaison"), measure, summary="写到一半", progress="12")
    assert json.loads(first.content)["version"] == 1
    panel = page_of(today_cast, "drafter", f"/measures/{measure.pk}/report/")
    assert "写到一半" in panel
    assert 'value="12"' in panel
    assert "Draft last written by liaison" in panel


def test_two_at_once_the_second_is_told(today_cast, measure):
    save(today_cast.signed_in("liaison"), measure, summary="一")
    second = today_cast.signed_in("drafter")
    answer = save(second, measure, summary="二")
    assert answer.status_code == 409
    assert json.loads(answer.content)["refused"].startswith("liaison saved this draft at")
    said = {"seen": measure.version, "summary": "二", "progress": "5", "draft": 0}
    page = second.post(f"/measures/{measure.pk}/report/", said, **IN_PANEL)
    assert page.status_code == 409
    told = page.content.decode()
    assert "What liaison saved" in told
    assert "<p>一</p>" in told
    assert 'name="draft" value="1"' in told
    said["draft"] = 1
    assert second.post(f"/measures/{measure.pk}/report/", said, **IN_PANEL).status_code == 200
    assert not ReportDraft.objects.exists()


def test_a_draft_is_for_those_who_report(today_cast, measure):
    for who, status in (("stranger", 403), ("unit_leader", 403), ("district_liaison", 404)):
        assert save(today_cast.signed_in(who), measure, summary="x").status_code == status
    assert not ReportDraft.objects.exists()


def test_a_draft_is_thrown_away(today_cast, measure):
    client = today_cast.signed_in("liaison")
    save(client, measure, summary="一")
    client.post(f"/measures/{measure.pk}/report/draft/discard/", {"draft": 1})
    assert not ReportDraft.objects.exists()


# --- Quantity, and what comes next ----------------------------------------------------------


def test_a_quantity_is_reported_with_the_last_one_at_hand(today_cast, clause):
    plan = a_plan(
        today_cast,
        basis="QUANTITY",
        milestones=[],
        target_quantity=Decimal(1200),
        quantity_unit="台",
    )
    measure = in_progress(today_cast, clause, plan=plan)
    client = today_cast.signed_in("liaison")
    address = f"/measures/{measure.pk}/report/"
    said = {"seen": measure.version, "summary": "装机", "quantity": "300"}
    assert client.post(address, said, **IN_PANEL).status_code == 200
    assert "Last: 300 台." in client.get(address, **IN_PANEL).content.decode()
    assert "300 of 1,200 台" in client.get(f"/measures/{measure.pk}/").content.decode()
    wrong = client.post(address, said | {"quantity": "many"}, **IN_PANEL)
    assert wrong.status_code == 422
    assert "A quantity is a number from 0 upwards" in wrong.content.decode()


def test_after_handing_in_the_next_report_opens(today_cast, clause):
    soon = an_estimate(today_cast, due_on=today_cast.today + timedelta(days=1))
    one, two = (in_progress(today_cast, clause, code=code, plan=soon) for code in ("a", "b"))
    said = {"seen": fresh(one).version, "summary": "事", "progress": "50"}
    client = today_cast.signed_in("liaison")
    page = client.post(f"/measures/{one.pk}/report/", said, **IN_PANEL).content.decode()
    assert "Report 1 on a A measure is handed in and waits for review." in page
    assert f'action="/measures/{two.pk}/report/"' in page
