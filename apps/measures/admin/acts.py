"""The acts of the page of a measure in the admin: buttons, and the operation behind each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.core.admin import Blank, Said, WorkflowButton, actor_of
from apps.core.typed import whole_number
from apps.measures import operations
from apps.measures.lifecycle import DECIDES, Action, in_turn, label_of
from apps.measures.models import Decision, Measure, ProgressReport
from apps.measures.operations.circumstances import Circumstances, circumstances_of
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
}
"""The acts of this page. Drafting, reporting, asking, breaking down, naming another lead and what
was written on paper need forms of their own, in the web."""
IN_THE_WEB = frozenset({Action.RECORD_INSTRUCTION})
"""Offered here by a link to their form."""

BULK = {"propose": Action.PROPOSE, "issue": Action.ISSUE}
NEEDS_REASON = {
    "return_proposal",
    "detach",
    "resume",
    *(each.lower() for each, way in DECIDES.items() if way.outcome == Decision.Outcome.REFUSED),
}
BLANKS = {
    "resume": [Blank("due_on", _("New deadline"), "date", required=False)],
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
    waiting = list(measure.requests.of_kind(DECIDES[action].kind).waiting())
    around = circumstances_of(measure) if waiting else Circumstances()
    return [
        WorkflowButton(
            name,
            label_of(action, measure.state),
            may_decide(action, standing, measure, request)
            and in_turn(action, measure, request)
            and office_decides(action, around),
            needs_reason=name in NEEDS_REASON,
            about=f"{request}\n{request.grounds}",
            url="" if name in PERFORM else in_the_web(name, measure.pk),
        )
        for request in waiting
    ]


def paper_buttons(standing: Standing, measure: Measure) -> list[WorkflowButton]:
    """For the office: putting on record what somebody decided on paper, for each that waits."""
    return [
        WorkflowButton(
            "record_paper",
            _("Record a decision taken on paper"),
            verdict,
            about=f"{request}\n{request.grounds}",
            url=in_the_web("record_paper", measure.pk, request.number),
        )
        for request in measure.requests.waiting()
        if (verdict := may_record_decision(standing, measure, request))
    ]


def in_the_web(name: str, *what: int) -> str:
    """The form of an act, from which the way leads back to this page."""
    here = reverse("admin:measures_measure_change", args=[what[0]])
    return f"{reverse(f'web:{name}', args=what)}?{urlencode({'next': here})}"


def standing_of(request: HttpRequest) -> Standing:
    return cast(Standing, actor_of(request))
