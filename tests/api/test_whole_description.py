"""Every operation of the description, called as it allows, by every kind of caller.

No answer is a 5xx or one that the description does not know. A few examples in CI, many where
POLICYTRACK_SOAK asks for them.
"""

from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings

from policytrack.wsgi import application
from tests import soak
from tests.api.worlds import a_world, programs

schemathesis = pytest.importorskip(
    "schemathesis", reason="not installed yet: script/setup --dev installs what the lock names"
)

EXAMPLES = 40 if soak.ROUNDS else 1
CALLERS = ("lead", "outside", "supervisor", "auditor")


@pytest.fixture
def world(cast, clause, replay):
    return replay("world of the interface", lambda: a_world(cast, clause))


@pytest.fixture(autouse=True)
def _the_connection_of_the_test():
    """The handler would close it after each answer, with the test's rows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("who", CALLERS)
def test_nothing_fails_and_nothing_is_undocumented(world, who):
    caller = programs(world, requests_a_minute=1_000_000)[who]
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema?format=json", application)
    faults = [
        fault
        for found in schema.get_all_operations()
        for mode in MODES
        for fault in tried(found.ok(), mode, {"Authorization": f"Bearer {caller.key}"})
    ]
    assert faults == []


MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
"""What the description allows, and what it does not."""


def tried(operation: Any, mode: Any, headers: dict[str, str]) -> list[str]:
    """What went wrong with the operation, in a line each."""
    faults: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        answer = case.call(headers=headers)
        known = {str(status) for status in operation.definition.raw["responses"]}
        said = answer.headers.get("content-type", [""])[0]
        if str(answer.status_code) not in known:
            faults.append(f"{answer.status_code} {case.method} {case.path}: {answer.text[:200]}")
        elif answer.status_code >= 400 and not said.startswith("application/problem+json"):
            faults.append(f"{answer.status_code} {case.method} {case.path}: {said}")

    call()
    return faults
