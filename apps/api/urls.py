"""Every address below /api/v1/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from apps.api import documentation
from apps.api.feed.views import Changes
from apps.api.nouns import (
    agencies,
    baselines,
    beside,
    evidence,
    figures,
    kpis,
    measures,
    policies,
    progress,
    questions,
    watching,
)
from apps.api.webhooks import views

app_name = "api"

NOUNS = {
    "measures": measures.Measures,
    "milestones": progress.Milestones,
    "reports": progress.Reports,
    "requests": progress.Requests,
    "deadlines": progress.Deadlines,
    "instructions": questions.Instructions,
    "evidence": evidence.Evidences,
    "contribution-requests": beside.ContributionRequests,
    "contributions": beside.Contributions,
    "coordination-items": beside.CoordinationItems,
    "policies": policies.Policies,
    "clauses": policies.Clauses,
    "chains": policies.Chains,
    "problems": policies.Problems,
    "agencies": agencies.Agencies,
    "districts": agencies.Districts,
    "kpis": kpis.Kpis,
    "targets": kpis.Targets,
    "baselines": baselines.Baselines,
    "observations": kpis.Observations,
    "reminders": watching.Reminders,
    "audit": watching.Audit,
    "webhooks": views.Webhooks,
    "webhook-deliveries": views.Deliveries,
}

router = SimpleRouter(trailing_slash=False, use_regex_path=True)
for name, view in NOUNS.items():
    router.register(name, view, basename=name)
router.register("figures", figures.Figures, basename="figures")
router.register("changes", Changes, basename="changes")

urlpatterns = [
    path("", documentation.beginning, name="beginning"),
    path("", include(router.urls)),
    path("schema", documentation.Schema.as_view(), name="schema"),
    path("docs", documentation.docs, name="docs"),
]
