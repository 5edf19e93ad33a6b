"""A decision taken on paper, as typed; the rules stand with record_paper_decision."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.typed import LONGEST_REASON
from apps.measures.lifecycle import Action
from apps.web.forms.acts import SeenForm
from apps.web.forms.drafting import AgencyField, DayField, agencies


class PaperForm(SeenForm):
    """What was decided, by whom, when, and the scan. `scan` comes last: a file too large cuts off
    what follows it.
    """

    ASKED = ("by_name",)
    TYPED_AS: ClassVar = {"evidence": "scan"}

    action = forms.TypedChoiceField(
        label=_("What was decided"), coerce=Action, widget=forms.RadioSelect
    )
    lead = AgencyField(
        agencies(),
        label=_("Lead agency from now on"),
        required=False,  # the operation asks for it, where an objection is upheld
        empty_label=_("Choose an agency"),
    )
    by_name = forms.CharField(
        label=_("Decided by"),
        required=False,  # the operation asks for it, in its own words
        max_length=150,
        help_text=_("Name and office, as on the paper."),
    )
    decided_on = DayField(label=_("Decided on"))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,  # likewise, where it is refused
        max_length=LONGEST_REASON,
        help_text=_("As on the paper; a refusal needs one."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    scan = forms.FileField(label=_("Scan of the paper"), max_length=200)

    def __init__(self, possible: Sequence[Action], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action = self.fields["action"]
        assert isinstance(action, forms.TypedChoiceField)
        action.choices = [(each.value, each.label) for each in possible]
        if Action.REISSUE not in possible:
            del self.fields["lead"]
