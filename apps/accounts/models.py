"""User, Membership and Deputy: who somebody is, and what they hold from when to when."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.actor import Role


class User(AbstractUser):
    """A person who signs in. Rights come from memberships alone: `is_superuser` decides nothing."""

    first_name = None  # type: ignore[assignment]  # one name field, as Chinese names are kept
    last_name = None  # type: ignore[assignment]  # one name field, as Chinese names are kept
    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=[("zh-hans", _("Simplified Chinese")), ("en", _("English"))],
        default="zh-hans",
    )
    password_is_given = models.BooleanField(
        _("password given by an administrator"), default=False, editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name or self.username


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, *, on: date) -> "MembershipQuerySet":
        return self.filter(_active(on))

    def overlapping(self, from_on: date, to_on: date) -> "MembershipQuerySet":
        """Held on at least one of the days."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on), from_on__lte=to_on)

    def carried_by(self, user_id: int, *, on: date) -> "MembershipQuerySet":
        """What a user holds on that day: own memberships and those deputised for."""
        deputised = Deputy.objects.filter(
            _active(on), deputy_id=user_id, absent_id=OuterRef("user_id"), role=OuterRef("role")
        )
        return self.active(on=on).filter(Q(user_id=user_id) | Exists(deputised))


class Membership(models.Model):
    """A person holds a role in an agency, from a day to a day (open-ended without `to_on`)."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="memberships", verbose_name=_("user")
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("user_id", "from_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "agency", "role", "from_on"], name="one_membership_a_start"
            ),
        ]
        indexes = [
            # Who answers for an agency: recipients by role.
            models.Index(fields=["agency", "role"], name="membership_by_agency_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Deputy(models.Model):
    """Stands in for an absent person in one role, from a day to a day."""

    absent = models.ForeignKey(
        User, models.PROTECT, related_name="deputies", verbose_name=_("absent")
    )
    deputy = models.ForeignKey(
        User, models.PROTECT, related_name="deputised_roles", verbose_name=_("deputy")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ("-from_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")), name="deputy_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(absent=F("deputy")), name="nobody_is_their_own_deputy"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} → {self.absent}"


def _active(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))
