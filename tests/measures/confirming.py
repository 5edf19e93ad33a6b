"""The steps of a report inside an agency that confirms its reports, for the tests of them."""

from datetime import datetime

from apps.agencies.models import Agency
from apps.measures import operations
from apps.measures.models import Measure, ProgressReport, ReportDraft
from tests.conftest import fresh


def confirms(cast, name: str = "bureau", *, wanted: bool = True) -> None:
    """The agency wants its unit leader to confirm its reports, or no longer."""
    Agency.objects.filter(pk=cast.agencies[name].pk).update(confirms_reports=wanted)
    cast.agencies[name].refresh_from_db()


def hand_in(
    cast, measure: Measure, *, by: str = "liaison", moment: datetime | None = None, **said
) -> ProgressReport | ReportDraft:
    return operations.hand_in_report(
        fresh(measure),  # with its lead as it is, confirming or not
        operations.Account(**said),
        seen=fresh(measure).version,
        by=cast[by],
        at=moment or cast.at(12),
    )


def confirm(
    cast,
    measure: Measure,
    *,
    by: str = "unit_leader",
    moment: datetime | None = None,
    seen_draft: int | None = None,
) -> ProgressReport:
    return operations.confirm_report(
        measure,
        seen_draft=shown(measure) if seen_draft is None else seen_draft,
        seen=fresh(measure).version,
        by=cast[by],
        at=moment or cast.at(12),
    )


def hand_back(
    cast, measure: Measure, *, reason: str = "再核", by: str = "unit_leader", **more
) -> ReportDraft:
    return operations.hand_back_report(
        measure,
        reason=reason,
        seen=shown(measure),
        by=cast[by],
        at=more.get("moment") or cast.at(12),
    )


def take_back(
    cast, measure: Measure, *, by: str = "liaison", seen_draft: int | None = None
) -> ReportDraft:
    return operations.take_back_report(
        measure,
        seen=shown(measure) if seen_draft is None else seen_draft,
        by=cast[by],
        at=cast.at(12),
    )


def shown(measure: Measure) -> int:
    """The version of the draft that a page shows now."""
    draft = ReportDraft.objects.filter(measure=measure).first()
    return draft.version if draft else 0
