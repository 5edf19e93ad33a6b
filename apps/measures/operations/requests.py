"""Asking, and deciding what was asked: what every kind of request has in common.

Which actions ask, verify, grant and refuse a kind stands in `lifecycle.REQUEST_PATHS`; the
operation of each action fills the body with what it does to the measure.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import UNIT_ROLES, Standing
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import ASKS, DECIDES, Action, Deciding, in_turn
from apps.measures.lights import last_day_of
from apps.measures.models import Decision, Evidence, Measure, Request, RequestEvidence
from apps.measures.operations.acting import Act, acting
from apps.measures.permissions import may_decide


@dataclass(frozen=True)
class Plea:
    """What is asked for and why: `wanted` names a column with what it says and ought to say."""

    grounds: str
    evidence: Sequence[Evidence] = ()
    wanted: dict[str, list[Any]] = field(default_factory=dict)


@contextmanager
def asking(
    action: Action, measure: Measure, plea: Plea, *, seen: int, by: Standing, at: datetime
) -> Iterator[tuple[Act, Request]]:
    """Write the request, then let the body draw its consequences; others decide it.

    Raises RuleBroken without grounds, with another agency's evidence, or while a request of
    the same kind waits.
    """
    grounds = plea.grounds.strip()
    if not grounds:
        raise RuleBroken(_("Say why you ask for this."), field="grounds")
    with acting(action, measure, seen=seen, by=by, at=at, note=grounds) as act:
        _refuse_foreign(plea.evidence, by)
        if waiting_request(act.measure, ASKS[action]):
            raise RuleBroken(_("This has been asked for already and waits to be decided."))
        request = _write(act, ASKS[action], plea, by, at)
        act.changes["request"] = ("", f"#{request.number}")
        yield act, request


@contextmanager
def deciding(
    action: Action, measure: Measure, *, reason: str, seen: int, by: Standing, at: datetime
) -> Iterator[tuple[Act, Decision]]:
    """Write the decision on the request that waits, then let the body draw its consequences.

    Raises NotAllowed to whoever asked for it, RuleBroken for a refusal without a reason, out
    of turn, or when nothing of the kind waits.
    """
    way, reason = DECIDES[action], reason.strip()
    if way.outcome == Decision.Outcome.REFUSED and not reason:
        raise RuleBroken(_("Say why it is refused."), field="reason")
    with acting(action, measure, seen=seen, by=by, at=at, note=reason) as act:
        request = waiting_request(act.measure, way.kind)
        if request is None:
            raise RuleBroken(_("Nobody has asked for this."))
        may_decide(action, by, act.measure, request).or_refuse()
        if not (turn := in_turn(action, act.measure)):
            raise RuleBroken(turn.reason)
        decision = _decide(request, way, reason, by, at)
        act.changes["decision"] = (f"#{request.number}", decision.outcome)
        yield act, decision


def waiting_request(measure: Measure, kind: str) -> Request | None:
    """The one request of this kind that waits for a decision on the measure."""
    return measure.requests.of_kind(kind).waiting().first()


def _refuse_foreign(evidence: Sequence[Evidence], by: Standing) -> None:
    if any(not by.holds_for(UNIT_ROLES, piece.agency) for piece in evidence):
        raise RuleBroken(_("This evidence belongs to another agency."), field="evidence")


def _write(act: Act, kind: str, plea: Plea, by: Standing, at: datetime) -> Request:
    measure = act.measure
    last_day = last_day_of(measure, act.calendar)
    assert measure.lead_id is not None
    assert by.pk is not None
    last = measure.requests.order_by("-number").values_list("number", flat=True).first()
    request = Request.objects.create(
        measure=measure,
        number=(last or 0) + 1,
        kind=kind,
        agency_id=measure.lead_id,
        grounds=plea.grounds.strip(),
        wanted=plea.wanted,
        asked_by_id=by.pk,
        asked_by_name=str(by),
        asked_at=at,
        late=last_day is not None and timezone.localdate(at) > last_day,
    )
    RequestEvidence.objects.bulk_create(
        RequestEvidence(request=request, evidence=piece) for piece in dict.fromkeys(plea.evidence)
    )
    return request


def _decide(request: Request, way: Deciding, reason: str, by: Standing, at: datetime) -> Decision:
    assert by.pk is not None
    return Decision.objects.create(
        request=request,
        outcome=way.outcome,
        reason=reason,
        by_id=by.pk,
        by_name=str(by),
        at=at,
    )
