"""Supporting agencies contribute text and evidence; the lead asks for it and reports it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.operations import record
from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.models import (
    Contribution,
    ContributionEvidence,
    ContributionRequest,
    Evidence,
    Measure,
)
from apps.measures.operations.acting import beside
from apps.measures.operations.evidence import refuse_foreign
from apps.measures.permissions import may_contribute_for


def ask_for_contribution(
    measure: Measure,
    *,
    agency: Agency,
    question: str = "",
    wanted_on: date,
    by: Standing,
    at: datetime,
) -> ContributionRequest:
    """The lead asks a supporting agency for its contribution to the running period."""
    with beside(Action.ASK_CONTRIBUTION, measure, by=by, at=at) as locked:
        _refuse_asking(locked, agency, wanted_on, timezone.localdate(at))
        assert locked.next_report_due_on is not None  # it is in progress
        asked = ContributionRequest.objects.create(
            measure=locked,
            agency=agency,
            period_due_on=locked.next_report_due_on,
            question=question.strip(),
            wanted_on=wanted_on,
            asked_by_id=by.person_id,
            asked_by_name=str(by),
            asked_at=at,
        )
        record(
            "measures.ask_contribution",
            asked,
            by=by,
            at=at,
            changes={"agency": ("", agency.name), "wanted_on": ("", wanted_on)},
            note=asked.question,
            restricted=locked.restricted,
        )
    return asked


def contribute(
    measure: Measure,
    *,
    agency: Agency,
    text: str,
    evidence: Sequence[Evidence] = (),
    by: Standing,
    at: datetime,
) -> Contribution:
    """A supporting agency says what it did; it answers what the agency was asked, if it was."""
    with beside(Action.CONTRIBUTE, measure, by=by, at=at) as locked:
        _refuse_contribution(locked, agency, text, evidence, by)
        made = Contribution.objects.create(
            measure=locked,
            agency=agency,
            request=locked.contribution_requests.open().filter(agency=agency).first(),
            text=text.strip(),
            by_id=by.person_id,
            by_name=str(by),
            at=at,
        )
        ContributionEvidence.objects.bulk_create(
            ContributionEvidence(contribution=made, evidence=piece)
            for piece in dict.fromkeys(evidence)
        )
        record(
            "measures.contribute",
            made,
            by=by,
            at=at,
            changes={"agency": ("", agency.name), "text": ("", made.text)},
            restricted=locked.restricted,
        )
    return made


def contributed_evidence(measure: Measure) -> "QuerySet[Evidence]":
    """What supporters handed in for this measure: its reports may use it."""
    rows = ContributionEvidence.objects.filter(
        contribution__measure=measure, evidence=OuterRef("pk")
    )
    return Evidence.objects.filter(Exists(rows))


def _refuse_asking(measure: Measure, agency: Agency, wanted_on: date, today: date) -> None:
    if not measure.supporters.contains(agency):
        raise RuleBroken(
            _("Only supporting agencies are asked for a contribution."), field="agencies"
        )
    if wanted_on < today:
        raise RuleBroken(_("The day wanted must not lie in the past."), field="wanted_on")
    if measure.contribution_requests.open().filter(agency=agency).exists():
        raise RuleBroken(
            _("%(agency)s has been asked for this period already.") % {"agency": agency.label},
            field="agencies",
        )


def _refuse_contribution(
    measure: Measure, agency: Agency, text: str, evidence: Sequence[Evidence], by: Standing
) -> None:
    may_contribute_for(by, agency).or_refuse()
    if not measure.supporters.contains(agency):
        raise RuleBroken(_("This agency does not support the measure."), field="agency")
    if not text.strip():
        raise RuleBroken(_("Say what your agency did."), field="text")
    refuse_foreign(evidence, by)
