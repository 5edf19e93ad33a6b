"""The draft of a report belongs to the lead agency; it is kept for whoever writes next."""

from decimal import Decimal

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, Stale
from apps.measures import operations
from apps.measures.models import Measure, ReportDraft
from tests.conftest import an_estimate, fresh, in_progress, issued
from tests.measures.refusals import refused


@pytest.fixture
def measure(cast, clause):
    return in_progress(cast, clause, plan=an_estimate(cast))


def save(cast, measure, text, *, seen, by="liaison"):
    return operations.save_draft(measure, {"summary": text}, seen=seen, by=cast[by], at=cast.at(12))


def test_a_colleague_goes_on_with_it(cast, measure):
    save(cast, measure, "一", seen=0)
    draft = save(cast, measure, "一二", seen=1, by="drafter")
    assert (draft.version, draft.saved_by_name, draft.content) == (
        2,
        "drafter",
        {"summary": "一二"},
    )
    assert ReportDraft.objects.count() == 1


def test_it_is_no_act(cast, measure):
    """No version, no audit event: it is saved with every pause in typing."""
    events = AuditEvent.objects.count()
    save(cast, measure, "一", seen=0)
    assert fresh(measure).version == measure.version
    assert AuditEvent.objects.count() == events


def test_the_second_of_two_is_told_and_overwrites_nothing(cast, measure):
    save(cast, measure, "一", seen=0)
    sentence = "liaison saved this draft at 2 Mar, 12:00, after you opened it."
    with refused(sentence, kind=Stale):
        save(cast, measure, "他", seen=0, by="drafter")
    assert ReportDraft.objects.get().content == {"summary": "一"}


def test_it_is_gone_once_the_report_is_handed_in(cast, measure):
    save(cast, measure, "一", seen=0)
    hand_in(cast, measure, seen_draft=1)
    assert not ReportDraft.objects.exists()
    sentence = "This draft is gone: the report was handed in, or somebody discarded it."
    with refused(sentence, kind=Stale):
        save(cast, measure, "一二", seen=1)


def hand_in(cast, measure, **said):
    account = operations.Account(summary="一", progress=Decimal(10))
    return operations.submit_report(
        measure, account, seen=fresh(measure).version, by=cast["liaison"], at=cast.at(13), **said
    )


def test_nobody_hands_in_over_a_draft_they_have_not_seen(cast, measure):
    save(cast, measure, "一", seen=0, by="drafter")
    sentence = "drafter saved this draft at 2 Mar, 12:00, after you opened it."
    with refused(sentence, kind=Stale):
        hand_in(cast, measure, seen_draft=0)
    hand_in(cast, measure)
    assert not ReportDraft.objects.exists()


def test_discarding_leaves_a_blank_sheet(cast, measure):
    save(cast, measure, "一", seen=0)
    with refused("liaison saved this draft at 2 Mar, 12:00, after you opened it.", kind=Stale):
        operations.discard_draft(measure, seen=0, by=cast["drafter"], at=cast.at())
    operations.discard_draft(measure, seen=1, by=cast["drafter"], at=cast.at())
    assert not ReportDraft.objects.exists()


def test_another_lead_begins_with_a_blank_sheet(cast, measure):
    save(cast, measure, "一", seen=0)
    Measure.objects.filter(pk=measure.pk).update(lead=cast.agencies["other"])
    assert not ReportDraft.objects.standing().exists()
    draft = save(cast, measure, "新", seen=0, by="stranger")
    assert (draft.agency, draft.version) == (cast.agencies["other"], 1)


def test_only_while_there_is_something_to_report(cast, clause, measure):
    waiting = issued(cast, clause, code="m-2")
    sentence = "Not possible while the measure is “Awaiting acknowledgement”."
    with refused(sentence, kind=operations.WrongState):
        save(cast, waiting, "一", seen=0)
    with refused("Only the lead agency's liaison or drafter does this.", kind=NotAllowed):
        save(cast, measure, "一", seen=0, by="stranger")
