"""What people do about notices: receiving an urging, deciding on a place in the bulletin."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.standing import Standing
from apps.audit.operations import record
from apps.audit.reading import describe
from apps.core.errors import RuleBroken
from apps.measures.models import Measure
from apps.measures.operations.locking import lock_measure
from apps.reminders.models import BulletinDecision, BulletinProposal, Urging, UrgingReceipt
from apps.reminders.permissions import may_decide_bulletin, may_receive

describe(
    acts={
        "reminders.acknowledge_urging": gettext_lazy("Urging notice acknowledged"),
        "reminders.decide_bulletin": gettext_lazy("Place in the bulletin decided"),
    }
)


@transaction.atomic
def acknowledge_urging(urging: Urging, *, by: Standing, at: datetime) -> UrgingReceipt:
    """The lead has received the notice. Once. Raises NotAllowed or RuleBroken."""
    measure = lock_measure(urging.measure_id)
    may_receive(by, measure).or_refuse()
    if UrgingReceipt.objects.filter(urging=urging).exists():
        raise RuleBroken(_("This notice has been acknowledged already."))
    receipt = UrgingReceipt.objects.create(
        urging=urging, by_id=by.person_id, by_name=str(by), at=at
    )
    _record("reminders.acknowledge_urging", measure, by, at, note=str(urging))
    return receipt


@transaction.atomic
def decide_bulletin(
    proposal: BulletinProposal, outcome: str, *, reason: str = "", by: Standing, at: datetime
) -> BulletinDecision:
    """The director takes a measure into the next bulletin, or leaves it out and says why. Once."""
    measure = lock_measure(proposal.measure_id)
    may_decide_bulletin(by).or_refuse()
    if BulletinDecision.objects.filter(proposal=proposal).exists():
        raise RuleBroken(_("This has been decided already."))
    if outcome == BulletinDecision.Outcome.DECLINED and not reason.strip():
        raise RuleBroken(_("Say why it is left out."), field="reason")
    decision = BulletinDecision.objects.create(
        proposal=proposal,
        outcome=outcome,
        reason=reason.strip(),
        by_id=by.person_id,
        by_name=str(by),
        at=at,
    )
    said = str(BulletinDecision.Outcome(outcome).label)
    _record("reminders.decide_bulletin", measure, by, at, note=reason.strip() or said)
    return decision


def _record(act: str, measure: Measure, by: Standing, at: datetime, *, note: str) -> None:
    """On the measure's own trail, beside what else happened to it."""
    record(act, measure, by=by, at=at, note=note, restricted=measure.restricted)
