"""Policy, and what links one to another."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Bilingual, Level, NaturalKey, Sourced
from apps.audit.history import tracked
from apps.core.search import InitialsField, Searchable


class PolicyQuerySet(NaturalKey, Searchable["Policy"]):
    search_columns = ("name", "nickname", "name_en", "document_number", "issuer", "initials")

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
    initials = InitialsField("name", "nickname")
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
        indexes = [
            # matching(words)
            PolicyQuerySet.words_index("policy_words"),
        ]


@tracked()
class PolicyLink(Sourced):
    """One policy implements, supports or supersedes another, as something on record states it."""

    class Kind(models.TextChoices):
        IMPLEMENTS = "IMPLEMENTS", _("Implements")
        SUPPORTS = "SUPPORTS", _("Supports")
        SUPERSEDES = "SUPERSEDES", _("Supersedes")

        @property
        def reverse(self) -> str | Promise:
            """The same link, said from the other policy."""
            return SAID_FROM_THE_OTHER[self]

    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="links", verbose_name=_("policy")
    )
    kind = models.CharField(_("kind of link"), max_length=10, choices=Kind)
    other = models.ForeignKey(
        Policy, models.PROTECT, related_name="links_to_it", verbose_name=_("other policy")
    )
    quotation = models.TextField(_("quotation"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("policy link")
        verbose_name_plural = _("policy links")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "kind", "other"], name="policies_linked_once"
            ),
            models.CheckConstraint(
                condition=~Q(policy=F("other")), name="policy_not_linked_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy.code} {self.get_kind_display()} {self.other.code}"


SAID_FROM_THE_OTHER = {
    PolicyLink.Kind.IMPLEMENTS: _("Implemented by"),
    PolicyLink.Kind.SUPPORTS: _("Supported by"),
    PolicyLink.Kind.SUPERSEDES: _("Superseded by"),
}
