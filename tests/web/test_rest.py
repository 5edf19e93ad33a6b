"""Suspension and cancellation in pages: asked for, decided, taken up again, and whose desk."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Measure, State
from apps.policies.models import Policy
from tests.conftest import an_estimate, broken_down, fresh, in_progress
from tests.measures.stories_of_rest import (
    CONDITION,
    ask_cancellation,
    ask_suspension,
    cancellation_asked,
    decide,
    suspended,
    suspension_asked,
)
from tests.web.here import in_chinese, of_today
from tests.web.test_requests import does, offered, url_of, words_of
from tests.web.test_workbench import desk_of, held


@pytest.fixture
def here(cast):
    return of_today(cast)


def day(here, days=60) -> str:
    return (here.today + timedelta(days=days)).isoformat()


def review_has_come(here, clause) -> Measure:
    measure = suspended(here, clause)
    Measure.objects.filter(pk=measure.pk).update(review_on=here.today)
    return fresh(measure)


def whole_with_part(here, clause) -> tuple[Measure, Measure]:
    whole = in_progress(here, clause, plan=an_estimate(here))
    (part,) = broken_down(here, whole)
    said = {"seen": fresh(part).version, "by": here["liaison"], "at": here.at()}
    return fresh(whole), operations.acknowledge_measure(part, **said)


# --- Asking and deciding --------------------------------------------------------------------


def test_the_lead_asks_and_the_director_suspends(here, clause):
    measure = in_progress(here, clause)
    said = {"grounds": "未办妥", "condition": CONDITION, "review_on": day(here)}
    asked = does(here, "liaison", "ask_suspension", measure, **said)
    assert asked.url == url_of("measure", measure)
    page = here.signed_in("director").get(url_of("suspend", measure))
    assert {"未办妥", CONDITION} <= words_of(page)
    assert does(here, "director", "suspend", fresh(measure), reason="").status_code == 302
    words = words_of(here.signed_in("liaison").get(url_of("measure", measure)))
    assert {f"Until: {CONDITION}", "Suspended"} <= words


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_missing_comes_back_beside_its_field(here, clause, language):
    measure = in_progress(here, clause)
    said = {"grounds": "未办妥", "condition": " ", "review_on": day(here)}
    response = does(here, "liaison", "ask_suspension", measure, language=language, **said)
    sentence = "Say what has to be so for it to go on."
    assert response.status_code == 422
    assert (sentence if language == "en" else in_chinese(sentence)) in words_of(response)
    assert "condition" in response.context["form"].errors


def test_parts_are_chosen_all_at_first(here, clause):
    whole, part = whole_with_part(here, clause)
    form = here.signed_in("supervisor").get(url_of("ask_suspension", whole)).context["form"]
    assert form["parts"].value() == [part.pk]
    response = does(here, "supervisor", "ask_cancellation", whole, grounds="废止", parts=[])
    assert response.status_code == 422
    sentence = f"{part.code} was broken down from this and is open: name it, or detach it first."
    assert sentence in words_of(response)
    does(here, "supervisor", "ask_cancellation", whole, grounds="废止", parts=[part.pk])
    assert part.code in here.signed_in("director").get(url_of("cancel", whole)).text
    does(here, "director", "cancel", fresh(whole), reason="")
    assert fresh(part).state == State.CANCELLED
    words = words_of(here.signed_in("liaison").get(url_of("measure", part)))
    assert f"Cancelled together with {whole.code}" in words


def test_where_there_are_no_parts_none_are_asked_for(here, clause):
    measure = in_progress(here, clause)
    page = here.signed_in("liaison").get(url_of("ask_cancellation", measure))
    assert "parts" not in page.context["form"].fields


def test_a_part_of_another_is_no_choice(here, clause):
    whole, _part = whole_with_part(here, clause)
    other = in_progress(here, clause, code="m-9")
    response = does(here, "supervisor", "ask_cancellation", whole, grounds="废止", parts=[other.pk])
    assert response.status_code == 422
    assert not fresh(whole).requests.exists()


def restricted_part(here, clause) -> tuple[Measure, Measure, Measure]:
    """A whole with a part that everybody sees, and with one that the office does not."""
    whole = in_progress(here, clause, plan=an_estimate(here))
    open_part, secret = broken_down(
        here, whole, *(operations.Part(here.agencies["bureau"], title=t) for t in ("甲", "密"))
    )
    for part in (open_part, secret):
        said = {"seen": fresh(part).version, "by": here["liaison"], "at": here.at()}
        operations.acknowledge_measure(part, **said)
    Measure.objects.filter(pk=secret.pk).update(restricted=True, title="机密事项")
    return fresh(whole), fresh(open_part), fresh(secret)


def test_a_restricted_part_is_not_named_to_whoever_may_not_see_it(here, clause):
    whole, open_part, secret = restricted_part(here, clause)
    browser = here.signed_in("supervisor")
    page = browser.get(url_of("ask_suspension", whole))
    assert page.context["form"]["parts"].value() == [open_part.pk]
    assert "1 restricted part that you may not see goes on." in words_of(page)
    cancelling = browser.get(url_of("ask_cancellation", whole))
    for shown in (page, cancelling):
        assert not {secret.code, "机密事项"} & words_of(shown)
        assert "机密" not in shown.text
    sentence = "Open parts of it are restricted and have to be named too"
    assert sentence in cancelling.text
    said = {"grounds": "废止", "parts": [open_part.pk]}
    refused = does(here, "supervisor", "ask_cancellation", whole, **said)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert secret.code not in refused.text
    forged = {"grounds": "废止", "parts": [open_part.pk, secret.pk]}
    assert does(here, "supervisor", "ask_cancellation", whole, **forged).status_code == 422
    assert not fresh(whole).requests.exists()


@pytest.mark.parametrize("who", ["director", "liaison"])
def test_whoever_sees_every_part_asks_for_the_cancellation(here, clause, who):
    whole, open_part, secret = restricted_part(here, clause)
    parts = [open_part.pk, secret.pk]
    assert here.signed_in(who).get(url_of("ask_cancellation", whole)).context["form"].unseen == 0
    assert (
        does(here, who, "ask_cancellation", whole, grounds="废止", parts=parts).status_code == 302
    )


def test_what_was_asked_names_a_restricted_part_only_to_whoever_may_see_it(here, clause):
    whole, open_part, secret = restricted_part(here, clause)
    ask_cancellation(here, whole, parts=[open_part, secret])
    for who, named in (("supervisor", False), ("director", True), ("liaison", True)):
        page = here.signed_in(who).get(reverse("web:measure", args=[whole.pk]))
        assert (secret.code in page.text) is named
        assert ("1 restricted part" in page.text) is not named
    paper = here.signed_in("supervisor").get(reverse("web:record_paper", args=[whole.pk, 1]))
    assert f"{open_part.code}、1 restricted part" in paper.text
    assert secret.code not in paper.text


def test_only_where_parts_can_be_chosen_it_is_said_that_others_go_on(here, clause):
    whole, _part = whole_with_part(here, clause)
    resting = suspended(here, clause, code="m-9")
    browser = here.signed_in("liaison")
    assert "Parts that are not chosen go on." in browser.get(url_of("ask_suspension", whole)).text
    assert "not chosen" not in browser.get(url_of("ask_suspension", resting)).text
    assert "not chosen" not in browser.get(url_of("ask_cancellation", whole)).text


def test_what_rests_is_asked_to_rest_for_longer(here, clause):
    whole, part = whole_with_part(here, clause)
    ask_suspension(here, whole, parts=[part])
    decide(here, "suspend_measure", whole)
    page = here.signed_in("liaison").get(url_of("ask_suspension", whole))
    assert "parts" not in page.context["form"].fields
    assert CONDITION in page.text
    assert "Ask to prolong the suspension" in words_of(page)
    said = {"grounds": "仍未办妥", "condition": CONDITION, "review_on": day(here, 90)}
    assert does(here, "liaison", "ask_suspension", fresh(whole), **said).status_code == 302
    assert held(desk_of(here, "director")) == {whole.code: ["suspend"]}
    assert "Prolong the suspension" in words_of(
        here.signed_in("director").get(url_of("suspend", whole))
    )
    assert does(here, "director", "suspend", fresh(whole), reason="").status_code == 302
    assert fresh(part).review_on == date.fromisoformat(day(here, 90))


# --- Going on -------------------------------------------------------------------------------


def test_the_director_lets_it_go_on(here, clause):
    measure = suspended(here, clause)
    page = here.signed_in("director").get(url_of("resume", measure))
    assert CONDITION in page.text
    response = does(here, "director", "resume", measure, reason="已办妥", due_on="")
    assert response.url == url_of("measure", measure)
    assert fresh(measure).state == State.IN_PROGRESS
    words = words_of(here.signed_in("liaison").get(url_of("measure", measure)))
    assert {"Resumed", "已办妥"} <= words


def test_a_deadline_that_is_over_is_asked_for(here, clause):
    measure = suspended(here, clause)
    Measure.objects.filter(pk=measure.pk).update(due_on=here.today)
    assert "is over" in here.signed_in("director").get(url_of("resume", measure)).text
    response = does(here, "director", "resume", measure, reason="已办妥")
    assert response.status_code == 422
    assert "due_on" in response.context["form"].errors
    assert "已办妥" in words_of(response)
    done = does(here, "director", "resume", measure, reason="已办妥", due_on=day(here))
    assert done.status_code == 302
    assert fresh(measure).due_on == date.fromisoformat(day(here))


def test_others_do_not_and_what_does_not_rest_does_not(here, clause):
    measure = suspended(here, clause)
    assert here.signed_in("supervisor").get(url_of("resume", measure)).status_code == 403
    assert here.signed_in("district_liaison").get(url_of("resume", measure)).status_code == 404
    running = in_progress(here, clause, code="m-2")
    assert here.signed_in("director").get(url_of("resume", running)).status_code == 409


def test_a_stale_page_says_what_happened(here, clause):
    measure = suspended(here, clause)
    stale = does(here, "director", "resume", measure, seen=measure.version - 1, reason="已办妥")
    assert stale.status_code == 409
    assert "Suspended" in words_of(stale)


# --- Buttons and desks ----------------------------------------------------------------------


def test_the_page_says_why_not(here, clause):
    whole, part = whole_with_part(here, clause)
    ask_suspension(here, whole, parts=[part])
    decide(here, "suspend_measure", whole)
    _acts, refused = offered(here, "director", fresh(part))
    assert "that has to go on first" in refused[Action.RESUME]
    Policy.objects.update(level="PROVINCE")
    ask_cancellation(here, whole, parts=[part])
    acts, refused = offered(here, "director", fresh(whole))
    assert "superior level" in refused[Action.CANCEL]
    assert Action.REFUSE_CANCELLATION in acts


@pytest.mark.parametrize(
    ("story", "desks"),
    [
        (suspension_asked, {"director": ["suspend"]}),
        (cancellation_asked, {"director": ["cancel"]}),
        (suspended, {}),
        (review_has_come, {"director": ["resume"], "supervisor": ["resume"]}),
    ],
)
def test_it_lies_with_whoever_decides(here, clause, story, desks):
    story(here, clause)
    found = {name: held(desk_of(here, name)) for name in ("director", "supervisor", "leader")}
    assert {name: rows["m-1"] for name, rows in found.items() if rows} == desks


def test_a_superior_task_lies_there_to_be_refused_or_recorded(here, clause):
    Policy.objects.update(level="NATIONAL")
    cancellation_asked(here, clause)
    assert held(desk_of(here, "director")) == {"m-1": ["cancel_superior"]}
    assert held(desk_of(here, "supervisor")) == {"m-1": ["record_cancellation"]}


def test_a_part_lies_on_no_desk_while_its_whole_rests(here, clause):
    whole, part = whole_with_part(here, clause)
    ask_suspension(here, whole, parts=[part])
    decide(here, "suspend_measure", whole)
    Measure.objects.update(review_on=here.today)
    assert held(desk_of(here, "director")) == {whole.code: ["resume"]}


def test_the_act_on_the_desk_opens_its_form(here, clause):
    suspension_asked(here, clause, code="m-1")
    cancellation_asked(here, clause, code="m-2")
    Measure.objects.filter(pk=suspended(here, clause, code="m-3").pk).update(review_on=here.today)
    browser = here.signed_in("director")
    rows = browser.get("/").context["rows"]
    assert {row.card.measure.code for row in rows} == {"m-1", "m-2", "m-3"}
    assert {browser.get(row.button.url).status_code for row in rows} == {200}


def test_the_lead_sees_that_it_waits(here, clause):
    suspension_asked(here, clause, code="m-1")
    cancellation_asked(here, clause, code="m-2")
    page = here.signed_in("liaison").get("/")
    waiting = {part.cause.key: part.count for part in page.context["waiting"]}
    assert (waiting["suspending"], waiting["cancelling"]) == (1, 1)


def test_whose_turn_it_is_while_it_rests(here, clause):
    measure = suspended(here, clause)
    turn = here.signed_in("liaison").get(url_of("measure", measure)).context["card"].turn
    assert (str(turn.who), turn.until) == (
        "Director of the supervision office",
        measure.review_on,
    )


# --- The admin ------------------------------------------------------------------------------


def test_the_same_acts_in_the_admin(here, clause):
    measure = suspension_asked(here, clause)
    browser = here.signed_in("director")

    def act(name, **said):
        address = reverse("admin:measures_measure_act", args=[measure.pk, name])
        browser.post(address, {"seen": fresh(measure).version, **said})
        return fresh(measure).state

    assert act("suspend") == State.SUSPENDED
    assert act("resume", reason="已办妥", due_on="no day") == State.SUSPENDED
    assert act("resume", reason="已办妥", due_on=day(here, 200)) == State.IN_PROGRESS
    assert fresh(measure).due_on == date.fromisoformat(day(here, 200))
    ask_cancellation(here, measure)
    assert act("refuse_cancellation", reason="继续推进") == State.IN_PROGRESS
    ask_cancellation(here, measure)
    assert act("cancel") == State.CANCELLED
