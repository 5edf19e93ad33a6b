"""Who may do what to a measure. Pure: no query is asked; `measure.lead` must be loaded, and of
a part `measure.parent.lead` too.

A supporter's act is judged by `measure.supporters`: prefetch them where many are judged.
"""

from collections.abc import Callable, Collection

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import UNIT_ROLES, Standing
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.core.errors import ALLOWED, Verdict
from apps.measures.lifecycle import TABLE, Action, Who, actions_from, allows
from apps.measures.models import (
    Asked,
    CoordinationItem,
    Measure,
    ProgressReport,
    ReportDraft,
    Request,
    Review,
)
from apps.measures.models.coordination import ANSWERERS
from apps.measures.models.states import PART_REVIEWERS

OFFICE = frozenset({Role.SUPERVISOR, Role.DIRECTOR})
WRITERS = frozenset({Role.LIAISON, Role.DRAFTER})
LEAD_STAFF = WRITERS | {Role.UNIT_LEADER}
HANDING_IN = WRITERS | OFFICE


def may(action: Action, standing: Standing, measure: Measure) -> Verdict:
    """Whether the action is this person's to take, whatever state the measure is in."""
    if not may_see(standing, measure):
        return Verdict(_("This measure is restricted."))
    if action is Action.ISSUE and _proposed_by(standing, measure):
        return Verdict(_("You proposed this measure; somebody else has to issue it."))
    return _JUDGES[TABLE[action].who](standing, measure)


def may_now(action: Action, standing: Standing, measure: Measure) -> Verdict:
    """Whether a button for the action works: the person and the state both allow it."""
    return may(action, standing, measure) and allows(action, measure.state)


def offered(standing: Standing, measure: Measure) -> list[tuple[Action, Verdict]]:
    """The actions this state knows but for the system's own, each with the verdict.

    Detaching is offered for parts only.
    """
    return [
        (action, may(action, standing, measure))
        for action in actions_from(measure.state)
        if TABLE[action].who is not Who.SYSTEM
        and (action is not Action.DETACH or measure.parent_id)
    ]


def may_ever(action: Action, standing: Standing) -> bool:
    """Whether the action is for people in these roles at all, on whatever measure."""
    return standing.holds_any(_ROLES[TABLE[action].who])


def may_draft(standing: Standing) -> Verdict:
    if standing.holds_any(OFFICE):
        return ALLOWED
    return Verdict(_("Only the supervision office drafts measures."))


def may_open_review(standing: Standing) -> Verdict:
    """The queue of waiting reports; each report is then asked about by `may_review`."""
    if standing.holds_any(OFFICE | PART_REVIEWERS):
        return ALLOWED
    return Verdict(
        _("Only the supervision office, and the lead of a measure broken down, review reports.")
    )


def may_see(standing: Standing, measure: Measure) -> bool:
    """The rule of restricted measures; `visible_to` is the rule for rows."""
    if not measure.restricted or standing.holds(Role.DIRECTOR):
        return True
    involved = any(a in measure.viewer_agencies for a in standing.unit_agencies)
    return involved or standing.pk in measure.reader_ids


def _proposed_by(standing: Standing, measure: Measure) -> bool:
    """Nobody decides what they asked for themselves."""
    return measure.proposed_by_id == standing.person_id


def may_review(standing: Standing, measure: Measure, report: ProgressReport) -> Verdict:
    if report.submitted_by_id == standing.person_id:
        return Verdict(_("You submitted this report; somebody else has to review it."))
    return may(Action.REVIEW, standing, measure)


def may_decide(action: Action, standing: Standing, measure: Measure, request: Asked) -> Verdict:
    """Verifying, granting and refusing alike: nobody decides what they asked for themselves."""
    if request.asked_by_id == standing.person_id:
        return Verdict(_("You asked for this; somebody else has to decide it."))
    verdict = may(action, standing, measure)
    if TABLE[action].who is Who.EXTENDER:
        return verdict and _decides_extension(standing, measure)
    return verdict


def may_record(standing: Standing, measure: Measure) -> Verdict:
    """Putting on record what somebody else decided on paper is the supervision office's."""
    if not may_see(standing, measure):
        return Verdict(_("This measure is restricted."))
    return _supervisor(standing, measure)


def may_record_decision(standing: Standing, measure: Measure, request: Request) -> Verdict:
    """Whoever asked takes no part in the decision, and does not put it on record either."""
    if request.asked_by_id == standing.person_id:
        return Verdict(_("You asked for this; somebody else has to put the decision on record."))
    return may_record(standing, measure)


def may_read_draft(standing: Standing, measure: Measure) -> Verdict:
    """What is not reported yet is the lead agency's own business."""
    if measure.lead and may_see(standing, measure) and standing.holds_for(UNIT_ROLES, measure.lead):
        return ALLOWED
    return Verdict(_("Only the lead agency reads what it has not reported yet."))


def may_confirm(standing: Standing, measure: Measure, draft: ReportDraft) -> Verdict:
    """The unit leader's, and never of what they wrote themselves."""
    if draft.handed_by_id == standing.person_id:
        return Verdict(_("You wrote this report; somebody else has to confirm it."))
    return may(Action.CONFIRM_REPORT, standing, measure)


def may_withdraw(standing: Standing, measure: Measure, review: Review) -> Verdict:
    """A verdict is taken back by whoever gave it."""
    if review.by_id != standing.pk:
        return Verdict(_("Only the person who reviewed the report can withdraw the review."))
    return may(Action.WITHDRAW_REVIEW, standing, measure)


def may_hand_on(
    standing: Standing, parent: Measure, agency: Agency, named_districts: Collection[int]
) -> Verdict:
    """Whether the parent's lead may hand a part to this agency by itself.

    To itself and the agencies below it, and to the governments of the districts that the issued
    measure names (their ids are given): the issued measure is the authority for that.
    """
    verdict = _lead(standing, parent)
    within = parent.lead_id in agency.path
    named = agency.kind == Agency.Kind.DISTRICT and agency.district_id in named_districts
    if not verdict or within or named:
        return verdict
    return Verdict(
        format_lazy(
            _(
                "{agency} is neither below the lead agency nor the government of a district that"
                " the measure names; the supervision office can break it down so."
            ),
            agency=agency.label,
        )
    )


def may_upload(standing: Standing) -> Verdict:
    """The supervision office hands in scans of what was decided on paper."""
    if standing.holds_any(HANDING_IN):
        return ALLOWED
    return Verdict(_("Only liaisons, drafters and the supervision office hand in evidence."))


def may_add_scan(standing: Standing) -> Verdict:
    """What was decided on paper is put on record by the office, which owns the scan."""
    if standing.holds_any(OFFICE):
        return ALLOWED
    return Verdict(_("Only the supervision office does this."))


def may_contribute_for(standing: Standing, agency: Agency) -> Verdict:
    if standing.holds_for(WRITERS, agency):
        return ALLOWED
    return Verdict(_("You do not write for this agency."))


def may_answer(standing: Standing, item: CoordinationItem) -> Verdict:
    """Whoever was asked; the item's measure and agency must be loaded."""
    if not may_see(standing, item.measure):
        return Verdict(_("This measure is restricted."))
    if item.of_leader:
        if standing.holds_for({Role.SUPERVISING_LEADER}, item.agency):
            return ALLOWED
        return Verdict(_("Only the supervising leader who was asked answers this."))
    if standing.holds_for(ANSWERERS, item.agency):
        return ALLOWED
    return Verdict(_("Only the agency that was asked answers this."))


def may_record_answer(standing: Standing, item: CoordinationItem) -> Verdict:
    """Putting on record what was answered on paper or by telephone."""
    if not may_see(standing, item.measure):
        return Verdict(_("This measure is restricted."))
    return _supervisor(standing, item.measure)


def may_end(standing: Standing, item: CoordinationItem) -> Verdict:
    """Withdrawing and settling are the lead's, who asked."""
    return may(Action.ASK_COORDINATION, standing, item.measure)


def _supervisor(standing: Standing, measure: Measure) -> Verdict:
    if standing.holds_any(OFFICE):
        return ALLOWED
    return Verdict(_("Only the supervision office does this."))


def _director(standing: Standing, measure: Measure) -> Verdict:
    if standing.holds(Role.DIRECTOR):
        return ALLOWED
    return Verdict(_("Only the director of the supervision office does this."))


def _lead(standing: Standing, measure: Measure) -> Verdict:
    if measure.lead and standing.holds_for(WRITERS, measure.lead):
        return ALLOWED
    return Verdict(_("Only the lead agency's liaison or drafter does this."))


def _lead_leader(standing: Standing, measure: Measure) -> Verdict:
    if measure.lead and standing.holds_for({Role.UNIT_LEADER}, measure.lead):
        return ALLOWED
    return Verdict(_("Only the lead agency's unit leader does this."))


def _lead_or_leader(standing: Standing, measure: Measure) -> Verdict:
    if _lead(standing, measure) or _lead_leader(standing, measure):
        return ALLOWED
    return Verdict(_("Only the lead agency's liaison, drafter or unit leader does this."))


def _lead_or_office(standing: Standing, measure: Measure) -> Verdict:
    if _lead(standing, measure) or _supervisor(standing, measure):
        return ALLOWED
    return Verdict(_("Only the lead agency or the supervision office does this."))


def _extender(standing: Standing, measure: Measure) -> Verdict:
    """Both who may have to decide an extension; which of them it is, `may_decide` says."""
    if _supervising_leader(standing, measure) or _director(standing, measure):
        return ALLOWED
    return _decides_extension(standing, measure)


def _decides_extension(standing: Standing, measure: Measure) -> Verdict:
    """The second extension is the supervising leader's, of the lead; every other the director's."""
    if measure.extensions == 1:
        if _supervising_leader(standing, measure):
            return ALLOWED
        return Verdict(
            _("Only the supervising leader of the lead agency decides a second extension.")
        )
    return _director(standing, measure)


def _supervising_leader(standing: Standing, measure: Measure) -> Verdict:
    if measure.lead and standing.holds_for({Role.SUPERVISING_LEADER}, measure.lead):
        return ALLOWED
    return Verdict(_("Only the supervising leader of the lead agency does this."))


def _lead_staff(standing: Standing, measure: Measure) -> Verdict:
    if measure.lead and standing.holds_for(LEAD_STAFF, measure.lead):
        return ALLOWED
    return Verdict(_("Only the lead agency's liaison, drafter or unit leader does this."))


def _supporter(standing: Standing, measure: Measure) -> Verdict:
    if any(standing.holds_for(WRITERS, agency) for agency in measure.supporters.all()):
        return ALLOWED
    return Verdict(_("Only a supporting agency's liaison or drafter does this."))


def _reviewer(standing: Standing, measure: Measure) -> Verdict:
    """Of a part, the lead of its parent reviews, and the office does not."""
    if measure.parent is None:
        return _supervisor(standing, measure)
    if measure.parent.lead and standing.holds_for(PART_REVIEWERS, measure.parent.lead):
        return ALLOWED
    return Verdict(_("The lead agency of the measure it was broken down from reviews its reports."))


def _system(standing: Standing, measure: Measure) -> Verdict:
    return Verdict(_("This happens by itself."))


_JUDGES: dict[Who, Callable[[Standing, Measure], Verdict]] = {
    Who.SUPERVISOR: _supervisor,
    Who.DIRECTOR: _director,
    Who.LEAD: _lead,
    Who.LEAD_LEADER: _lead_leader,
    Who.LEAD_OR_LEADER: _lead_or_leader,
    Who.LEAD_OR_OFFICE: _lead_or_office,
    Who.EXTENDER: _extender,
    Who.LEAD_STAFF: _lead_staff,
    Who.SUPERVISING_LEADER: _supervising_leader,
    Who.SUPPORTER: _supporter,
    Who.REVIEWER: _reviewer,
    Who.SYSTEM: _system,
}

_ROLES: dict[Who, frozenset[Role]] = {
    Who.SUPERVISOR: OFFICE,
    Who.DIRECTOR: frozenset({Role.DIRECTOR}),
    Who.LEAD: WRITERS,
    Who.LEAD_LEADER: frozenset({Role.UNIT_LEADER}),
    Who.LEAD_OR_LEADER: LEAD_STAFF,
    Who.LEAD_STAFF: LEAD_STAFF,
    Who.SUPERVISING_LEADER: frozenset({Role.SUPERVISING_LEADER}),
    Who.LEAD_OR_OFFICE: WRITERS | OFFICE,
    Who.EXTENDER: frozenset({Role.SUPERVISING_LEADER, Role.DIRECTOR}),
    Who.SUPPORTER: WRITERS,
    Who.REVIEWER: OFFICE | PART_REVIEWERS,
    Who.SYSTEM: frozenset(),
}
"""The roles that each judge lets do something, on some measure."""
