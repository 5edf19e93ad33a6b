"""The workbench: what waits for whom, why, once each; every counter equals its list."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.measures import operations
from apps.measures.models import Measure
from apps.web import workbench
from apps.web.causes import most_urgent
from apps.web.desk import Desk
from apps.web.workbench import CAUSES, OTHERS
from apps.workdays.models import current_calendar
from tests.conftest import (
    a_plan,
    an_estimate,
    drafted,
    fresh,
    in_progress,
    issued,
    proposed,
    reported,
)
from tests.web.watching import queries_of, writes_in


@pytest.fixture
def today_cast(cast):
    """The cast on the day the pages see."""
    cast.today = timezone.localdate()
    return cast


def desk_of(cast, name: str, *, days: int = 0) -> Desk:
    return Desk(cast[name], cast.today + timedelta(days=days), current_calendar())


def held(desk: Desk, causes=CAUSES) -> dict[str, list[str]]:
    """Code of each measure on the desk, in order, with the keys of its causes."""
    mine = workbench.causes_of(desk.standing, causes)
    found = most_urgent(desk, mine, 100)
    code = dict(Measure.objects.values_list("pk", "code"))
    return {code[pk]: [cause.key for cause in causes] for pk, causes in found.items()}


def returned(cast, measure: Measure, reason: str = "缺少验收材料") -> None:
    operations.return_report(
        reported(cast, measure),
        reason=reason,
        seen=fresh(measure).version,
        by=cast["supervisor"],
        at=cast.at(12),
    )


def test_a_new_measure_waits_for_the_lead_to_acknowledge(cast, clause):
    issued(cast, clause)
    assert held(desk_of(cast, "liaison")) == {"m-1": ["acknowledge"]}
    assert held(desk_of(cast, "drafter")) == {"m-1": ["acknowledge"]}


@pytest.mark.parametrize("who", ["stranger", "section_liaison", "supervisor", "administrator"])
def test_it_waits_for_nobody_else(cast, clause, who):
    issued(cast, clause)
    assert held(desk_of(cast, who)) == {}


def test_the_liaison_of_the_bureau_writes_for_its_sections(cast, clause):
    issued(cast, clause, plan=a_plan(cast, lead=cast.agencies["section"]))
    assert held(desk_of(cast, "liaison")) == {"m-1": ["acknowledge"]}
    assert held(desk_of(cast, "section_liaison")) == {"m-1": ["acknowledge"]}


def test_a_report_waits_from_five_workdays_before_it_is_due(cast, clause, calendar):
    measure = in_progress(cast, clause)
    due = measure.next_report_due_on
    ahead = (calendar.add(due, -5) - cast.today).days
    assert held(desk_of(cast, "liaison", days=ahead - 1)) == {}
    assert held(desk_of(cast, "liaison", days=ahead)) == {"m-1": ["report"]}
    missed = (due - cast.today).days + 1
    assert held(desk_of(cast, "liaison", days=missed)) == {"m-1": ["missed", "report"]}


def test_a_returned_report_comes_before_what_is_new(cast, clause):
    issued(cast, clause, code="m-0")
    returned(cast, in_progress(cast, clause))
    rows = held(desk_of(cast, "liaison"))
    assert list(rows) == ["m-1", "m-0"]
    assert rows["m-1"][0] == "returned"


def test_of_what_is_due_on_one_day_the_red_comes_first(cast, clause):
    """Written around the operations, with the best first: ids are no order of urgency."""
    turns = {"green": {}, "yellow": {"missed_one_from_on": cast.today}}
    turns["red"] = {"missed_two_from_on": cast.today}
    for code, since in turns.items():
        measure = issued(cast, clause, code=code)
        Measure.objects.filter(pk=measure.pk).update(**since)
    assert list(held(desk_of(cast, "liaison"))) == ["red", "yellow", "green"]


def test_a_measure_appears_once_with_every_cause(cast, clause):
    measure = in_progress(cast, clause)
    returned(cast, measure)
    late = (measure.due_on - cast.today).days + 1
    assert held(desk_of(cast, "liaison", days=late)) == {
        "m-1": ["overdue", "returned", "missed", "due", "report"]
    }


def test_the_office_has_drafts_in_work_and_reports_to_review(cast, clause):
    drafted(cast, clause, code="empty", plan=a_plan(cast, lead=None, supporters=[]))
    drafted(cast, clause, code="begun")
    reported(cast, in_progress(cast, clause, code="told"))
    assert held(desk_of(cast, "supervisor")) == {"told": ["review"], "begun": ["draft"]}
    assert held(desk_of(cast, "director")) == {"told": ["review"]}


def test_a_proposal_waits_for_the_director_and_comes_back_with_its_reason(cast, clause):
    measure = proposed(cast, clause)
    assert held(desk_of(cast, "director")) == {"m-1": ["issue"]}
    assert held(desk_of(cast, "supervisor"), OTHERS) == {"m-1": ["proposed"]}
    operations.return_proposal(
        measure, reason="期限太紧", seen=measure.version, by=cast["director"], at=cast.at()
    )
    assert held(desk_of(cast, "director")) == {}
    assert held(desk_of(cast, "supervisor")) == {"m-1": ["returned_proposal", "draft"]}


@pytest.mark.parametrize("who", ["unit_leader", "unit_head", "leader", "auditor"])
def test_readers_see_what_is_behind(cast, clause, who):
    measure = in_progress(cast, clause)
    assert held(desk_of(cast, who)) == {}
    late = (measure.due_on - cast.today).days + 1
    assert held(desk_of(cast, who, days=late)) == {"m-1": ["red"]}


def test_what_was_reported_waits_for_the_reviewer(cast, clause):
    reported(cast, in_progress(cast, clause))
    assert held(desk_of(cast, "liaison")) == {}
    assert held(desk_of(cast, "liaison"), OTHERS) == {"m-1": ["in_review"]}


def test_a_restricted_measure_is_on_no_other_supervisors_desk(cast, clause):
    plan = a_plan(cast, restricted=True, reader_ids=[cast.users["supervisor"].pk])
    reported(cast, in_progress(cast, clause, plan=plan))
    assert held(desk_of(cast, "supervisor")) == {"m-1": ["review"]}
    assert held(desk_of(cast, "second_supervisor")) == {}


# --- The page -------------------------------------------------------------------------------


def everything(cast, clause) -> None:
    issued(cast, clause, code="new")
    returned(cast, in_progress(cast, clause, code="back"))
    reported(cast, in_progress(cast, clause, code="told"))
    proposed(cast, clause, code="asked")
    drafted(cast, clause, code="begun")
    soon = an_estimate(cast, due_on=cast.today + timedelta(days=1))
    in_progress(cast, clause, code="soon", plan=soon)


@pytest.mark.parametrize("who", ["liaison", "supervisor", "director", "unit_leader", "auditor"])
def test_every_counter_equals_the_list_it_opens(today_cast, clause, who):
    everything(today_cast, clause)
    client = today_cast.signed_in(who)
    page = client.get("/")
    for counter in page.context["counters"]:
        opened = client.get(counter.url)
        rows = opened.context["queue" if counter.key == "review" else "rows"]
        assert len(rows) == opened.context["total"] == counter.count
    assert page.context["counters"][0].count == workbench.count(
        Desk(today_cast[who], today_cast.today, current_calendar())
    )


def test_two_reports_on_one_measure_are_two_reviews(today_cast, clause):
    """The navigation, the counter and the queue say one number."""
    measure = in_progress(today_cast, clause, plan=an_estimate(today_cast))
    for progress in (10, 20):
        reported(today_cast, measure, progress=Decimal(progress))
    client = today_cast.signed_in("supervisor")
    page = client.get("/")
    counter = next(each for each in page.context["counters"] if each.key == "review")
    entry = next(each for each in page.context["nav"] if each.url == "/inbox/")
    assert counter.count == entry.count == len(client.get(counter.url).context["queue"]) == 2
    assert len(client.get(entry.url).context["rows"]) == 2


def test_each_row_carries_its_act_and_the_reason_it_came_back(today_cast, clause):
    everything(today_cast, clause)
    page = today_cast.signed_in("liaison").get("/")
    acts = {row.card.measure.code: row.button.action for row in page.context["rows"]}
    assert acts["new"] == "ACKNOWLEDGE"
    assert acts["back"] == acts["soon"] == "REPORT"
    said = page.content.decode()
    assert "缺少验收材料" in said
    assert "Revise and report again" in said


def test_a_proposal_that_was_returned_shows_why(today_cast, clause):
    measure = proposed(today_cast, clause)
    operations.return_proposal(
        measure,
        reason="期限太紧",
        seen=measure.version,
        by=today_cast["director"],
        at=today_cast.at(),
    )
    assert "期限太紧" in today_cast.signed_in("supervisor").get("/").content.decode()


def test_an_empty_desk_says_when_the_next_thing_is_due(today_cast, clause):
    measure = in_progress(today_cast, clause)
    page = today_cast.signed_in("liaison").get("/")
    assert "Nothing to do today." in page.content.decode()
    assert page.context["next_due"] == measure.next_report_due_on


def test_the_next_thing_may_be_the_deadline_of_another_measure(today_cast, clause):
    plain = in_progress(today_cast, clause)
    due_on = plain.next_report_due_on - timedelta(days=1)
    short = in_progress(
        today_cast, clause, code="short", plan=an_estimate(today_cast, due_on=due_on)
    )
    Measure.objects.filter(pk=short.pk).update(
        next_report_due_on=plain.next_report_due_on + timedelta(days=31)
    )
    desk = Desk(today_cast["liaison"], today_cast.today, current_calendar())
    assert workbench.next_due(desk) == due_on


def test_an_unknown_cause_shows_everything(today_cast, clause):
    issued(today_cast, clause)
    assert today_cast.signed_in("liaison").get("/?only=nonsense").context["total"] == 1


def test_who_is_not_signed_in_is_sent_to_sign_in(client, db):
    assert client.get("/").status_code == 302


def test_more_rows_than_are_shown_are_counted_exactly(today_cast, clause):
    for n in range(52):
        issued(today_cast, clause, code=f"m-{n}")
    page = today_cast.signed_in("liaison").get("/")
    assert len(page.context["rows"]) == 50
    assert page.context["total"] == 52
    assert "50 most urgent of 52" in page.content.decode()


def test_twelve_rows_cost_as_many_queries_as_one(today_cast, clause):
    client = today_cast.signed_in("liaison")
    returned(today_cast, in_progress(today_cast, clause))
    one = queries_of(client, "/")
    for n in range(2, 13):
        returned(today_cast, in_progress(today_cast, clause, code=f"m-{n}"))
    twelve = queries_of(client, "/")
    assert len(twelve) == len(one)
    assert not writes_in(twelve)


def test_who_only_reads_is_not_told_to_do(today_cast, clause):
    counters = today_cast.signed_in("auditor").get("/").context["counters"]
    assert [str(counter.label) for counter in counters] == ["To look at", "Behind", "At risk"]


def test_what_goes_without_saying_is_not_said(today_cast, clause):
    measure = proposed(today_cast, clause)
    operations.return_proposal(
        measure,
        reason="期限太紧",
        seen=measure.version,
        by=today_cast["director"],
        at=today_cast.at(),
    )
    (row,) = today_cast.signed_in("supervisor").get("/").context["rows"]
    assert row.cause.key == "returned_proposal"
    assert row.more == []
