"""Drafts of reports: kept while somebody types, for whoever writes for the lead next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import Membership
from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.core.errors import RuleBroken, Stale
from apps.measures.lifecycle import Action
from apps.measures.models import Measure, ReportDraft
from apps.measures.operations.acting import refuse_wrong_state
from apps.measures.operations.locking import lock_measure
from apps.measures.permissions import may


@transaction.atomic
def save_draft(
    measure: Measure, content: Mapping[str, Any], *, seen: int, by: Standing, at: datetime
) -> ReportDraft:
    """Keep what is typed; `seen` is the version of the draft that was built on, 0 for none.

    A draft is no act: it leaves the measure's version and the audit trail alone. Raises Stale
    when a colleague saved meanwhile, or the report was handed in; RuleBroken while it waits
    for the unit leader.
    """
    locked = lock_measure(measure.pk, known=measure)
    may(Action.REPORT, by, locked).or_refuse()
    refuse_wrong_state(Action.REPORT, locked)
    return write_draft(locked, content, seen=seen, by=by, at=at)


def write_draft(
    locked: Measure, content: Mapping[str, Any], *, seen: int | None, by: Standing, at: datetime
) -> ReportDraft:
    """Write the sheet of a locked measure; a former lead's makes way for it."""
    draft = ReportDraft.objects.filter(measure=locked).first()
    if draft is not None and draft.agency_id != locked.lead_id:
        draft.delete()  # the former lead's: it is not theirs to hand in any more
        draft = None
    if seen is not None:
        refuse_stale_draft(draft, seen)
    refuse_confirming(draft, locked, by)
    assert locked.lead is not None
    draft = draft or ReportDraft(measure=locked, version=0)
    draft.agency, draft.content = locked.lead, dict(content)
    draft.saved_by_id, draft.saved_by_name, draft.saved_at = by.person_id, str(by), at
    release(draft)
    draft.version += 1
    draft.save()
    return draft


def release(draft: ReportDraft) -> None:
    """It does not wait for the unit leader, or no longer; nothing is saved."""
    draft.handed_by_id, draft.handed_by_name, draft.handed_at = None, "", None


@transaction.atomic
def discard_draft(measure: Measure, *, seen: int, by: Standing, at: datetime) -> None:
    """Throw away what was typed; the sheet is blank again for everybody."""
    locked = lock_measure(measure.pk, known=measure)
    may(Action.REPORT, by, locked).or_refuse()
    draft = ReportDraft.objects.standing().filter(measure=locked).first()
    refuse_stale_draft(draft, seen)
    refuse_confirming(draft, locked, by)
    if draft is not None:
        draft.delete()


def confirmation_wanted(measure: Measure, by: Standing) -> bool:
    """Whether what this person writes for the lead waits for a unit leader first.

    The agency has to want it, and somebody else has to be its unit leader. A unit leader who
    writes, or who stands in for one, confirms it by handing it in.
    """
    lead = measure.lead
    if lead is None or not lead.confirms_reports or by.holds_for({Role.UNIT_LEADER}, lead):
        return False
    leaders = Membership.objects.active(on=by.on).filter(
        agency__in=lead.path, role=Role.UNIT_LEADER, user__is_active=True
    )
    return leaders.exists()


def refuse_confirming(draft: ReportDraft | None, measure: Measure, by: Standing) -> None:
    """What waits for the unit leader is not written on: it is taken back first.

    Where the agency has stopped confirming meanwhile, it is an ordinary draft again.
    """
    if draft is not None and draft.is_confirming and confirmation_wanted(measure, by):
        raise RuleBroken(
            _("This report waits for the unit leader to confirm it. Take it back to go on with it.")
        )


def refuse_stale_draft(draft: ReportDraft | None, seen: int) -> None:
    """The second of two people is told; what the first one typed is not overwritten."""
    if (draft.version if draft else 0) == seen:
        return
    if draft is None:
        raise Stale(_("This draft is gone: the report was handed in, or somebody discarded it."))
    raise Stale(_meanwhile(draft))


def _meanwhile(draft: ReportDraft) -> str:
    """What became of it after the page was opened."""
    said, who, at = _("%(who)s saved this draft at %(time)s, after you opened it."), "", None
    if draft.remarked_at is not None and draft.remarked_at >= draft.saved_at:
        said = _("%(who)s handed this draft back at %(time)s, after you opened it.")
        who, at = draft.remarked_by_name, draft.remarked_at
    time = timezone.localtime(at or draft.saved_at)
    return said % {
        "who": who or draft.saved_by_name,
        "time": date_format(time, "SHORT_DATETIME_FORMAT"),
    }
