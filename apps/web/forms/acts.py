"""What an act carries: the version its page showed, where to go next, a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.typed import LONGEST_REASON


class SeenForm(forms.Form):
    """Every act says which version of the measure it was decided on."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class ReasonForm(SeenForm):
    """Sending something back needs words."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,  # the operation asks for it, in its own words
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
