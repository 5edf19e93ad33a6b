"""Kpi: what is measured, and by what arithmetic. Its wording comes in versions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Bilingual, Level, NaturalKey
from apps.audit.history import tracked
from apps.audit.models import AppendOnly
from apps.core.search import InitialsField, Searchable
from apps.kpis.models.breakdown import Breakdown
from apps.kpis.models.choices import Basis, Direction, OverDistricts, OverTime
from apps.kpis.periods import Frequency
from apps.measures.models.measure import Decided

COLLECTED = Q(retired_on__isnull=True) & ~Q(frequency=Frequency.ONCE)
"""Of an indicator, or of a version of one."""


class KpiQuerySet(NaturalKey, Searchable["Kpi"]):
    search_columns = ("name", "name_en", "initials")

    def collected(self) -> "KpiQuerySet":
        """Those with figures due period by period."""
        return self.filter(COLLECTED)

    def with_arithmetic(self) -> "KpiQuerySet":
        """Loads what figures are computed with."""
        return self.select_related("numerator", "denominator", "weight")


@tracked()
class Kpi(Bilingual, Decided):
    """An indicator. What its figures mean is fixed once there are any: else define another.

    `level` says what the whole is: the city for a city's indicator. `scope` names the statistical
    scope; figures of two scopes are never divided by each other.
    """

    code = models.CharField(_("code"), max_length=60, unique=True)
    initials = InitialsField("name")
    level = models.CharField(_("level"), max_length=13, choices=Level, default=Level.CITY)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    places = models.PositiveSmallIntegerField(_("decimal places shown"), default=0)
    direction = models.CharField(
        _("direction"), max_length=7, choices=Direction, default=Direction.HIGHER
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.PERIOD)
    is_rate = models.BooleanField(
        _("rate"), default=False, help_text=_("Compared in percentage points.")
    )
    over_time = models.CharField(_("over time"), max_length=4, choices=OverTime)
    over_districts = models.CharField(_("over districts"), max_length=13, choices=OverDistricts)
    weight = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="weighs",
        verbose_name=_("weighted by"),
    )
    numerator = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="above",
        verbose_name=_("numerator"),
    )
    denominator = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="below",
        verbose_name=_("denominator"),
    )
    factor = models.DecimalField(
        _("ratio times"), max_digits=9, decimal_places=0, default=1, help_text=_("100: in percent.")
    )
    frequency = models.CharField(_("frequency"), max_length=11, choices=Frequency)
    breakdown = models.ForeignKey(
        Breakdown,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="kpis",
        verbose_name=_("breakdown"),
    )
    scope = models.CharField(_("statistical scope"), max_length=100, blank=True)
    origin = models.CharField(
        _("figures taken from"), max_length=200, blank=True, help_text=_("A statistical system.")
    )
    caution = models.TextField(
        _("caution"), blank=True, help_text=_("What must not be compared with it, and why.")
    )
    owner = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("KPI owner agency"),
    )
    retired_on = models.DateField(_("no longer collected since"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = KpiQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                & ~Q(over_districts=OverDistricts.RATIO)
                | Q(
                    over_districts=OverDistricts.RATIO,
                    numerator__isnull=False,
                    denominator__isnull=False,
                ),
                name="kpi_ratio_has_both_parts",
                violation_error_message=_(
                    "A ratio, and only a ratio, has numerator and denominator."
                ),
            ),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) & ~Q(over_districts=OverDistricts.WEIGHTED_MEAN)
                | Q(weight__isnull=False, over_districts=OverDistricts.WEIGHTED_MEAN),
                name="kpi_mean_has_its_weight",
                violation_error_message=_("A weighted mean, and only that, has a weight."),
            ),
            models.CheckConstraint(
                condition=~Q(weight=F("id")) & ~Q(numerator=F("id")) & ~Q(denominator=F("id")),
                name="kpi_not_computed_from_itself",
                violation_error_message=_("An indicator is not computed from itself."),
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.CUMULATIVE) | Q(over_time=OverTime.LAST),
                name="kpi_since_january_takes_the_last",
                violation_error_message=_(
                    "Of figures since January the last one is taken over time."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.POINT) | ~Q(over_time=OverTime.SUM),
                name="kpi_at_a_point_is_not_added_up",
                violation_error_message=_("Figures at a point in time are not added up over time."),
            ),
            models.CheckConstraint(condition=Q(factor__gt=0), name="kpi_factor_is_positive"),
        ]
        indexes = [
            # matching(words)
            KpiQuerySet.words_index("kpi_words"),
        ]

    @property
    def is_computed(self) -> bool:
        """Whether its figures follow from those of two others."""
        return self.over_districts == OverDistricts.RATIO

    @property
    def is_divided(self) -> bool:
        """Whether figures of it come of a division: they are told to its decimal places alone."""
        is_weighed = self.over_districts == OverDistricts.WEIGHTED_MEAN
        return self.is_computed or is_weighed or self.over_time == OverTime.MEAN


class KpiDefinitionQuerySet(NaturalKey, models.QuerySet["KpiDefinition"]):
    pass


class KpiDefinition(AppendOnly):
    """What exactly is counted, in one version; a past one is never changed."""

    kpi = models.ForeignKey(
        Kpi, models.PROTECT, related_name="definitions", verbose_name=_("indicator")
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    code = models.CharField(
        _("code"), max_length=80, unique=True, null=True, blank=True, editable=False
    )
    text = models.TextField(_("definition"))
    text_en = models.TextField(_("English definition"), blank=True)
    from_on = models.DateField(_("valid from"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    by_id = models.BigIntegerField(_("entered by (id)"), null=True, blank=True, editable=False)
    by_name = models.CharField(_("entered by"), max_length=150, blank=True, editable=False)
    at = models.DateTimeField(_("entered at"), editable=False)

    objects = KpiDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("definition of an indicator")
        verbose_name_plural = _("definitions of indicators")
        ordering = ("kpi_id", "-number")
        constraints = [
            models.UniqueConstraint(fields=["kpi", "number"], name="one_definition_a_version"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="new_definition_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} v{self.number}"
