"""Problem: what is stuck, by itself or as a group."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Bilingual, NaturalKey, Sourced, in_language
from apps.audit.history import tracked
from apps.core.search import Searchable
from apps.policies.models.chain import ChainSegment


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
