"""Completion and reopening in pages: the forms, what stands on top, whose desk it lies on."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Evidence, State
from tests.conftest import (
    PDF,
    an_estimate,
    applied,
    closed,
    drafted,
    finished,
    fresh,
    in_progress,
    issued,
    reopening_asked,
    verified,
)
from tests.web.here import in_chinese, of_today
from tests.web.test_workbench import desk_of, held
from tests.web.watching import queries_of, writes_in


@pytest.fixture
def here(cast):
    return of_today(cast)


def url_of(name, measure):
    return reverse(f"web:{name}", args=[measure.pk])


def does(cast, who, name, measure, *, language="en", **said):
    client = cast.signed_in(who, language=language)
    return client.post(url_of(name, measure), {"seen": measure.version, **said})


def proof(name="验收单.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def sent_back(cast, clause, **said):
    measure = applied(cast, clause, **said)
    operations.send_back_completion(
        measure, reason="未验收", seen=measure.version, by=cast["supervisor"], at=cast.at(12)
    )
    return fresh(measure)


# --- Asking ---------------------------------------------------------------------------------


def test_completion_is_applied_for_with_a_new_file_and_an_old_one(here, clause):
    measure = finished(here, clause)
    old = measure.reports.get().evidence.get()
    response = does(
        here, "liaison", "apply", measure, grounds="完成", earlier=[old.pk], attachments=[proof()]
    )
    assert response.url == url_of("measure", measure)
    request = fresh(measure).requests.get()
    assert {piece.name for piece in request.evidence.all()} == {old.name, "验收单.pdf"}
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert said == ["Completion of m-1 is applied for; the supervision office has the turn."]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_without_evidence_it_comes_back_with_what_was_typed(here, clause, language):
    measure = finished(here, clause)
    response = does(here, "liaison", "apply", measure, grounds="全部完成了", language=language)
    sentence = "Completion is shown by evidence."
    said = sentence if language == "en" else in_chinese(sentence)
    assert response.status_code == 422
    assert {said, "全部完成了"} <= words_of(response)
    assert fresh(measure).state == State.IN_PROGRESS


def words_of(response) -> set[str]:
    """The lines of text that a page shows."""
    text = response.content.decode()
    for tag in ("<", ">"):
        text = text.replace(tag, "\n")
    return {line.strip() for line in text.splitlines()}


def test_a_refused_request_keeps_no_file(here, clause):
    measure = in_progress(here, clause)
    response = does(here, "liaison", "apply", measure, grounds="完成", attachments=[proof()])
    assert response.status_code == 422
    assert "The milestone “第一步” is not reached." in words_of(response)
    assert not Evidence.objects.exists()


def test_a_stale_page_tells_what_happened_and_keeps_the_words(here, clause):
    measure = finished(here, clause)
    old = measure.reports.get().evidence.get()
    applied_already = does(
        here, "drafter", "apply", measure, grounds="先报", earlier=[old.pk], attachments=[]
    )
    assert applied_already.status_code == 302
    response = does(here, "liaison", "apply", measure, grounds="后报", earlier=[old.pk])
    assert response.status_code == 409
    assert {"后报", "先报", "Completion applied for"} <= words_of(response)


def test_the_reason_it_was_sent_back_for_stands_above_the_new_application(here, clause):
    measure = sent_back(here, clause)
    page = here.signed_in("liaison").get(url_of("apply", measure))
    assert {"The last application was sent back", "未验收"} <= words_of(page)


def test_the_office_asks_to_reopen_without_evidence(here, clause):
    measure = closed(here, clause)
    client = here.signed_in("supervisor")
    assert "attachments" not in client.get(url_of("ask_reopening", measure)).context["form"].fields
    day = here.today.replace(year=here.today.year + 1)
    response = does(
        here, "supervisor", "ask_reopening", measure, grounds="缺项", due_on=day.isoformat()
    )
    assert response.status_code == 302
    assert measure.requests.last().wanted["due_on"][1] == day.isoformat()


def test_reopening_names_a_day(here, clause):
    measure = closed(here, clause)
    response = does(here, "liaison", "ask_reopening", measure, grounds="缺项", due_on="")
    assert response.status_code == 422
    response = does(here, "liaison", "ask_reopening", measure, grounds="缺项", due_on="2026-01-01")
    assert "The new deadline must lie in the future." in words_of(response)


# --- Deciding -------------------------------------------------------------------------------


def test_verified_then_closed(here, clause):
    measure = applied(here, clause)
    assert does(here, "supervisor", "verify", measure, reason="材料齐全").status_code == 302
    measure = fresh(measure)
    page = here.signed_in("director").get(url_of("close", measure))
    assert {"全部完成", "Verified", "材料齐全"} <= words_of(page)
    assert does(here, "director", "close", measure, reason="").status_code == 302
    assert fresh(measure).state == State.CLOSED


@pytest.mark.parametrize(
    ("story", "who", "name"),
    [(applied, "supervisor", "send_back"), (reopening_asked, "director", "refuse_reopening")],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_refusal_needs_a_reason(here, clause, story, who, name, language):
    measure = story(here, clause)
    sentence = "Say why it is refused."
    response = does(here, who, name, measure, reason=" ", language=language)
    assert response.status_code == 422
    assert (sentence if language == "en" else in_chinese(sentence)) in words_of(response)
    assert does(here, who, name, measure, reason="再议").status_code == 302


def test_reopened_it_goes_on(here, clause):
    measure = reopening_asked(here, clause)
    assert does(here, "director", "reopen", measure).status_code == 302
    assert fresh(measure).state == State.IN_PROGRESS


def test_a_stale_decision_shows_what_happened(here, clause):
    measure = applied(here, clause)
    does(here, "supervisor", "verify", measure)
    response = does(here, "second_supervisor", "send_back", measure, reason="缺验收")
    assert response.status_code == 409
    assert {"缺验收", "Completion verified"} <= words_of(response)
    assert fresh(measure).state == State.COMPLETING


@pytest.mark.parametrize(
    ("name", "who", "status"),
    [
        ("verify", "liaison", 403),
        ("close", "supervisor", 403),
        ("close", "director", 403),  # not verified yet
        ("verify", "district_liaison", 404),
        ("reopen", "director", 409),
        ("apply", "liaison", 409),
    ],
)
def test_what_is_not_possible_is_no_form(here, clause, name, who, status):
    measure = applied(here, clause)
    response = here.signed_in(who).get(url_of(name, measure))
    assert response.status_code == status


def test_asking_for_a_form_writes_nothing(here, clause):
    measure = applied(here, clause)
    assert writes_in(queries_of(here.signed_in("supervisor"), url_of("verify", measure))) == []


# --- The measure page -----------------------------------------------------------------------


def offered(cast, who, measure) -> tuple[list[Action], dict[Action, str]]:
    context = cast.signed_in(who).get(url_of("measure", measure)).context
    refused = {act.action: str(act.verdict.reason) for act in context["refused"]}
    return [act.action for act in context["acts"]], refused


def test_the_page_offers_what_comes_next_and_says_why_not_the_rest(here, clause):
    measure = applied(here, clause)
    acts, refused = offered(here, "director", measure)
    assert {Action.VERIFY, Action.SEND_BACK} <= set(acts)
    assert refused[Action.CLOSE] == "This completion has not been verified yet."
    does(here, "supervisor", "verify", measure)
    acts, refused = offered(here, "director", fresh(measure))
    assert {Action.CLOSE, Action.SEND_BACK} <= set(acts)
    assert refused[Action.VERIFY] == "This completion has been verified already."


def test_a_closed_measure_offers_to_ask_and_then_to_decide(here, clause):
    measure = closed(here, clause)
    acts, refused = offered(here, "director", measure)
    assert acts == [Action.ASK_REOPENING]
    assert Action.REOPEN not in refused
    asked = reopening_asked(here, clause, code="m-2")
    acts, refused = offered(here, "director", asked)
    assert acts == [Action.REOPEN, Action.REFUSE_REOPENING]
    assert "waits to be decided" in refused[Action.ASK_REOPENING]


@pytest.mark.parametrize(
    ("story", "turn"),
    [
        (applied, "Supervision office"),
        (verified, "Director of the supervision office"),
        (reopening_asked, "Director of the supervision office"),
    ],
)
def test_what_waits_stands_on_top_with_whose_turn_it_is(here, clause, story, turn):
    measure = story(here, clause)
    page = here.signed_in("liaison").get(url_of("measure", measure))
    (waiting,) = page.context["requests"]
    assert str(waiting.turn) == turn
    if measure.state == State.COMPLETING:
        assert str(page.context["card"].turn.who) == turn


def test_the_timeline_tells_every_step_once(here, clause):
    measure = sent_back(here, clause)
    page = here.signed_in("liaison").get(url_of("measure", measure))
    told = [str(entry.title) for entry in page.context["timeline"]]
    assert told[0] == "Completion sent back"
    assert told.count("Completion applied for") == 1
    decisions = here.signed_in("liaison").get(url_of("measure", measure) + "?show=decisions")
    assert len(decisions.context["timeline"]) > 2
    assert not [e for e in decisions.context["timeline"] if e.report]


def test_a_reopening_says_from_when_to_when(here, clause):
    measure = reopening_asked(here, clause)
    page = here.signed_in("liaison").get(url_of("measure", measure))
    (entry,) = [e for e in page.context["timeline"] if e.title == "Asked to reopen"]
    (change,) = entry.changes
    assert (change.label, bool(change.old), bool(change.new)) == ("Deadline", True, True)


def test_evidence_of_a_request_is_handed_out(here, clause):
    measure = finished(here, clause)
    does(here, "liaison", "apply", measure, grounds="完成", attachments=[proof()])
    piece = measure.requests.get().evidence.get()
    address = reverse("web:evidence", args=[measure.pk, piece.pk])
    response = here.signed_in("supervisor").get(address)
    assert b"".join(response.streaming_content) == PDF


def test_many_requests_cost_as_many_queries_as_one(here, clause):
    measure = sent_back(here, clause)
    client, address = here.signed_in("liaison"), url_of("measure", measure)
    one = queries_of(client, address)
    piece = measure.requests.get().evidence.get()
    for _time in range(5):
        now = fresh(measure)
        does(here, "liaison", "apply", now, grounds="再报", earlier=[piece.pk])
        does(here, "supervisor", "send_back", fresh(measure), reason="再退")
    assert len(queries_of(client, address)) == len(one)


# --- Workbench ------------------------------------------------------------------------------


def test_an_application_lies_with_the_supervisor_then_the_director(here, clause):
    measure = applied(here, clause)
    assert held(desk_of(here, "supervisor")) == {"m-1": ["verify"]}
    assert held(desk_of(here, "director")) == {}
    does(here, "supervisor", "verify", measure)
    assert held(desk_of(here, "supervisor")) == {}
    assert held(desk_of(here, "director")) == {"m-1": ["close"]}


def test_it_is_among_what_the_lead_waits_for(here, clause):
    applied(here, clause)
    page = here.signed_in("liaison").get("/")
    waiting = {part.cause.key: part.count for part in page.context["waiting"]}
    assert (waiting["completing"], page.context["total"]) == (1, 0)


def test_sent_back_it_lies_with_the_lead_and_says_why(here, clause):
    sent_back(here, clause)
    page = here.signed_in("liaison").get("/")
    (row,) = page.context["rows"]
    assert (row.cause.key, row.button.action) == ("completion_returned", Action.APPLY)
    assert row.sent_back.text == "未验收"


def test_a_reopening_lies_with_the_director_unless_it_is_their_own(here, clause):
    reopening_asked(here, clause)
    own = closed(here, clause, code="m-2")
    day = here.today.replace(year=here.today.year + 1).isoformat()
    does(here, "director", "ask_reopening", own, grounds="缺项", due_on=day)
    assert held(desk_of(here, "director")) == {"m-1": ["reopen"]}


@pytest.mark.parametrize("who", ["liaison", "supervisor", "director"])
def test_every_counter_equals_its_list(here, clause, who):
    applied(here, clause, code="a")
    verified(here, clause, code="b")
    sent_back(here, clause, code="c")
    reopening_asked(here, clause, code="d")
    drafted(here, clause, code="e")
    issued(here, clause, code="f", plan=an_estimate(here))
    client = here.signed_in(who)
    page = client.get("/")
    for counter in page.context["counters"]:
        opened = client.get(counter.url)
        rows = opened.context["queue" if counter.key == "review" else "rows"]
        assert len(rows) == opened.context["total"] == counter.count
    for part in page.context["waiting"]:
        assert len(client.get(part.url).context["rows"]) == part.count


def test_the_row_says_since_when_it_waits_and_carries_the_act(here, clause):
    measure = applied(here, clause)
    (row,) = here.signed_in("supervisor").get("/").context["rows"]
    assert (row.since, row.button.action) == (measure.completion_applied_on, Action.VERIFY)
    does(here, "supervisor", "verify", measure)
    (row,) = here.signed_in("director").get("/").context["rows"]
    assert row.button.action == Action.CLOSE
