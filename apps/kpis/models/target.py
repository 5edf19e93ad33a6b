"""Baseline and Target: where an indicator started, and where it is to be. In versions."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.agencies.models import NaturalKey
from apps.audit.models import AppendOnly
from apps.kpis.models.choices import Comparator, Curve
from apps.kpis.models.places import KEY, Placed, one_place, written_period
from apps.measures.models.measure import Decided
from apps.policies.models import Policy


class Versioned(AppendOnly):
    """Said in versions: the highest number holds, and a withdrawn one says that nothing does."""

    number = models.PositiveIntegerField(_("number"), default=1, editable=False)
    code = models.CharField(
        _("code"), max_length=80, unique=True, null=True, blank=True, editable=False
    )
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    by_id = models.BigIntegerField(_("entered by (id)"), null=True, blank=True, editable=False)
    by_name = models.CharField(_("entered by"), max_length=150, blank=True, editable=False)
    at = models.DateTimeField(_("entered at"), editable=False)

    class Meta:
        abstract = True


class VersionedQuerySet(NaturalKey, models.QuerySet[Any]):
    def holding(self, as_of: Any = None) -> Any:
        """The last version of each, withdrawn ones left out; `as_of` a moment, what held then."""
        known = self if as_of is None else self.filter(at__lte=as_of)
        key = [f"{name}_id" for name in KEY] + ["period"]
        last = known.order_by(*key, "-number").distinct(*key).values("pk")
        return self.filter(pk__in=last, is_withdrawn=False)


class Baseline(Placed, Versioned, Decided):
    """Where a stock or a rate stood at the end of a period, which progress counts from."""

    period = models.CharField(pgettext_lazy("figures", "period"), max_length=7)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering = ("kpi_id", "period", "id")
        constraints = [
            models.UniqueConstraint(
                fields=[*KEY, "period", "number"],
                nulls_distinct=False,
                name="one_baseline_a_version",
            ),
            one_place("baseline_of_one_place"),
            written_period("baseline_of_a_period"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="new_baseline_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.period} v{self.number}"


NUMBERS = {
    Comparator.AT_LEAST: (True, False),
    Comparator.MORE_THAN: (True, False),
    Comparator.EXACTLY: (True, False),
    Comparator.ABOUT: (True, False),
    Comparator.AT_MOST: (False, True),
    Comparator.LESS_THAN: (False, True),
    Comparator.RANGE: (True, True),
    Comparator.TEXT: (False, False),
}
"""Which of low and high a comparator needs. A rank has its highest number, or words alone."""


def _numbers_fit() -> Q:
    fits = Q(comparator=Comparator.RANK, low__isnull=True) & (Q(high__isnull=False) | ~Q(text=""))
    for comparator, (low, high) in NUMBERS.items():
        fits |= Q(comparator=comparator, low__isnull=not low, high__isnull=not high)
    return fits


class Target(Placed, Versioned, Decided):
    """What an indicator is to be in a period: a limit, a range, a rank, or words.

    One without a period has no day it is due on. `text` is what was written where numbers do not
    say it all.
    """

    period = models.CharField(pgettext_lazy("figures", "period"), max_length=7, blank=True)
    comparator = models.CharField(_("comparator"), max_length=9, choices=Comparator)
    low = models.DecimalField(_("low"), max_digits=20, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("high"), max_digits=20, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("in words"), max_length=200, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    curve = models.CharField(_("curve"), max_length=6, choices=Curve, default=Curve.LINEAR)
    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("policy")
    )

    objects = VersionedQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("kpi_id", "period", "id")
        constraints = [
            models.UniqueConstraint(
                fields=[*KEY, "period", "number"],
                nulls_distinct=False,
                name="one_target_a_version",
            ),
            one_place("target_of_one_place"),
            written_period("target_of_a_period", optional=True),
            models.CheckConstraint(
                condition=_numbers_fit(),
                name="target_numbers_fit",
                violation_error_message=_("Give the numbers that go with how it is compared."),
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                name="target_low_below_high",
                violation_error_message=_("Low is not above high."),
            ),
            models.CheckConstraint(
                condition=~Q(comparator=Comparator.TEXT) | ~Q(text=""),
                name="target_says_its_text",
                violation_error_message=_("Say it in words."),
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="new_target_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.period} {self.said}"

    @property
    def aim(self) -> Decimal | None:
        """The number that progress is counted to: of a range the near end."""
        return self.high if self.low is None else self.low

    @property
    def said(self) -> str:
        """As it is read: ≥ 35, 3–4, or its words."""
        if self.text:
            return self.text
        if self.comparator == Comparator.RANGE:
            return f"{_plain(self.low)}–{_plain(self.high)}"
        return f"{self.get_comparator_display()} {_plain(self.aim)}"


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():,f}"


class TargetStep(AppendOnly):
    """Until the end of a period so many percent of the way are expected."""

    target = models.ForeignKey(
        Target, models.PROTECT, related_name="steps", verbose_name=_("target")
    )
    period = models.CharField(pgettext_lazy("figures", "period"), max_length=7)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("step of a target")
        verbose_name_plural = _("steps of targets")
        ordering = ("target_id", "period", "id")
        constraints = [
            models.UniqueConstraint(fields=["target", "period"], name="one_target_step_a_period"),
            written_period("target_step_of_a_period"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="target_step_in_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.percent} %"
