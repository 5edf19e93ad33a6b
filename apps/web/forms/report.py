"""The shape of a progress report as typed; the rules stand with submit_report."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.typed import whole_number
from apps.measures.lights import plain
from apps.measures.models import (
    Basis,
    Evidence,
    Measure,
    Milestone,
    ProgressReport,
    ReportDraft,
)
from apps.measures.operations import Account
from apps.measures.operations.contributing import contributed_evidence
from apps.measures.operations.reporting import last_quantity
from apps.web.forms.acts import Refusable

LONGEST_TEXT = 4000
MOST_FILES = 10
NOT_A_PERCENTAGE = _("Progress is a percentage from 0 to 100, with two decimals at most.")

NOT_A_QUANTITY = _("A quantity is a number from 0 upwards, with four decimals at most.")
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


FIELD_OF = {
    Basis.MILESTONES: "reached",
    Basis.QUANTITY: "quantity",
    Basis.ESTIMATE: "progress",
}
"""The one field that progress is typed into."""


class ReportForm(Refusable):
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
    quantity = forms.DecimalField(
        label=_("Quantity reached so far"),
        required=False,
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=4,
        error_messages=dict.fromkeys(
            (
                "invalid",
                "min_value",
                "max_digits",
                "max_decimal_places",
                "max_whole_digits",
            ),
            NOT_A_QUANTITY,
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
    contributed = forms.ModelMultipleChoiceField(
        queryset=Evidence.objects.none(),
        label=_("Evidence of supporters"),
        required=False,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value"), NOT_HANDED_IN),
    )
    attachments = FilesField(label=_("New evidence"), required=False, max_length=200)

    def __init__(self, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        self._choices("reached", measure.milestones.all())
        self._choices("earlier", earlier_evidence(measure))
        self._choices("contributed", contributed_evidence(measure))
        for basis, name in FIELD_OF.items():
            if basis != measure.basis:
                del self.fields[name]

    def account(self, evidence: Sequence[Evidence]) -> Account:
        """What the operation is told; `evidence` is all that is handed in."""
        said = self.cleaned_data
        return Account(
            summary=said["summary"],
            problems=said["problems"],
            next_step=said["next_step"],
            explanation=said["explanation"],
            progress=said.get("progress"),
            quantity=said.get("quantity"),
            reached=frozenset(m.pk for m in said.get("reached", ())),
            no_change=said["no_change"],
            evidence=evidence,
        )

    def ticked(self, name: str) -> set[int]:
        """The ids of the boxes that are ticked, as typed or to begin with."""
        given = self[name].value() if name in self.fields else None
        return {whole_number(str(pk)) for pk in given or ()}

    def _choices(self, name: str, rows: "QuerySet[Any]") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = rows


def earlier_evidence(measure: Measure) -> "QuerySet[Evidence]":
    """What the lead agency handed in for this measure before, to its own unit leader too."""
    return Evidence.objects.kept_for(measure).filter(agency=measure.lead)


def returned_report(measure: Measure) -> ProgressReport | None:
    """The report that came back and has to be made anew."""
    if measure.returned_on is None:
        return None
    return measure.reports.returned().last()


def initial_of(
    measure: Measure, returned: ProgressReport | None, draft: ReportDraft | None = None
) -> dict[str, Any]:
    """What the form begins with: the draft, else what was returned; nothing is typed twice."""
    if draft is not None:
        return dict(draft.content)
    if returned is None:
        last = last_quantity(measure) if measure.basis == Basis.QUANTITY else None
        quantity = "" if last is None else plain(last)
        return {"progress": plain(measure.reported_progress), "quantity": quantity}
    pieces = [row.evidence_id for row in returned.evidence_rows.all()]
    return {
        "progress": plain(returned.progress),
        "quantity": "" if returned.quantity is None else plain(returned.quantity),
        "summary": returned.summary,
        "problems": returned.problems,
        "next_step": returned.next_step,
        "explanation": returned.explanation,
        "reached": [row.milestone_id for row in returned.milestone_rows.all()],
        "earlier": pieces,
        "contributed": pieces,
    }
