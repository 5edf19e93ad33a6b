"""What is asked of others and what they answer, as typed; the rules stand with the operations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.core.errors import RuleBroken
from apps.measures.models import Measure
from apps.measures.operations import Question
from apps.measures.permissions import WRITERS
from apps.web.clock import today
from apps.web.forms.acts import Refusable
from apps.web.forms.drafting import AgencyField, DayField, agencies
from apps.web.forms.report import LONGEST_TEXT, FilesField


def _words(label: Any, *, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,  # the operation asks for it, in its own words
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


class AskContributionForm(Refusable):
    """Which supporters are asked, what, and by when."""

    agencies = forms.ModelMultipleChoiceField(
        queryset=Agency.objects.none(),
        label=_("Supporting agencies"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one supporting agency.")},
    )
    question = _words(_("Question"), rows=3, help_text=_("May stay empty."))
    wanted_on = DayField(label=_("Wanted by"))

    def __init__(self, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agencies"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = measure.supporters.order_by("kind", "code")


class ContributionForm(Refusable):
    """What a supporter did. `attachments` come last, as in a report."""

    ASKED = ("text",)
    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(), label=_("Supporting agency"), empty_label=None
    )
    text = _words(_("What your agency did"))
    attachments = FilesField(label=_("New evidence"), required=False, max_length=200)

    def __init__(self, measure: Measure, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [a for a in measure.supporters.all() if standing.holds_for(WRITERS, a)]
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Agency.objects.filter(pk__in=[agency.pk for agency in mine])
        if len(mine) == 1:
            field.widget = forms.HiddenInput()
            field.initial = mine[0].pk


class AskCoordinationForm(Refusable):
    """Of whom something is asked: an agency, or the supervising leader of the lead."""

    ASKED = ("question",)
    agency = AgencyField(
        agencies(), label=_("Agency asked"), required=False, empty_label=_("Nobody chosen")
    )
    leader = forms.ModelChoiceField(
        queryset=Agency.objects.none(),
        label=_("Or the supervising leader of"),
        required=False,
        empty_label=_("No leader"),
    )
    question = _words(_("What has to be known or decided"))
    wanted_on = DayField(label=_("Wanted by"))

    def __init__(self, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["leader"]
        assert isinstance(field, forms.ModelChoiceField)
        above = measure.lead.path if measure.lead else []
        leaders = Membership.objects.active(on=today()).filter(role=Role.SUPERVISING_LEADER)
        assigned = leaders.filter(agency__in=above).values("agency")
        field.queryset = Agency.objects.filter(pk__in=assigned)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if bool(said.get("agency")) == bool(said.get("leader")):
            self.add_error("agency", _("Choose either an agency or a leader."))
        return said

    def question_asked(self) -> Question:
        said = self.cleaned_data
        return Question(
            agency=said["agency"] or said["leader"],
            text=said["question"],
            wanted_on=said["wanted_on"],
            of_leader=said["leader"] is not None,
        )

    def refuse(self, refusal: RuleBroken) -> None:
        """`asked` is either of the two fields."""
        if refusal.field == "asked":
            name = "leader" if self.cleaned_data.get("leader") else "agency"
            refusal = RuleBroken(refusal.reason, field=name)
        super().refuse(refusal)


class AnswerForm(Refusable):
    ASKED = ("text",)
    text = _words(_("Answer"))


class RecordForm(Refusable):
    """An answer given on paper or by telephone."""

    ASKED = ("given_by", "given_on", "text")
    given_by = forms.CharField(label=_("Answer given by"), required=False, max_length=150)
    given_on = DayField(label=_("Answer given on"), required=False)
    text = _words(_("Answer"))


class EndForm(Refusable):
    ASKED = ("reason",)
    reason = _words(_("Reason"), rows=3)
