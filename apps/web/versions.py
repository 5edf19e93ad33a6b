"""Two versions of a draft side by side, for somebody who came second."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.accounts.models import User
from apps.measures.models import Basis, Cadence
from apps.measures.operations import MilestonePlan, Plan
from apps.web.forms.drafting import PlanForm


@dataclass(frozen=True)
class Difference:
    """A field on which the two versions disagree."""

    label: str
    theirs: str
    mine: str


def differences(theirs: Plan, mine: Plan) -> list[Difference]:
    """What is stored now against what was typed, field by field in the order of the sheet."""
    return [
        Difference(_label(name), _said(name, vars(theirs)[name]), _said(name, vars(mine)[name]))
        for name in vars(mine)
        if vars(theirs)[name] != vars(mine)[name]
    ]


def _label(name: str) -> str:
    field = PlanForm.base_fields.get(name)
    return str(field.label) if field else _("Milestones")


def _said(name: str, value: Any) -> str:
    """A value as people read it; a dash for nothing."""
    if name == "reader_ids":
        value = User.objects.filter(pk__in=value).order_by("name")
    words = {"basis": Basis, "cadence": Cadence}
    if name in words:
        return str(words[name](value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return (
        _listed(value)
        if isinstance(value, Iterable) and not isinstance(value, str)
        else _one(value)
    )


def _listed(values: Iterable[Any]) -> str:
    return pgettext("between the items of a list", "; ").join(map(_one, values)) or "—"


def _one(value: Any) -> str:
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, MilestonePlan):
        return f"{value.title} {date_format(value.due_on)} ×{value.weight}"
    return "—" if value in (None, "") else str(value)
