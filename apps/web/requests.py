"""Requests that wait, as pages show them: what was asked, what is decided so far, whose turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.measures.lifecycle import REQUEST_PATHS, TABLE, Who
from apps.measures.models import Decision, Measure, Request
from apps.web.cards import DIRECTOR, OFFICE
from apps.web.timeline import Change, wanted_in_words

LEADER = _("Supervising leader")


@dataclass(frozen=True)
class Waiting:
    """One request that waits; `decisions` are the steps it has passed."""

    request: Request
    changes: Sequence[Change]
    decisions: Sequence[Decision]

    @property
    def turn(self) -> str | Promise:
        """Who verifies or decides it next."""
        path = REQUEST_PATHS[Request.Kind(self.request.kind)]
        step = path.verify if path.verify and not self.decisions else path.grant
        who = TABLE[step].who
        if who is Who.EXTENDER and self.request.measure.extensions == 1:
            return LEADER
        return OFFICE if who is Who.SUPERVISOR else DIRECTOR


def waiting_on(measure: Measure) -> list[Waiting]:
    """The requests about a measure that wait for a decision, oldest first. Three queries."""
    requests = measure.requests.waiting().prefetch_related("evidence", "decisions")
    return [
        Waiting(request, wanted_in_words(request), list(request.decisions.all()))
        for request in requests
    ]
