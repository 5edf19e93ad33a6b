"""What is read first in the description of the interface: how to begin, what each part is for."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


def introduce(result: dict[str, Any]) -> None:
    """Put the beginning on top, and the parts in the order of the work, not of the alphabet."""
    result["info"]["description"] = "\n".join(f"- {_(said)}" for said in BEGINNING)
    result["tags"] = [{"name": name, "description": _(about)} for name, about in PARTS.items()]


BEGINNING = (
    gettext_noop("Send the token of a service account: `Authorization: Bearer pt_…`."),
    gettext_noop(
        "Read a row, then act on it with `If-Match`, the `ETag` that it was read with. "
        "`GET /measures/{id}/actions` says what may be done now, and why not the rest."
    ),
    gettext_noop(
        "With an `Idempotency-Key` of your choice a write that is sent twice happens once."
    ),
    gettext_noop(
        "Every refusal is a problem (`application/problem+json`): "
        "`code` is for programs, `detail` is a sentence for people."
    ),
    gettext_noop(
        "A copy elsewhere is kept by `GET /changes`, which tells what was written; "
        "webhooks bring the same to your door."
    ),
)
PARTS = {
    "measures": gettext_noop(
        "Measures, their milestones, reports, requests, and all acts on them."
    ),
    "policies": gettext_noop("Policies and their clauses, industry chains, problems to be solved."),
    "kpis": gettext_noop("Indicators with baselines and targets; figures are handed in here."),
    "dashboards": gettext_noop("The numbers of the cockpit, today or as of a day."),
    "agencies": gettext_noop("Who can be responsible: bureaus, district governments, districts."),
    "reminders": gettext_noop("Who was told of what, and when."),
    "changes": gettext_noop("The feed: what changed since the last time."),
    "webhooks": gettext_noop("Addresses that are told of changes, and what was sent to them."),
    "audit": gettext_noop("Who did what to what."),
}
"""By the part of the interface that a token's scopes name."""
