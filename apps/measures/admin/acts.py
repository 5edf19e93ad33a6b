"""The acts of the page of a measure in the admin: buttons, and the operation behind each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.core.admin import Blank, Said, WorkflowButton, actor_of
from apps.core.typed import whole_number
from apps.measures import operations
from apps.measures.lifecycle import DECIDES, Action, coming_next, in_turn, label_of
from apps.measures.models import Decision, Measure, ProgressReport
from apps.measures.operations.superior import office_decides
from apps.measures.permissions import may_decide, may_record_decision, may_review


@dataclass(frozen=True)
class Call:
    """Everything an operation of this page may need."""

    measure: Measure
    said: Said
    by: Standing
    at: datetime

    @property
    def how(self) -> dict[str, Any]:
        """The keywords that every operation takes."""
        return {"seen": self.said.seen, "by": self.by, "at": self.at}

    def day(self, name: str) -> date | None:
        """A day that may be left out. Raises ValidationError for what is none."""
        typed = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
        found: date | None = typed.clean(self.said.typed.get(name, ""))
        return found

    @property
    def report(self) -> ProgressReport:
        """The report meant, which has to be one of this measure's."""
        number = whole_number(self.said.target)
        return get_object_or_404(self.measure.reports.select_related("measure"), number=number)


def record_paper(call: Call) -> object:
    """Scan and decision together: the page's transaction holds both."""
    said = PaperFields(
        call.said.typed, MultiValueDict({n: [f] for n, f in call.said.files.items()})
    )
    if not said.is_valid():
        raise ValidationError([sentence for found in said.errors.values() for sentence in found])
    file, given = said.cleaned_data["scan"], said.cleaned_data
    scan = operations.add_scan(
        file, name=file.name, restricted=call.measure.restricted, by=call.by, at=call.at
    )
    paper = operations.Paper(given["by_name"], given["decided_on"], scan)
    return operations.record_paper_decision(
        call.measure, Action(given["action"]), paper=paper, reason=call.said.reason, **call.how
    )


def record_instruction(call: Call) -> object:
    """Scan and instruction together, as a decision on paper."""
    said = InstructionFields(
        call.said.typed, MultiValueDict({n: [f] for n, f in call.said.files.items()})
    )
    if not said.is_valid():
        raise ValidationError([sentence for found in said.errors.values() for sentence in found])
    file, given = said.cleaned_data["scan"], said.cleaned_data
    how: dict[str, Any] = {"by": call.by, "at": call.at}
    scan = operations.add_scan(file, name=file.name, restricted=call.measure.restricted, **how)
    paper = operations.Paper(given["by_name"], given["decided_on"], scan)
    return operations.record_instruction(call.measure, text=given["text"], paper=paper, **how)


class InstructionFields(forms.Form):
    """What the form of an instruction on paper carries."""

    text = forms.CharField(required=False)
    by_name = forms.CharField(required=False, max_length=150)
    decided_on = forms.DateField(input_formats=["%Y-%m-%d"])
    scan = forms.FileField(max_length=200)


class PaperFields(forms.Form):
    """What the form of a decision on paper carries, beside the reason."""

    action = forms.ChoiceField(choices=[(action.value, action.label) for action in DECIDES])
    by_name = forms.CharField(required=False, max_length=150)
    decided_on = forms.DateField(input_formats=["%Y-%m-%d"])
    scan = forms.FileField(max_length=200)


def _decide(action: Action) -> Callable[[Call], object]:
    """The decision, with its reason or remark."""
    return lambda c: operations.DECIDE[action](c.measure, reason=c.said.reason, **c.how)


PERFORM: Mapping[str, Callable[[Call], object]] = {
    "propose": lambda c: operations.propose_measure(c.measure, **c.how),
    "return_proposal": lambda c: operations.return_proposal(
        c.measure, reason=c.said.reason, **c.how
    ),
    "issue": lambda c: operations.issue_measure(c.measure, **c.how),
    "detach": lambda c: operations.detach_child(c.measure, reason=c.said.reason, **c.how),
    "issue_weekly": lambda c: operations.issue_measure(
        c.measure, weekly_because=c.said.reason, **c.how
    ),
    "acknowledge": lambda c: operations.acknowledge_measure(c.measure, **c.how),
    "approve_report": lambda c: operations.approve_report(c.report, **c.how),
    "return_report": lambda c: operations.return_report(c.report, reason=c.said.reason, **c.how),
    "resume": lambda c: operations.resume_measure(
        c.measure, reason=c.said.reason, due_on=c.day("due_on"), **c.how
    ),
    **{each.lower(): _decide(each) for each in operations.DECIDE if each is not Action.REISSUE},
    "record_paper": record_paper,
    "record_instruction": record_instruction,
}
"""The acts of this page. Drafting, reporting, asking, breaking down and naming another lead need
forms of their own, in the web."""

BULK = {"propose": Action.PROPOSE, "issue": Action.ISSUE}
NEEDS_REASON = {
    "return_proposal",
    "detach",
    "resume",
    *(each.lower() for each, way in DECIDES.items() if way.outcome == Decision.Outcome.REFUSED),
}
BLANKS = {
    "resume": [Blank("due_on", _("New deadline"), "date", required=False)],
    "record_instruction": [
        Blank("text", _("Instruction"), "textarea"),
        Blank("by_name", _("Given by")),
        Blank("decided_on", _("Given on"), "date"),
        Blank("scan", _("Scan of the paper"), "file"),
    ],
}
ISSUE_WEEKLY = _("Issue with weekly reports")


def review_buttons(standing: Standing, measure: Measure) -> list[WorkflowButton]:
    """Approve and return, for every report that waits."""
    waiting = ProgressReport.objects.waiting().filter(measure=measure)
    found = []
    for report in waiting:
        verdict = may_review(standing, measure, report)
        target, about = str(report.number), f"{report}\n{report.summary}"
        found += [
            WorkflowButton("approve_report", _("Approve report"), verdict, False, target, about),
            WorkflowButton("return_report", _("Return report"), verdict, True, target, about),
        ]
    return found


def deciding_buttons(action: Action, standing: Standing, measure: Measure) -> list[WorkflowButton]:
    """A decision on each request of its kind that waits, and what was asked for.

    One that takes more than a reason has its form in the web.
    """
    name = str(action.lower())
    return [
        WorkflowButton(
            name,
            label_of(action, measure.state),
            may_decide(action, standing, measure, request)
            and in_turn(action, measure, request)
            and office_decides(action, measure),
            needs_reason=name in NEEDS_REASON,
            about=f"{request}\n{request.grounds}",
            url="" if name in PERFORM else reverse(f"web:{name}", args=[measure.pk]),
        )
        for request in measure.requests.of_kind(DECIDES[action].kind).waiting()
    ]


def paper_buttons(standing: Standing, measure: Measure) -> list[WorkflowButton]:
    """For the office: putting on record what somebody decided on paper, for each that waits."""
    return [
        WorkflowButton(
            "record_paper",
            _("Record a decision taken on paper"),
            verdict,
            about=f"{request}\n{request.grounds}",
            blanks=_blanks(coming_next(request, measure, on_paper=True)),
        )
        for request in measure.requests.waiting()
        if (verdict := may_record_decision(standing, measure, request))
    ]


def _blanks(possible: Iterable[Action]) -> list[Blank]:
    return [
        Blank("action", _("What was decided"), choices=[(a.value, a.label) for a in possible]),
        Blank("by_name", _("Decided by")),
        Blank("decided_on", _("Decided on"), "date"),
        Blank("reason", _("Reason"), "textarea", required=False),
        Blank("scan", _("Scan of the paper"), "file"),
    ]


def standing_of(request: HttpRequest) -> Standing:
    return cast(Standing, actor_of(request))
