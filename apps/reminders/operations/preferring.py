"""How a person wants to be told: the hour, by e-mail or not, what is muted, a calendar address."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit.operations import record
from apps.audit.reading import describe
from apps.core.actor import Actor
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.reminders.causes import BY_KEY
from apps.reminders.models import CalendarKey, Preference
from apps.reminders.models.settings import LAST_HOUR

TOKEN_BYTES = 32

describe(
    acts={
        "reminders.choose_reminders": gettext_lazy("Reminders of a person chosen"),
        "reminders.make_calendar_address": gettext_lazy("Calendar address made"),
        "reminders.revoke_calendar_address": gettext_lazy("Calendar address revoked"),
    }
)


@transaction.atomic
def choose_reminders(
    user: User,
    *,
    hour: int,
    by_email: bool,
    muted: Collection[str],
    seen: int,
    by: Actor,
    at: datetime,
) -> Preference:
    """A person chooses for themselves. Muted is what comes by mail: the inbox keeps it all.

    `seen` is the version that the page showed, 0 before anything was chosen.
    """
    _refuse_unless_own(user, by)
    _check(hour, muted)
    preference = _locked(user)
    if (preference.version if preference.pk else 0) != seen:
        raise Stale(_("You have changed this elsewhere since you opened this page."))
    said = {"hour": hour, "by_email": by_email, "muted": sorted(muted)}
    before = {name: getattr(preference, name) for name in said}
    for name, value in said.items():
        setattr(preference, name, value)
    preference.version = seen + 1
    preference.save()
    changes = {name: (before[name], said[name]) for name in said if before[name] != said[name]}
    record("reminders.choose_reminders", user, by=by, at=at, changes=changes)
    return preference


@transaction.atomic
def make_calendar_address(user: User, *, by: Actor, at: datetime) -> str:
    """A new private address; the one before ends with it. The key is told this once only."""
    _refuse_unless_own(user, by)
    User.objects.select_for_update().get(pk=user.pk)
    _in_force(user).update(revoked_at=at)
    key = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarKey.objects.create(user=user, sha256=hash_of(key), made_at=at)
    record("reminders.make_calendar_address", user, by=by, at=at)
    return key


@transaction.atomic
def revoke_calendar_address(user: User, *, by: Actor, at: datetime) -> None:
    """Whoever has the address reads nothing from now on."""
    _refuse_unless_own(user, by)
    if not _in_force(user).update(revoked_at=at):
        raise RuleBroken(_("There is no calendar address."))
    record("reminders.revoke_calendar_address", user, by=by, at=at)


def hash_of(key: str) -> str:
    """What is kept of a key. It is long and random: no salt is needed to hide it."""
    return hashlib.sha256(key.encode()).hexdigest()


def _in_force(user: User) -> "QuerySet[CalendarKey]":
    return CalendarKey.objects.filter(user=user, revoked_at__isnull=True)


def _locked(user: User) -> Preference:
    """The person's row is locked: there may be no preference yet that could be."""
    User.objects.select_for_update().get(pk=user.pk)
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def _check(hour: int, muted: Collection[str]) -> None:
    if not 0 <= hour <= LAST_HOUR:
        raise RuleBroken(_("Choose an hour of the day."), field="hour")
    if not BY_KEY.keys() >= set(muted):
        raise RuleBroken(_("This is no kind of reminder."), field="muted")


def _refuse_unless_own(user: User, by: Actor) -> None:
    if user.pk != by.pk:
        raise NotAllowed(_("Everybody chooses this for themselves."))
