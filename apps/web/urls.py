from django.urls import path, re_path

from apps.measures.lifecycle import Action
from apps.web.pages import (
    acts,
    clauses,
    drafting,
    evidence,
    issuing,
    language,
    measure,
    measures,
    policies,
    policy,
    report,
    requests,
    review,
    workbench,
)

app_name = "web"

urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<int:pk>/", measure.measure, name="measure"),
    path("measures/<int:pk>/report/", report.report, name="report"),
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
    path("measures/<int:pk>/complete/", requests.ask, {"action": Action.APPLY}, name="apply"),
    path("measures/<int:pk>/verify/", requests.decide, {"action": Action.VERIFY}, name="verify"),
    path(
        "measures/<int:pk>/send-back/",
        requests.decide,
        {"action": Action.SEND_BACK},
        name="send_back",
    ),
    path("measures/<int:pk>/close/", requests.decide, {"action": Action.CLOSE}, name="close"),
    path(
        "measures/<int:pk>/ask-reopening/",
        requests.ask,
        {"action": Action.ASK_REOPENING},
        name="ask_reopening",
    ),
    path("measures/<int:pk>/reopen/", requests.decide, {"action": Action.REOPEN}, name="reopen"),
    path(
        "measures/<int:pk>/refuse-reopening/",
        requests.decide,
        {"action": Action.REFUSE_REOPENING},
        name="refuse_reopening",
    ),
    path("measures/<int:pk>/review/", review.of_measure, name="review"),
    path("review/", review.queue, name="review"),
    path("review/<int:pk>/", review.report, name="review_report"),
    path("review/<int:pk>/withdraw/", review.withdraw, name="withdraw_review"),
    re_path(
        r"^viewer/(?P<folder>cmaps|fonts)/(?P<name>[\w-]+\.(?:bcmap|pfb|ttf))$",
        evidence.viewer_file,
        name="viewer_file",
    ),
    path("policies/", policies.policies, name="policies"),
    path("policies/<int:pk>/", policy.policy, name="policy"),
    path("policies/<int:pk>/clauses/", clauses.clauses, name="clauses"),
    path("clauses/<int:pk>/draft/", drafting.draft, name="draft"),
    path("draft/deadline/", drafting.deadline, name="deadline"),
    path("draft/people/", drafting.people, name="people"),
    path("i18n/language/", language.set_language, name="set_language"),
]
