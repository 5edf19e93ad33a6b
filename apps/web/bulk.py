"""Acts on many measures at once: judged one by one, each in a transaction of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.accounts.standing import Standing
from apps.core.errors import Refusal, RuleBroken, Verdict
from apps.measures.lifecycle import Action
from apps.measures.models import Measure
from apps.measures.operations.drafting import check_complete
from apps.measures.permissions import may_ever, may_now
from apps.web.acts import ONE_CLICK

MOST = 200
"""As many as one person can still look through before saying yes."""


@dataclass(frozen=True)
class Outcome:
    """What became of one measure: done, or refused with the sentence."""

    pk: int
    name: str
    refusal: str = ""


def offered(standing: Standing) -> list[Action]:
    """The acts that somebody in these roles may have on many measures."""
    return [action for action in ONE_CLICK if may_ever(action, standing)]


def judge(action: Action, standing: Standing, measure: Measure, *, at: datetime) -> Verdict:
    """What the operation would say, as far as it is known beforehand. Asks no query when
    lead and milestones are loaded.
    """
    verdict = may_now(action, standing, measure)
    if not verdict or action is not Action.PROPOSE:
        return verdict
    try:
        check_complete(measure, today=timezone.localdate(at))
    except RuleBroken as refusal:
        return Verdict(refusal.reason)
    return verdict


def perform(
    action: Action, measures: Iterable[Measure], seen: Mapping[int, int], by: Standing, at: datetime
) -> list[Outcome]:
    """Do the act on each measure in the version that was seen; a refusal stops no other."""
    return [_perform(action, measure, seen.get(measure.pk, 0), by, at) for measure in measures]


def _perform(action: Action, measure: Measure, seen: int, by: Standing, at: datetime) -> Outcome:
    try:
        ONE_CLICK[action](measure, seen=seen, by=by, at=at)
    except Refusal as refusal:
        return Outcome(measure.pk, str(measure), str(refusal))
    return Outcome(measure.pk, str(measure))
