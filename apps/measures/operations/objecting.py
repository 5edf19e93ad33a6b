"""Objection: the lead says that a measure is not its own; upheld, it is reissued to another."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.errors import ALLOWED, RuleBroken, Verdict
from apps.measures.lifecycle import Action
from apps.measures.models import Decision, Evidence, LeadTerm, Measure, Request, Support
from apps.measures.models.states import ENDED
from apps.measures.operations.acting import Act
from apps.measures.operations.circumstances import Circumstances, circumstances_of
from apps.measures.operations.deadlines import (
    counted_deadline,
    grant_deadline,
    move_deadline,
    refuse_deadline,
)
from apps.measures.operations.issuing import start_clock
from apps.measures.operations.requests import Paper, Plea, asking, decided, deciding
from apps.measures.operations.waiting import (
    refuse_unanswered,
    refuse_undecided,
    refuse_unreviewed,
)
from apps.workdays.arithmetic import Calendar

describe(
    acts={
        "measures.object": gettext_lazy("Objection raised"),
        "measures.confirm_objection": gettext_lazy("Objection confirmed"),
        "measures.reissue": gettext_lazy("Objection upheld: reissued to another lead"),
        "measures.refuse_objection": gettext_lazy("Objection refused"),
    }
)

OBJECT_WITHIN_WORKDAYS = 3


def object_to_measure(
    measure: Measure,
    *,
    grounds: str,
    evidence: Sequence[Evidence] = (),
    seen: int,
    by: Standing,
    at: datetime,
) -> Request:
    """The lead says why the measure is not its own, signed or not, once an issue.

    The unit leader confirms it; one who raises it confirms it by that. Raises RuleBroken after
    the third workday from the issue, and once an objection to this issue was refused.
    """
    plea = Plea(grounds, evidence)
    with asking(Action.OBJECT, measure, plea, seen=seen, by=by, at=at) as (act, request):
        around, today = circumstances_of(act.measure), timezone.localdate(at)
        verdict = may_still_object(act.measure, around, on=today, calendar=act.calendar)
        if not verdict:
            raise RuleBroken(verdict.reason)
        if _leads(by, act.measure):
            _confirm_at_once(request, by)
    return request


def confirm_objection(
    measure: Measure,
    *,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """The unit leader makes the objection the agency's own; a remark is free."""
    return decided(
        Action.CONFIRM_OBJECTION, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    )


def reissue_measure(
    measure: Measure,
    *,
    lead: Agency | None,
    due_on: date | None = None,
    reason: str = "",
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """Uphold the objection: from today another agency leads, as if it were issued anew.

    A deadline in workdays is counted from today; one given as a day stays, unless the director
    grants a later one. What was reported and reached stays on record. Raises RuleBroken while
    anything else waits, or once it is broken down: the parts are the old lead's.
    """
    with deciding(Action.REISSUE, measure, reason=reason, paper=paper, seen=seen, by=by, at=at) as (
        act,
        upheld,
    ):
        _refuse_reissue(act.measure, upheld)
        _hand_to(act, _chosen(act.measure, lead), upheld, timezone.localdate(at))
        _set_deadline(act, due_on, upheld, timezone.localdate(at))
        start_clock(act.measure, act.calendar, timezone.localdate(at))
    return upheld


def refuse_objection(
    measure: Measure,
    *,
    reason: str,
    paper: Paper | None = None,
    seen: int,
    by: Standing,
    at: datetime,
) -> Decision:
    """The lead stays, for a reason that stays. Also where nobody has confirmed it."""
    return decided(
        Action.REFUSE_OBJECTION, measure, reason=reason, paper=paper, seen=seen, by=by, at=at
    )


# --- Rules --------------------------------------------------------------------------------


def may_still_object(
    measure: Measure, around: Circumstances, *, on: date, calendar: Calendar
) -> Verdict:
    """Three workdays from the issue, the last one included; one objection an issue."""
    if measure.issued_on is None:
        return ALLOWED
    if on > calendar.add(measure.issued_on, OBJECT_WITHIN_WORKDAYS):
        return Verdict(
            _("Three workdays have passed since it was issued; it is too late to object.")
        )
    # An objection that was upheld began another issue.
    if around.objection == Decision.Outcome.REFUSED:
        return Verdict(_("An objection to this issue has been refused already."))
    return ALLOWED


def _refuse_reissue(measure: Measure, upheld: Decision) -> None:
    refuse_unreviewed(measure)
    refuse_undecided(measure, but=upheld.request)
    refuse_unanswered(measure)
    if child := measure.children.exclude(state__in=ENDED).order_by("code").first():
        raise RuleBroken(
            _("%(child)s was broken down from this; it is detached or cancelled first.")
            % {"child": child.code}
        )


def _chosen(measure: Measure, lead: Agency | None) -> Agency:
    if lead is None:
        raise RuleBroken(_("Say which agency leads from now on."), field="lead")
    if lead == measure.lead:
        raise RuleBroken(_("This agency leads it already; choose another."), field="lead")
    return lead


def _leads(standing: Standing, measure: Measure) -> bool:
    """Whether this is a unit leader of the lead."""
    return measure.lead is not None and standing.holds_for({Role.UNIT_LEADER}, measure.lead)


# --- Consequences -------------------------------------------------------------------------


def _confirm_at_once(request: Request, by: Standing) -> None:
    Decision.objects.create(
        request=request,
        outcome=Decision.Outcome.VERIFIED,
        by_id=by.person_id,
        by_name=str(by),
        at=request.asked_at,
    )


def _hand_to(act: Act, lead: Agency, upheld: Decision, today: date) -> None:
    """Another agency leads; it is no longer a supporter, and begins with a clean sheet."""
    measure = act.measure
    measure.lead = lead
    measure.acknowledged_on = measure.returned_on = measure.completion_returned_on = None
    measure.deemed_acknowledged = False
    measure.extensions = measure.review_workdays = 0
    LeadTerm.objects.create(measure=measure, agency=lead, from_on=today, request=upheld.request)
    if Support.objects.filter(measure=measure, agency=lead).delete()[0]:
        act.changes["supporters"] = (lead.name, "")


def _set_deadline(act: Act, due_on: date | None, upheld: Decision, today: date) -> None:
    measure = act.measure
    if due_on is not None:
        if measure.due_on is not None and due_on < measure.due_on:
            raise RuleBroken(
                _("The new lead gets the same deadline or a later one."), field="due_on"
            )
        refuse_deadline(measure, due_on, today=today)
        grant_deadline(measure, due_on, granted=upheld)
        return
    measure.issued_on = today
    counted = counted_deadline(measure, act.calendar)
    if counted is None or counted <= today:
        raise RuleBroken(_("The new deadline must lie in the future."), field="due_on")
    move_deadline(measure, counted, granted=upheld)
