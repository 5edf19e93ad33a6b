"""What asking and deciding carry as typed; the rules stand with the operations."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts.standing import Standing
from apps.core.typed import whole_number
from apps.measures.lifecycle import Action
from apps.measures.models import Evidence, Measure, State
from apps.measures.models.states import OPEN
from apps.measures.operations.taking_along import open_parts
from apps.web.forms.acts import ReasonForm, SeenForm
from apps.web.forms.drafting import AgencyField, DayField, agencies
from apps.web.forms.report import NOT_HANDED_IN, FilesField, earlier_evidence

LONGEST_GROUNDS = 4000
ASKED_FOR = {
    Action.ASK_REOPENING: {"due_on"},
    Action.ASK_EXTENSION: {"due_on"},
    Action.ASK_CARRY_OVER: {"due_on"},
    Action.ASK_SUSPENSION: {"condition", "review_on", "parts"},
    Action.ASK_CANCELLATION: {"parts"},
}
"""What is asked for beside grounds and evidence."""


class PartsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Open parts of a measure."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Measure.objects.none(), required=False, **kwargs)


class ResumeForm(ReasonForm):
    """Why it goes on, and until when where the deadline moves."""

    due_on = DayField(label=_("New deadline"), required=False)


class AskForm(SeenForm):
    """Why, what else this kind of request says, and the evidence.

    `attachments` come last: a file too large cuts off what follows it.
    """

    ASKED = ("grounds", "condition")
    grounds = forms.CharField(
        label=_("Grounds"),
        required=False,  # the operation asks for them, in its own words
        max_length=LONGEST_GROUNDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = DayField(label=_("New deadline"))
    condition = forms.CharField(
        label=_("Condition"),
        required=False,  # likewise
        max_length=LONGEST_GROUNDS,
        help_text=_("What has to be so for it to go on."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    review_on = DayField(label=_("Review date"))
    parts = PartsField(label=_("Parts it takes along"))
    earlier = forms.ModelMultipleChoiceField(
        queryset=Evidence.objects.none(),
        label=_("Evidence handed in before"),
        required=False,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value"), NOT_HANDED_IN),
    )
    attachments = FilesField(label=_("New evidence"), required=False, max_length=200)

    unseen = 0
    """How many parts could be taken along that whoever asks may not see."""

    def __init__(
        self,
        action: Action,
        measure: Measure,
        *args: Any,
        standing: Standing,
        may_attach: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        for name in {"due_on", "condition", "review_on", "parts"} - ASKED_FOR.get(action, set()):
            del self.fields[name]
        if isinstance(field := self.fields.get("parts"), PartsField):
            self._offer(measure, field, standing)
        if may_attach:
            earlier = self.fields["earlier"]
            assert isinstance(earlier, forms.ModelMultipleChoiceField)
            earlier.queryset = earlier_evidence(measure)
        else:
            del self.fields["earlier"], self.fields["attachments"]
        if measure.state == State.SUSPENDED and "condition" in self.fields:
            self._prolong(measure)

    def _offer(self, measure: Measure, field: "PartsField", standing: Standing) -> None:
        """The parts that can be taken along, all of them chosen; no field where there are none.

        Others than the person sees are not named, only that there are some.
        """
        states = {State.IN_PROGRESS} if self.action is Action.ASK_SUSPENSION else OPEN
        possible = [part.pk for part in open_parts(measure) if part.state in states]
        seen = Measure.objects.visible_to(standing).filter(pk__in=possible)
        field.queryset = seen.order_by("code")
        field.initial = list(seen.values_list("pk", flat=True))
        if self.action is Action.ASK_SUSPENSION:
            field.help_text = _("Parts that are not chosen go on.")
        self.unseen = len(possible) - len(field.initial)
        if not field.initial:
            del self.fields["parts"]

    def _prolong(self, measure: Measure) -> None:
        """The parts that rest with it go on resting with it; the condition is still the same."""
        self.fields.pop("parts", None)
        self.unseen = 0
        self.fields["condition"].initial = measure.suspension_condition

    @property
    def about_unseen(self) -> str:
        if self.action is Action.ASK_CANCELLATION:
            return _said(
                "Open parts of it are restricted and have to be named too: somebody who may see"
                " them asks for this, such as the director."
            )
        return ngettext(
            "%(count)d restricted part that you may not see goes on.",
            "%(count)d restricted parts that you may not see go on.",
            self.unseen,
        ) % {"count": self.unseen}

    def asked(self) -> dict[str, Any]:
        """What the operation takes, but for the evidence."""
        files = ("earlier", "attachments")
        return {name: said for name, said in self.cleaned_data.items() if name not in files}

    @property
    def pieces(self) -> list[Evidence]:
        """Evidence handed in before that this rests on."""
        return list(self.cleaned_data.get("earlier", ()))

    @property
    def new_files(self) -> list[Any]:
        """New evidence."""
        return list(self.cleaned_data.get("attachments", ()))

    def ticked(self) -> set[int]:
        """The ids of the evidence that is chosen, as typed."""
        given = self["earlier"].value() if "earlier" in self.fields else None
        return {whole_number(str(pk)) for pk in given or ()}


class DecideForm(ReasonForm):
    """A refusal needs words; whoever grants may add some."""


class ReissueForm(DecideForm):
    """Who leads from now on, and until when if not until the same day."""

    ASKED = ("lead", "reason")
    field_order = ("seen", "lead", "due_on", "reason")
    lead = AgencyField(
        agencies(),
        label=_("Lead agency from now on"),
        required=False,  # the operation asks for it, in its own words
        empty_label=_("Choose an agency"),
    )
    due_on = DayField(
        label=_("New deadline (as you like)"),
        required=False,
        help_text=_(
            "Left empty, a deadline given as a day stays; one in workdays is counted from today."
        ),
    )
