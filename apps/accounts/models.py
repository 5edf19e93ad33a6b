"""User, Membership and Deputy: who somebody is, and what they hold from when to when.

ServiceAccount and ServiceToken: a program that works in an agency's name, and its keys.
"""

from datetime import date, datetime

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
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


class Resource(models.TextChoices):
    """What a program may be let into, part by part."""

    MEASURES = "measures", _("Measures, with all that hangs on them")
    POLICIES = "policies", _("Policies, clauses, chains and problems")
    AGENCIES = "agencies", _("Agencies and districts")
    KPIS = "kpis", _("Indicators, targets and observations")
    DASHBOARDS = "dashboards", _("Figures of dashboards")
    REMINDERS = "reminders", _("Reminders")
    AUDIT = "audit", _("The audit trail")
    CHANGES = "changes", _("The feed of changes")
    WEBHOOKS = "webhooks", _("Webhooks")


READ, WRITE = "read", "write"
SCOPES = [
    (f"{resource}:{how}", f"{resource}:{how}") for resource in Resource for how in (READ, WRITE)
]
WRITABLE = (Resource.MEASURES, Resource.KPIS, Resource.WEBHOOKS)
"""The parts in which there is something to write."""


class ServiceAccount(models.Model):
    """A program of another office, which works in one agency's name, in one role.

    Its user is who rows and the audit trail name; nobody can sign in as it. What it may do is
    what its role may in its agency and those below, as far as the scopes reach: never more.
    """

    class Role(models.TextChoices):
        """Roles that report and read. What people decide is not given to a program."""

        LIAISON = Role.LIAISON.value, Role.LIAISON.label
        UNIT_HEAD = Role.UNIT_HEAD.value, Role.UNIT_HEAD.label
        KPI_OWNER = Role.KPI_OWNER.value, Role.KPI_OWNER.label
        SUPERVISOR = Role.SUPERVISOR.value, Role.SUPERVISOR.label
        AUDITOR = Role.AUDITOR.value, Role.AUDITOR.label

    user = models.OneToOneField(
        User,
        models.PROTECT,
        related_name="service_account",
        editable=False,
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=100)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    scopes = ArrayField(
        models.CharField(max_length=30, choices=SCOPES), verbose_name=_("scopes"), default=list
    )
    requests_a_minute = models.PositiveIntegerField(_("requests a minute"), default=600)
    in_use = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("service account")
        verbose_name_plural = _("service accounts")
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(requests_a_minute__gt=0), name="service_account_may_ask"
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=[scope for scope, _label in SCOPES]),
                name="service_account_scopes_are_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    role__in=("LIAISON", "UNIT_HEAD", "KPI_OWNER", "SUPERVISOR", "AUDITOR")
                ),
                name="service_account_decides_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceTokenQuerySet(models.QuerySet["ServiceToken"]):
    def in_force(self, *, at: datetime) -> "ServiceTokenQuerySet":
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)


class ServiceToken(models.Model):
    """A key of a program. Only its hash is kept; the hint tells it from others."""

    account = models.ForeignKey(
        ServiceAccount, models.PROTECT, related_name="tokens", verbose_name=_("service account")
    )
    hint = models.CharField(_("begins with"), max_length=12)
    sha256 = models.CharField(_("hash of the key"), max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    objects = ServiceTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gte=F("made_at")), name="token_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"


def _active(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))
