"""Planning and its undoing, where a played month says too little."""

from datetime import date, timedelta
from io import StringIO
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection

from apps.accounts.models import Membership
from apps.measures import operations
from apps.measures.models import Measure
from apps.reminders.causes.deadlines import DEADLINE
from apps.reminders.escalation import escalation_of, with_escalation
from apps.reminders.ladders import Rung
from apps.reminders.models import BulletinProposal, Recipient, Reminder, Urging
from apps.reminders.operations.planning import drop_untrue, plan, preview, try_planning
from tests.conftest import an_estimate, at, evidence, finished, fresh, in_progress, reported

BEGUN, DUE = date(2026, 3, 2), date(2026, 3, 18)
LATE = {n: date(2026, 3, 18) + timedelta(days=n) for n in (1, 2)} | {3: date(2026, 3, 23)}
SENT = Reminder.State.SENT


@pytest.fixture
def measure(cast, clause) -> Measure:
    """Due on a Wednesday, with everything done."""
    return finished(cast, clause, plan=an_estimate(cast, due_on=DUE))


def planned_on(day: date):
    return plan(on=day, at=at(day, 6))


def of_deadline(**said) -> set[tuple[str, int, str]]:
    rows = Reminder.objects.filter(cause="deadline", **said)
    return set(rows.values_list("recipient__username", "step", "state"))


def send(**said) -> None:
    Reminder.objects.planned().filter(**said).update(state=SENT, sent_at=at(DUE))


def apply(cast, measure: Measure, day: date) -> None:
    cast.today = day
    said = {"seen": fresh(measure).version, "by": cast["liaison"], "at": cast.at()}
    operations.apply_for_completion(measure, grounds="全部完成", evidence=[evidence(cast)], **said)


def send_back(cast, measure: Measure) -> None:
    said = {"seen": fresh(measure).version, "by": cast["supervisor"], "at": cast.at()}
    operations.send_back_completion(measure, reason="缺验收材料", **said)


WRITERS = ("liaison", "drafter")
STAFF = (*WRITERS, "unit_leader")


def test_what_is_over_is_dropped_before_it_is_sent_and_planned_again_when_true_again(cast, measure):
    planned_on(date(2026, 3, 17))
    assert of_deadline() == {(who, -1, "PLANNED") for who in WRITERS}
    apply(cast, measure, date(2026, 3, 17))
    assert drop_untrue(Reminder.objects.all(), on=cast.today) == 2
    assert of_deadline() == {(who, -1, "DROPPED") for who in WRITERS}
    assert planned_on(date(2026, 3, 17)).messages.get("deadline") is None
    send_back(cast, measure)
    assert planned_on(date(2026, 3, 17)).messages["deadline"] == 2
    assert of_deadline() == {(who, -1, "PLANNED") for who in WRITERS}
    send()
    assert drop_untrue(Reminder.objects.all(), on=cast.today) == 0
    assert planned_on(date(2026, 3, 17)).total == 0


def test_what_a_later_step_says_again_is_dropped(cast, measure):
    planned_on(LATE[1])
    planned_on(LATE[3])
    assert drop_untrue(Reminder.objects.filter(cause="deadline"), on=LATE[3]) == 3
    higher = {(who, 3, "PLANNED") for who in (*STAFF, "unit_head", "director")}
    assert of_deadline() == {(who, 1, "DROPPED") for who in STAFF} | higher


def test_whoever_has_left_is_not_told_and_the_successor_is(cast, measure):
    planned_on(LATE[1])
    mine = Membership.objects.filter(user=cast.users["unit_leader"])
    mine.update(user=cast.users["stranger"])
    assert drop_untrue(Reminder.objects.filter(cause="deadline"), on=LATE[1]) == 1
    planned_on(LATE[1])
    assert of_deadline(step=1) == {
        *((who, 1, "PLANNED") for who in (*WRITERS, "stranger")),
        ("unit_leader", 1, "DROPPED"),
    }


def test_only_those_who_may_see_a_restricted_measure_are_told(cast, clause):
    readers = [cast.users["supervisor"].pk]
    plan_ = an_estimate(cast, due_on=DUE, restricted=True, reader_ids=readers)
    measure = in_progress(cast, clause, plan=plan_)
    reported(cast, measure, no_change=True)
    planned_on(date(2026, 3, 26))
    told = Reminder.objects.filter(measure=measure).values_list("cause", "recipient__username")
    # Neither the supervising leader nor the second supervisor.
    assert set(told) == {
        *(("deadline", who) for who in (*STAFF, "unit_head", "director")),
        *(("review", who) for who in ("supervisor", "director")),
    }


def test_a_day_off_plans_nothing_and_a_saturday_that_is_worked_does(cast, measure):
    Measure.objects.update(overdue_from_on=date(2026, 2, 14))
    assert not planned_on(date(2026, 2, 15)).is_workday
    assert not Reminder.objects.exists()
    assert planned_on(date(2026, 2, 14)).messages == {"deadline": 3}


def test_a_try_leaves_nothing_and_says_the_same(cast, measure):
    tried = try_planning(on=LATE[3], at=at(LATE[3]))
    assert not Reminder.objects.exists()
    assert not Urging.objects.exists()
    assert tried == planned_on(LATE[3])
    assert (tried.messages["deadline"], tried.urgings, tried.proposals) == (5, 1, 0)


def test_the_command_tells_what_it_would_do(cast, measure):
    said = StringIO()
    call_command("plan_reminders", "--as-of", "2026-03-19", "--dry-run", stdout=said)
    assert "3 Deadline" in said.getvalue()
    assert "reminders would be planned for 2026-03-19; 1 urging notices" in said.getvalue()
    call_command("plan_reminders", "--as-of", "2026-03-22", stdout=said)
    assert "2026-03-22 is a day off" in said.getvalue()
    assert not Reminder.objects.exists()


def test_other_steps_are_previewed_without_what_was_sent(cast, measure):
    planned_on(LATE[1])
    rungs = (Rung(1, (Recipient.LIAISON,)), Rung(2, (Recipient.UNIT_HEAD,), is_escalation=True))
    seen = list(preview(DEADLINE, rungs, on=LATE[2]))
    assert [(m.step, m.recipient_id, m.reached_as) for m in seen] == [
        (2, cast.users["unit_head"].pk, "UNIT_HEAD")
    ]
    assert list(preview(DEADLINE, (), on=LATE[2])) == []


def test_how_far_the_deadline_has_escalated(cast, measure):
    assert escalation_of(fresh(measure)) is None
    planned_on(LATE[1])
    planned_on(LATE[3])
    found = escalation_of(fresh(measure))
    assert (found.workdays, found.planned_on, found.sent_at) == (3, LATE[3], None)
    assert found.reached == ("LIAISON", "DRAFTER", "UNIT_LEADER", "UNIT_HEAD", "ISSUER")
    send(step=3)
    assert escalation_of(fresh(measure)).sent_at == at(DUE)
    assert with_escalation(Measure.objects.all()).get().escalated == 3
    Measure.objects.update(overdue_from_on=date(2026, 4, 1))
    assert escalation_of(fresh(measure)) is None
    assert with_escalation(Measure.objects.all()).get().escalated is None


def test_the_fifth_day_proposes_a_place_in_the_bulletin_once(cast, measure):
    for day in (25, 26):
        planned_on(date(2026, 3, day))
    proposal = BulletinProposal.objects.get()
    assert (proposal.measure_id, proposal.owed_on, proposal.step) == (measure.pk, DUE, 5)
    assert ("leader", 5, "PLANNED") in of_deadline()


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_at_once_write_each_message_and_each_notice_once(cast, measure):
    def work() -> None:
        try:
            found.append(planned_on(LATE[3]))
        finally:
            connection.close()

    found = []
    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sorted(planned.messages.get("deadline", 0) for planned in found) == [0, 5]
    assert Urging.objects.count() == 1
