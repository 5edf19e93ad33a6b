from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, re_path

from apps.measures.lifecycle import Action
from apps.web.pages import (
    acts,
    agencies,
    breaking_down,
    bulk,
    calendar,
    clauses,
    confirming,
    contributing,
    coordination,
    drafting,
    evidence,
    handing_over,
    inbox,
    instructing,
    issuing,
    kpi,
    kpis,
    language,
    lifecycle,
    measure,
    measures,
    messages,
    operation,
    outbox,
    paper,
    policies,
    policy,
    preferences,
    report,
    report_draft,
    requests,
    review,
    search,
    suspending,
    urging,
    workbench,
)
from apps.web.request_acts import ASKING, DECIDING

app_name = "web"


def of_measure(action: Action, view: Callable[..., HttpResponse]) -> URLPattern:
    """The address of an action on a measure, as `acts.Button` knows it."""
    name = str(action.lower())
    where = f"measures/<int:pk>/{name.replace('_', '-')}/"
    return path(where, view, {"action": action}, name=name)


urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("help/lifecycle/", lifecycle.lifecycle, name="lifecycle"),
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/<int:pk>/", agencies.agency, name="agency"),
    path("measures/", measures.measures, name="measures"),
    path("measures/bulk/", bulk.act, name="bulk"),
    path("measures/bulk/<slug:token>/", bulk.outcome, name="bulk_outcome"),
    path("measures/<int:pk>/", measure.measure, name="measure"),
    path("measures/<int:pk>/report/", report.report, name="report"),
    path("measures/<int:pk>/report/confirm/", confirming.confirm, name="confirm_report"),
    path("measures/<int:pk>/report/take-back/", confirming.take_back, name="take_back_report"),
    path("measures/<int:pk>/report/draft/", report_draft.save, name="save_draft"),
    path("measures/<int:pk>/report/draft/discard/", report_draft.discard, name="discard_draft"),
    path("measures/<int:pk>/contributions/ask/", contributing.ask, name="ask_contribution"),
    path("measures/<int:pk>/contribute/", contributing.contribute, name="contribute"),
    path("measures/<int:pk>/coordination/ask/", coordination.ask, name="ask_coordination"),
    path("measures/<int:pk>/coordination/", coordination.of_measure, name="answer"),
    path("coordination/<int:pk>/", coordination.item, name="coordination"),
    path("measures/<int:pk>/instruct/", instructing.instruct, name="instruct"),
    path("measures/<int:pk>/instructions/record/", instructing.record, name="record_instruction"),
    path(
        "measures/<int:pk>/instructions/acknowledge/",
        instructing.acknowledge,
        name="acknowledge_instruction",
    ),
    path("measures/<int:pk>/evidence/<int:evidence_pk>/", evidence.evidence, name="evidence"),
    path("measures/<int:pk>/revise/", drafting.revise, name="revise"),
    path("measures/<int:pk>/propose/", acts.act, {"action": Action.PROPOSE}, name="propose"),
    path("measures/<int:pk>/return/", acts.return_proposal, name="return_proposal"),
    path("measures/<int:pk>/issue/", acts.act, {"action": Action.ISSUE}, name="issue"),
    path("measures/<int:pk>/issue/weekly/", issuing.issue_weekly, name="issue_weekly"),
    path(
        "measures/<int:pk>/acknowledge/",
        acts.act,
        {"action": Action.ACKNOWLEDGE},
        name="acknowledge",
    ),
    *(of_measure(action, requests.ask) for action in ASKING),
    *(of_measure(action, requests.decide) for action in DECIDING),
    path("measures/<int:pk>/requests/<int:number>/paper/", paper.record, name="record_paper"),
    *(
        path(
            f"measures/<int:pk>/paper/{name}/",
            paper.of_measure,
            {"kind": kind},
            name=f"record_{name}",
        )
        for name, kind in paper.OFTEN_ON_PAPER.items()
    ),
    path("measures/<int:pk>/review/", review.of_measure, name="review"),
    path("measures/<int:pk>/break-down/", breaking_down.break_down, name="break_down"),
    path("measures/<int:pk>/detach/", breaking_down.detach, name="detach"),
    path("measures/<int:pk>/resume/", suspending.resume, name="resume"),
    path("measures/<int:pk>/urgings/", urging.urgings, name="urgings"),
    path("measures/<int:pk>/bulletin/", urging.bulletin, name="bulletin"),
    path("messages/", messages.messages, name="messages"),
    path("messages/read/", messages.read_all, name="read_all"),
    path("messages/<int:pk>/open/", messages.open_message, name="open_message"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/test/", preferences.test_message, name="test_message"),
    path("preferences/calendar/", preferences.make_calendar, name="make_calendar"),
    path("preferences/calendar/revoke/", preferences.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:key>.ics", calendar.calendar, name="calendar"),
    path("operation/", operation.page, name="operation"),
    path("operation/<int:pk>/retry/", operation.retry, name="retry_delivery"),
    path("outbox/", outbox.mails, name="outbox"),
    path("outbox/<str:name>/", outbox.mail, name="outbox_mail"),
    path("outbox/<str:name>/html/", outbox.html, name="outbox_html"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("review/", review.queue, name="review"),
    path("review/<int:pk>/", review.report, name="review_report"),
    path("review/<int:pk>/withdraw/", review.withdraw, name="withdraw_review"),
    re_path(
        r"^viewer/(?P<folder>cmaps|fonts)/(?P<name>[\w-]+\.(?:bcmap|pfb|ttf))$",
        evidence.viewer_file,
        name="viewer_file",
    ),
    path("search/", search.search, name="search"),
    path("policies/", policies.policies, name="policies"),
    path("policies/<int:pk>/", policy.policy, name="policy"),
    path("policies/<int:pk>/clauses/", clauses.clauses, name="clauses"),
    path("clauses/<int:pk>/draft/", drafting.draft, name="draft"),
    path("kpis/", kpis.kpis, name="kpis"),
    path("kpis/<int:pk>/", kpi.kpi, name="kpi"),
    path("kpis/<int:pk>/figure/", kpi.figure, name="kpi_figure"),
    path("draft/deadline/", drafting.deadline, name="deadline"),
    path("draft/people/", drafting.people, name="people"),
    path("people/<int:pk>/hand-over/", handing_over.hand_over, name="hand_over"),
    path("i18n/language/", language.set_language, name="set_language"),
]
