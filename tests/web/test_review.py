"""The review queue through HTTP: what it shows, what a decision does, who may."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Membership
from apps.core.actor import Role
from apps.measures import operations
from apps.measures.models import ProgressReport, Review
from tests.conftest import an_estimate, broken_down, fresh, in_progress, reported
from tests.web.here import in_chinese, of_today
from tests.web.reviewing import decide, item, waiting
from tests.web.watching import queries_of, writes_in

QUEUE, INBOX = "/review/", "/inbox/"
REASON = "缺少验收材料"


@pytest.fixture
def cast(cast):
    return of_today(cast)


# --- What it shows ----------------------------------------------------------------------------


def test_the_oldest_report_is_open(cast, clause):
    first, second = waiting(cast, clause), waiting(cast, clause, code="m-2")
    context = cast.signed_in("supervisor").get(QUEUE).context
    assert [each.report for each in context["queue"]] == [first, second]
    assert context["report"] == first
    assert (context["place"], context["preceding"], context["following"]) == (1, None, second.pk)


def test_an_empty_queue_says_so(cast):
    page = cast.signed_in("supervisor").get(QUEUE).content.decode()
    assert "No report is waiting for review." in page
    chinese = cast.signed_in("supervisor", language="zh-hans").get(QUEUE).content.decode()
    assert in_chinese("No report is waiting for review.") in chinese


def test_the_count_beside_the_navigation_is_the_queue(cast, clause):
    waiting(cast, clause)
    waiting(cast, clause, code="m-2", restricted=True)
    for name, count in (("director", 2), ("second_supervisor", 1)):
        context = cast.signed_in(name).get(QUEUE).context
        entry = next(entry for entry in context["nav"] if entry.url == INBOX)
        assert entry.count == context["total"] == len(context["queue"]) == count


# --- Deciding -----------------------------------------------------------------------------------


def test_approving_opens_the_next_one(cast, clause):
    first, second = waiting(cast, clause), waiting(cast, clause, code="m-2")
    response = decide(cast, first, "approve")
    assert urlsplit(response["Location"]).path == item(second)
    assert fresh(first.measure).approved_progress == 50
    assert urlsplit(decide(cast, second, "approve")["Location"]).path == QUEUE


def test_after_the_last_one_the_oldest_opens(cast, clause):
    first, second = waiting(cast, clause), waiting(cast, clause, code="m-2")
    location = decide(cast, second, "return", reason=REASON)["Location"]
    assert urlsplit(location).path == QUEUE
    assert cast.signed_in("supervisor").get(QUEUE).context["report"] == first


def test_the_message_says_what_was_decided(cast, clause):
    report, client = waiting(cast, clause), cast.signed_in("supervisor")
    data = {"decision": "return", "reason": REASON, "seen": fresh(report.measure).version}
    page = client.post(item(report), data, follow=True).content.decode()
    assert "Report 1 on m-1 is returned." in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("reason", ["", "  "])
def test_a_return_needs_a_reason(cast, clause, reason, language):
    sentence = "Say why the report is returned."
    report = waiting(cast, clause)
    response = decide(cast, report, "return", reason=reason, language=language)
    assert response.status_code == 422
    assert (sentence if language == "en" else in_chinese(sentence)) in response.content.decode()
    assert not Review.objects.exists()


def test_recent_reasons_of_the_office_are_offered(cast, clause):
    for code, reason in (("m-1", "甲"), ("m-2", "乙"), ("m-3", "甲")):
        report = waiting(cast, clause, code=code)
        decide(cast, report, "return", reason=reason)
    report = waiting(cast, clause, code="m-4")
    client = cast.signed_in("second_supervisor")
    assert client.get(item(report)).context["reasons"] == ["甲", "乙"]


def test_ones_own_reasons_come_before_those_of_the_office(cast, clause):
    given = (("supervisor", "甲"), ("second_supervisor", "乙"), ("director", "丙"))
    for code, (who, reason) in enumerate(given):
        report = waiting(cast, clause, code=f"m-{code}")
        decide(cast, report, "return", reason=reason, by=who)
    report = waiting(cast, clause, code="m-4")
    offered = {
        who: cast.signed_in(who).get(item(report)).context["reasons"]
        for who in ("supervisor", "second_supervisor", "director")
    }
    assert offered == {
        "supervisor": ["甲", "丙", "乙"],
        "second_supervisor": ["乙", "丙", "甲"],
        "director": ["丙", "乙", "甲"],
    }


def test_reasons_about_what_one_may_not_read_are_not_offered(cast, clause):
    secret = waiting(cast, clause, restricted=True)
    decide(cast, secret, "return", reason="机密", by="director")
    report = waiting(cast, clause, code="m-2")
    client = cast.signed_in("second_supervisor")
    assert client.get(item(report)).context["reasons"] == []


@pytest.mark.parametrize(
    "said",
    [
        {"decision": "burn"},
        {"decision": ""},
        {"seen": ""},
        {"seen": "x"},
        {"seen": "-1"},
        {"reason": "字" * 1001, "decision": "return"},
        {"reason": "nul\0", "decision": "return"},
    ],
)
def test_bad_input_decides_nothing(cast, clause, said):
    report = waiting(cast, clause)
    data = {"decision": "approve", **said}
    response = decide(cast, report, data.pop("decision"), **data)
    assert response.status_code == 422
    assert not Review.objects.exists()


def test_a_double_click_decides_once(cast, clause):
    report = waiting(cast, clause)
    seen = fresh(report.measure).version
    decide(cast, report, "approve", seen=seen)
    response = decide(cast, report, "approve", seen=seen)
    assert response.status_code == 409
    assert "supervisor reviewed this report at" in response.content.decode()
    assert Review.objects.count() == 1


def test_who_comes_second_is_told_and_keeps_the_reason(cast, clause):
    report = waiting(cast, clause)
    seen = fresh(report.measure).version
    decide(cast, report, "approve", seen=seen)
    response = decide(cast, report, "return", seen=seen, reason=REASON, by="second_supervisor")
    page = response.content.decode()
    assert response.status_code == 409
    assert "supervisor reviewed this report at" in page
    assert REASON in page
    assert Review.objects.get().outcome == Review.Outcome.APPROVED


def test_a_report_added_meanwhile_is_said_and_the_decision_can_be_repeated(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    first = reported(cast, measure, progress=Decimal(20))
    seen = fresh(measure).version
    reported(cast, measure, progress=Decimal(30))
    response = decide(cast, first, "return", seen=seen, reason=REASON)
    assert response.status_code == 409
    assert "liaison changed this measure" in response.content.decode()
    assert REASON in response.content.decode()
    again = response.context["measure"].version
    assert decide(cast, first, "return", seen=again, reason=REASON).status_code == 302


# --- Taking it back -----------------------------------------------------------------------------


def undo(client, shown):
    """Press the button of the page that followed the decision."""
    made = shown.context["undo"].review
    url = reverse("web:withdraw_review", args=[made.report_id])
    return client.post(url, {"review": made.pk, "seen": made.report.measure.version}, follow=True)


@pytest.mark.parametrize(("decision", "reason"), [("approve", ""), ("return", REASON)])
def test_undo_brings_the_item_back(cast, clause, decision, reason):
    first, second = waiting(cast, clause), waiting(cast, clause, code="m-2")
    client = cast.signed_in("supervisor")
    said = {"decision": decision, "reason": reason, "seen": fresh(first.measure).version}
    shown = client.post(item(first), said, follow=True)
    assert shown.context["report"] == second
    assert 0 < shown.context["undo"].seconds <= 10
    back = undo(client, shown)
    assert back.context["report"] == first
    assert [each.report for each in back.context["queue"]] == [first, second]
    assert (back.context["form"]["reason"].value() or "") == reason
    assert back.context["undo"] is None
    assert first.reviews.last().outcome == Review.Outcome.WITHDRAWN


def test_after_its_seconds_there_is_no_undo(cast, clause, monkeypatch):
    report, client = waiting(cast, clause), cast.signed_in("supervisor")
    shown = client.post(
        item(report), {"decision": "approve", "seen": fresh(report.measure).version}, follow=True
    )
    monkeypatch.setattr("apps.web.pages.review.now", lambda: timezone.now() + timedelta(seconds=11))
    page = undo(client, shown).content.decode()
    assert "A review can be withdrawn within 10 seconds; that time has passed." in page
    later = client.get(QUEUE, {"reviewed": Review.objects.get().pk})
    assert later.context["undo"].seconds == 0
    assert "Report 1 on m-1 is approved." in later.content.decode()
    assert "withdraw/" not in later.content.decode()


def test_another_persons_review_is_not_offered_for_undo(cast, clause):
    report = waiting(cast, clause)
    decide(cast, report, "approve")
    made, client = Review.objects.get(), cast.signed_in("director")
    assert client.get(QUEUE, {"reviewed": made.pk}).context["undo"] is None
    url = reverse("web:withdraw_review", args=[report.pk])
    assert client.post(url, {"review": made.pk, "seen": 9}).status_code in (302, 403)
    assert Review.objects.in_force().get() == made


@pytest.mark.parametrize("pk", ["0", "x", "", "999999"])
def test_a_review_that_is_not_there_is_not_withdrawn(cast, clause, pk):
    report, client = waiting(cast, clause), cast.signed_in("supervisor")
    url = reverse("web:withdraw_review", args=[report.pk])
    assert client.post(url, {"review": pk, "seen": "1"}).status_code == 404
    assert client.get(QUEUE, {"reviewed": pk}).context["undo"] is None


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["auditor", "administrator"])
def test_only_the_office_and_units_review(cast, clause, name):
    report = waiting(cast, clause)
    client = cast.signed_in(name)
    for url in (QUEUE, item(report)):
        response = client.get(url)
        assert response.status_code == 403
        assert "Only the supervision office, and the lead of" in response.content.decode()
    assert decide(cast, report, "approve", by=name).status_code == 403
    assert not Review.objects.exists()


@pytest.mark.parametrize("name", ["liaison", "unit_leader", "stranger"])
def test_units_review_nothing_but_reports_on_their_parts(cast, clause, name):
    report = waiting(cast, clause)
    client = cast.signed_in(name)
    assert list(client.get(QUEUE).context["queue"]) == []
    assert client.get(item(report)).status_code == 404
    assert decide(cast, report, "approve", by=name).status_code == 404
    assert not Review.objects.exists()


def test_the_lead_of_the_whole_reviews_a_part_and_the_office_looks_on(cast, clause):
    whole = in_progress(cast, clause, plan=an_estimate(cast))
    (part,) = broken_down(cast, whole, operations.Part(cast.agencies["section"]))
    part = operations.acknowledge_measure(
        part, seen=part.version, by=cast["section_liaison"], at=cast.at()
    )
    report = reported(cast, part, by="section_liaison", progress=Decimal(30))
    page = cast.signed_in("liaison").get(QUEUE)
    assert [each.report for each in page.context["queue"]] == [report]
    assert 'href="/inbox/"' in page.content.decode()  # in the navigation, while there is one
    office = cast.signed_in("supervisor")
    assert list(office.get(QUEUE).context["queue"]) == []
    assert office.get(item(report)).context["verdict"].reason
    assert decide(cast, report, "approve").status_code == 403
    assert decide(cast, report, "approve", by="liaison").status_code == 302
    assert fresh(part).approved_progress == 30
    assert 'href="/inbox/"' not in cast.signed_in("liaison").get("/").content.decode()


def test_nobody_reviews_their_own_report(cast, clause):
    Membership.objects.create(
        user=cast.users["liaison"],
        agency=cast.agencies["office"],
        role=Role.SUPERVISOR,
        from_on=cast.today,
    )
    report = waiting(cast, clause)
    page = cast.signed_in("liaison").get(item(report))
    assert not page.context["verdict"]
    assert "You submitted this report; somebody else has to review it." in page.content.decode()
    assert decide(cast, report, "approve", by="liaison").status_code == 403
    assert not Review.objects.exists()


def test_a_restricted_report_is_not_there(cast, clause):
    report = waiting(cast, clause, restricted=True)
    client = cast.signed_in("second_supervisor")
    assert client.get(item(report)).status_code == 404
    assert decide(cast, report, "approve", by="second_supervisor").status_code == 404
    assert client.get(QUEUE).context["total"] == 0


# --- Ways in, and costs ---------------------------------------------------------------------------


def test_a_measure_leads_to_its_oldest_waiting_report(cast, clause):
    report, client = waiting(cast, clause), cast.signed_in("supervisor")
    url = reverse("web:review", args=[report.measure_id])
    assert client.get(url)["Location"] == item(report)
    decide(cast, report, "approve")
    assert client.get(url)["Location"] == reverse("web:measure", args=[report.measure_id])
    back = cast.signed_in("liaison").get(url)["Location"]
    assert back == reverse("web:measure", args=[report.measure_id])
    assert cast.signed_in("auditor").get(url).status_code == 403
    assert cast.signed_in("stranger").get(url).status_code == 404


def test_looking_writes_nothing(cast, clause):
    report, client = waiting(cast, clause), cast.signed_in("supervisor")
    for url in (QUEUE, item(report)):
        assert writes_in(queries_of(client, url)) == []


def test_twelve_waiting_reports_cost_what_one_does(cast, clause):
    client = cast.signed_in("supervisor")
    report = waiting(cast, clause, code="w-0")
    client.get(QUEUE)  # what the first page of all looks up is kept
    one = [len(queries_of(client, url)) for url in (QUEUE, item(report))]
    for n in range(1, 12):
        waiting(cast, clause, code=f"w-{n}")
    assert ProgressReport.objects.waiting().count() == 12
    assert [len(queries_of(client, url)) for url in (QUEUE, item(report))] == one


def test_a_long_queue_says_how_long_it_is(cast, clause, monkeypatch):
    monkeypatch.setattr("apps.web.pages.review.QUEUE", 2)
    for n in range(4):
        waiting(cast, clause, code=f"w-{n}")
    context = cast.signed_in("supervisor").get(QUEUE).context
    assert (len(context["queue"]), context["total"]) == (2, 4)


def test_a_report_that_is_decided_shows_the_decision(cast, clause):
    report = waiting(cast, clause)
    operations.approve_report(
        report, seen=fresh(report.measure).version, by=cast["director"], at=cast.at()
    )
    page = cast.signed_in("supervisor").get(item(report)).content.decode()
    assert "director reviewed this report at" in page
    assert 'name="decision"' not in page
