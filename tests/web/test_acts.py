"""The acts through HTTP: done, refused in words, said to whoever comes second."""

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.measures import operations
from apps.measures.models import State
from tests.conftest import a_plan, drafted, fresh, in_progress, issued, proposed
from tests.web.here import in_chinese, of_today
from tests.web.watching import queries_of, writes_in

ACTS = {
    "propose": (drafted, "supervisor", State.PROPOSED),
    "issue": (proposed, "director", State.ISSUED),
    "acknowledge": (issued, "liaison", State.IN_PROGRESS),
}
REASON = "期限太紧"


@pytest.fixture
def cast(cast):
    return of_today(cast)


def url_of(act, measure):
    return reverse(f"web:{act}", args=[measure.pk])


def does(cast, name, act, measure, *, language="en", **said):
    data = {"seen": measure.version} | said
    return cast.signed_in(name, language=language).post(url_of(act, measure), data)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_moves_the_measure_and_leads_back(cast, clause, act):
    story, name, state = ACTS[act]
    measure = story(cast, clause)
    response = does(cast, name, act, measure, next="/measures/")
    assert (response.status_code, response["Location"]) == (302, "/measures/")
    assert fresh(measure).state == state


def test_the_message_says_what_was_done(cast, clause):
    client, measure = cast.signed_in("director"), proposed(cast, clause)
    page = client.post(url_of("issue", measure), {"seen": measure.version}, follow=True)
    assert "m-1 is issued to Bureau." in page.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_nobody_is_led_elsewhere(cast, clause, elsewhere):
    measure = drafted(cast, clause)
    response = does(cast, "supervisor", "propose", measure, next=elsewhere)
    assert response["Location"] == reverse("web:measure", args=[measure.pk])


@pytest.mark.parametrize(
    ("act", "name", "sentence"),
    [
        ("propose", "auditor", None),
        ("propose", "liaison", None),
        ("issue", "second_supervisor", "Only the director of the supervision office does this."),
        ("issue", "liaison", None),
        ("acknowledge", "stranger", None),
        ("acknowledge", "unit_leader", "Only the lead agency's liaison or drafter does this."),
        ("acknowledge", "director", "Only the lead agency's liaison or drafter does this."),
    ],
)
def test_who_may_not_reads_why_and_who_does_not_see_it_finds_nothing(
    cast, clause, act, name, sentence
):
    measure = ACTS[act][0](cast, clause, plan=a_plan(cast, supporters=[]))
    response = does(cast, name, act, measure)
    assert response.status_code == (403 if sentence else 404)
    assert (sentence or "").replace("'", "&#x27;") in response.content.decode()
    if sentence:
        chinese = does(cast, name, act, measure, language="zh-hans").content.decode()
        assert in_chinese(sentence) in chinese
    assert fresh(measure).version == measure.version


def test_nobody_issues_what_they_proposed(cast, clause):
    measure = drafted(cast, clause)
    operations.propose_measure(measure, seen=measure.version, by=cast["director"], at=cast.at())
    response = does(cast, "director", "issue", fresh(measure))
    assert response.status_code == 403
    assert "somebody else has to issue it" in response.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_broken_rule_is_a_page_with_the_sentence_and_the_way_on(cast, clause, language):
    sentence = "No proposal without a deadline."
    measure = drafted(cast, clause, plan=a_plan(cast, due_on=None))
    response = does(cast, "supervisor", "propose", measure, language=language)
    page = response.content.decode()
    assert response.status_code == 409
    assert (sentence if language == "en" else in_chinese(sentence)) in page
    assert reverse("web:revise", args=[measure.pk]) in page
    assert fresh(measure).state == State.DRAFT


def test_who_comes_second_is_told_by_whom_and_what(cast, clause):
    measure = drafted(cast, clause)
    operations.revise_draft(
        measure, a_plan(cast), seen=measure.version, by=cast["second_supervisor"], at=cast.at()
    )
    response = does(cast, "supervisor", "propose", measure)
    page = response.content.decode()
    assert response.status_code == 409
    assert "second supervisor changed this measure" in page
    assert [entry.title for entry in response.context["meanwhile"]] == ["Draft changed"]


def test_a_double_click_acts_once(cast, clause):
    measure = proposed(cast, clause)
    assert does(cast, "director", "issue", measure).status_code == 302
    assert does(cast, "director", "issue", measure).status_code == 409
    assert AuditEvent.objects.filter(act="measures.issue").count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_the_wrong_state_is_said(cast, clause, act):
    measure = in_progress(cast, clause)
    response = does(cast, ACTS[act][1], act, measure)
    assert response.status_code == 409
    assert "Not possible while the measure is “In progress”." in response.content.decode()


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999", None])
def test_an_act_without_a_version_is_refused(cast, clause, seen):
    measure = drafted(cast, clause)
    data = {} if seen is None else {"seen": seen}
    response = cast.signed_in("supervisor").post(url_of("propose", measure), data)
    assert response.status_code == 409
    assert fresh(measure).state == State.DRAFT


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_never_a_get(cast, clause, act):
    measure = ACTS[act][0](cast, clause)
    assert cast.signed_in(ACTS[act][1]).get(url_of(act, measure)).status_code == 405


def test_an_act_carries_its_token(cast, clause):
    client, measure = cast.signed_in("supervisor"), drafted(cast, clause)
    client.handler.enforce_csrf_checks = True
    response = client.post(url_of("propose", measure), {"seen": measure.version})
    assert response.status_code == 403


# --- Returning a proposal -------------------------------------------------------------------


def test_a_proposal_goes_back_with_its_reason(cast, clause):
    measure = proposed(cast, clause)
    response = does(cast, "director", "return_proposal", measure, reason=REASON)
    assert response.status_code == 302
    assert fresh(measure).state == State.DRAFT
    timeline = cast.signed_in("supervisor").get(reverse("web:measure", args=[measure.pk]))
    assert REASON in timeline.content.decode()


def test_recent_reasons_are_offered(cast, clause):
    first = proposed(cast, clause)
    does(cast, "director", "return_proposal", first, reason=REASON)
    second = proposed(cast, clause, code="m-2")
    page = cast.signed_in("director").get(url_of("return_proposal", second))
    assert page.context["reasons"] == [REASON]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("reason", ["", "   "])
def test_a_return_needs_a_reason(cast, clause, reason, language):
    sentence = "Say why the proposal is returned."
    measure = proposed(cast, clause)
    response = does(cast, "director", "return_proposal", measure, reason=reason, language=language)
    assert response.status_code == 422
    said = sentence if language == "en" else in_chinese(sentence)
    assert said in response.content.decode()
    assert fresh(measure).state == State.PROPOSED


def test_an_endless_reason_is_kept_on_the_page(cast, clause):
    measure, endless = proposed(cast, clause), "字" * 1001
    response = does(cast, "director", "return_proposal", measure, reason=endless)
    assert response.status_code == 422
    assert endless in response.content.decode()


def test_a_stale_return_loses_no_words(cast, clause):
    measure = proposed(cast, clause)
    operations.issue_measure(measure, seen=measure.version, by=cast["director"], at=cast.at())
    response = does(cast, "director", "return_proposal", measure, reason=REASON)
    assert response.status_code == 409
    assert REASON in response.content.decode()
    assert fresh(measure).state == State.ISSUED


@pytest.mark.parametrize(("name", "status"), [("supervisor", 403), ("liaison", 404)])
def test_only_the_director_returns_proposals(cast, clause, name, status):
    measure = proposed(cast, clause)
    client = cast.signed_in(name)
    assert client.get(url_of("return_proposal", measure)).status_code == status
    response = does(cast, name, "return_proposal", measure, reason=REASON)
    assert response.status_code == status


def test_asking_for_the_reason_writes_nothing(cast, clause):
    measure, client = proposed(cast, clause), cast.signed_in("director")
    assert writes_in(queries_of(client, url_of("return_proposal", measure))) == []


def test_what_is_no_proposal_cannot_be_returned(cast, clause):
    measure = drafted(cast, clause)
    assert cast.signed_in("director").get(url_of("return_proposal", measure)).status_code == 409
