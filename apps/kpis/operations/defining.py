"""Defining indicators: what is counted, in versions, and what they are to do with."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import own_confidence
from apps.audit.operations import add_reference, keep_reference, record
from apps.core.errors import RuleBroken, Stale
from apps.kpis.models import Kpi, KpiDefinition
from apps.kpis.operations.locking import insert, lock_kpi
from apps.kpis.permissions import OFFICE, may_define

FIXED = (
    "level",
    "unit",
    "basis",
    "is_rate",
    "over_time",
    "over_districts",
    "weight",
    "numerator",
    "denominator",
    "factor",
    "frequency",
    "breakdown",
    "scope",
)
"""What the figures mean: with other values the same figures would say something else."""


@transaction.atomic
def define_kpi(kpi: Kpi, *, definition: str, by: Standing, at: datetime) -> Kpi:
    """Enter an indicator with the first version of its definition.

    Raises NotAllowed, or RuleBroken naming the field when its parts do not fit together.
    """
    may_define(by).or_refuse()
    _refuse_unfit(kpi)
    if not kpi.sources:
        kpi.confidence = own_confidence()
    added = add_reference(kpi, keepers=OFFICE, by=by, at=at)
    _add_definition(added, definition, number=1, by=by, at=at)
    return added


@transaction.atomic
def keep_kpi(kpi: Kpi, said: Mapping[str, Any], *, seen: int, by: Standing, at: datetime) -> Kpi:
    """Change what is said of an indicator, by field name.

    What its figures mean stays once there are any. Raises NotAllowed, Stale, or RuleBroken.
    """
    may_define(by).or_refuse()
    locked = lock_kpi(kpi.pk)
    changed = [name for name in FIXED if name in said and getattr(locked, name) != said[name]]
    if changed and locked.observations.exists():
        said_so = _("There are figures already: define another indicator instead.")
        raise RuleBroken(said_so, field=changed[0])
    kept = keep_reference(kpi, said, seen=seen, keepers=OFFICE, by=by, at=at)
    _refuse_unfit(kept)
    return kept


@transaction.atomic
def revise_definition(
    kpi: Kpi,
    *,
    text: str,
    text_en: str = "",
    from_on: date | None = None,
    reason: str,
    seen: int,
    by: Standing,
    at: datetime,
) -> KpiDefinition:
    """Enter the next version of what is counted; the past ones stay.

    `seen` is the number of the version that the page showed. Raises NotAllowed, Stale, RuleBroken.
    """
    may_define(by).or_refuse()
    locked = lock_kpi(kpi.pk)
    last = locked.definitions.first()
    number = last.number if last else 0
    if number != seen:
        raise Stale(_("Somebody has revised the definition since you opened it."))
    if number and not reason.strip():
        raise RuleBroken(_("Say why the definition changes."), field="reason")
    made = _add_definition(
        locked, text, text_en=text_en, from_on=from_on, reason=reason, number=number + 1,
        by=by, at=at,
    )  # fmt: skip
    changes = {"definition": (last.text if last else "", made.text)}
    record("kpis.revise_definition", locked, by=by, at=at, changes=changes, note=reason.strip())
    return made


def _add_definition(
    kpi: Kpi,
    text: str,
    *,
    number: int,
    text_en: str = "",
    from_on: date | None = None,
    reason: str = "",
    by: Standing,
    at: datetime,
) -> KpiDefinition:
    if not text.strip():
        raise RuleBroken(_("Say what exactly is counted."), field="definition")
    made = KpiDefinition(
        kpi=kpi,
        number=number,
        text=text.strip(),
        text_en=text_en.strip(),
        from_on=from_on or timezone.localdate(at),
        reason=reason.strip(),
        by_id=by.pk,
        by_name=str(by),
        at=at,
    )
    insert(made)
    return made


def _refuse_unfit(kpi: Kpi) -> None:
    """Parts are entered, not computed themselves, and of one statistical scope."""
    for name in ("numerator", "denominator", "weight"):
        part: Kpi | None = getattr(kpi, name)
        if part is None:
            continue
        if part.is_computed:
            raise RuleBroken(_("An indicator is computed from such as are entered."), field=name)
        if part.level != kpi.level:
            raise RuleBroken(_("It is an indicator of another level."), field=name)
    pair = (kpi.denominator, kpi.numerator) if kpi.numerator else (kpi.weight, kpi)
    if pair[0] and pair[1] and pair[0].scope != pair[1].scope:
        said = _("Figures of two statistical scopes are never divided by each other.")
        raise RuleBroken(said, field="denominator" if kpi.numerator else "weight")
