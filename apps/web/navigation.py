"""The side navigation: by task, each entry with the count of the page that it opens."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import NOBODY, Standing
from apps.core.actor import Role
from apps.core.admin import AT_HOME
from apps.core.errors import Sentence
from apps.dashboards.groups import KNOWS_GAPS
from apps.kpis.filters import Waiting
from apps.kpis.models.sight import SEE_ALL, SEE_THEIRS
from apps.measures.permissions import OFFICE
from apps.reminders.models import Reminder
from apps.web import inbox, kpi_desk, workbench
from apps.web.remembering import remembered
from apps.web.visitor import desk_of
from apps.web.who_looks import may_see_cockpit, may_watch_operation

DECIDERS = OFFICE | {Role.SUPERVISING_LEADER}
"""Who looks for what waits even where nothing does."""


@dataclass(frozen=True)
class Entry:
    """One line of the navigation. `count` is None where a number would tell nothing."""

    url: str
    label: Sentence
    icon: str
    active: bool
    count: int | None = None

    @property
    def shown(self) -> str:
        """The count as people read it."""
        if self.count is None:
            return ""
        return f"{workbench.MOST}+" if self.count > workbench.MOST else str(self.count)


def items(request: HttpRequest) -> list[Entry]:
    """The entries of the signed-in person; none for a stranger."""
    standing: Standing = getattr(request, "standing", NOBODY)
    if standing.pk is None:
        return []
    makers = (
        _workbench,
        _cockpit,
        _messages,
        _review,
        _measures,
        _policies,
        _kpis,
        _agencies,
        _operation,
        _trail,
        _admin,
    )
    return [entry for make in makers if (entry := make(request, standing))]


def _workbench(request: HttpRequest, standing: Standing) -> Entry:
    url = reverse("web:workbench")
    count = workbench.count(desk_of(request))
    return Entry(url, _("Workbench"), "checklist", request.path == url, count)


def _messages(request: HttpRequest, standing: Standing) -> Entry:
    """With the number of the unread: it is on every page, so no more are counted than are said."""
    url = reverse("web:messages")
    unread = Reminder.objects.filter(recipient=standing.person_id).unread()
    count = unread.order_by()[: workbench.MOST + 1].count()
    return Entry(url, _("Messages"), "bell", request.path == url, count)


def _cockpit(request: HttpRequest, standing: Standing) -> Entry | None:
    if not may_see_cockpit(standing):
        return None
    url = reverse("web:cockpit")
    return Entry(url, _("Cockpit"), "layout-dashboard", request.path.startswith(url))


def _review(request: HttpRequest, standing: Standing) -> Entry | None:
    """What waits for review or decision: always for those whose office that is, else while there
    is any.
    """
    mine = inbox.kinds(standing)
    if not mine:
        return None
    url = reverse("web:inbox")
    count = inbox.count_of_all(desk_of(request))
    if not count and not standing.holds_any(DECIDERS):
        return None
    active = request.path.startswith((url, reverse("web:review")))
    return Entry(url, _("Review"), "inbox", active, count)


def _measures(request: HttpRequest, standing: Standing) -> Entry:
    return _list(request, standing, "measures", _("Measures"), "list-check")


def _policies(request: HttpRequest, standing: Standing) -> Entry:
    return _list(request, standing, "policies", _("Policies"), "file-text")


def _kpis(request: HttpRequest, standing: Standing) -> Entry | None:
    """For whoever sees figures; with the number of those of which something waits."""
    if not standing.holds_any((*SEE_ALL, *SEE_THEIRS)):
        return None
    url = reverse("web:kpis")
    count = kpi_desk.count(desk_of(request))
    there = kpi_desk.url_of(Waiting.ANY) if count else url
    return Entry(there, _("Indicators"), "chart-bar", request.path.startswith(url), count)


def _agencies(request: HttpRequest, standing: Standing) -> Entry | None:
    """For whoever sees the figures of an agency: one's own, those assigned, or all."""
    if not standing.viewing_agencies and not standing.holds_any(KNOWS_GAPS):
        return None
    url = reverse("web:agencies")
    return Entry(url, _("Agencies"), "building", request.path.startswith(url))


def _operation(request: HttpRequest, standing: Standing) -> Entry | None:
    if not may_watch_operation(standing):
        return None
    url = reverse("web:operation")
    return Entry(url, _("Operation"), "gauge", request.path.startswith(url))


def _list(request: HttpRequest, standing: Standing, name: str, label: Sentence, icon: str) -> Entry:
    """A list as this person left it."""
    url = reverse(f"web:{name}")
    query = remembered(request, name, standing)
    there = f"{url}?{query}" if query else url
    return Entry(there, label, icon, request.path.startswith(url))


def _trail(request: HttpRequest, standing: Standing) -> Entry | None:
    """An auditor's daily work; in the admin it is the last of forty lists."""
    if not standing.holds(Role.AUDITOR):
        return None
    url = reverse("admin:audit_auditevent_changelist")
    return Entry(url, _("Audit trail"), "history", active=False)


def _admin(request: HttpRequest, standing: Standing) -> Entry | None:
    if not standing.holds_any(AT_HOME):
        return None
    return Entry(reverse("admin:index"), _("Admin"), "settings", active=False)
