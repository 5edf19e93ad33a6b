"""The words an indicator is described with."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    """Which way is better."""

    HIGHER = "HIGHER", _("Higher is better")
    LOWER = "LOWER", _("Lower is better")
    NEITHER = "NEITHER", _("Neither")


class Basis(models.TextChoices):
    """What one figure tells of its period."""

    PERIOD = "PERIOD", _("Of the period")
    CUMULATIVE = "CUMULATIVE", _("Since January")
    POINT = "POINT", _("At its end")


class OverTime(models.TextChoices):
    """How figures of short periods make one of a longer. Those since January: the last."""

    SUM = "SUM", pgettext_lazy("over time", "Sum")
    LAST = "LAST", pgettext_lazy("over time", "Last")
    MEAN = "MEAN", pgettext_lazy("over time", "Mean")


class OverDistricts(models.TextChoices):
    """How the figures of districts make one of the whole."""

    SUM = "SUM", pgettext_lazy("over districts", "Sum")
    WEIGHTED_MEAN = "WEIGHTED_MEAN", pgettext_lazy("over districts", "Weighted mean")
    RATIO = "RATIO", pgettext_lazy("over districts", "Ratio of two indicators")
    NONE = "NONE", pgettext_lazy("over districts", "Not at all")


class Vintage(models.TextChoices):
    """How settled a figure is."""

    PRELIMINARY = "PRELIMINARY", _("Preliminary")
    REVISED = "REVISED", _("Revised")
    FINAL = "FINAL", _("Final")

    @property
    def rank(self) -> int:
        """The higher, the more it counts."""
        return list(Vintage).index(self)


class Comparator(models.TextChoices):
    """How a figure has to stand to its target."""

    AT_LEAST = "AT_LEAST", "≥"
    MORE_THAN = "MORE_THAN", ">"
    AT_MOST = "AT_MOST", "≤"
    LESS_THAN = "LESS_THAN", "<"
    EXACTLY = "EXACTLY", "="
    ABOUT = "ABOUT", "~"
    RANGE = "RANGE", _("Range")
    RANK = "RANK", _("Rank")
    TEXT = "TEXT", _("Text")


LIMITS = (Comparator.AT_MOST, Comparator.LESS_THAN)
"""Targets that are kept by staying below them."""


class Curve(models.TextChoices):
    """How a target is expected to be approached."""

    LINEAR = "LINEAR", _("Evenly")
    STEP = "STEP", _("By steps")
