"""Where a figure belongs: a district, an agency, or with neither the whole of the indicator."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, District
from apps.kpis.models.breakdown import BreakdownItem
from apps.kpis.models.kpi import Kpi
from apps.kpis.periods import WRITTEN


@dataclass(frozen=True)
class Place:
    """A district or an agency, by id; neither is the whole: the city for a city's indicator."""

    district_id: int | None = None
    agency_id: int | None = None


WHOLE = Place()


class Placed(models.Model):
    """A number of one indicator, place and part of its breakdown. Without a part: of them all."""

    kpi = models.ForeignKey(
        Kpi, models.PROTECT, related_name="%(class)ss", verbose_name=_("indicator")
    )
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    item = models.ForeignKey(
        BreakdownItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("part of the breakdown"),
    )

    class Meta:
        abstract = True

    @property
    def place(self) -> Place:
        return Place(self.district_id, self.agency_id)


WRITTEN_SO = _("Write a period as 2026, 2026-H1, 2026-Q1 or 2026-03.")
KEY = ["kpi", "district", "agency", "item"]
"""What a number is known by, but for its period."""


def one_place(name: str) -> models.CheckConstraint:
    """A district's or an agency's, not both."""
    return models.CheckConstraint(
        condition=Q(district__isnull=True) | Q(agency__isnull=True),
        name=name,
        violation_error_message=_("It is a district's or an agency's, not both."),
    )


def written_period(name: str, *, optional: bool = False) -> models.CheckConstraint:
    """The period is written as periods.py writes it; empty where it may be."""
    written = Q(period__regex=WRITTEN)
    return models.CheckConstraint(
        condition=written | Q(period="") if optional else written,
        name=name,
        violation_error_message=WRITTEN_SO,
    )
