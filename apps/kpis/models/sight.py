"""Sight: which figures somebody sees. Everybody else's are not in their lists nor their totals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, Func, OuterRef, Q

from apps.accounts.standing import UNIT_ROLES, Standing
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.kpis.models.kpi import Kpi, KpiQuerySet
from apps.kpis.models.observation import Observation
from apps.kpis.models.places import Place
from apps.kpis.models.target import Target

SEE_ALL = (Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR)
SEE_THEIRS = UNIT_ROLES | {Role.SUPERVISING_LEADER, Role.KPI_OWNER}


def _unnested(column: str) -> Func:
    return Func(column, function="unnest", output_field=BigIntegerField())


@dataclass(frozen=True)
class Sight:
    """All figures; else those of own districts and agencies, and of indicators they own."""

    is_all: bool = False
    districts: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()

    @classmethod
    def of(cls, standing: Standing) -> "Sight":
        """What this person sees. One query, none for whoever sees everything."""
        if standing.holds_any(SEE_ALL):
            return EVERYTHING
        posts = standing.agencies_of(SEE_THEIRS)
        if not posts:
            return NOTHING
        above = Agency.objects.filter(pk__in=posts).values(up=_unnested("path"))
        found = Agency.objects.filter(Q(path__overlap=posts) | Q(pk__in=above))
        agencies, districts = set(), set()
        for pk, path, district in found.values_list("pk", "path", "district_id"):
            if not set(posts).isdisjoint(path):
                agencies.add(pk)
            # A section of a district's government works for the district.
            districts.add(district)
        return cls(False, frozenset(districts - {None}), frozenset(agencies))

    @property
    def is_partial(self) -> bool:
        """Whether totals are only of what this person sees: the page says so."""
        return not self.is_all

    def kpis(self) -> KpiQuerySet:
        """The indicators this person is shown: those collected, for which they may be asked any
        day, those they own, and those with figures or targets that they see.
        """
        return self.kpis_among(Kpi.objects.collected().values("pk"))

    def kpis_among(self, collected: Any, *, by: datetime | None = None) -> KpiQuerySet:
        """Those shown to this person where these `collected` ones are, or were by a moment."""
        if self.is_all:
            return Kpi.objects.all()
        if self == NOTHING:
            return Kpi.objects.none()
        of_it = Q(kpi=OuterRef("pk")) & self.rows() & (Q(at__lte=by) if by else Q())
        known = Exists(Observation.objects.filter(of_it)) | Exists(Target.objects.filter(of_it))
        return Kpi.objects.filter(Q(pk__in=collected) | Q(owner_id__in=self.agencies) | known)

    def owns(self, kpi: Kpi) -> bool:
        return kpi.owner_id in self.agencies

    def sees(self, kpi: Kpi, place: Place) -> bool:
        """`rows` says the same in SQL."""
        if self.is_all or self.owns(kpi):
            return True
        return place.district_id in self.districts or place.agency_id in self.agencies

    def rows(self) -> Q:
        """The rows of figures, targets and baselines that are seen."""
        if self.is_all:
            return Q()
        return (
            Q(kpi__owner_id__in=self.agencies)
            | Q(district_id__in=self.districts)
            | Q(agency_id__in=self.agencies)
        )


EVERYTHING = Sight(is_all=True)
NOTHING = Sight()
