"""Webhooks: a program keeps its own, administrators all. Nothing secret is ever shown again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import ServiceAccount
from apps.api.feed.reading import current_epoch
from apps.api.feed.sight import KINDS
from apps.api.models import Webhook, WebhookDelivery
from apps.api.models.webhook import FEED_SCOPE
from apps.api.webhooks.signing import new_secret, sealed, sealed_anew
from apps.audit.operations import add_reference, keep_reference, record, refuse_unless_kept_by
from apps.audit.reading import describe
from apps.core.actor import Actor, Role
from apps.core.errors import RuleBroken

KEEPERS = (Role.ADMINISTRATOR,)
ITSELF = (Role.INTEGRATOR,)
"""What every program holds beside its role."""
HTTPS = "https://"
MOST = 10
"""Webhooks of one program: what one office wants to be told costs the others no time."""
SEALED = ("address_encrypted", "secret_encrypted")

describe(
    acts={
        "api.renew_webhook_secret": gettext_lazy("Made a new secret of a webhook"),
        "api.pause_webhook": gettext_lazy("Let a webhook rest"),
        "api.resume_webhook": gettext_lazy("Let a webhook go on"),
        "api.replay_webhook": gettext_lazy("Sent a message to a webhook once more"),
    },
    kept=[Webhook],
)


@transaction.atomic
def add_webhook(webhook: Webhook, *, address: str, by: Actor, at: datetime) -> str:
    """Enter a webhook, which is told of what changes from now on; returns its secret, once.

    Raises NotAllowed, or RuleBroken for an address that is none of https, an unknown kind, a
    program that may not read the feed, and one that has webhooks enough.
    """
    keepers, secret = _keepers(webhook, by), new_secret()
    refuse_unless_kept_by(keepers, by)
    _refuse_unknown_kinds(webhook.kinds)
    _refuse_beyond(webhook.account)
    for name, value in _addressed(webhook, address, by).items():
        setattr(webhook, name, value)
    webhook.secret_encrypted = sealed(secret)
    webhook.xid = current_epoch().horizon
    add_reference(webhook, keepers=keepers, by=by, at=at)
    return secret


@transaction.atomic
def keep_webhook(
    webhook: Webhook,
    said: Mapping[str, Any],
    *,
    address: str = "",
    seen: int,
    by: Actor,
    at: datetime,
) -> Webhook:
    """Change what is said of a webhook; an address that is left empty stays."""
    _refuse_unknown_kinds(said.get("kinds", ()))
    new = _addressed(webhook, address, by) if address else {}
    keepers = _keepers(webhook, by)
    return keep_reference(webhook, {**said, **new}, seen=seen, keepers=keepers, by=by, at=at)


@transaction.atomic
def renew_secret(webhook: Webhook, *, by: Actor, at: datetime) -> str:
    """A new secret, which signs from now on; returned this once only."""
    locked, secret = _locked(webhook, by), new_secret()
    locked.secret_encrypted = sealed(secret)
    locked.save(update_fields=["secret_encrypted"])
    record("api.renew_webhook_secret", locked, by=by, at=at)
    return secret


@transaction.atomic
def seal_webhooks_anew(*, by: Actor, at: datetime) -> tuple[int, list[Webhook]]:
    """Encrypt every address and secret with the key of today, after SECRET_KEY was changed.

    Returns how many webhooks were, and those whose key is gone: they have to be entered again.
    """
    lost = []
    webhooks = list(Webhook.objects.select_for_update().order_by("pk"))
    for webhook in webhooks:
        try:
            anew = {name: sealed_anew(getattr(webhook, name)) for name in SEALED}
        except InvalidToken:
            lost.append(webhook)
        else:
            keep_reference(webhook, anew, seen=webhook.version, keepers=KEEPERS, by=by, at=at)
    return len(webhooks) - len(lost), lost


@transaction.atomic
def pause(webhook: Webhook, *, by: Actor, at: datetime) -> Webhook:
    """Let it rest; nothing is lost meanwhile but what the feed forgets."""
    locked = _locked(webhook, by)
    if locked.paused_at is not None:
        raise RuleBroken(_("This webhook is paused already."))
    locked.paused_at = at
    locked.save(update_fields=["paused_at"])
    record("api.pause_webhook", locked, by=by, at=at, changes={"paused_at": (None, at)})
    return locked


@transaction.atomic
def resume(webhook: Webhook, *, by: Actor, at: datetime) -> Webhook:
    """Go on where it was paused. Raises RuleBroken unless it is."""
    locked = _locked(webhook, by)
    if locked.paused_at is None:
        raise RuleBroken(_("This webhook is not paused."))
    changes = {"paused_at": (locked.paused_at, None)}
    locked.paused_at, locked.failures, locked.next_attempt_at = None, 0, None
    locked.save(update_fields=["paused_at", "failures", "next_attempt_at"])
    record("api.resume_webhook", locked, by=by, at=at, changes=changes)
    return locked


@transaction.atomic
def replay(delivery: WebhookDelivery, *, by: Actor, at: datetime) -> WebhookDelivery:
    """Send a message that was sent before once more, under a number of its own."""
    webhook = _locked(delivery.webhook, by)
    if delivery.sent_at is None:
        raise RuleBroken(_("This message still waits to be sent."))
    record("api.replay_webhook", webhook, by=by, at=at, note=str(delivery.uid))
    return WebhookDelivery.objects.create(
        webhook=webhook, body=delivery.body, made_at=at, replay_of=delivery
    )


def _locked(webhook: Webhook, by: Actor) -> Webhook:
    refuse_unless_kept_by(_keepers(webhook, by), by)
    return Webhook.objects.select_for_update().get(pk=webhook.pk)


def _keepers(webhook: Webhook, by: Actor) -> tuple[Role, ...]:
    """Whose the webhook is keeps it, besides the administrators."""
    return ITSELF if _its_own(webhook, by) else KEEPERS


def _its_own(webhook: Webhook, by: Actor) -> bool:
    return by.pk == webhook.account.user_id


def _addressed(webhook: Webhook, address: str, by: Actor) -> dict[str, Any]:
    """The address, and who answers for it: a program leads us to no network of the office."""
    entered = not _its_own(webhook, by)
    return {"address_encrypted": _sealed_address(address), "by_administrator": entered}


def _refuse_beyond(account: ServiceAccount) -> None:
    """Locked, so that two at once count each other."""
    locked = ServiceAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    if FEED_SCOPE not in locked.scopes:
        why = _("A webhook brings the feed of changes: the program needs the scope “%(scope)s”.")
        raise RuleBroken(why % {"scope": FEED_SCOPE}, field="account")
    if Webhook.objects.filter(account=locked).count() >= MOST:
        why = _("A program has at most %(most)d webhooks: change one of those it has.")
        raise RuleBroken(why % {"most": MOST}, field="account")


def _sealed_address(address: str) -> str:
    if not address.startswith(HTTPS):
        raise RuleBroken(_("The address begins with https://"), field="address")
    return sealed(address)


def _refuse_unknown_kinds(kinds: Iterable[str]) -> None:
    if set(kinds) - set(KINDS):
        raise RuleBroken(_("There is no such kind of row."), field="kinds")
