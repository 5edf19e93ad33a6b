"""Entering a new version of the rule by which lights turn."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.operations import record, refuse_unless_kept_by
from apps.core.actor import Actor, Role
from apps.core.errors import RuleBroken, Stale
from apps.measures.models import LightRule, Thresholds
from apps.measures.models.light_rule import YELLOW_BEFORE_RED

KEEPERS = (Role.ADMINISTRATOR,)


@transaction.atomic
def set_light_rule(
    thresholds: Thresholds, *, from_on: date, reason: str, seen: int, by: Actor, at: datetime
) -> LightRule:
    """Enter the next version; lights follow it from its day on, past days keep the old one.

    `seen` is the number of the version the person's page showed, 0 before the first. Raises
    NotAllowed, Stale, or RuleBroken naming the field.
    """
    refuse_unless_kept_by(KEEPERS, by)
    _check(thresholds, from_on, reason, today=timezone.localdate(at))
    last = LightRule.objects.order_by("-number").first()
    if (last.number if last else 0) != seen:
        raise Stale(_("Somebody else has entered a rule since you opened this page."))
    rule = LightRule(
        number=seen + 1,
        from_on=from_on,
        **vars(thresholds),
        reason=reason.strip(),
        by_id=by.pk,
        by_name=str(by),
        at=at,
    )
    _save(rule)
    record("measures.set_light_rule", rule, by=by, at=at, changes=_changes(last, rule))
    return rule


def _check(thresholds: Thresholds, from_on: date, reason: str, *, today: date) -> None:
    if not reason.strip():
        raise RuleBroken(_("Say why the rule changes."), field="reason")
    if from_on < today:
        raise RuleBroken(_("A rule begins today or later: past days keep theirs."), field="from_on")
    if not 0 < thresholds.behind_points <= thresholds.far_behind_points <= 100:
        raise RuleBroken(YELLOW_BEFORE_RED, field="far_behind_points")


def _save(rule: LightRule) -> None:
    """The number is unique: of two people who enter the next version at once, one is told."""
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as error:
        raise Stale(_("Somebody else has entered a rule since you opened this page.")) from error


def _changes(last: LightRule | None, rule: LightRule) -> dict[str, tuple[object, object]]:
    """From the thresholds before, which were the defaults at first, to those of this version."""
    before = vars(last.thresholds if last else Thresholds())
    after = vars(rule.thresholds)
    changed = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    return {"from_on": ("", rule.from_on), "reason": ("", rule.reason)} | changed
