"""Policy, Clause and PolicyLink; Chain, ChainSegment and Problem."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Bilingual, Level, NaturalKey, Sourced, in_language
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


class ClauseQuerySet(NaturalKey, Searchable["Clause"]):
    search_columns = ("heading", "heading_en", "initials", "text")

    def in_force(self) -> "ClauseQuerySet":
        """Those that the policy's text still has."""
        return self.filter(retired_on__isnull=True)

    def with_parts(self, clause: "Clause") -> set[int]:
        """The ids of the clause and of its parts, however deep, that are in force. One query."""
        parts = self.in_force().filter(policy=clause.policy_id)
        parent_of = dict(parts.order_by("position").values_list("pk", "parent_id"))
        found = {clause.pk}
        while more := {pk for pk, above in parent_of.items() if above in found} - found:
            found |= more
        return found


@tracked()
class Clause(Sourced):
    """A numbered part of a policy's text: chapter, article, item. An empty heading is unknown.

    A part that a newer text leaves out is retired, not deleted: measures may carry it out.
    """

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
    initials = InitialsField("heading")
    text = models.TextField(_("text"), blank=True)
    actionable = models.CharField(
        _("actionable"), max_length=7, choices=Actionable, default=Actionable.UNKNOWN
    )
    retired_on = models.DateField(_("no longer in force since"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("policy_id", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "position"],
                name="one_clause_a_place",
                deferrable=models.Deferrable.IMMEDIATE,  # a whole text is put in order at once
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="clause_not_in_itself"
            ),
        ]
        indexes = [
            # matching(words)
            ClauseQuerySet.words_index("clause_words"),
        ]

    def __str__(self) -> str:
        heading = in_language(self.heading, self.heading_en) or str(_("To be entered"))
        return f"{self.number} {heading}".strip()


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


# --- Industry chains and what is stuck in them ----------------------------------------------


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


class ProblemQuerySet(NaturalKey, Searchable["Problem"]):
    search_columns = ("name", "name_en", "initials")

    def items(self) -> "ProblemQuerySet":
        """The single problems, without the groups that they stand in."""
        return self.filter(group__isnull=False)


@tracked()
class Problem(Bilingual, Sourced):
    """A bottleneck that measures address, or a group of them: a group has no kind of its own."""

    class Kind(models.TextChoices):
        IMPORTED = "IMPORTED", _("Depends on imports")
        OUTSIDE = "OUTSIDE", _("Supplied from elsewhere")
        TECHNOLOGY = "TECHNOLOGY", _("Technology")
        SUPPLY = "SUPPLY", _("Supply and support")
        TALENT = "TALENT", _("Talent")
        FINANCE = "FINANCE", _("Finance")
        LAND = "LAND", _("Land and premises")
        MARKET = "MARKET", _("Market")
        STRUCTURE = "STRUCTURE", _("Structure")
        INFRASTRUCTURE = "INFRASTRUCTURE", _("Infrastructure")
        AIRSPACE = "AIRSPACE", _("Airspace")
        EXTERNAL = "EXTERNAL", _("External conditions")

    class ImportType(models.TextChoices):
        MATERIAL = "MATERIAL", _("Material")
        PART = "PART", _("Basic part")
        SOFTWARE = "SOFTWARE", _("High-end software")

    code = models.CharField(_("code"), max_length=20, unique=True)
    group = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        limit_choices_to={"group__isnull": True},
        verbose_name=_("problem group"),
    )
    position = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind of problem"), max_length=14, choices=Kind, blank=True)
    import_type = models.CharField(
        _("what is imported"), max_length=8, choices=ImportType, blank=True
    )
    segment = models.ForeignKey(
        ChainSegment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="problems",
        verbose_name=_("chain segment"),
    )
    supplied_from = ArrayField(
        models.CharField(max_length=60), verbose_name=_("supplied from"), default=list, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["position"], name="one_problem_a_place"),
            models.CheckConstraint(
                condition=Q(group__isnull=True, kind="") | Q(group__isnull=False) & ~Q(kind=""),
                name="problem_has_a_kind_and_a_group_none",
            ),
            models.CheckConstraint(
                condition=Q(import_type="") | Q(kind="IMPORTED"), name="import_type_of_an_import"
            ),
        ]
        indexes = [
            # matching(words)
            ProblemQuerySet.words_index("problem_words"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        """Its name alone, where the code stands beside it."""
        return in_language(self.name, self.name_en)
