"""What somebody holds, handed over to somebody else in one act."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Deputy, Membership, User
from apps.accounts.operations.people import (
    APART,
    KEPT_APART,
    administrator_only,
    lock_administrators,
    not_to_oneself,
    use_account,
)
from apps.accounts.operations.sessions import end_sessions
from apps.audit.operations import lock_reference, record_each
from apps.core.actor import Actor
from apps.core.errors import RuleBroken

Held = Membership | Deputy
"""Both are held from a day to a day: a role, or somebody's place in one."""


@dataclass(frozen=True)
class Duties:
    """What a person holds beyond a day, or will hold."""

    roles: Sequence[Membership]
    standing_in: Sequence[Deputy]
    """Where the person is the deputy."""
    stood_in_for: Sequence[Deputy]
    """Where the person is absent: nobody else is by that."""

    def __bool__(self) -> bool:
        return bool(self.roles or self.standing_in or self.stood_in_for)

    @property
    def passed_on(self) -> list[Held]:
        """What somebody else can hold in the person's place."""
        return [*self.roles, *self.standing_in]


@dataclass
class _Passing:
    """What becomes of the rows: the person's end, or are dropped where they have not begun; the
    successor's begin, or are made longer.
    """

    ended: list[tuple[Held, date | None]] = field(default_factory=list)
    """With the day on which each would have ended."""
    dropped: list[Held] = field(default_factory=list)
    begun: list[Held] = field(default_factory=list)
    longer: list[tuple[Held, date | None]] = field(default_factory=list)


def duties_of(person: User, *, on: date) -> Duties:
    """What ends on that day anyway is not handed over any more."""
    deputies = Deputy.objects.select_related("absent", "deputy").filter(to_on__gt=on).order_by("pk")
    return Duties(
        [role for role in _roles(person, on=on) if role.to_on != on],
        list(deputies.filter(deputy=person)),
        list(deputies.filter(absent=person)),
    )


def _held(person: User, *, on: date) -> list[Held]:
    """What a person may do on that day or later, the last time on that very day too."""
    deputised = Deputy.objects.filter(deputy=person, to_on__gte=on)
    return [*_roles(person, on=on), *deputised.select_related("absent", "deputy").order_by("pk")]


def _roles(person: User, *, on: date) -> "QuerySet[Membership]":
    held = person.memberships.filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
    return held.select_related("agency", "user").order_by("pk")


def refuse_hand_over(person: User, to: User, duties: Duties, *, by: Actor, on: date) -> None:
    """Whether the duties can be this successor's. Raises NotAllowed or RuleBroken."""
    administrator_only(by)
    if to.pk == person.pk:
        raise RuleBroken(_("Nobody hands over to themselves."), field="to")
    not_to_oneself(to, by)
    if not to.is_active:
        raise RuleBroken(_("The successor's account is closed."), field="to")
    if not _kept_apart([*duties.passed_on, *_held(to, on=on)], on=on):
        raise RuleBroken(KEPT_APART, field="to")


@transaction.atomic
def hand_over_duties(
    person: User, *, to: User, close_account: bool, seen: int, by: Actor, at: datetime
) -> Duties:
    """Roles and deputising end with this day and are the successor's from this day on; what
    follows on them in other apps is `measures.operations.hand_over`, which calls this.

    The person is signed out, and the account closed where that is asked for. Raises NotAllowed,
    Stale or RuleBroken.
    """
    administrator_only(by)
    on = timezone.localdate(at)
    person, to = _lock(person, to, seen=seen)
    duties = duties_of(person, on=on)
    refuse_hand_over(person, to, duties, by=by, on=on)
    passing = _pass_on(duties, _held(to, on=on), to=to, on=on)
    _write(passing)
    _tell(passing, by=by, at=at)
    for account in (person, to):
        account.version += 1
        account.save(update_fields=["version"])
    if close_account:
        use_account(person, is_active=False, seen=person.version, by=by, at=at)
    end_sessions(person, now=at)
    return duties


def _lock(person: User, to: User, *, seen: int) -> tuple[User, User]:
    """Both accounts, in the order of their ids: two people may hand over to each other at once.

    Administrators come first, as where an account is closed.
    """
    lock_administrators()
    both = User.objects.select_for_update().filter(pk__in=(person.pk, to.pk)).order_by("pk")
    found = {user.pk: user for user in both}
    return lock_reference(person, seen=seen), found[to.pk]


# --- What becomes of each row -------------------------------------------------------------


def _pass_on(duties: Duties, theirs: Sequence[Held], *, to: User, on: date) -> _Passing:
    passing = _Passing()
    for row in [*duties.passed_on, *duties.stood_in_for]:
        _release(row, passing, on)
    for row in duties.passed_on:
        if _key(row) != (Deputy, row.role, to.pk):  # nobody is their own deputy
            _take_up(row, passing, theirs, to=to, on=on)
    return passing


def _release(row: Held, passing: _Passing, on: date) -> None:
    """A row as it stands is needed once more: it is the copy that is changed."""
    if row.from_on > on:
        passing.dropped.append(row)
        return
    ended = copy(row)
    ended.to_on = on
    passing.ended.append((ended, row.to_on))


def _take_up(row: Held, passing: _Passing, theirs: Iterable[Held], *, to: User, on: date) -> None:
    """The successor holds it as long as the person would have; held already, nothing is added."""
    new = copy(row)
    new.pk, new.from_on = None, max(row.from_on, on)
    setattr(new, "deputy" if isinstance(new, Deputy) else "user", to)
    same = [own for own in [*theirs, *passing.begun] if _key(own) == _key(new)]
    if any(_covers(own, new) for own in same):
        return
    own = next((own for own in same if own.from_on == new.from_on), None)
    if own is None:
        passing.begun.append(new)
        return
    if own.pk is not None:
        passing.longer.append((own, own.to_on))
    own.to_on = new.to_on


def _key(row: Held) -> tuple[type[Held], str, int]:
    """Which role it is, and where: in an agency, or in somebody's place."""
    where = row.absent_id if isinstance(row, Deputy) else row.agency_id
    return type(row), row.role, where


def _covers(own: Held, new: Held) -> bool:
    return own.from_on <= new.from_on and _end(own) >= _end(new)


def _end(row: Held) -> date:
    return row.to_on or date.max


def _kept_apart(held: Sequence[Held], *, on: date) -> bool:
    """Whether none of the roles stands, from that day on, beside one it must be kept apart from."""
    return not any(
        {one.role, other.role} & APART
        and max(one.from_on, other.from_on, on) <= min(_end(one), _end(other))
        for one, other in combinations(held, 2)
        if one.role != other.role
    )


# --- Rows and record ----------------------------------------------------------------------


def _write(passing: _Passing) -> None:
    changed = [row for row, _was in (*passing.ended, *passing.longer)]
    for model in (Membership, Deputy):
        table: Any = model._default_manager
        table.filter(pk__in=[row.pk for row in _of(model, passing.dropped)]).delete()
        table.bulk_update(_of(model, changed), ["to_on"])
        table.bulk_create(_of(model, passing.begun))


def _of(model: type[Held], rows: Iterable[Held]) -> list[Held]:
    return [row for row in rows if isinstance(row, model)]


def _tell(passing: _Passing, *, by: Actor, at: datetime) -> None:
    """Each in the words in which it is told when it is done by itself."""
    ended = [_ended(row, was) for row, was in passing.ended]
    ended += [_dropped(row) for row in passing.dropped]
    begun = [_begun(row) for row in passing.begun]
    begun += [_ended(row, was) for row, was in passing.longer]
    how: dict[str, Any] = {"note": "", "by": by, "at": at}
    for done, (roles, deputies) in (
        (ended, ("accounts.end_role", "accounts.end_deputy")),
        (begun, ("accounts.give_role", "accounts.name_deputy")),
    ):
        record_each(roles, [told[1:] for told in done if told[0] is Membership], **how)
        record_each(deputies, [told[1:] for told in done if told[0] is Deputy], **how)


Told = tuple[type[Held], User, dict[str, tuple[Any, Any]]]


def _ended(row: Held, was: date | None) -> Told:
    return type(row), _whose(row), {f"{row.role} to_on": (was, row.to_on)}


def _dropped(row: Held) -> Told:
    return type(row), _whose(row), {row.role: (_what(row), "")}


def _begun(row: Held) -> Told:
    return type(row), _whose(row), {row.role: ("", _what(row))}


def _whose(row: Held) -> User:
    """A deputy is told of the absent person."""
    return row.absent if isinstance(row, Deputy) else row.user


def _what(row: Held) -> str:
    return str(row.deputy if isinstance(row, Deputy) else row.agency)
