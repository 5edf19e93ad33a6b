"""Breakdown: what the figure of a place is divided into, such as industries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Bilingual, NaturalKey, Sourced
from apps.audit.history import tracked


class BreakdownQuerySet(NaturalKey, models.QuerySet["Breakdown"]):
    pass


@tracked()
class Breakdown(Bilingual, Sourced):
    """A list of items that indicators are broken down by."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = BreakdownQuerySet.as_manager()

    class Meta:
        verbose_name = _("breakdown")
        verbose_name_plural = _("breakdowns")
        ordering = ("code",)


class BreakdownItemQuerySet(NaturalKey, models.QuerySet["BreakdownItem"]):
    pass


@tracked()
class BreakdownItem(Bilingual, Sourced):
    """One of the parts: an industry."""

    breakdown = models.ForeignKey(
        Breakdown, models.PROTECT, related_name="parts", verbose_name=_("breakdown")
    )
    code = models.CharField(_("code"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("order"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = BreakdownItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a breakdown")
        verbose_name_plural = _("parts of breakdowns")
        ordering = ("breakdown_id", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["breakdown", "position"], name="one_breakdown_part_a_place"
            ),
        ]
