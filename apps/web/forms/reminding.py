"""How somebody wants to be told, and the director's word on a place in the bulletin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.typed import LONGEST_REASON
from apps.reminders.causes import CAUSES
from apps.reminders.models import BulletinDecision
from apps.reminders.models.settings import LAST_HOUR
from apps.web.forms.acts import Refusable


class PreferenceForm(Refusable):
    """The hour, whether by mail, and what is muted: each box is a kind of reminder."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    hour = forms.TypedChoiceField(
        label=_("Hour of the morning digest"),
        coerce=int,
        choices=[(hour, f"{hour:02d}:00") for hour in range(LAST_HOUR + 1)],
        help_text=_("On workdays, in Beijing time; what comes later that day waits for the next."),
    )
    by_email = forms.BooleanField(label=_("By e-mail as well"), required=False)
    muted = forms.MultipleChoiceField(
        label=_("Muted: not sent by e-mail"),
        required=False,
        choices=[(cause.key, cause.label) for cause in CAUSES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Muted messages still come to the messages here. Escalations cannot be muted: they are"
            " always sent by e-mail too."
        ),
    )


class BulletinForm(Refusable):
    """Taken into the next bulletin, or left out with a reason."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=BulletinDecision.Outcome.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,  # the operation asks for it where it is needed, in its own words
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where it is left out."),
    )
