"""Digest and Delivery: what one person is told in one morning, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.reminders.models.settings import Robot


class Channel(models.TextChoices):
    """By which way a message goes out."""

    INBOX = "INBOX", _("Inbox")
    EMAIL = "EMAIL", _("E-mail")
    ROBOT = "ROBOT", _("Group robot")


class Digest(models.Model):
    """All that one person is told in one morning. One a person a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recipient"))
    on = models.DateField(_("day"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ("-on", "id")
        constraints = [
            models.UniqueConstraint(fields=["user", "on"], name="one_digest_a_morning"),
        ]

    def __str__(self) -> str:
        return f"{self.on} → {self.user_id}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> "DeliveryQuerySet":
        """Not accepted by its channel yet, and not given up."""
        return self.filter(state=Delivery.State.WAITING)


class Delivery(models.Model):
    """One way that a digest takes, or the message of a group robot, with what became of it.

    It is SENT only once the channel has accepted it.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        SENT = "SENT", _("Sent")
        FAILED = "FAILED", _("Failed")
        DROPPED = "DROPPED", _("No longer needed")

    digest = models.ForeignKey(
        Digest, models.PROTECT, null=True, related_name="deliveries", verbose_name=_("digest")
    )
    robot = models.ForeignKey(
        Robot, models.PROTECT, null=True, related_name="deliveries", verbose_name=_("group robot")
    )
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    on = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True)
    last_error = models.TextField(_("last error"), blank=True)
    message_id = models.CharField(_("message id"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    digest__isnull=False, robot__isnull=True, channel__in=("INBOX", "EMAIL")
                )
                | Q(digest__isnull=True, robot__isnull=False, channel="ROBOT"),
                name="delivery_of_a_digest_or_a_robot",
            ),
            models.UniqueConstraint(fields=["digest", "channel"], name="digest_once_a_channel"),
            models.UniqueConstraint(fields=["robot", "on"], name="robot_speaks_once_a_day"),
            models.CheckConstraint(
                condition=Q(state="SENT", sent_at__isnull=False)
                | (~Q(state="SENT") & Q(sent_at__isnull=True)),
                name="sent_delivery_has_its_moment",
            ),
        ]
        indexes = [
            # What is to be tried next.
            models.Index(
                fields=["next_attempt_at"],
                name="delivery_waiting",
                condition=Q(state="WAITING"),
            ),
            # What was given up, for the administrator.
            models.Index(fields=["-id"], name="delivery_failed", condition=Q(state="FAILED")),
        ]

    def __str__(self) -> str:
        return f"{self.digest_id or self.robot_id} {self.channel}: {self.state}"
