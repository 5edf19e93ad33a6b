"""For which agencies somebody enters figures of an indicator, and of which places."""

from django.db.models import Q

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.kpis.models import Kpi, Observation, Target
from apps.kpis.permissions import WRITERS


def agencies_for(standing: Standing, kpi: Kpi) -> list[Agency]:
    """The agencies this person writes for that have figures of it to hand in: its owner, districts,
    and agencies with figures or targets of their own. One query.
    """
    mine = Agency.objects.filter(path__overlap=standing.agencies_of(WRITERS))
    of_districts = Q(kind=Agency.Kind.DISTRICT, district__isnull=False)
    known = Observation.objects.filter(kpi=kpi, agency__isnull=False).values("agency")
    aimed = Target.objects.filter(kpi=kpi, agency__isnull=False).values("agency")
    return list(mine.filter(of_districts | Q(pk=kpi.owner_id) | Q(pk__in=known) | Q(pk__in=aimed)))
