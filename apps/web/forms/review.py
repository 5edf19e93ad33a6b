"""A decision on a report."""

from django import forms

from apps.web.forms.acts import ReasonForm

APPROVE, RETURN = "approve", "return"


class ReviewForm(ReasonForm):
    """Approved, or returned with a reason."""

    decision = forms.ChoiceField(choices=[(APPROVE, APPROVE), (RETURN, RETURN)])
