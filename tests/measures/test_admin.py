"""Measures in the admin: the same acts as everywhere, refused with the same sentences."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.measures import operations
from apps.measures.models import Measure, Review, State
from tests.conftest import (
    an_estimate,
    applied,
    broken_down,
    drafted,
    fresh,
    in_progress,
    issued,
    proposed,
    reopening_asked,
    reported,
)

LIST = "/admin/measures/measure/"


@pytest.fixture
def now(cast, monkeypatch):
    """The pages read the clock; the cast lives in March 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.at(12))
    return cast


def act(browser, measure, name, **said):
    """Press a button of the measure's page, and read what the next page says."""
    address = reverse("admin:measures_measure_act", args=[measure.pk, name])
    return browser.post(address, {"seen": fresh(measure).version, **said})


def sentences(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def change_page(measure) -> str:
    return reverse("admin:measures_measure_change", args=[measure.pk])


def test_the_thresholds_in_force_stand_above_the_versions(now):
    page = now.signed_in("administrator").get("/admin/measures/lightrule/")
    assert [value for _name, value in page.context["in_force"]] == [5, 10, 30]
    assert "No other rule was ever entered." in page.text


# --- Acts ---------------------------------------------------------------------------------


def test_the_acts_of_the_path(now, clause):
    measure = drafted(now, clause)
    supervisor, director = now.signed_in("supervisor"), now.signed_in("director")

    assert act(supervisor, measure, "propose").url == change_page(measure)
    assert fresh(measure).state == State.PROPOSED
    act(director, measure, "return_proposal", reason="期限太紧")
    assert fresh(measure).state == State.DRAFT
    act(supervisor, measure, "propose")
    act(director, measure, "issue")
    assert fresh(measure).state == State.ISSUED
    notes = AuditEvent.objects.about(measure).values_list("act", "actor_name", "note")
    assert ("measures.return_proposal", "director", "期限太紧") in notes


def test_reports_are_approved_and_returned(now, clause):
    measure = in_progress(now, clause)
    supervisor = now.signed_in("supervisor")
    first = reported(now, measure)
    assert "return_report" in supervisor.get(change_page(measure)).content.decode()
    act(supervisor, measure, "return_report", target=first.number, reason="缺少验收材料")
    assert Review.objects.get(report=first).reason == "缺少验收材料"
    again = reported(now, measure)
    act(supervisor, measure, "approve_report", target=again.number)
    assert fresh(measure).approved_progress == 50


def test_the_lead_acknowledges_where_it_also_works_in_the_admin(now, clause):
    """The admin is a place: a supervisor who is also the lead's liaison may sign there."""
    measure = issued(now, clause)
    assert act(now.signed_in("supervisor"), measure, "acknowledge").status_code == 403
    now.users["supervisor"].memberships.create(
        agency=now.agencies["bureau"], role="LIAISON", from_on=now.today
    )
    act(now.signed_in("supervisor"), measure, "acknowledge")
    assert fresh(measure).state == State.IN_PROGRESS


def test_an_act_that_is_not_yours_is_refused_with_the_sentence(now, clause):
    measure = proposed(now, clause)
    before = AuditEvent.objects.count()
    for person in ("second_supervisor", "auditor"):
        answer = act(now.signed_in(person), measure, "issue")
        assert answer.status_code in (403, 404)
    assert (
        "Only the director"
        in act(now.signed_in("second_supervisor"), measure, "issue").content.decode()
    )
    assert fresh(measure).state == State.PROPOSED
    assert AuditEvent.objects.count() == before


def test_a_broken_rule_comes_back_as_a_sentence_and_saves_nothing(now, clause):
    measure = drafted(now, clause, plan=an_estimate(now, lead=None))
    before = AuditEvent.objects.count()
    answer = act(now.signed_in("supervisor"), measure, "propose")
    assert sentences(answer) == ["A proposal names its lead agency."]
    assert fresh(measure) == measure
    assert fresh(measure).version == measure.version
    assert AuditEvent.objects.count() == before


def test_a_stale_page_is_told_who_came_first_and_keeps_the_reason(now, clause):
    measure = proposed(now, clause)
    seen = measure.version
    operations.return_proposal(measure, reason="重拟", seen=seen, by=now["director"], at=now.at(11))
    answer = act(now.signed_in("director"), measure, "return_proposal", seen=seen, reason="再想想")
    told = sentences(answer)
    assert "director changed this measure" in told[0]
    assert "再想想" in told[1]
    assert not AuditEvent.objects.filter(note="再想想").exists()


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 5000])
def test_a_form_without_its_version_changes_nothing(now, clause, seen):
    measure = drafted(now, clause)
    act(now.signed_in("supervisor"), measure, "propose", seen=seen)
    assert fresh(measure).state == State.DRAFT


@pytest.mark.parametrize(
    ("reason", "sentence"), [("字" * 1001, "at most 1000 characters"), ("字\0", "Null characters")]
)
def test_a_reason_that_nobody_can_read_comes_back(now, clause, reason, sentence):
    """What is on record stays there for ever, on every page that tells the measure's story."""
    measure = proposed(now, clause)
    answer = act(now.signed_in("director"), measure, "return_proposal", reason=reason)
    assert sentence in sentences(answer)[0]
    assert reason in sentences(answer)[1]
    assert fresh(measure).state == State.PROPOSED


def test_acts_answer_to_post_only(now, clause):
    measure = drafted(now, clause)
    address = reverse("admin:measures_measure_act", args=[measure.pk, "propose"])
    assert now.signed_in("supervisor").get(address).status_code == 405
    assert fresh(measure).state == State.DRAFT


def test_unknown_acts_reports_and_measures_are_not_found(now, clause):
    measure = in_progress(now, clause)
    supervisor = now.signed_in("supervisor")
    assert act(supervisor, measure, "reissue").status_code == 404
    assert act(supervisor, measure, "approve_report", target=7).status_code == 404
    assert act(supervisor, measure, "approve_report", target="x").status_code == 404
    assert supervisor.post(LIST + "999/act/propose/", {"seen": 1}).status_code == 404


def test_a_report_of_another_measure_is_not_reviewed_here(now, clause):
    here, there = in_progress(now, clause), in_progress(now, clause, code="m-2")
    report = reported(now, there)
    assert (
        act(now.signed_in("supervisor"), here, "approve_report", target=report.pk).status_code
        == 404
    )
    assert not Review.objects.exists()


def test_refused_acts_stand_disabled_with_the_reason(now, clause):
    measure = issued(now, clause)
    html = now.signed_in("supervisor").get(change_page(measure)).content.decode()
    assert "Acknowledge receipt" in html
    assert "Only the lead agency&#x27;s liaison or drafter does this." in html


def test_the_page_tells_what_happened(now, clause):
    measure = issued(now, clause)
    html = now.signed_in("auditor").get(change_page(measure)).content.decode()
    assert "What happened" in html
    assert "<ins>Awaiting acknowledgement</ins>" in html


def test_nothing_is_written_by_posting_the_page_itself(now, clause):
    measure = drafted(now, clause)
    answer = now.signed_in("director").post(change_page(measure), {"title": "另一个"})
    assert answer.status_code == 403
    assert fresh(measure).title == measure.title


# --- The list -----------------------------------------------------------------------------


def in_bulk(browser, name, measures, **said):
    chosen = {"action": name, "_selected_action": [m.pk for m in measures], **said}
    return browser.post(LIST, chosen)


def confirmed(browser, name, asked):
    versions = asked.context["versions"]
    return browser.post(
        LIST,
        {
            "action": name,
            "_selected_action": "0",
            "select_across": "1",
            "versions": versions,
            "confirmed": "1",
        },
    )


def test_bulk_issue_lists_each_refusal_by_code(now, clause):
    good = proposed(now, clause, code="m-1")
    mine = drafted(now, clause, code="m-2")
    operations.propose_measure(mine, seen=mine.version, by=now["director"], at=now.at())
    late = proposed(now, clause, code="m-3", plan=an_estimate(now, due_on=now.today + timedelta(1)))
    Measure.objects.filter(pk=late.pk).update(due_on=now.today)
    director = now.signed_in("director")

    asked = in_bulk(director, "issue", [good, mine, late])
    assert "3 records are selected, 2 of them can be done" in asked.content.decode()
    assert fresh(good).state == State.PROPOSED
    told = sentences(confirmed(director, "issue", asked))

    assert fresh(good).state == State.ISSUED
    assert fresh(mine).state == fresh(late).state == State.PROPOSED
    assert told[0].startswith("m-2 ")
    assert "somebody else has to issue it" in told[0]
    assert told[1].startswith("m-3 ")
    assert "The deadline has passed meanwhile" in told[1]
    assert told[2] == "Done for 1 record."


def test_bulk_acts_concern_what_was_asked_about_as_it_was_seen(now, clause):
    first, second = proposed(now, clause, code="m-1"), proposed(now, clause, code="m-2")
    director = now.signed_in("director")
    asked = in_bulk(director, "issue", [first])
    operations.return_proposal(
        first, reason="重拟", seen=first.version, by=now["director"], at=now.at()
    )
    told = sentences(confirmed(director, "issue", asked))
    assert len(told) == 1
    assert "changed this measure" in told[0]
    assert fresh(second).state == State.PROPOSED


def test_auditors_are_offered_no_bulk_acts(now, clause):
    measure = issued(now, clause)
    auditor = now.signed_in("auditor")
    assert 'name="action"' not in auditor.get(LIST).content.decode()
    in_bulk(auditor, "issue", [measure])
    assert fresh(measure).version == measure.version


def test_the_list_is_filtered_by_light_state_and_words(now, clause):
    red = in_progress(now, clause, code="m-1")
    Measure.objects.filter(pk=red.pk).update(overdue_from_on=now.today)
    in_progress(now, clause, code="m-2")
    browser = now.signed_in("supervisor")

    def codes(query: str) -> list[str]:
        return [m.code for m in browser.get(LIST + query).context["cl"].result_list]

    assert codes("") == ["m-1", "m-2"]
    assert codes("?light=RED") == ["m-1"]
    assert codes("?light=GREEN") == ["m-2"]
    assert codes("?state=DRAFT") == []
    assert codes("?q=m-2") == ["m-2"]
    assert codes("?q=yxjc") == ["m-1", "m-2"]  # the initials of its title
    assert codes("?q=%25") == []


def test_only_what_one_may_see_is_listed(now, clause):
    drafted(now, clause, code="m-1")
    secret = drafted(now, clause, code="m-2", plan=an_estimate(now, restricted=True))
    shown = {
        person: [m.code for m in now.signed_in(person).get(LIST).context["cl"].result_list]
        for person in ("second_supervisor", "director", "auditor")
    }
    assert shown == {"second_supervisor": ["m-1"], "director": ["m-1", "m-2"], "auditor": []}
    assert now.signed_in("second_supervisor").get(change_page(secret)).status_code == 302
    assert act(now.signed_in("second_supervisor"), secret, "propose").status_code == 404


def test_one_row_or_twelve_ask_the_same_queries(now, clause):
    def queries() -> int:
        browser = now.signed_in("director")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(LIST).status_code == 200
        return len(seen)

    in_progress(now, clause, code="m-1")
    queries()
    one = queries()
    for number in range(2, 13):
        measure = drafted(now, clause, code=f"m-{number}", plan=an_estimate(now))
        Measure.objects.filter(pk=measure.pk).update(state=State.PROPOSED)
    assert queries() == one


def test_a_whole_that_one_may_not_see_is_not_named_on_its_part(now, clause):
    """A part has readers of its own once it was revised."""
    whole = in_progress(now, clause, plan=an_estimate(now, title_en="Secret", restricted=True))
    (part,) = broken_down(now, whole)
    Measure.objects.filter(pk=part.pk).update(
        title_en="Part", reader_ids=[now.users["second_supervisor"].pk]
    )
    for who, named in (("director", True), ("second_supervisor", False)):
        page = now.signed_in(who).get(change_page(part)).content.decode()
        assert ("m-1 Secret" in page) is named


def test_the_history_of_whole_and_part_names_each_other(now, clause):
    whole = in_progress(now, clause, plan=an_estimate(now))
    (part,) = broken_down(now, whole)
    browser = now.signed_in("supervisor")
    for measure, other in ((whole, "m-1·01"), (part, "m-1")):
        address = reverse("admin:measures_measure_history", args=[measure.pk])
        assert f"<ins>{other}</ins>" in browser.get(address).content.decode()


# --- Completion ---------------------------------------------------------------------------


def test_completion_is_verified_and_closed_here(now, clause):
    measure = applied(now, clause)
    act(now.signed_in("supervisor"), measure, "verify")
    act(now.signed_in("director"), fresh(measure), "close")
    assert fresh(measure).state == State.CLOSED
    page = now.signed_in("director").get(change_page(measure)).content.decode()
    assert "Verified · supervisor; Granted · director" in page


def test_completion_is_sent_back_with_a_reason_here(now, clause):
    measure, browser = applied(now, clause), now.signed_in("supervisor")
    assert sentences(act(browser, measure, "send_back")) == ["Say why it is refused."]
    act(browser, measure, "send_back", reason="未验收")
    assert measure.requests.get().decisions.get().reason == "未验收"


def test_closing_stands_disabled_until_it_is_verified(now, clause):
    measure = applied(now, clause)
    page = now.signed_in("director").get(change_page(measure)).content.decode()
    assert "This completion has not been verified yet." in page


def test_a_reopening_is_decided_here(now, clause):
    measure, browser = reopening_asked(now, clause), now.signed_in("director")
    act(browser, measure, "refuse_reopening", reason="另行立项")
    assert measure.requests.last().decisions.get().outcome == "REFUSED"
    assert fresh(measure).state == State.CLOSED


def test_the_history_names_restricted_parts_and_wholes_to_whoever_may_see_them(now, clause):
    """On the measure's page and on that of its history."""
    whole = in_progress(now, clause, plan=an_estimate(now))
    (part,) = broken_down(now, whole, operations.Part(now.agencies["bureau"], title="密"))
    Measure.objects.filter(pk=part.pk).update(restricted=True)
    history = reverse("admin:measures_measure_history", args=[whole.pk])
    for person, named in (("second_supervisor", False), ("auditor", False), ("director", True)):
        for address in (change_page(whole), history):
            page = now.signed_in(person).get(address).text
            assert (part.code in page) is named
            assert ("1 restricted part" in page) is not named
    event = AuditEvent.objects.about(whole).get(act="measures.break_down")
    address = reverse("admin:audit_auditevent_change", args=[event.pk])
    page = now.signed_in("auditor").get(address).text
    assert "1 restricted part" in page
    assert part.code not in page
