"""The ladders of reminders: entered by the administrator in versions, climbed from their day."""

from datetime import date, timedelta

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.reminders.causes import BY_KEY, CAUSES
from apps.reminders.ladders import Day, Rung, bands
from apps.reminders.models import Ladder, Recipient, Reminder, Step
from apps.reminders.operations.ladders import check_rungs, set_ladder
from apps.reminders.operations.planning import ladders_on, plan
from tests.conftest import at, issued
from tests.measures.cast_of_roles import PEOPLE, complete

ACKNOWLEDGE, DEADLINE = BY_KEY["acknowledge"], BY_KEY["deadline"]
GENTLE = (Rung(1, (Recipient.LIAISON,)), Rung(2, (Recipient.UNIT_LEADER,), is_escalation=True))


def enter(cast, cause=ACKNOWLEDGE, rungs=GENTLE, *, who="administrator", **said):
    said = {"from_on": cast.today, "reason": "试行", "seen": 0} | said
    return set_ladder(cause, rungs, **said, by=cast[who], at=cast.at())


def test_the_defaults_hold_until_others_are_entered_and_past_days_keep_them(cast):
    ladder = enter(cast)
    assert (ladder.cause, ladder.number, ladder.by_name) == ("acknowledge", 1, "administrator")
    assert ladders_on(cast.today)["acknowledge"] == GENTLE
    assert ladders_on(cast.today)["deadline"] == DEADLINE.ladder
    yesterday = cast.today - timedelta(days=1)
    assert ladders_on(yesterday)["acknowledge"] == ACKNOWLEDGE.ladder
    event = AuditEvent.objects.about(ladder).get()
    assert event.act == "reminders.set_ladder"
    assert event.changes["steps"] == [
        "-1 LIAISON, DRAFTER; +1 LIAISON, DRAFTER, UNIT_LEADER (!)",
        "+1 LIAISON; +2 UNIT_LEADER (!)",
    ]


def test_the_last_version_is_climbed_and_an_inactive_one_reaches_nobody(cast, clause):
    issued(cast, clause)
    enter(cast)
    day = date(2026, 3, 5)  # one workday after it was to be acknowledged
    assert plan(on=day, at=at(day, 6)).messages == {"acknowledge": 1}
    assert Reminder.objects.get().recipient == cast.users["liaison"]
    enter(cast, rungs=(), active=False, reason="停用", seen=1)
    assert plan(on=day + timedelta(days=1), at=at(day, 6)).messages == {}
    assert (Ladder.objects.count(), Step.objects.count()) == (2, 2)


@pytest.mark.parametrize("who", PEOPLE)
def test_only_the_administrator_enters_one(cast, who):
    complete(cast)
    if who == "administrator":
        assert enter(cast, who=who).number == 1
        return
    with pytest.raises(NotAllowed):
        enter(cast, who=who)
    assert not Ladder.objects.exists()


def test_the_second_of_two_is_told(cast):
    enter(cast)
    with pytest.raises(Stale):
        enter(cast)


HEAD, ASKED = (Recipient.UNIT_HEAD,), (Recipient.ASKED,)
BROKEN = {
    "needs a step": (ACKNOWLEDGE, ()),
    "same day": (ACKNOWLEDGE, (Rung(1, HEAD), Rung(1, HEAD))),
    "too far": (DEADLINE, (Rung(61, HEAD),)),
    "reaches somebody": (DEADLINE, (Rung(1, ()),)),
    "Only deadlines of measures": (ACKNOWLEDGE, (Rung(1, HEAD),)),
    "Nobody in particular": (DEADLINE, (Rung(1, ASKED),)),
    "Only overdue measures": (DEADLINE, (Rung(-1, HEAD, proposes_bulletin=True),)),
    "An escalation comes after": (DEADLINE, (Rung(0, HEAD, is_escalation=True),)),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_steps_that_cannot_be_climbed_are_refused(cast, sentence):
    cause, rungs = BROKEN[sentence]
    with pytest.raises(RuleBroken, match=sentence):
        enter(cast, cause, rungs)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"reason": " "}, "reason"), ({"from_on": date(2026, 3, 1)}, "from_on")],
)
def test_a_version_says_why_and_begins_today_or_later(cast, said, field):
    with pytest.raises(RuleBroken) as refused:
        enter(cast, **said)
    assert refused.value.field == field


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_the_default_steps_can_be_climbed(cause):
    check_rungs(cause, cause.ladder, active=True)


def test_every_day_owed_lies_in_one_band(calendar):
    """Whatever was owed: the highest step is the last one whose workdays have gone by."""
    for on in (date(2026, 2, 14), date(2026, 2, 24), date(2027, 1, 4)):
        day = Day(on, calendar)
        for n in range(-25, 25):
            owed = on + timedelta(days=n)
            come = [r for r in DEADLINE.ladder if r.workdays <= day.position(owed)]
            found = [b.rung for b in bands(DEADLINE.ladder, day) if b.after < owed <= b.upto]
            assert found == come[-1:]
