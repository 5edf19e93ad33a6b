"""What an act carries: the version its page showed, where to go next, a reason."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import RuleBroken
from apps.core.typed import LONGEST_REASON


class Refusable(forms.Form):
    """Shows an operation's refusal beside the field it names, else above the form."""

    TYPED_AS: ClassVar[Mapping[str, str]] = {"evidence": "attachments"}
    """The fields that have another name than what the operation takes."""
    ASKED: ClassVar[Collection[str]] = ()
    """The fields that are marked as required although the operation asks for them, in its words."""

    def refuse(self, refusal: RuleBroken) -> None:
        name = self.TYPED_AS.get(refusal.field, refusal.field)
        self.add_error(name if name in self.fields else None, str(refusal))


class SeenForm(Refusable):
    """Every act says which version of the measure it was decided on."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class ReasonForm(SeenForm):
    """Sending something back needs words."""

    ASKED: ClassVar[Collection[str]] = ("reason",)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,  # the operation asks for it, in its own words
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
