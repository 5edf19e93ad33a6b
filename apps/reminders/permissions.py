"""Who may act on notices and proposals. Pure: no query; `measure.lead` must be loaded."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.core.errors import ALLOWED, Verdict
from apps.measures.models import Measure
from apps.measures.permissions import LEAD_STAFF, may_see


def may_receive(standing: Standing, measure: Measure) -> Verdict:
    """An urging notice is received by the staff of the lead."""
    if measure.lead and may_see(standing, measure) and standing.holds_for(LEAD_STAFF, measure.lead):
        return ALLOWED
    return Verdict(_("Only the lead agency's liaison, drafter or unit leader does this."))


def may_decide_bulletin(standing: Standing) -> Verdict:
    if standing.holds(Role.DIRECTOR):
        return ALLOWED
    return Verdict(_("Only the director of the supervision office does this."))
