"""Group calls: once a workday a group robot says what its agency's people were reminded of."""

from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from apps.accounts.models import Membership
from apps.reminders.models import Channel, Delivery, Reminder, Robot
from apps.reminders.operations.digests import new_message_id
from apps.workdays.models import current_calendar

FROM = time(9, 0)
"""After the usual hour of the digests, so that nobody reads it in the group first."""


def call_groups(*, at: datetime) -> int:
    """Let each robot speak that has something to say and has not spoken today; how many."""
    local = timezone.localtime(at)
    if local.time() < FROM or not current_calendar().is_workday(local.date()):
        return 0
    robots = [robot for robot in _silent(local.date()) if told(robot, on=local.date()).exists()]
    calls = [_call(robot, local.date(), at) for robot in robots]
    return len(Delivery.objects.bulk_create(calls, ignore_conflicts=True))


def told(robot: Robot, *, on: date) -> "QuerySet[Reminder]":
    """What people of the agency found in their inbox that day.

    Never an escalation, which is for whom it reaches, nor anything restricted: a group is many.
    """
    posts = Membership.objects.active(on=on).filter(agency=robot.agency_id)
    sent = Reminder.objects.filter(Exists(posts.filter(user=OuterRef("recipient"))))
    here = sent.filter(state=Reminder.State.SENT, digest__on=on, is_escalation=False)
    return here.exclude(measure__restricted=True)


def _silent(day: date) -> "QuerySet[Robot]":
    spoken = Delivery.objects.filter(robot=OuterRef("pk"), on=day)
    return Robot.objects.filter(~Exists(spoken), active=True)


def _call(robot: Robot, day: date, at: datetime) -> Delivery:
    return Delivery(
        robot=robot,
        channel=Channel.ROBOT,
        on=day,
        next_attempt_at=at,
        message_id=new_message_id(),
    )
