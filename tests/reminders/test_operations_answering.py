"""Receiving an urging notice, deciding on a place in the bulletin: who may, once, on record."""

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, RuleBroken
from apps.reminders.models import BulletinDecision, BulletinProposal, Urging, UrgingReceipt
from apps.reminders.operations.answering import acknowledge_urging, decide_bulletin
from tests.conftest import in_progress
from tests.measures.cast_of_roles import PEOPLE, complete

STAFF = {"liaison", "drafter", "unit_leader"}
DIRECTORS = {"director", "deputy"}


@pytest.fixture
def notices(cast, clause, replay):
    """The cast with everybody, a notice and a proposal."""
    return replay("notices", lambda: make_notices(cast, clause))


def make_notices(cast, clause):
    complete(cast)
    measure = in_progress(cast, clause)
    said = {"measure": measure, "owed_on": measure.due_on, "step": 5, "at": cast.at()}
    urging = Urging.objects.create(**said, year=2026, number=7, agency=measure.lead)
    return cast, urging, BulletinProposal.objects.create(**said)


@pytest.mark.parametrize("who", PEOPLE)
def test_who_receives_a_notice(notices, who):
    cast, urging, _proposal = notices
    if who not in STAFF:
        with pytest.raises(NotAllowed):
            acknowledge_urging(urging, by=cast[who], at=cast.at())
        assert not UrgingReceipt.objects.exists()
        return
    receipt = acknowledge_urging(urging, by=cast[who], at=cast.at())
    assert (receipt.by_id, receipt.at) == (cast.users[who].pk, cast.at())
    event = AuditEvent.objects.about(urging.measure).first()
    assert (event.act, event.note) == ("reminders.acknowledge_urging", "2026/7")


@pytest.mark.parametrize("who", PEOPLE)
def test_who_decides_on_a_place(notices, who):
    cast, _urging, proposal = notices
    if who not in DIRECTORS:
        with pytest.raises(NotAllowed):
            decide_bulletin(proposal, "TAKEN", by=cast[who], at=cast.at())
        assert not BulletinDecision.objects.exists()
        return
    decision = decide_bulletin(proposal, "TAKEN", by=cast[who], at=cast.at())
    assert (decision.outcome, decision.by_name) == ("TAKEN", str(cast[who]))
    assert not BulletinProposal.objects.waiting().exists()
    event = AuditEvent.objects.about(proposal.measure).first()
    assert (event.act, event.note) == ("reminders.decide_bulletin", "Taken into the bulletin")


def test_it_is_left_out_with_a_reason_and_decided_once(notices):
    cast, urging, proposal = notices
    by = {"by": cast["director"], "at": cast.at()}
    with pytest.raises(RuleBroken, match="Say why"):
        decide_bulletin(proposal, "DECLINED", reason=" ", **by)
    assert decide_bulletin(proposal, "DECLINED", reason="已约谈", **by).reason == "已约谈"
    with pytest.raises(RuleBroken, match="decided already"):
        decide_bulletin(proposal, "TAKEN", **by)
    acknowledge_urging(urging, by=cast["liaison"], at=cast.at())
    with pytest.raises(RuleBroken, match="acknowledged already"):
        acknowledge_urging(urging, by=cast["drafter"], at=cast.at())
