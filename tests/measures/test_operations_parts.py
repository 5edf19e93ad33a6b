"""What was broken down: detaching a part again, and who reviews its reports."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.models import Measure, ProgressReport, State
from apps.measures.operations import Part
from tests.conftest import an_estimate, broken_down, fresh, in_progress, reported
from tests.measures.refusals import refused

DUE_ON = date(2026, 6, 30)
"""Of every plan of the cast."""


@pytest.fixture
def parent(cast, clause) -> Measure:
    return in_progress(cast, clause, plan=an_estimate(cast))


@pytest.fixture
def section(cast) -> Part:
    return Part(cast.agencies["section"])


def detach(cast, child, *, reason="单独管理", who="director"):
    return operations.detach_child(
        child, reason=reason, seen=fresh(child).version, by=cast[who], at=cast.at(14)
    )


def returned_part(cast, parent) -> Measure:
    """A part that the office drew up, back on its desk."""
    part = Part(cast.agencies["district"])
    (child,) = broken_down(cast, parent, part, by=cast["supervisor"], at=cast.at(11))
    return operations.return_proposal(
        child, reason="再议", seen=child.version, by=cast["director"], at=cast.at(12)
    )


# --- Detaching ------------------------------------------------------------------------------------


def test_a_detached_part_counts_by_itself(cast, parent, section):
    (child,) = broken_down(cast, parent, section)
    assert set(Measure.objects.top_level()) == {parent}
    assert set(Measure.objects.led_by([cast.agencies["bureau"].pk])) == {parent, child}
    detach(cast, child)
    assert set(Measure.objects.top_level()) == {parent, child}
    assert fresh(child).parent is None


def test_both_sides_remember_the_detaching_and_its_reason(cast, parent, section):
    (child,) = broken_down(cast, parent, section)
    before = fresh(parent).version
    detach(cast, child)
    event = AuditEvent.objects.about(child).first()
    assert (event.act, event.note) == ("measures.detach", "单独管理")
    assert event.changes["parent"] == ["m-1", ""]
    event = AuditEvent.objects.about(parent).first()
    assert (event.act, event.note) == ("measures.detach", "单独管理")
    assert event.changes == {"children": ["m-1·01", ""]}
    assert fresh(parent).version == before + 1


def test_detaching_needs_a_reason(cast, parent, section):
    (child,) = broken_down(cast, parent, section)
    with refused("Say why the part is detached.", field="reason"):
        detach(cast, child, reason=" ")


def test_only_a_part_is_detached(cast, parent):
    with refused("This measure is not a part of another."):
        detach(cast, parent)


def test_a_completed_part_stays_a_part(cast, parent, section):
    (child,) = broken_down(cast, parent, section)
    Measure.objects.filter(pk=child.pk).update(
        state=State.CLOSED, completion_applied_on=cast.today, closed_on=cast.today
    )
    with refused("Not possible while the measure is “Completed”.", kind=operations.WrongState):
        detach(cast, child)


def test_a_deadline_of_its_own_again(cast, parent):
    """What was a part is bound by the whole no longer."""
    child = returned_part(cast, parent)
    child = detach(cast, child)
    plan = an_estimate(cast, lead=child.lead, due_on=DUE_ON + timedelta(1))
    operations.revise_draft(child, plan, seen=child.version, by=cast["supervisor"], at=cast.at(15))


# --- Who reviews ----------------------------------------------------------------------------------


@pytest.fixture
def part_in_progress(cast, parent, section) -> Measure:
    (child,) = broken_down(cast, parent, section)
    return operations.acknowledge_measure(
        child, seen=child.version, by=cast["section_liaison"], at=cast.at(11)
    )


def approve(cast, report, who):
    return operations.approve_report(
        report, seen=fresh(report.measure).version, by=cast[who], at=cast.at(15)
    )


@pytest.mark.parametrize("who", ["liaison", "drafter", "unit_leader"])
def test_the_lead_of_the_whole_reviews_the_parts(cast, part_in_progress, who):
    report = reported(cast, part_in_progress, by="section_liaison", progress=Decimal(40))
    approve(cast, report, who)
    assert fresh(part_in_progress).approved_progress == 40


@pytest.mark.parametrize("who", ["supervisor", "director", "section_liaison", "unit_head"])
def test_nobody_else_reviews_them(cast, part_in_progress, who):
    report = reported(cast, part_in_progress, by="section_liaison", progress=Decimal(40))
    sentence = "The lead agency of the measure it was broken down from reviews its reports."
    with refused(sentence, kind=NotAllowed):
        approve(cast, report, who)


def test_the_lead_does_not_review_its_own_whole(cast, parent):
    report = reported(cast, parent, progress=Decimal(40))
    with refused("Only the supervision office does this.", kind=NotAllowed):
        approve(cast, report, "unit_leader")


def test_where_one_agency_leads_both_a_colleague_reviews(cast, parent):
    (child,) = broken_down(cast, parent)
    child = operations.acknowledge_measure(
        child, seen=child.version, by=cast["liaison"], at=cast.at(11)
    )
    report = reported(cast, child, progress=Decimal(40))
    sentence = "You submitted this report; somebody else has to review it."
    with refused(sentence, kind=NotAllowed):
        approve(cast, report, "liaison")
    approve(cast, report, "drafter")


def test_the_queue_of_each_holds_what_is_theirs(cast, parent, part_in_progress):
    of_part = reported(cast, part_in_progress, by="section_liaison", progress=Decimal(40))
    of_whole = reported(cast, parent, progress=Decimal(40))
    expected = {
        "liaison": [of_part],
        "unit_leader": [of_part],
        "unit_head": [],
        "section_liaison": [],
        "stranger": [],
        "supervisor": [of_whole],
        "director": [of_whole],
        "auditor": [],
    }
    found = {who: list(ProgressReport.objects.for_review_by(cast[who])) for who in expected}
    assert found == expected


def test_ones_own_report_is_not_in_ones_queue(cast, parent):
    (child,) = broken_down(cast, parent)
    child = operations.acknowledge_measure(
        child, seen=child.version, by=cast["liaison"], at=cast.at(11)
    )
    report = reported(cast, child, progress=Decimal(40))
    assert not ProgressReport.objects.for_review_by(cast["liaison"])
    assert list(ProgressReport.objects.for_review_by(cast["drafter"])) == [report]


def test_a_detached_part_is_reviewed_by_the_office_again(cast, part_in_progress):
    report = reported(cast, part_in_progress, by="section_liaison", progress=Decimal(40))
    detach(cast, part_in_progress)
    with refused("Only the supervision office does this.", kind=NotAllowed):
        approve(cast, report, "liaison")
    approve(cast, report, "supervisor")
