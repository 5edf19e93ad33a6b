"""Who may do what to indicators and their figures. Pure: no query is asked.

Load `kpi.owner`, and of a place its agency.
"""

from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.core.errors import ALLOWED, Verdict
from apps.kpis.models import Kpi, Place, Submission

OFFICE = frozenset({Role.SUPERVISOR, Role.DIRECTOR})
WRITERS = frozenset({Role.LIAISON, Role.DRAFTER})
OWNERS = frozenset({Role.KPI_OWNER})


def may_define(standing: Standing) -> Verdict:
    """Indicators, definitions, links, first targets and baselines are the office's."""
    if standing.holds_any(OFFICE):
        return ALLOWED
    return Verdict(_("Only the supervision office defines indicators and their targets."))


def may_change_target(standing: Standing) -> Verdict:
    """A target that stands is the director's to change."""
    if standing.holds(Role.DIRECTOR):
        return ALLOWED
    return Verdict(_("Only the director changes a target that stands."))


def may_enter(standing: Standing, agency: Agency) -> Verdict:
    """Whether this person hands in figures for the agency; for which places, `may_fill` says."""
    if standing.holds_for(WRITERS, agency):
        return ALLOWED
    return Verdict(_("Only the agency's liaison or drafter enters its figures."))


def may_fill(kpi: Kpi, agency: Agency, place: Place) -> Verdict:
    """An agency fills its own place and its district's; the owner also the whole and districts."""
    if agency.pk == kpi.owner_id or agency.pk == place.agency_id:
        return ALLOWED
    is_district = agency.kind == Agency.Kind.DISTRICT and place.agency_id is None
    if is_district and place.district_id and agency.district_id == place.district_id:
        return ALLOWED
    return Verdict(_("This agency does not enter figures of that place."))


def may_review(standing: Standing, kpi: Kpi, submission: Submission) -> Verdict:
    """The KPI owner's; where an indicator has none, the supervision office's. Never one's own."""
    if submission.submitted_by_id == standing.pk:
        return Verdict(_("You handed in these figures; somebody else has to review them."))
    return _owner(standing, kpi)


def may_open_review(standing: Standing) -> Verdict:
    """Whether this person reviews figures of any indicator."""
    if standing.holds_any(OWNERS | OFFICE):
        return ALLOWED
    return Verdict(_("Only the KPI owner does this."))


def may_close(standing: Standing, kpi: Kpi) -> Verdict:
    """The KPI owner, or the supervision office."""
    if standing.holds_any(OFFICE):
        return ALLOWED
    return _owner(standing, kpi)


def may_reopen(standing: Standing, kpi: Kpi) -> Verdict:
    """The KPI owner, or the director."""
    if standing.holds(Role.DIRECTOR) or _owner(standing, kpi):
        return ALLOWED
    return Verdict(_("Only the KPI owner and the director open a period again."))


def _owner(standing: Standing, kpi: Kpi) -> Verdict:
    if kpi.owner is None:
        allowed = standing.holds_any(OFFICE)
    else:
        allowed = standing.holds_for(OWNERS, kpi.owner)
    return ALLOWED if allowed else Verdict(_("Only the KPI owner does this."))
