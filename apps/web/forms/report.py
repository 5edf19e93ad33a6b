"""The shape of a progress report as typed; the rules stand with submit_report."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.errors import RuleBroken
from apps.core.typed import whole_number
from apps.measures.lights import plain
from apps.measures.models import Basis, Evidence, Measure, Milestone, ProgressReport
from apps.measures.operations import Account

LONGEST_TEXT = 4000
MOST_FILES = 10
NOT_A_PERCENTAGE = _("Progress is a percentage from 0 to 100, with two decimals at most.")

NOT_A_MILESTONE = _("This milestone is not one of the measure's.")
NOT_HANDED_IN = _("This evidence was not handed in for this measure.")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is checked on its own."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        one = super().clean
        files = [one(each, initial) for each in data or []]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                ngettext_lazy(
                    "At most %(count)d file at a time.",
                    "At most %(count)d files at a time.",
                    MOST_FILES,
                )
                % {"count": MOST_FILES}
            )
        return files


def _text(label: Any, *, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ReportForm(forms.Form):
    """What the lead writes. `attachments` come last: a file too large cuts off what follows it."""

    reached = forms.ModelMultipleChoiceField(
        queryset=Milestone.objects.none(),
        label=_("Milestones reached"),
        required=False,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value"), NOT_A_MILESTONE),
    )
    progress = forms.DecimalField(
        label=_("Progress (percent, estimated)"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places"),
            NOT_A_PERCENTAGE,
        ),
    )
    no_change = forms.BooleanField(required=False)
    summary = _text(_("What was done"), rows=4)
    problems = _text(_("Problems"))
    next_step = _text(_("Next step"))
    explanation = _text(_("Why progress fell"), rows=2)
    earlier = forms.ModelMultipleChoiceField(
        queryset=Evidence.objects.none(),
        label=_("Evidence handed in before"),
        required=False,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value"), NOT_HANDED_IN),
    )
    attachments = FilesField(label=_("New evidence"), required=False, max_length=200)

    def __init__(self, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        self._choices("reached", measure.milestones.all())
        self._choices("earlier", earlier_evidence(measure))
        if measure.basis == Basis.MILESTONES:
            del self.fields["progress"]
        else:
            del self.fields["reached"]

    def account(self, evidence: Sequence[Evidence]) -> Account:
        """What the operation is told; `evidence` is all that is handed in."""
        said = self.cleaned_data
        return Account(
            summary=said["summary"],
            problems=said["problems"],
            next_step=said["next_step"],
            explanation=said["explanation"],
            progress=said.get("progress"),
            reached=frozenset(m.pk for m in said.get("reached", ())),
            no_change=said["no_change"],
            evidence=evidence,
        )

    def refuse(self, refusal: RuleBroken) -> None:
        """Show an operation's refusal beside the field it names, else above the form."""
        name = {"evidence": "attachments"}.get(refusal.field, refusal.field)
        self.add_error(name if name in self.fields else None, str(refusal))

    def ticked(self, name: str) -> set[int]:
        """The ids of the boxes that are ticked, as typed or to begin with."""
        given = self[name].value() if name in self.fields else None
        return {whole_number(str(pk)) for pk in given or ()}

    def _choices(self, name: str, rows: "QuerySet[Any]") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = rows


def earlier_evidence(measure: Measure) -> "QuerySet[Evidence]":
    """What the lead agency handed in for this measure before."""
    return Evidence.objects.handed_in_for(measure).filter(agency=measure.lead)


def returned_report(measure: Measure) -> ProgressReport | None:
    """The report that came back and has to be made anew."""
    if measure.returned_on is None:
        return None
    return measure.reports.returned().last()


def initial_of(measure: Measure, returned: ProgressReport | None) -> dict[str, Any]:
    """A report made anew begins with what the returned one said; nothing is typed twice."""
    if returned is None:
        return {"progress": plain(measure.reported_progress)}
    return {
        "progress": plain(returned.progress),
        "summary": returned.summary,
        "problems": returned.problems,
        "next_step": returned.next_step,
        "explanation": returned.explanation,
        "reached": [row.milestone_id for row in returned.milestone_rows.all()],
        "earlier": [row.evidence_id for row in returned.evidence_rows.all()],
    }
