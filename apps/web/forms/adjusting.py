"""Asking for an adjustment or a carry-over: the grounds, and what is to be different."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import RuleBroken
from apps.measures.lifecycle import Action
from apps.measures.lights import plain
from apps.measures.models import Basis, Cadence, Measure
from apps.measures.operations import Adjustment
from apps.measures.operations.steps import open_steps
from apps.web.forms.drafting import AgenciesField, Milestones, agencies
from apps.web.forms.requests import AskForm


class StepsForm(AskForm):
    """With the milestones that are still to be reached, as they are to be."""

    def __init__(self, action: Action, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(action, measure, *args, **kwargs)
        data = args[0] if args else None
        # Bound rows are compared with nothing: a row equal to a stored one is still a row.
        rows = None if data else [vars(step) for step in open_steps(measure)]
        self.steps: Any = Milestones(data, prefix="milestones", initial=rows)

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.steps.is_valid()])

    def refuse(self, refusal: RuleBroken) -> None:
        if refusal.field == "milestones":
            self.steps.non_form_errors().append(str(refusal))
        else:
            super().refuse(refusal)


class CarryOverForm(StepsForm):
    """The next year: until when, and its milestones."""

    def asked(self) -> dict[str, Any]:
        return super().asked() | {"milestones": self.steps.planned()}


class AdjustForm(StepsForm):
    """Everything as it stands, to be changed."""

    title = forms.CharField(label=_("Title in Chinese"), max_length=300)
    supporters = AgenciesField(agencies(), label=_("Supporting agencies"), required=False)
    target_quantity = forms.DecimalField(
        label=_("Target quantity"), max_digits=18, decimal_places=4
    )
    cadence = forms.ChoiceField(
        label=_("The lead reports"),
        choices=Cadence.choices,
        widget=forms.RadioSelect,
        help_text=_("Weekly takes a reason of the director's."),
    )

    def __init__(self, action: Action, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(action, measure, *args, **kwargs)
        self.initial = {
            "title": measure.title,
            "supporters": list(measure.supporters.all()),
            "cadence": measure.cadence,
        }
        if measure.basis == Basis.QUANTITY and measure.target_quantity is not None:
            self.initial["target_quantity"] = plain(measure.target_quantity)
        else:
            del self.fields["target_quantity"]

    def asked(self) -> dict[str, Any]:
        said = super().asked()
        adjustment = Adjustment(
            title=said.pop("title"),
            supporters=list(said.pop("supporters")),
            target_quantity=said.pop("target_quantity", None),
            cadence=said.pop("cadence"),
            milestones=self.steps.planned(),
        )
        return said | {"adjustment": adjustment}
