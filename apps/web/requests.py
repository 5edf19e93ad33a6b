"""Requests that wait, as pages show them: what was asked, what is decided so far, whose turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.accounts.standing import Standing
from apps.audit.reading import Change
from apps.core.actor import Role
from apps.measures.lifecycle import REQUEST_PATHS, TABLE, Who
from apps.measures.models import Decision, Measure, Request
from apps.measures.permissions import may_record_decision
from apps.web.cards import DIRECTOR, OFFICE
from apps.web.timeline import asked_in_words

LEADER = _("Supervising leader")
ISSUING_LEVEL = _("The level that issued the task, on paper")
UNIT_LEADER = _("Unit leader of the lead agency")


@dataclass(frozen=True)
class Waiting:
    """One request that waits; `decisions` are the steps it has passed."""

    request: Request
    changes: Sequence[Change]
    decisions: Sequence[Decision]
    may_record: bool = False
    """Whether the reader may put a decision taken on paper on record."""
    nobody_confirms: bool = False
    """The lead has no unit leader on record."""

    @property
    def turn(self) -> str | Promise:
        """Who verifies or decides it next."""
        path = REQUEST_PATHS[Request.Kind(self.request.kind)]
        step = path.verify if path.verify and not self.decisions else path.grant
        who = TABLE[step].who
        if who is Who.EXTENDER and self.request.measure.extensions:
            return LEADER if self.request.measure.extensions == 1 else ISSUING_LEVEL
        if who is Who.LEAD_LEADER:
            return UNIT_LEADER
        return OFFICE if who is Who.SUPERVISOR else DIRECTOR


def waiting_on(measure: Measure, standing: Standing, *, on: date) -> list[Waiting]:
    """The requests about a measure that wait for a decision, oldest first. Four queries.

    One more where an objection waits to be confirmed, where supporters are to change, and where
    parts are named.
    """
    requests = measure.requests.waiting().prefetch_related("evidence", "decisions__scan")
    return [
        Waiting(
            request,
            changes,
            list(request.decisions.all()),
            may_record=bool(may_record_decision(standing, measure, request)),
            nobody_confirms=_unconfirmed(request) and not _has_unit_leader(measure, on),
        )
        for request, changes in zip(requests, asked_in_words(requests, standing), strict=True)
    ]


def _unconfirmed(request: Request) -> bool:
    return request.kind == Request.Kind.OBJECT and not request.is_verified


def _has_unit_leader(measure: Measure, on: date) -> bool:
    """In the lead agency or in one above it, on that day."""
    assert measure.lead is not None
    posts = Membership.objects.active(on=on).filter(role=Role.UNIT_LEADER)
    return posts.filter(agency__in=measure.lead.path, user__is_active=True).exists()
