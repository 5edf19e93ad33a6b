"""Decisions on figures, and on periods."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.typed import LONGEST_REASON
from apps.web.forms.acts import Refusable

APPROVE, RETURN = "approve", "return"


class FigureReviewForm(Refusable):
    """Approved, or returned with a reason; the operation says when one is missing."""

    decision = forms.ChoiceField(choices=[(APPROVE, APPROVE), (RETURN, RETURN)])
    reason = forms.CharField(
        label=_("What has to be corrected"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
