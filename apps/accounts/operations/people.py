"""Entering people and what they hold."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Deputy, Membership, ServiceAccount, User
from apps.agencies.models import Agency
from apps.audit.operations import keep_reference, record
from apps.core.actor import Actor, Role
from apps.core.errors import ALLOWED, NotAllowed, RuleBroken, Verdict

APART = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Separation of duties: whoever holds one of these holds no other role."""
ONE_DAY = timedelta(days=1)
KEPT_APART = _("Administrators and auditors hold no other role: these duties are kept apart.")
_NOT_ONE_S_OWN = _("Nobody closes their own account.")
_TOO_EARLY = _("A role cannot end before it begins.")


@transaction.atomic
def add_user(
    username: str,
    *,
    name: str,
    password: str,
    by: Actor,
    at: datetime,
    email: str = "",
    language: str = "zh-hans",
) -> User:
    """Create an account. Raises ValidationError when the password breaks the password rules.

    A password that an administrator chose is known to two people until its owner changes it.
    """
    administrator_only(by)
    user = User(username=username, name=name, email=email, language=language)
    user.password_is_given = by.pk is not None
    validate_password(password, user)
    user.set_password(password)
    user.full_clean(exclude=["password"], validate_unique=False)
    save_new(user)
    record("accounts.add_user", user, by=by, at=at)
    return user


def save_new(user: User) -> None:
    """Two administrators may choose one name at once: the second is told."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        said = _("Somebody signs in by this name already.")
        raise RuleBroken(said, field="username") from error


@transaction.atomic
def keep_user(user: User, said: Mapping[str, Any], *, seen: int, by: Actor, at: datetime) -> User:
    """Change name, address, language or whether the account is in use, by field name.

    Accounts are never deleted. Raises NotAllowed, Stale, or RuleBroken for closing one's own or
    the last administrator's.
    """
    if "is_active" in said:
        refuse_program(user)
    if said.get("is_active") is False:
        administrator_only(by)
        if by.pk == user.pk:
            raise RuleBroken(_NOT_ONE_S_OWN, field="is_active")
        _keep_an_administrator(Q(user=user), on=timezone.localdate(at), field="is_active")
    return keep_reference(user, said, seen=seen, keepers=(Role.ADMINISTRATOR,), by=by, at=at)


def may_use(user: User, by: Actor, *, is_active: bool) -> Verdict:
    """Whether an account can be taken into use or closed: not one's own, nor a second time."""
    if by.pk == user.pk and not is_active:
        return Verdict(_NOT_ONE_S_OWN)
    return Verdict(_("It says so already.")) if user.is_active == is_active else ALLOWED


def use_account(user: User, *, is_active: bool, seen: int, by: Actor, at: datetime) -> User:
    """Close an account or open it again. Raises NotAllowed, Stale or RuleBroken."""
    administrator_only(by)
    if not (verdict := may_use(user, by, is_active=is_active)):
        raise RuleBroken(verdict.reason, field="is_active")
    return keep_user(user, {"is_active": is_active}, seen=seen, by=by, at=at)


@transaction.atomic
def set_password(user: User, password: str, *, by: Actor, at: datetime) -> None:
    """Give a person a new password; other sessions of theirs end. It is on record, not what it is.

    Raises ValidationError when the password breaks the password rules.
    """
    administrator_only(by)
    refuse_program(user)
    locked = User.objects.select_for_update().get(pk=user.pk)
    validate_password(password, locked)
    locked.set_password(password)
    locked.password_is_given = by.pk != user.pk
    locked.save(update_fields=["password", "password_is_given"])
    record("accounts.set_password", locked, by=by, at=at)


@transaction.atomic
def give_role(
    user: User, role: Role, *, agency: Agency, from_on: date, by: Actor, at: datetime
) -> Membership:
    """Give a person a role in an agency from a day on. Raises RuleBroken when it was given.

    Nobody gives one to themselves: who keeps the roles takes no business decisions.
    """
    administrator_only(by)
    not_to_oneself(user, by)
    refuse_program(user)
    _keep_duties_apart(user, role, from_on=from_on, to_on=date.max)
    membership = Membership(user=user, agency=agency, role=role, from_on=from_on)
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError as error:
        raise RuleBroken(_("This role was given for that day already."), field="role") from error
    record("accounts.give_role", user, by=by, at=at, changes={role: ("", str(agency))})
    return membership


@transaction.atomic
def end_role(membership: Membership, *, on: date, by: Actor, at: datetime) -> None:
    """The last day on which the role is held is `on`."""
    administrator_only(by)
    if on < membership.from_on:
        raise RuleBroken(_TOO_EARLY, field="to_on")
    _keep_an_administrator(Q(pk=membership.pk), on=on + ONE_DAY, field="to_on")
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    record(
        "accounts.end_role",
        locked.user,
        by=by,
        at=at,
        changes={f"{locked.role} to_on": (locked.to_on, on)},
    )
    locked.to_on = on
    locked.save(update_fields=["to_on"])


def may_end(membership: Membership, *, on: date) -> Verdict:
    """Whether ending the role on this day would shorten it: one that has ended stays as it was."""
    if on < membership.from_on:
        return Verdict(_TOO_EARLY)
    if membership.to_on is not None and membership.to_on <= on:
        return Verdict(_("This role has ended already."))
    return ALLOWED


@transaction.atomic
def name_deputy(
    absent: User, *, deputy: User, role: Role, from_on: date, to_on: date, by: Actor, at: datetime
) -> Deputy:
    """`deputy` decides in the place of `absent` in one role while the absence lasts."""
    if by.pk != absent.pk and not by.holds(Role.ADMINISTRATOR):
        raise NotAllowed(_("Only the person concerned or an administrator names a deputy."))
    if deputy.pk == absent.pk:
        raise RuleBroken(_("Nobody is their own deputy."), field="deputy")
    not_to_oneself(deputy, by)
    if to_on < from_on:
        raise RuleBroken(_("An absence cannot end before it begins."), field="to_on")
    _keep_duties_apart(deputy, role, from_on=from_on, to_on=to_on)
    row = Deputy.objects.create(
        absent=absent, deputy=deputy, role=role, from_on=from_on, to_on=to_on
    )
    record("accounts.name_deputy", absent, by=by, at=at, changes={role: ("", str(deputy))})
    return row


@transaction.atomic
def choose_language(user: User, language: str, *, by: Actor, at: datetime) -> None:
    """Keep the language in which a person reads; only that person chooses it."""
    if by.pk != user.pk:
        raise NotAllowed(_("Everybody chooses their own language."))
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.language == language:
        return
    changes = {"language": (locked.language, language)}
    locked.language = language
    locked.save(update_fields=["language"])
    record("accounts.choose_language", locked, by=by, at=at, changes=changes)


def administrator_only(by: Actor) -> None:
    """Raises NotAllowed."""
    if not by.holds(Role.ADMINISTRATOR):
        raise NotAllowed(_("Only an administrator keeps people and their roles."))


def not_to_oneself(user: User, by: Actor) -> None:
    """Who keeps the roles takes no business decisions. Raises NotAllowed."""
    if user.pk == by.pk:
        raise NotAllowed(_("Nobody gives a role to themselves."))


def refuse_program(user: User) -> None:
    """Nobody signs in as a program, and it holds what its own account says. Raises RuleBroken."""
    if ServiceAccount.objects.filter(user=user).exists():
        raise RuleBroken(_("This is a service account; it is kept among the service accounts."))


def _keep_duties_apart(user: User, role: Role, *, from_on: date, to_on: date) -> None:
    """Refuse a role beside another that it must be kept apart from in the same days."""
    User.objects.select_for_update().get(pk=user.pk)
    own = Membership.objects.filter(user=user).overlapping(from_on, to_on)
    deputised = Deputy.objects.filter(deputy=user, from_on__lte=to_on, to_on__gte=from_on)
    held = {*own.values_list("role", flat=True), *deputised.values_list("role", flat=True)}
    others = {Role(name) for name in held} - {role}
    if others and (role in APART or others & APART):
        raise RuleBroken(KEPT_APART, field="role")


def _keep_an_administrator(leaving: Q, *, on: date, field: str) -> None:
    """Refuse to let the last one go that day. The memberships of all are locked first, in one
    order: of two administrators who close each other's accounts at once, one waits and is refused.
    """
    held = Membership.objects.filter(role=Role.ADMINISTRATOR)
    if not held.filter(leaving).exists():
        return
    lock_administrators()
    stay = held.exclude(leaving).overlapping(on, on).filter(user__is_active=True)
    if not stay.exists():
        raise RuleBroken(_("Somebody else has to be an administrator first."), field=field)


def lock_administrators() -> None:
    """The memberships of all of them, in one order, before any account."""
    held = Membership.objects.filter(role=Role.ADMINISTRATOR)
    list(held.select_for_update(no_key=True).order_by("pk").values_list("pk"))
