"""Who calls × every endpoint of the router × a row that they see, one that they do not.

A new endpoint without its line fails; what was found is printed as the line to be looked at.
"""

import logging
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.agencies.models import Agency, District
from apps.api.models import Webhook, WebhookDelivery
from apps.audit.models import AuditEvent
from apps.kpis.models import Baseline, Kpi, Observation, Target
from apps.measures.models import (
    Contribution,
    ContributionRequest,
    CoordinationItem,
    DeadlineChange,
    Evidence,
    Instruction,
    Measure,
    Milestone,
    ProgressReport,
    Request,
)
from apps.policies.models import Chain, Clause, Policy, Problem
from apps.reminders.models import Reminder
from tests.api.callers import EVERYBODY, Call, callers
from tests.api.router import Endpoint, endpoints
from tests.api.table_of_endpoints import TABLE
from tests.api.worlds import a_world, with_files

ROWS: Mapping[str, Any] = {
    "measures": Measure,
    "milestones": Milestone,
    "reports": ProgressReport,
    "requests": Request,
    "deadlines": DeadlineChange,
    "instructions": Instruction,
    "evidence": Evidence,
    "contribution-requests": ContributionRequest,
    "contributions": Contribution,
    "coordination-items": CoordinationItem,
    "policies": Policy,
    "clauses": Clause,
    "chains": Chain,
    "problems": Problem,
    "agencies": Agency,
    "districts": District,
    "kpis": Kpi,
    "targets": Target,
    "baselines": Baseline,
    "observations": Observation,
    "reminders": Reminder,
    "audit": AuditEvent,
    "webhooks": Webhook,
    "webhook-deliveries": WebhookDelivery,
}
OF_MEASURES = (
    "milestones",
    "reports",
    "requests",
    "deadlines",
    "contribution-requests",
    "contributions",
    "coordination-items",
    "instructions",
)
LETTERS = {
    200: "o",  # done
    201: "o",
    412: "m",  # theirs to do, but meant for a version that is not
    409: "r",  # theirs to do, but a rule forbids it as it stands
    404: "n",  # not there
    401: "a",  # not signed in
}
OF_403 = {"out_of_scope": "s", "programs_only": "p"}
"""Else x: not theirs to do."""


def letter(answer: Any) -> str:
    if answer.status_code == 403:
        return OF_403.get(answer.json()["code"], "x")
    known = LETTERS.get(answer.status_code)
    if answer.streaming:
        b"".join(answer.streaming_content)  # closes the file
    return known or f"{answer.status_code}!{answer.content[:200]!r}"


@pytest.fixture
def world(cast, clause, replay):
    return with_files(replay("world of the interface", lambda: a_world(cast, clause)))


def numbers(noun: str) -> tuple[int, ...]:
    """Of the noun: a row of the open measure or of none, and one of the hidden measure if any."""
    hidden, rows = Measure.objects.get(code="m-hidden"), ROWS[noun].objects
    if noun == "measures":
        return rows.get(code="m-1").pk, hidden.pk
    if noun == "evidence":
        return rows.exclude(name="hidden.pdf").earliest("pk").pk, rows.get(name="hidden.pdf").pk
    if noun not in OF_MEASURES:
        return (rows.earliest("pk").pk,)
    mine = rows.exclude(measure=hidden).earliest("pk")
    return mine.pk, *rows.filter(measure=hidden).values_list("pk", flat=True)[:1]


def body() -> dict[str, Any]:
    """Something for every field that some endpoint wants; the others pass over it."""
    kpi, bureau = Kpi.objects.get(), Agency.objects.get(code="bureau")
    day = "2030-01-31"
    figure = {"kpi": kpi.pk, "period": "2026-02", "value": "5", "district": 1}
    figure["district"] = District.objects.get().pk
    return {
        **figure,
        "agency": bureau.pk,
        "lead": bureau.pk,
        "items": [figure],
        "reason": "缘由",
        "grounds": "缘由",
        "summary": "进展",
        "text": "配合情况",
        "condition": "条件",
        "due_on": day,
        "review_on": day,
        "adjustment": {"title": "新的名称"},
        "title": "新的举措",
        "code": "m-new",
        "clauses": [Clause.objects.get().pk],
        "agencies": [Agency.objects.get(code="other").pk],
        "asked": Agency.objects.get(code="other").pk,
        "question": "谁出资？",
        "wanted_on": day,
        "draft": 1,
        "report": ProgressReport.objects.earliest("pk").pk,
        "verdict": "approve",
        "by_name": "张市长",
        "decided_on": str(timezone.localdate()),
        "scan": Evidence.objects.earliest("pk").pk,
        "action": "EXTEND",
        "given_by": "张市长",
        "name": "平台",
        "address": "https://8.8.8.8/hook",
        "given_on": str(timezone.localdate()),
    }


def found(endpoint: Endpoint, everybody: dict[str, Call], said: dict[str, Any]) -> dict[str, str]:
    """For each caller a letter, or two where the endpoint is of one row. Nothing stays done."""
    rows = numbers(endpoint.noun) if endpoint.is_of_one else ("",)
    places = [endpoint.address.replace("{pk}", str(row)) for row in rows]
    with transaction.atomic():
        answers = {
            who: "".join(letter(call(endpoint.method, place, said)) for place in places)
            for who, call in everybody.items()
        }
        transaction.set_rollback(True)
    return answers


def as_line(endpoint: Endpoint, answers: dict[str, str]) -> str:
    return f"{str(endpoint).replace(' ', ':'):40}" + "".join(
        f"{answers[who]:4}" for who in EVERYBODY
    )


def test_every_endpoint_has_its_line_and_no_line_is_of_none():
    assert set(TABLE) == {str(endpoint) for endpoint in endpoints()}
    assert all(set(line) == set(EVERYBODY) for line in TABLE.values())


@pytest.fixture
def _unlogged():
    """Thousands of lines would cost as much as what they tell of."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_unlogged")
def test_who_gets_what(world):
    everybody, said = callers(world), body()
    supported = {"agency": world.agencies["other"].pk}
    parts = [{"agency": world.agencies["bureau"].pk, "title": "分解"}]
    said_of = {
        "measures/{pk}/contribute": said | supported,
        "measures/{pk}/break-down": said | {"parts": parts},
    }
    wrong = []
    for endpoint in endpoints():
        answers = found(endpoint, everybody, said_of.get(endpoint.address, said))
        if answers != TABLE.get(str(endpoint)):
            wrong.append(as_line(endpoint, answers))
    assert not wrong, "\n".join(["", " " * 40 + " ".join(EVERYBODY), *wrong])
