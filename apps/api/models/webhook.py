"""Webhook and WebhookDelivery: the feed of changes, brought to a program's own address."""

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import READ, Resource, ServiceAccount
from apps.api.models.feed import TransactionId

FEED_SCOPE = f"{Resource.CHANGES}:{READ}"
"""Without it a program is told nothing: a webhook brings the feed, and goes no way around it."""


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def at_work(self) -> "WebhookQuerySet":
        """Told of changes: neither switched off nor paused, its program in use and let into the
        feed.
        """
        told = self.filter(account__in_use=True, account__scopes__contains=[FEED_SCOPE])
        return told.filter(active=True, paused_at__isnull=True)

    def in_turn(self) -> "WebhookQuerySet":
        """First whoever has waited longest since it was last tried, and those never tried."""
        return self.order_by(F("attempted_at").asc(nulls_first=True), "pk")


class Webhook(models.Model):
    """Where a program wants to be told of changes. Address and secret are kept encrypted.

    It has its own place in the feed. After failures in a row it is paused until an administrator
    lets it go on; nothing is lost meanwhile but what the feed forgets.
    """

    account = models.ForeignKey(
        ServiceAccount,
        models.PROTECT,
        related_name="+",
        verbose_name=_("service account"),
    )
    name = models.CharField(_("name"), max_length=100)
    kinds = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("kinds of rows"),
        default=list,
        blank=True,
        help_text=_("None chosen: all that the program may see."),
    )
    address_encrypted = models.TextField(_("address"), editable=False)
    by_administrator = models.BooleanField(
        _("address entered by an administrator"), default=False, editable=False
    )
    secret_encrypted = models.TextField(_("secret"), editable=False)
    active = models.BooleanField(_("active"), default=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, editable=False)
    attempted_at = models.DateTimeField(_("last attempt at"), null=True, editable=False)
    feed = models.CharField(_("epoch and sight"), max_length=120, blank=True, editable=False)
    xid = TransactionId(_("told up to transaction"), default=0, editable=False)
    entry = models.BigIntegerField(_("told up to"), default=0, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def waiting(self) -> "WebhookDeliveryQuerySet":
        return self.filter(sent_at__isnull=True)

    def sent_before(self, moment: datetime) -> "WebhookDeliveryQuerySet":
        return self.filter(sent_at__lt=moment)


class WebhookDelivery(models.Model):
    """One message to a webhook, as it is sent, and what became of it. Told in order."""

    webhook = models.ForeignKey(
        Webhook, models.PROTECT, related_name="deliveries", verbose_name=_("webhook")
    )
    uid = models.UUIDField(_("number"), default=uuid.uuid4, unique=True)
    body = models.TextField(_("message"))
    made_at = models.DateTimeField(_("made at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    replay_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="replays",
        verbose_name=_("once more"),
    )

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to a webhook")
        verbose_name_plural = _("messages to webhooks")
        ordering = ("-id",)
        indexes = [
            # The oldest message that waits for each webhook.
            models.Index(
                fields=["webhook", "id"],
                name="webhook_message_waiting",
                condition=Q(sent_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)
