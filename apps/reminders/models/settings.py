"""Preference, Robot, CalendarKey: how a person or an agency wants to be told."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Agency

MORNING = 8
LAST_HOUR = 23


class Preference(models.Model):
    """When and how one person is told. Muted never means hidden: the inbox keeps it all."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+", verbose_name=_("user"))
    hour = models.PositiveSmallIntegerField(
        _("hour of the digest"), default=MORNING, validators=[MaxValueValidator(LAST_HOUR)]
    )
    by_email = models.BooleanField(_("by e-mail"), default=True)
    muted = ArrayField(
        models.CharField(max_length=30), verbose_name=_("muted causes"), default=list, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering = ("user_id",)
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=LAST_HOUR), name="hour_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.hour}"


class Robot(models.Model):
    """A group robot of an agency. Its address and secret are kept encrypted."""

    class Kind(models.TextChoices):
        WECOM = "WECOM", _("WeCom")
        DINGTALK = "DINGTALK", _("DingTalk")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    name = models.CharField(_("name of the group"), max_length=100)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    address_encrypted = models.TextField(_("address"), editable=False)
    secret_encrypted = models.TextField(_("secret"), blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("group robot")
        verbose_name_plural = _("group robots")
        ordering = ("agency_id", "name")
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="robot_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarKey(models.Model):
    """The private address of a person's calendar feed; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("user"))
    sha256 = models.CharField(_("hash of the key"), max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at__isnull=True),
                name="one_calendar_address_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.made_at:%Y-%m-%d}"
