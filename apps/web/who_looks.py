"""Who looks into what the installation itself does: its operation, the mails in its folder."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.models import installation_is_demo
from apps.core.actor import Role
from apps.core.errors import ALLOWED, Verdict
from apps.dashboards.groups import KNOWS_GAPS


def may_watch_operation(standing: Standing) -> Verdict:
    if standing.holds(Role.ADMINISTRATOR):
        return ALLOWED
    return Verdict(_("Only the system administrator looks after this."))


def may_read_outbox(standing: Standing) -> Verdict:
    """The administrator; in a demo everybody who signed in, to watch a reminder arrive."""
    if standing.pk is not None and installation_is_demo():
        return ALLOWED
    return may_watch_operation(standing)


def may_see_cockpit(standing: Standing) -> Verdict:
    """Whoever sees figures: the supervision office, auditors, leaders, and agencies their own."""
    if standing.holds_any(KNOWS_GAPS | {Role.KPI_OWNER}) or standing.viewing_agencies:
        return ALLOWED
    return Verdict(_("The cockpit is for those who see figures."))
