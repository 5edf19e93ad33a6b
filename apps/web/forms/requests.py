"""What asking and deciding carry as typed; the rules stand with the operations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import RuleBroken
from apps.core.typed import whole_number
from apps.measures.lifecycle import Action
from apps.measures.models import Evidence, Measure
from apps.web.forms.acts import ReasonForm, SeenForm
from apps.web.forms.drafting import DayField
from apps.web.forms.report import NOT_HANDED_IN, FilesField, earlier_evidence

LONGEST_GROUNDS = 4000
ASKS_A_DEADLINE = (Action.ASK_REOPENING, Action.ASK_EXTENSION)


class AskForm(SeenForm):
    """Why, until when where a new deadline is asked for, and the evidence.

    `attachments` come last: a file too large cuts off what follows it.
    """

    grounds = forms.CharField(
        label=_("Grounds"),
        required=False,  # the operation asks for them, in its own words
        max_length=LONGEST_GROUNDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = DayField(label=_("New deadline"))
    earlier = forms.ModelMultipleChoiceField(
        queryset=Evidence.objects.none(),
        label=_("Evidence handed in before"),
        required=False,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value"), NOT_HANDED_IN),
    )
    attachments = FilesField(label=_("New evidence"), required=False, max_length=200)

    def __init__(
        self, action: Action, measure: Measure, *args: Any, may_attach: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if action not in ASKS_A_DEADLINE:
            del self.fields["due_on"]
        if may_attach:
            earlier = self.fields["earlier"]
            assert isinstance(earlier, forms.ModelMultipleChoiceField)
            earlier.queryset = earlier_evidence(measure)
        else:
            del self.fields["earlier"], self.fields["attachments"]

    def refuse(self, refusal: RuleBroken) -> None:
        """Show an operation's refusal beside the field it names, else above the form."""
        name = {"evidence": "attachments"}.get(refusal.field, refusal.field)
        self.add_error(name if name in self.fields else None, str(refusal))

    def ticked(self) -> set[int]:
        """The ids of the evidence that is chosen, as typed."""
        given = self["earlier"].value() if "earlier" in self.fields else None
        return {whole_number(str(pk)) for pk in given or ()}


class DecideForm(ReasonForm):
    """A refusal needs words; whoever grants may add some."""

    def refuse(self, refusal: RuleBroken) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
