"""Where an agency confirms its reports, nothing is reported before its unit leader says so."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from apps.accounts.models import Deputy, Membership, User
from apps.accounts.standing import Standing
from apps.audit.models import AuditEvent
from apps.core.actor import Role
from apps.core.errors import NotAllowed, Stale
from apps.measures import lights, operations
from apps.measures.models import Evidence, ProgressReport, ReportDraft
from tests.conftest import PDF, TODAY, an_estimate, at, evidence, fresh, in_progress
from tests.measures.confirming import confirm, confirms, hand_back, hand_in, take_back
from tests.measures.refusals import refused
from tests.measures.stories_of_rest import put_into

WAITS = "This report waits for the unit leader to confirm it. Take it back to go on with it."


@pytest.fixture
def measure(cast, clause):
    confirms(cast)
    return in_progress(cast, clause, plan=an_estimate(cast))


def test_what_is_handed_in_is_not_reported_yet(cast, measure):
    draft = hand_in(cast, measure, summary="做了", progress=Decimal("12.5"))
    assert isinstance(draft, ReportDraft)
    assert not ProgressReport.objects.exists()
    assert (draft.handed_by_name, draft.handed_at) == ("liaison", cast.at(12))
    after = fresh(measure)
    assert after.version == measure.version
    assert (after.review_waiting_since, after.reported_progress) == (None, 0)
    assert list(ReportDraft.objects.confirming()) == [draft]


def test_the_unit_leader_confirms_what_was_written(cast, clause):
    confirms(cast)
    measure = in_progress(cast, clause)
    step, proof = measure.milestones.first(), evidence(cast)
    hand_in(
        cast,
        measure,
        summary="做了",
        problems="缺人",
        next_step="招人",
        reached=frozenset({step.pk}),
        evidence=[proof],
        by="drafter",
    )
    report = confirm(cast, measure, moment=cast.at(15))
    assert (report.submitted_by_name, report.submitted_at) == ("drafter", cast.at(15))
    assert (report.confirmed_by_id, report.confirmed_by_name, report.confirmed_at) == (
        cast.users["unit_leader"].pk,
        "unit leader",
        cast.at(15),
    )
    assert (report.summary, report.problems, report.next_step) == ("做了", "缺人", "招人")
    assert (report.progress, list(report.evidence.all())) == (50, [proof])
    assert [row.milestone for row in report.milestone_rows.all()] == [step]
    assert not ReportDraft.objects.exists()
    after = fresh(measure)
    assert (after.review_waiting_since, after.reported_progress) == (cast.at(15), 50)
    assert after.version == measure.version + 1


def test_no_change_goes_the_same_way(cast, measure):
    assert isinstance(hand_in(cast, measure, no_change=True), ReportDraft)
    report = confirm(cast, measure)
    assert (report.no_change, report.summary, report.submitted_by_name) == (True, "", "liaison")


def test_the_figures_come_through_unchanged(cast, measure):
    hand_in(cast, measure, summary="做了", progress=Decimal("33.33"))
    assert confirm(cast, measure).progress == Decimal("33.33")


def test_the_time_inside_the_agency_is_its_own(cast, measure):
    """Handed in before the due date and confirmed after it, the report is late."""
    due = measure.next_report_due_on
    hand_in(cast, measure, summary="做了", progress=Decimal(5), moment=at(due, 9))
    late = due + timedelta(days=3)
    assert lights.light_of(fresh(measure), on=late) is lights.Light.YELLOW
    report = confirm(cast, measure, moment=at(late, 9))
    assert report.period_due_on == due
    assert fresh(measure).review_waiting_since == at(late, 9)


def test_it_is_checked_before_it_is_handed_in(cast, measure):
    with refused("Say what was done in this period.", field="summary"):
        hand_in(cast, measure, progress=Decimal(5))
    with refused("Progress is a percentage from 0 to 100.", field="progress"):
        hand_in(cast, measure, summary="做了")
    assert not ReportDraft.objects.exists()


def test_handed_back_with_a_reason_it_is_a_draft_again(cast, measure):
    hand_in(cast, measure, summary="做了", progress=Decimal(5))
    with refused("Say what has to be changed.", field="reason"):
        hand_back(cast, measure, reason=" ")
    draft = hand_back(cast, measure, reason="补数据")
    assert (draft.is_confirming, draft.remark, draft.remarked_by_name) == (
        False,
        "补数据",
        "unit leader",
    )
    assert draft.content["summary"] == "做了"
    assert list(ReportDraft.objects.handed_back()) == [draft]
    again = hand_in(cast, measure, summary="做了三件", progress=Decimal(6), by="drafter")
    assert (again.remark, again.handed_by_name) == ("", "drafter")
    assert confirm(cast, measure).summary == "做了三件"


def test_the_writers_take_it_back(cast, measure):
    hand_in(cast, measure, summary="做了", progress=Decimal(5))
    with refused(WAITS):
        hand_in(cast, measure, summary="另写", progress=Decimal(5), by="drafter")
    with refused(WAITS):
        operations.save_draft(measure, {}, seen=1, by=cast["liaison"], at=cast.at(12))
    with refused(WAITS):
        operations.discard_draft(measure, seen=1, by=cast["liaison"], at=cast.at(12))
    draft = take_back(cast, measure, by="drafter")
    assert (draft.is_confirming, draft.remark, draft.saved_by_name) == (False, "", "drafter")
    operations.save_draft(measure, {"summary": "改"}, seen=2, by=cast["liaison"], at=cast.at(12))


def test_nothing_waits_when_nothing_was_handed_in(cast, measure):
    operations.save_draft(measure, {"summary": "做"}, seen=0, by=cast["liaison"], at=cast.at(12))
    for act in (confirm, hand_back, take_back):
        with refused("No report waits for the unit leader."):
            act(cast, measure)
    operations.discard_draft(measure, seen=1, by=cast["liaison"], at=cast.at(12))
    sentence = "This draft is gone: the report was handed in, or somebody discarded it."
    with refused(sentence, kind=Stale):
        confirm(cast, measure, seen_draft=1)


def test_the_second_of_two_reads_what_became_of_it(cast, measure):
    hand_in(cast, measure, summary="做了", progress=Decimal(5))
    hand_back(cast, measure, reason="补", moment=cast.at(13))
    sentence = "unit leader handed this draft back at 2 Mar, 13:00, after you opened it."
    with refused(sentence, kind=Stale):
        take_back(cast, measure, seen_draft=1)


def test_who_writes_does_not_confirm(cast, measure):
    """Even a writer who has become unit leader meanwhile."""
    hand_in(cast, measure, summary="做了", progress=Decimal(5))
    Membership.objects.create(
        user=cast.users["liaison"],
        agency=cast.agencies["bureau"],
        role=Role.UNIT_LEADER,
        from_on=cast.today,
    )
    sentence = "You wrote this report; somebody else has to confirm it."
    with refused(sentence, kind=NotAllowed):
        confirm(cast, measure, by="liaison")


# --- When it is asked for -------------------------------------------------------------------------


def test_reporting_past_the_unit_leader_is_refused(cast, measure):
    sentence = "Your agency confirms its reports: the unit leader comes first."
    account = operations.Account(no_change=True)
    with refused(sentence):
        operations.submit_report(
            measure, account, seen=measure.version, by=cast["liaison"], at=cast.at(12)
        )


def test_an_agency_that_does_not_want_it_reports_at_once(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    report = hand_in(cast, measure, no_change=True)
    assert isinstance(report, ProgressReport)
    assert (report.confirmed_at, report.confirmed_by_name) == (None, "")


@pytest.mark.parametrize("gone", ["ended", "account closed"])
def test_without_a_unit_leader_there_is_nobody_to_ask(cast, measure, gone):
    if gone == "ended":
        Membership.objects.filter(role=Role.UNIT_LEADER).update(to_on=date(2026, 3, 1))
    else:
        User.objects.filter(username="unit_leader").update(is_active=False)
    assert isinstance(hand_in(cast, measure, no_change=True), ProgressReport)


def test_a_unit_leader_who_writes_has_nothing_to_confirm(cast, measure):
    Membership.objects.create(
        user=cast.users["liaison"],
        agency=cast.agencies["bureau"],
        role=Role.UNIT_LEADER,
        from_on=cast.today,
    )
    report = hand_in(cast, measure, no_change=True)
    assert isinstance(report, ProgressReport)
    assert report.confirmed_at is None


def test_an_absent_unit_leader_has_a_deputy(cast, measure):
    Deputy.objects.create(
        absent=cast.users["unit_leader"],
        deputy=cast.users["drafter"],
        role=Role.UNIT_LEADER,
        from_on=cast.today,
        to_on=cast.today,
    )
    hand_in(cast, measure, no_change=True)
    report = confirm(cast, measure, by="drafter")
    assert (report.submitted_by_name, report.confirmed_by_name) == ("liaison", "drafter")


def test_another_unit_leader_confirms_too(cast, measure):
    other = User.objects.create(username="other", name="other leader")
    Membership.objects.create(
        user=other, agency=cast.agencies["bureau"], role=Role.UNIT_LEADER, from_on=cast.today
    )
    cast.users["other"] = other
    hand_in(cast, measure, no_change=True)
    assert confirm(cast, measure, by="other").confirmed_by_name == "other leader"


def test_each_agency_decides_for_itself(cast, clause):
    """A section below it has a switch of its own; the bureau's unit leader is its leader too."""
    confirms(cast)
    section = cast.agencies["section"]
    plan = an_estimate(cast, lead=section)
    measure = in_progress(cast, clause, plan=plan)
    assert isinstance(hand_in(cast, measure, no_change=True), ProgressReport)
    confirms(cast, "section")
    assert isinstance(hand_in(cast, measure, no_change=True), ReportDraft)
    assert confirm(cast, measure).agency == section


def test_switched_off_meanwhile_the_writers_hand_it_in_themselves(cast, measure):
    hand_in(cast, measure, summary="做了", progress=Decimal(5))
    confirms(cast, wanted=False)
    operations.save_draft(measure, {"summary": "改"}, seen=1, by=cast["liaison"], at=cast.at(12))
    assert not ReportDraft.objects.get().is_confirming
    report = hand_in(cast, measure, summary="做了", progress=Decimal(6))
    assert isinstance(report, ProgressReport)
    assert not ReportDraft.objects.exists()


def test_switched_off_meanwhile_what_waits_can_still_be_confirmed(cast, measure):
    hand_in(cast, measure, summary="做了", progress=Decimal(5))
    confirms(cast, wanted=False)
    assert confirm(cast, measure).confirmed_by_name == "unit leader"


def test_what_no_longer_holds_is_refused_when_confirmed(cast, clause):
    confirms(cast)
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    hand_in(cast, measure, summary="做了", progress=Decimal(5))
    type(measure).objects.filter(pk=measure.pk).update(reported_progress=10)
    with refused("Progress falls from 10% to 5%: say why.", field="explanation"):
        confirm(cast, measure)
    draft = ReportDraft.objects.select_related("measure__lead").get()
    foreseen = operations.confirming.foresee(draft, by=cast["unit_leader"], at=cast.at(12))
    assert str(foreseen.verdict.reason) == "Progress falls from 10% to 5%: say why."


# --- What is kept ---------------------------------------------------------------------------------


def test_each_step_is_one_event_of_the_draft_not_of_the_measure(cast, measure):
    draft = hand_in(cast, measure, summary="做了", progress=Decimal(5))
    about_it = AuditEvent.objects.about(measure).count()
    hand_back(cast, measure, reason="补数据")
    hand_in(cast, measure, summary="做了", progress=Decimal(5))
    take_back(cast, measure)
    told = AuditEvent.objects.about(draft).values_list("act", "actor_name", "note", "changes")
    assert list(told)[::-1] == [
        ("measures.hand_in_report", "liaison", "", {"handed_in": ["", "liaison"]}),
        ("measures.hand_back_report", "unit leader", "补数据", {"handed_in": ["liaison", ""]}),
        ("measures.hand_in_report", "liaison", "", {"handed_in": ["", "liaison"]}),
        ("measures.take_back_report", "liaison", "", {"handed_in": ["liaison", ""]}),
    ]
    assert AuditEvent.objects.about(measure).count() == about_it


def test_a_restricted_measure_keeps_its_drafts_to_itself(cast, clause):
    confirms(cast)
    measure = in_progress(cast, clause, plan=an_estimate(cast, restricted=True))
    draft = hand_in(cast, measure, no_change=True)
    assert AuditEvent.objects.about(draft).get().restricted


def test_evidence_waits_with_the_draft(cast, clause):
    confirms(cast)
    measure = in_progress(cast, clause)
    piece = evidence(cast)
    hand_in(cast, measure, summary="做了", evidence=[piece])
    assert list(Evidence.objects.kept_for(measure)) == [piece]
    assert not Evidence.objects.handed_in_for(measure)
    confirm(cast, measure)
    assert list(Evidence.objects.handed_in_for(measure)) == [piece]


def test_another_agencys_evidence_is_refused(cast, clause):
    confirms(cast)
    measure = in_progress(cast, clause)
    foreign = operations.add_evidence(
        ContentFile(PDF),
        name="x.pdf",
        agency=cast.agencies["other"],
        by=cast["stranger"],
        at=cast.at(),
    )
    with refused("This evidence belongs to another agency.", field="evidence"):
        hand_in(cast, measure, summary="做了", evidence=[foreign])


def test_the_draft_of_a_former_lead_makes_way(cast, measure):
    hand_in(cast, measure, no_change=True)
    type(measure).objects.filter(pk=measure.pk).update(lead=cast.agencies["district"])
    assert not ReportDraft.objects.confirming()
    sentence = "This draft is gone: the report was handed in, or somebody discarded it."
    with refused(sentence, kind=Stale):
        take_back(cast, measure, by="district_liaison", seen_draft=1)
    assert isinstance(hand_in(cast, measure, no_change=True, by="district_liaison"), ProgressReport)


def test_a_measure_at_rest_takes_no_confirmation(cast, measure):
    hand_in(cast, measure, no_change=True)
    type(measure).objects.filter(pk=measure.pk).update(**put_into("SUSPENDED", TODAY))
    assert not ReportDraft.objects.confirming()
    sentence = "Not possible while the measure is “Suspended”."
    for act in (confirm, hand_back):
        with refused(sentence, kind=operations.WrongState):
            act(cast, measure)


def test_standing_of_a_deputy_is_the_day_of_the_page(cast, measure):
    """Whose turn it is goes by the day the person's standing was loaded for."""
    Membership.objects.filter(role=Role.UNIT_LEADER).update(to_on=cast.today)
    tomorrow = cast.today + timedelta(days=1)
    later = Standing.of(cast.users["liaison"], on=tomorrow)
    report = operations.hand_in_report(
        measure,
        operations.Account(no_change=True),
        seen=measure.version,
        by=later,
        at=at(tomorrow),
    )
    assert isinstance(report, ProgressReport)
