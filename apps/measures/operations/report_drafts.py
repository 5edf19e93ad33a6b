"""Drafts of reports: kept while somebody types, for whoever writes for the lead next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.core.errors import Stale
from apps.measures.lifecycle import Action
from apps.measures.models import Measure, ReportDraft
from apps.measures.operations.acting import lock_measure, refuse_wrong_state
from apps.measures.permissions import may


@transaction.atomic
def save_draft(
    measure: Measure, content: Mapping[str, Any], *, seen: int, by: Standing, at: datetime
) -> ReportDraft:
    """Keep what is typed; `seen` is the version of the draft that was built on, 0 for none.

    A draft is no act: it leaves the measure's version and the audit trail alone. Raises Stale
    when a colleague saved meanwhile, or the report was handed in.
    """
    locked = lock_measure(measure.pk)
    may(Action.REPORT, by, locked).or_refuse()
    refuse_wrong_state(Action.REPORT, locked)
    assert locked.lead is not None
    draft = ReportDraft.objects.filter(measure=locked).first()
    if draft is not None and draft.agency_id != locked.lead_id:
        draft.delete()  # the former lead's: it is not theirs to hand in any more
        draft = None
    refuse_stale_draft(draft, seen)
    draft = draft or ReportDraft(measure=locked, version=0)
    draft.agency, draft.content = locked.lead, dict(content)
    draft.saved_by_id, draft.saved_by_name, draft.saved_at = by.pk or 0, str(by), at
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def discard_draft(measure: Measure, *, seen: int, by: Standing, at: datetime) -> None:
    """Throw away what was typed; the sheet is blank again for everybody."""
    locked = lock_measure(measure.pk)
    may(Action.REPORT, by, locked).or_refuse()
    draft = ReportDraft.objects.standing().filter(measure=locked).first()
    refuse_stale_draft(draft, seen)
    if draft is not None:
        draft.delete()


def refuse_stale_draft(draft: ReportDraft | None, seen: int) -> None:
    """The second of two people is told; what the first one typed is not overwritten."""
    if (draft.version if draft else 0) == seen:
        return
    if draft is None:
        raise Stale(_("This draft is gone: the report was handed in, or somebody discarded it."))
    raise Stale(
        _("%(who)s saved this draft at %(time)s, after you opened it.")
        % {
            "who": draft.saved_by_name,
            "time": date_format(timezone.localtime(draft.saved_at), "SHORT_DATETIME_FORMAT"),
        }
    )
