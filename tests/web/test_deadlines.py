"""What pages tell of deadlines: the ledger, late signatures, weekly reports and their reason."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.core.actor import Machine
from apps.measures.models import Cadence, DeadlineChange, Measure, State
from apps.measures.operations.deeming import deem_all_acknowledged
from apps.web.timeline import timeline
from tests.conftest import an_estimate, at, drafted, fresh, in_progress, issued, proposed
from tests.web.here import of_today
from tests.web.watching import queries_of


@pytest.fixture
def cast(cast):
    return of_today(cast)


def page_of(cast, who, measure) -> str:
    return cast.signed_in(who).get(reverse("web:measure", args=[measure.pk])).content.decode()


def moved(measure: Measure, *, by_days: int, **said) -> DeadlineChange:
    old = fresh(measure).due_on
    new = old + timedelta(days=by_days)
    Measure.objects.filter(pk=measure.pk).update(due_on=new)
    told = {"cause": "CALENDAR", "reason": "国办发明电", "decided_by_name": "follow_calendar"}
    return DeadlineChange.objects.create(
        measure=measure, old_due_on=old, new_due_on=new, decided_at=at(old), **told | said
    )


def test_the_ledger_tells_every_change_newest_first(cast, clause, django_assert_num_queries):
    measure = in_progress(cast, clause)
    client = cast.signed_in("liaison")
    address = reverse("web:measure", args=[measure.pk])
    before = queries_of(client, address)
    assert 'class="ledger"' not in page_of(cast, "liaison", measure)
    moved(measure, by_days=-60, milestones_after=1)
    moved(
        measure,
        by_days=7,
        cause="GRANTED",
        reason="汛期停工",
        decided_by_name="director",
        parts_after=2,
    )
    html = page_of(cast, "liaison", measure)
    assert html.index("汛期停工") < html.index("国办发明电")
    assert "1 open milestone lay after the new deadline" in html
    assert "2 open parts lay after the new deadline" in html
    assert "director · " in html
    assert "follow_calendar" not in html
    assert "Original deadline" in html
    assert "after the deadline</span>" in html  # beside the second milestone
    assert len(queries_of(client, address)) == len(before)


def test_a_late_signature_and_a_deemed_one_are_said(cast, clause):
    measure = in_progress(cast, clause)
    assert "signed late" not in page_of(cast, "liaison", measure)
    Measure.objects.filter(pk=measure.pk).update(
        acknowledged_on=measure.acknowledge_due_on + timedelta(days=1)
    )
    assert "signed late" in page_of(cast, "liaison", measure)
    forgotten = issued(cast, clause, code="forgotten")
    later = cast.today + timedelta(days=20)
    assert deem_all_acknowledged(by=Machine("machine"), at=at(later)) == 1
    html = page_of(cast, "liaison", forgotten)
    assert "deemed, nobody signed in time" in html
    entry = timeline(fresh(forgotten), cast["director"])[0]
    assert (str(entry.title), entry.who) == ("Deemed acknowledged", "By itself")


# --- Weekly reports -----------------------------------------------------------------------


def weekly(measure) -> str:
    return reverse("web:issue_weekly", args=[measure.pk])


def test_the_director_issues_with_weekly_reports_and_says_why(cast, clause):
    measure = proposed(cast, clause, plan=an_estimate(cast))
    client = cast.signed_in("director")
    assert weekly(measure) in page_of(cast, "director", measure)
    assert client.get(weekly(measure)).status_code == 200
    answer = client.post(
        weekly(measure), {"seen": measure.version, "reason": "国务院督办"}, follow=True
    )
    html = answer.content.decode()
    assert "m-1 is issued; its lead reports every week." in html
    assert "国务院督办" in html
    now = fresh(measure)
    assert (now.state, now.cadence) == (State.ISSUED, Cadence.WEEKLY)


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"reason": " "}, 409, "Say why the lead has to report every week."),
        ({"reason": "急", "seen": 1}, 409, "changed this measure"),
        ({"reason": "急", "seen": "x"}, 422, "Enter a whole number."),
    ],
)
def test_a_refusal_keeps_what_was_typed(cast, clause, said, status, sentence):
    measure = proposed(cast, clause)
    data = {"seen": measure.version} | said
    answer = cast.signed_in("director").post(weekly(measure), data)
    assert answer.status_code == status
    assert fresh(measure).state == State.PROPOSED
    html = answer.content.decode()
    assert said["reason"] in html
    if status == 409:
        assert sentence in html


@pytest.mark.parametrize(
    ("who", "status"), [("second_supervisor", 403), ("liaison", 404), ("auditor", 404)]
)
def test_nobody_else_does(cast, clause, who, status):
    measure = proposed(cast, clause)
    said = {"seen": measure.version, "reason": "急"}
    assert cast.signed_in(who).get(weekly(measure)).status_code == status
    assert cast.signed_in(who).post(weekly(measure), said).status_code == status
    assert weekly(measure) not in page_of(cast, who, measure)


def test_only_a_proposal_is_issued(cast, clause):
    answer = cast.signed_in("director").get(weekly(drafted(cast, clause)))
    assert answer.status_code == 409


def test_a_draft_cannot_ask_for_weekly_reports(cast, clause):
    page = cast.signed_in("supervisor").get(f"/clauses/{clause.pk}/draft/")
    assert 'value="WEEKLY"' not in page.content.decode()
