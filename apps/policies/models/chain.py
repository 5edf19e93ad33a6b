"""Industry chains, and their segments as one text or another lists them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Bilingual, NaturalKey, Sourced
from apps.audit.history import tracked
from apps.core.search import Searchable
from apps.policies.models.policy import Policy


class ChainQuerySet(NaturalKey, Searchable["Chain"]):
    search_columns = ("name", "name_en", "initials")


@tracked()
class Chain(Bilingual, Sourced):
    """An industry chain of the chain-chief system. Lists change: a chain is valid from and until.

    An empty chief and no masters mean that they are not known yet.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    policy = models.ForeignKey(
        Policy,
        models.PROTECT,
        related_name="chains",
        verbose_name=_("listed under"),
        help_text=_("The policy that set the chain up."),
    )
    position = models.PositiveSmallIntegerField(_("order as printed"))
    valid_from = models.CharField(
        _("valid from"), max_length=10, blank=True, help_text=_("As far as known: 2023-06 or 2023.")
    )
    valid_until = models.CharField(
        _("valid until"),
        max_length=10,
        blank=True,
        help_text=_("As far as known: 2023-06 or 2023."),
    )
    tier = models.CharField(
        _("tier"), max_length=60, blank=True, help_text=_("The size that is stated, with its year.")
    )
    chief = models.CharField(_("chain chief"), max_length=100, blank=True)
    masters = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("chain master firms"),
        default=list,
        blank=True,
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ChainQuerySet.as_manager()

    class Meta:
        verbose_name = _("industry chain")
        verbose_name_plural = _("industry chains")
        ordering = ("position", "id")
        constraints = [
            # Written year first, so that text compares like time.
            models.CheckConstraint(
                condition=Q(valid_until="") | Q(valid_until__gte=F("valid_from")),
                name="chain_ends_after_it_begins",
            ),
        ]
        indexes = [
            # matching(words)
            ChainQuerySet.words_index("chain_words"),
        ]


class ChainSegmentQuerySet(NaturalKey, models.QuerySet["ChainSegment"]):
    pass


@tracked()
class ChainSegment(Bilingual, Sourced):
    """A part of a chain as one text lists it. Texts divide the same chain differently."""

    class Listing(models.TextChoices):
        CITY_PLAN = "CITY_PLAN", _("Three-year plan of the city")
        INTRODUCTION = "INTRODUCTION", _("Introduction of the article")
        PROVINCIAL_PLAN = "PROVINCIAL_PLAN", _("Plan of the province, 2021–2025")
        ADVANTAGED = "ADVANTAGED", _("Segments of advantage, 2022")
        WITH_PROBLEMS = "WITH_PROBLEMS", _("Chains within it with named problems")

    code = models.CharField(_("code"), max_length=60, unique=True)
    chain = models.ForeignKey(
        Chain, models.PROTECT, related_name="segments", verbose_name=_("industry chain")
    )
    listing = models.CharField(_("listed in"), max_length=15, choices=Listing)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    position = models.PositiveSmallIntegerField(_("order as printed"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ChainSegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("chain segment")
        verbose_name_plural = _("chain segments")
        ordering = ("chain_id", "listing", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "listing", "position"], name="one_segment_a_place"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="segment_not_in_itself"
            ),
        ]
