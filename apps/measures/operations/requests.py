"""Asking, and deciding what was asked: what every kind of request has in common.

Which actions ask, verify, grant and refuse a kind stands in `lifecycle.REQUEST_PATHS`; the
operation of each action fills the body with what it does to the measure.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.standing import UNIT_ROLES, Standing
from apps.core.errors import RuleBroken, Verdict
from apps.measures.lifecycle import ASKS, DECIDES, Action, Deciding, in_turn
from apps.measures.lights import last_day_of, short
from apps.measures.models import Decision, Evidence, Measure, Request, RequestEvidence
from apps.measures.operations.acting import Act, acting
from apps.measures.operations.circumstances import circumstances_of
from apps.measures.operations.evidence import refuse_foreign
from apps.measures.operations.superior import office_decides
from apps.measures.permissions import (
    OFFICE,
    may,
    may_decide,
    may_record,
    may_record_decision,
)


@dataclass(frozen=True)
class Plea:
    """What is asked for and why: `wanted` names a column with what it says and ought to say."""

    grounds: str
    evidence: Sequence[Evidence] = ()
    wanted: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """A decision that somebody took on paper: who, on which day, and the scan that shows it."""

    by_name: str
    decided_on: date
    scan: Evidence


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
        refuse_foreign(plea.evidence, by, roles=UNIT_ROLES | OFFICE)
        if waiting_request(act.measure, ASKS[action]):
            raise RuleBroken(_("This has been asked for already and waits to be decided."))
        request = _write(act, ASKS[action], plea, by, at)
        act.changes["request"] = ("", f"#{request.number}")
        yield act, request


@contextmanager
def deciding(
    action: Action,
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Iterator[tuple[Act, Decision]]:
    """Write the decision on the request that waits, then let the body draw its consequences.

    With `paper` somebody else decided, and the supervision office puts that on record.
    Raises NotAllowed to whoever asked for it, RuleBroken for a refusal without a reason, out
    of turn, when nothing of the kind waits, or where the paper cannot be.
    """
    way, reason = DECIDES[action], reason.strip()
    if way.outcome == Decision.Outcome.REFUSED and not reason:
        raise RuleBroken(_("Say why it is refused."), field="reason")
    judge = _may_record if paper else may
    with acting(action, measure, seen=seen, by=by, at=at, note=reason, judge=judge) as act:
        request = waiting_request(act.measure, way.kind)
        if request is None:
            raise RuleBroken(_("Nobody has asked for this."))
        _refuse_decider(action, act.measure, request, paper, by)
        if not (turn := in_turn(action, act.measure, request, on_paper=paper is not None)):
            raise RuleBroken(turn.reason)
        if paper is None:
            _refuse_above_office(action, act.measure)
        else:
            _refuse_paper(paper, request, by, localdate(at))
            act.changes["on_paper"] = ("", f"{paper.by_name.strip()} {paper.decided_on}")
        decision = _decide(request, way, reason, paper, by, at)
        act.changes["decision"] = (f"#{request.number}", decision.outcome)
        yield act, decision


def decided(
    action: Action,
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """A decision that leaves the measure as it is: a refusal, or a confirmation on the way."""
    with deciding(action, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        _act,
        decision,
    ):
        return decision


def _may_record(action: Action, standing: Standing, measure: Measure) -> Verdict:
    return may_record(standing, measure)


def _refuse_decider(
    action: Action, measure: Measure, request: Request, paper: Paper | None, by: Standing
) -> None:
    """Nobody decides what they asked for, nor puts the decision on it on record."""
    if paper is None:
        may_decide(action, by, measure, request).or_refuse()
    else:
        may_record_decision(by, measure, request).or_refuse()


def _refuse_above_office(action: Action, measure: Measure) -> None:
    if not (office := office_decides(action, circumstances_of(measure))):
        raise RuleBroken(office.reason)


def _refuse_paper(paper: Paper, request: Request, by: Standing, today: date) -> None:
    who = paper.by_name.strip()
    if not who:
        raise RuleBroken(_("Say who decided."), field="by_name")
    if _asked_it(who, request):
        raise RuleBroken(
            _("%(who)s asked for this; nobody decides what they asked for themselves.")
            % {"who": who},
            field="by_name",
        )
    if not localdate(request.asked_at) <= paper.decided_on <= today:
        raise RuleBroken(
            _("It was asked for on %(day)s: the decision lies between that day and today.")
            % {"day": short(localdate(request.asked_at))},
            field="decided_on",
        )
    refuse_foreign([paper.scan], by, roles=OFFICE, field="scan")


def _asked_it(who: str, request: Request) -> bool:
    """Whether the name is that of the person who asked: by their account, else as it was signed."""
    named = User.objects.filter(name=who).values_list("pk", flat=True)
    return request.asked_by_id in named if named else who == request.asked_by_name


def waiting_request(measure: Measure, kind: str) -> Request | None:
    """The one request of this kind that waits for a decision on the measure."""
    return measure.requests.of_kind(kind).waiting().first()


def _write(act: Act, kind: str, plea: Plea, by: Standing, at: datetime) -> Request:
    measure = act.measure
    last_day = last_day_of(measure, act.calendar)
    assert measure.lead_id is not None
    last = measure.requests.order_by("-number").values_list("number", flat=True).first()
    request = Request.objects.create(
        measure=measure,
        number=(last or 0) + 1,
        kind=kind,
        agency_id=measure.lead_id,
        grounds=plea.grounds.strip(),
        wanted=plea.wanted,
        asked_by_id=by.person_id,
        asked_by_name=str(by),
        asked_at=at,
        late=last_day is not None and localdate(at) > last_day,
    )
    RequestEvidence.objects.bulk_create(
        RequestEvidence(request=request, evidence=piece) for piece in dict.fromkeys(plea.evidence)
    )
    return request


def _decide(
    request: Request,
    way: Deciding,
    reason: str,
    paper: Paper | None,
    by: Standing,
    at: datetime,
) -> Decision:
    decision = Decision(request=request, outcome=way.outcome, reason=reason)
    if paper is None:
        decision.by_id, decision.by_name, decision.at = by.person_id, str(by), at
    else:
        _decided_on_paper(decision, paper, by, at)
    decision.save()
    return decision


def _decided_on_paper(decision: Decision, paper: Paper, by: Standing, at: datetime) -> None:
    """A paper says a day and no hour: its beginning, but never before it was asked for."""
    day = datetime.combine(paper.decided_on, time.min, timezone.get_current_timezone())
    decision.on_paper, decision.scan = True, paper.scan
    decision.by_name = paper.by_name.strip()
    decision.at = max(day, decision.request.asked_at)
    decision.recorded_by_id, decision.recorded_by_name = by.person_id, str(by)
    decision.recorded_at = at
