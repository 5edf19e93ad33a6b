"""Policy and Clause."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Bilingual, Level, NaturalKey, Sourced, in_language
from apps.audit.history import tracked


class PolicyQuerySet(NaturalKey, models.QuerySet["Policy"]):
    def obliging(self) -> "PolicyQuerySet":
        """Those that dashboards count; the rest is background."""
        return self.filter(use=Policy.Use.OBLIGES)


@tracked()
class Policy(Bilingual, Sourced):
    """A document or deployment. What is not known about it stays empty."""

    class Use(models.TextChoices):
        OBLIGES = "OBLIGES", _("Basis for supervision")
        BACKGROUND = "BACKGROUND", _("Background")

    class Kind(models.TextChoices):
        LAW = "LAW", _("Law")
        PLAN = "PLAN", _("Plan")
        STRATEGY = "STRATEGY", _("Strategy")
        OPINION = "OPINION", _("Opinion")
        NOTICE = "NOTICE", _("Notice")
        PROGRAMME = "PROGRAMME", _("Programme")
        REPORT = "REPORT", _("Report")
        MECHANISM = "MECHANISM", _("Mechanism")
        DEPLOYMENT = "DEPLOYMENT", _("Deployment")
        EVENT = "EVENT", _("Event")
        RECOMMENDATION = "RECOMMENDATION", _("Recommendations of an article")

    code = models.CharField(_("code"), max_length=20, unique=True)
    nickname = models.CharField(_("known as"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=13, choices=Level)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    use = models.CharField(_("use"), max_length=10, choices=Use)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=60, blank=True)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    issued = models.CharField(
        _("issued"), max_length=30, blank=True, help_text=_("As far as known: 2023-06 or 2023.")
    )
    period = models.CharField(_("period"), max_length=100, blank=True)
    facts = ArrayField(models.TextField(), verbose_name=_("stated facts"), default=list, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ("code",)


class ClauseQuerySet(NaturalKey, models.QuerySet["Clause"]):
    pass


@tracked()
class Clause(Sourced):
    """A numbered part of a policy's text: chapter, article, item. An empty heading is unknown."""

    class Actionable(models.TextChoices):
        YES = "YES", _("Actionable")
        NO = "NO", _("Not actionable")
        UNKNOWN = "UNKNOWN", _("Not known")

    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="clauses", verbose_name=_("policy")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    code = models.CharField(_("code"), max_length=40, unique=True)
    position = models.PositiveIntegerField(_("order"))
    number = models.CharField(_("number as printed"), max_length=20, blank=True)
    heading = models.CharField(_("heading"), max_length=300, blank=True)
    heading_en = models.CharField(_("English heading"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    actionable = models.CharField(
        _("actionable"), max_length=7, choices=Actionable, default=Actionable.UNKNOWN
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("policy_id", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="one_clause_a_place"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="clause_not_in_itself"
            ),
        ]

    def __str__(self) -> str:
        heading = in_language(self.heading, self.heading_en) or str(_("To be entered"))
        return f"{self.number} {heading}".strip()
