"""What rules look at beside a measure's own row: requests, steps, parts, draft and level.

Read at once, so that what is offered costs the same whatever the measure's state is.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from apps.measures.models import Basis, Decision, Measure, Milestone, ReportDraft, Request
from apps.measures.models.states import ENDED


@dataclass(frozen=True)
class Waiting:
    """A request that waits for its decision, as far as deciding it goes."""

    kind: str
    asked_by_id: int
    is_verified: bool


@dataclass(frozen=True)
class Circumstances:
    """How things stand around one measure."""

    waiting: tuple[Waiting, ...] = ()
    """What was asked for and is not decided, the oldest first."""
    open_step: str | None = None
    """The first milestone that is not reached, where progress is read off milestones."""
    open_part: str | None = None
    """The code of the first part that is neither completed nor cancelled."""
    objection: str | None = None
    """What became of the last objection that was decided."""
    of_superior_level: bool = False
    is_confirming: bool = False
    """A draft waits for the unit leader."""

    def asked(self, kind: str) -> Waiting | None:
        """The one request of a kind that waits."""
        return next((each for each in self.waiting if each.kind == kind), None)


def circumstances_of(measure: Measure) -> Circumstances:
    """As they are now. One query; nothing is kept on the measure, so nothing grows old there."""
    (waiting, *others) = Measure.objects.filter(pk=measure.pk).values_list(*_told()).get()
    return Circumstances(tuple(Waiting(**each) for each in waiting), *others)


def _told() -> tuple[Any, ...]:
    """In the order of `Circumstances`."""
    return (
        ArraySubquery(_waiting()),
        Subquery(_open_steps().values("title")[:1]),
        Subquery(_open_parts().values("code")[:1]),
        Subquery(_objections().values("outcome")[:1]),
        Exists(Measure.objects.filter(pk=OuterRef("pk")).of_superior_level()),
        Exists(ReportDraft.objects.confirming().filter(measure=OuterRef("pk"))),
    )


def _waiting() -> "QuerySet[Request, Any]":
    verified = Decision.objects.filter(request=OuterRef("pk"), outcome=Decision.Outcome.VERIFIED)
    said = JSONObject(kind="kind", asked_by_id="asked_by_id", is_verified=Exists(verified))
    return Request.objects.filter(measure=OuterRef("pk")).waiting().values_list(said)


def _open_steps() -> "QuerySet[Milestone]":
    own = Milestone.objects.filter(measure=OuterRef("pk"), measure__basis=Basis.MILESTONES)
    return own.filter(reached_in__isnull=True).order_by("position")


def _open_parts() -> "QuerySet[Measure]":
    return Measure.objects.filter(parent=OuterRef("pk")).exclude(state__in=ENDED).order_by("code")


def _objections() -> "QuerySet[Decision]":
    objections = Decision.objects.filter(
        request__measure=OuterRef("pk"), request__kind=Request.Kind.OBJECT
    )
    return objections.filter(outcome__in=Decision.FINAL).order_by("-id")
