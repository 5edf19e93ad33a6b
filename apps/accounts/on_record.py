"""What packages do to accounts, in the audit trail: failed sign-ins, lock-outs, second factors.

Only of accounts that exist: names that somebody tries out are counted by axes, and would let a
stranger fill the trail. For the same reason a locked account is on record once, not each time.
"""

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.adapters import Oneself, name_tried
from apps.accounts.models import User
from apps.audit import context
from apps.audit.models import AuditEvent
from apps.audit.operations import record
from apps.core.actor import Machine

SIGN_IN = Machine("sign-in")
LOCKED_OUT = "accounts.locked_out"


def listen() -> None:
    """Connect once, when the application starts."""
    user_login_failed.connect(_failed, dispatch_uid="on record: failed")
    user_locked_out.connect(_locked_out, dispatch_uid="on record: locked out")
    for signal, act in (
        (authenticator_added, _added),
        (authenticator_removed, _removed),
        (authenticator_reset, _reset),
    ):
        signal.connect(act, dispatch_uid=f"on record: {act.__name__}")


def _failed(request: HttpRequest | None = None, **said: Any) -> None:
    """A wrong password; attempts while the account is locked say nothing new."""
    if request is None or getattr(request, "axes_locked_out", False):
        return
    if user := _account(name_tried(request, said.get("credentials"))):
        record("accounts.sign_in_failed", user, by=SIGN_IN, at=timezone.now())


def _locked_out(username: str, **_said: Any) -> None:
    """By the attempt that was one too many; axes says so again at each further one."""
    user, now = _account(username), timezone.now()
    if user is None:
        return
    told = AuditEvent.objects.about(user).filter(
        act=LOCKED_OUT, address=context.current().address, at__gt=now - settings.AXES_COOLOFF_TIME
    )
    if not told.exists():
        record(LOCKED_OUT, user, by=SIGN_IN, at=now)


def _account(username: str) -> User | None:
    return User.objects.filter(username__iexact=username).first()


def _added(user: User, **_said: Any) -> None:
    record("accounts.add_second_factor", user, by=Oneself(user), at=timezone.now())


def _removed(user: User, **_said: Any) -> None:
    record("accounts.remove_second_factor", user, by=Oneself(user), at=timezone.now())


def _reset(user: User, **_said: Any) -> None:
    record("accounts.reset_second_factor", user, by=Oneself(user), at=timezone.now())
