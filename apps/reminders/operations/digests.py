"""Digests: once a workday, from the hour that a person chose, all that the person is owed."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.reminders.digests import worth_a_mail
from apps.reminders.models import Channel, Delivery, Digest, Preference, Reminder
from apps.reminders.models.settings import MORNING
from apps.reminders.operations.planning import drop_untrue
from apps.workdays.models import current_calendar

TOGETHER = 200
"""People whose messages are looked at by one set of statements."""


def make_digests(*, at: datetime) -> int:
    """Make the digest of everybody whose hour has come and who has none today; how many.

    Nothing goes out on a day off. Each person's digest is a transaction of its own: who is
    stopped goes on where they were, and of two who work at once one makes it.
    """
    day = timezone.localdate(at)
    if not current_calendar().is_workday(day):
        return 0
    people = _waiting_for(day, timezone.localtime(at).hour)
    return sum(_make_some(some, day, at) for some in _batched(people, TOGETHER))


def preferences_of(user_id: int) -> Preference:
    """What the person chose, or what holds for who has chosen nothing."""
    return Preference.objects.filter(user=user_id).first() or Preference(user_id=user_id)


def _waiting_for(day: date, hour: int) -> list[int]:
    """Whoever is owed something, has no digest of the day yet, and whose hour has come."""
    chosen = Preference.objects.filter(user=OuterRef("recipient")).values("hour")
    told = Digest.objects.filter(user=OuterRef("recipient"), on=day)
    owed = Reminder.objects.planned().filter(~Exists(told), planned_on__lte=day)
    awake = owed.annotate(hour=Coalesce(Subquery(chosen), MORNING)).filter(hour__lte=hour)
    return list(awake.order_by("recipient").values_list("recipient", flat=True).distinct())


def _batched(people: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (people[start : start + size] for start in range(0, len(people), size))


def _make_some(people: Sequence[int], day: date, at: datetime) -> int:
    """What is no longer true is dropped for some people together, right before they are told."""
    drop_untrue(Reminder.objects.planned().filter(recipient__in=people), on=day)
    return sum(_make(user, day, at) for user in people)


@transaction.atomic
def _make(user_id: int, day: date, at: datetime) -> bool:
    """What is in the inbox from now on, the digest, and the ways that it takes: all or nothing."""
    owed = _taken(user_id, day)
    if not owed:
        return False
    digest, is_new = Digest.objects.get_or_create(user_id=user_id, on=day, defaults={"made_at": at})
    if not is_new:  # somebody else was quicker; what was planned since waits until tomorrow
        return False
    chosen = Reminder.objects.filter(pk__in=[reminder.pk for reminder in owed])
    chosen.update(state=Reminder.State.SENT, sent_at=at, digest=digest)
    Delivery.objects.bulk_create(_ways(digest, owed, at))
    return True


def _taken(user_id: int, day: date) -> list[Reminder]:
    """What the person is owed, held against whoever else is making the same digest."""
    owed = Reminder.objects.planned().filter(recipient=user_id, planned_on__lte=day)
    held = owed.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    return list(held.select_related("recipient", "measure"))


def _ways(digest: Digest, owed: Sequence[Reminder], at: datetime) -> Iterator[Delivery]:
    sent = Delivery.State.SENT
    yield Delivery(digest=digest, channel=Channel.INBOX, on=digest.on, state=sent, sent_at=at)
    preference = preferences_of(digest.user_id)
    if owed[0].recipient.email and any(worth_a_mail(each, preference) for each in owed):
        yield Delivery(
            digest=digest,
            channel=Channel.EMAIL,
            on=digest.on,
            next_attempt_at=at,
            message_id=new_message_id(),
        )


def new_message_id() -> str:
    """Given once and kept: a letter that is sent again carries the one it had."""
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
