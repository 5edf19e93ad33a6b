"""Requests that wait, as pages show them: what was asked, what is decided so far, whose turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.measures.lifecycle import REQUEST_PATHS, TABLE, Who
from apps.measures.models import Decision, Measure, Request
from apps.measures.permissions import may_record_decision
from apps.web.cards import DIRECTOR, OFFICE
from apps.web.timeline import Change, wanted_in_words

LEADER = _("Supervising leader")
ISSUING_LEVEL = _("The level that issued the task, on paper")


@dataclass(frozen=True)
class Waiting:
    """One request that waits; `decisions` are the steps it has passed."""

    request: Request
    changes: Sequence[Change]
    decisions: Sequence[Decision]
    may_record: bool = False
    """Whether the reader may put a decision taken on paper on record."""

    @property
    def turn(self) -> str | Promise:
        """Who verifies or decides it next."""
        path = REQUEST_PATHS[Request.Kind(self.request.kind)]
        step = path.verify if path.verify and not self.decisions else path.grant
        who = TABLE[step].who
        if who is Who.EXTENDER and self.request.measure.extensions:
            return LEADER if self.request.measure.extensions == 1 else ISSUING_LEVEL
        return OFFICE if who is Who.SUPERVISOR else DIRECTOR


def waiting_on(measure: Measure, standing: Standing) -> list[Waiting]:
    """The requests about a measure that wait for a decision, oldest first. Four queries."""
    requests = measure.requests.waiting().prefetch_related("evidence", "decisions__scan")
    return [
        Waiting(
            request,
            wanted_in_words(request),
            list(request.decisions.all()),
            may_record=bool(may_record_decision(standing, measure, request)),
        )
        for request in requests
    ]
