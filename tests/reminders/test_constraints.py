"""What must always hold of reminders is held by the database: written around, it is refused."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from apps.reminders.models import (
    BulletinDecision,
    BulletinProposal,
    CalendarKey,
    Delivery,
    Digest,
    Ladder,
    Preference,
    Reminder,
    Robot,
    Step,
    Urging,
)
from tests.conftest import at, in_progress

DAY = date(2026, 3, 2)
MOMENT = at(DAY)
BY = {"by_id": 1, "by_name": "x", "at": MOMENT}


def make(model, **fields):
    return model._default_manager.create(**fields)


def digest(user):
    return make(Digest, user=user, on=DAY, made_at=MOMENT)


def reminder(measure, user, **fields):
    said = {"cause": "deadline", "measure": measure, "recipient": user, "subject_id": 1}
    return make(Reminder, **said | {"owed_on": DAY, "step": 1, "planned_on": DAY} | fields)


def delivery(user, measure, **fields):
    return make(Delivery, **{"digest": digest(user), "channel": "EMAIL", "on": DAY} | fields)


def ladder(**fields):
    return make(Ladder, **{"cause": "c", "number": 1, "from_on": DAY, "reason": "x"} | BY | fields)


def step(**fields):
    return make(Step, **{"ladder": ladder(), "workdays": 1, "reaches": ["LIAISON"]} | fields)


def urging(measure, **fields):
    said = {"measure": measure, "owed_on": DAY, "step": 1, "year": 2026, "number": 1}
    return make(Urging, **said | {"agency": measure.lead, "at": MOMENT} | fields)


def proposal(measure):
    return make(BulletinProposal, measure=measure, owed_on=DAY, step=5, at=MOMENT)


def declined(measure):
    return make(BulletinDecision, proposal=proposal(measure), outcome="DECLINED", **BY)


def robot(measure):
    said = {"name": "g", "kind": "WECOM", "address_encrypted": "x"}
    return make(Robot, agency=measure.lead, **said)


def key(user, sha256):
    return make(CalendarKey, user=user, sha256=sha256, made_at=MOMENT)


def spoken_twice(user, measure):
    said = {"robot": robot(measure), "channel": "ROBOT", "on": DAY}
    return [make(Delivery, **said), make(Delivery, **said)]


def twice_delivered(user, measure):
    said = {"digest": digest(user), "channel": "EMAIL", "on": DAY}
    return [make(Delivery, **said), make(Delivery, **said)]


def two_steps_a_day(user, measure):
    return [make(Step, ladder=s.ladder, workdays=1, reaches=["DRAFTER"]) for s in [step()]]


BROKEN = {
    "reminded_once": lambda u, m: [reminder(m, u), reminder(m, u)],
    "sent_reminder_has_its_moment": lambda u, m: reminder(m, u, state="SENT"),
    "one_digest_a_morning": lambda u, m: [digest(u), digest(u)],
    "delivery_of_a_digest_or_a_robot": lambda u, m: delivery(u, m, channel="ROBOT"),
    "digest_once_a_channel": twice_delivered,
    "robot_speaks_once_a_day": spoken_twice,
    "sent_delivery_has_its_moment": lambda u, m: delivery(u, m, sent_at=MOMENT),
    "ladder_numbered_once": lambda u, m: [ladder(), ladder()],
    "ladder_says_why": lambda u, m: ladder(reason=""),
    "one_step_a_day": two_steps_a_day,
    "step_reaches_somebody": lambda u, m: step(reaches=[]),
    "step_is_near": lambda u, m: step(workdays=61),
    "urging_numbered_once": lambda u, m: [urging(m), urging(m, step=3)],
    "urged_once_a_step": lambda u, m: [urging(m), urging(m, number=2)],
    "urged_when_late": lambda u, m: urging(m, step=0),
    "proposed_for_the_bulletin_once": lambda u, m: [proposal(m), proposal(m)],
    "left_out_with_a_reason": lambda u, m: declined(m),
    "hour_of_a_day": lambda u, m: make(Preference, user=u, hour=24),
    "robot_named_once": lambda u, m: [robot(m), robot(m)],
    "one_calendar_address_in_force": lambda u, m: [key(u, "a"), key(u, "b")],
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_it(cast, clause, name):
    measure = in_progress(cast, clause)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BROKEN[name](cast.users["liaison"], measure)


def test_every_constraint_is_tried():
    named = {
        constraint.name
        for model in apps.get_app_config("reminders").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, (models.CheckConstraint, models.UniqueConstraint))
    }
    assert named == set(BROKEN)
