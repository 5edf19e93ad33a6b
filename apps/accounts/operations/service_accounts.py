"""Letting programs in: their accounts, and the keys that they show."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ServiceAccount, ServiceToken, User
from apps.accounts.operations.people import administrator_only, save_new
from apps.agencies.models import Agency
from apps.audit.operations import keep_reference, record
from apps.core.actor import Actor, Role
from apps.core.errors import RuleBroken

PREFIX = "pt_"
TOKEN_BYTES = 32
HINT = len(PREFIX) + 6
GOOD_FOR = timedelta(days=365)
LONGEST = timedelta(days=730)
OVERLAP = timedelta(days=7)
USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def add_service_account(
    code: str,
    *,
    name: str,
    agency: Agency,
    role: str,
    scopes: Collection[str],
    by: Actor,
    at: datetime,
    requests_a_minute: int = 600,
) -> ServiceAccount:
    """Let a program in. Nobody can sign in as its user: the account is closed and has no password.

    Raises NotAllowed, or RuleBroken where somebody goes by that name already.
    """
    administrator_only(by)
    user = User(username=code, name=name, is_active=False)
    user.set_unusable_password()
    save_new(user)
    account = ServiceAccount.objects.create(
        user=user,
        name=name,
        agency=agency,
        role=role,
        scopes=sorted(set(scopes)),
        requests_a_minute=requests_a_minute,
    )
    changes = {"agency": ("", agency), "role": ("", role), "scopes": ([], account.scopes)}
    record("accounts.add_serviceaccount", account, by=by, at=at, changes=changes)
    return account


@transaction.atomic
def keep_service_account(
    account: ServiceAccount, said: Mapping[str, Any], *, seen: int, by: Actor, at: datetime
) -> ServiceAccount:
    """Change what it is called, may do, or whether it is in use. Raises NotAllowed or Stale."""
    administrator_only(by)
    kept = keep_reference(account, said, seen=seen, keepers=(Role.ADMINISTRATOR,), by=by, at=at)
    User.objects.filter(pk=account.user_id).update(name=kept.name)
    return kept


@transaction.atomic
def issue_token(
    account: ServiceAccount, *, by: Actor, at: datetime, good_for: timedelta = GOOD_FOR
) -> str:
    """A new key beside those in force. It is told this once only."""
    administrator_only(by)
    _refuse_forever(good_for)
    locked = _lock(account)
    return _issue(locked, good_for, by=by, at=at)


@transaction.atomic
def rotate_token(
    account: ServiceAccount,
    *,
    by: Actor,
    at: datetime,
    good_for: timedelta = GOOD_FOR,
    overlap: timedelta = OVERLAP,
) -> str:
    """A new key; those before go on for `overlap`, so that the program can change over at leisure.

    A key that ends sooner by itself is not prolonged.
    """
    administrator_only(by)
    _refuse_forever(good_for)
    locked = _lock(account)
    until = max(at + overlap, at)
    for token in locked.tokens.in_force(at=at).filter(expires_at__gt=until):
        changes = {f"token {token.hint} expires_at": (token.expires_at, until)}
        record("accounts.shorten_token", locked, by=by, at=at, changes=changes)
        token.expires_at = until
        token.save(update_fields=["expires_at"])
    return _issue(locked, good_for, by=by, at=at)


@transaction.atomic
def revoke_token(token: ServiceToken, *, by: Actor, at: datetime) -> None:
    """Whoever has the key is let in no more, from this moment."""
    administrator_only(by)
    account = _lock(token.account)
    locked = ServiceToken.objects.select_for_update().get(pk=token.pk)
    if locked.revoked_at is not None:
        raise RuleBroken(_("This token has been revoked already."))
    locked.revoked_at = at
    locked.save(update_fields=["revoked_at"])
    changes = {f"token {locked.hint} revoked_at": (None, at)}
    record("accounts.revoke_token", account, by=by, at=at, changes=changes)


def note_use(token: ServiceToken, *, at: datetime) -> None:
    """When a key was last used, a minute sooner or later: reading must not write each time."""
    last = token.last_used_at
    if last is None or at - last >= USE_IS_NOTED_EVERY:
        ServiceToken.objects.filter(pk=token.pk).update(last_used_at=at)


def hash_of(key: str) -> str:
    """What is kept of a key. It is long and random: no salt is needed to hide it."""
    return hashlib.sha256(key.encode()).hexdigest()


def _issue(account: ServiceAccount, good_for: timedelta, *, by: Actor, at: datetime) -> str:
    key = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    token = ServiceToken.objects.create(
        account=account,
        hint=key[:HINT],
        sha256=hash_of(key),
        made_at=at,
        expires_at=at + good_for,
    )
    changes = {f"token {token.hint} expires_at": (None, token.expires_at)}
    record("accounts.issue_token", account, by=by, at=at, changes=changes)
    return key


def _lock(account: ServiceAccount) -> ServiceAccount:
    return ServiceAccount.objects.select_for_update().get(pk=account.pk)


def _refuse_forever(good_for: timedelta) -> None:
    if not timedelta(0) < good_for <= LONGEST:
        raise RuleBroken(_("A token is good for a day at least and two years at most."))
