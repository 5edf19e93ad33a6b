"""Every operation of the description, called as it allows, by every kind of caller.

No answer is a 5xx or one that the description does not know. A few examples in CI, many where
POLICYTRACK_SOAK asks for them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from policytrack.wsgi import application
from tests import soak
from tests.api.in_process import same_connection  # noqa: F401  # a fixture
from tests.api.worlds import a_world, programs, with_files

schemathesis = pytest.importorskip(
    "schemathesis", reason="not installed yet: script/setup --dev installs what the lock names"
)

EXAMPLES = 40 if soak.ROUNDS else 1


@pytest.fixture
def world(cast, clause, replay):
    return with_files(replay("world of the interface", lambda: a_world(cast, clause)))


@pytest.mark.usefixtures("same_connection")
def test_nothing_fails_and_nothing_is_undocumented(world):
    callers = programs(world, requests_a_minute=1_000_000).values()
    said = [{"Authorization": f"Bearer {caller.key}"} for caller in callers]
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema?format=json", application)
    faults = [
        fault
        for found in schema.get_all_operations()
        for mode in MODES
        for fault in tried(found.ok(), mode, said)
    ]
    assert faults == []


MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
"""What the description allows, and what it does not."""


def tried(operation: Any, mode: Any, callers: list[dict[str, str]]) -> list[str]:
    """What went wrong with the operation, in a line each; every caller finds the same world."""
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
        for headers in callers:
            with transaction.atomic():
                faults.extend(faults_of(operation, case, case.call(headers=headers)))
                transaction.set_rollback(True)

    call()
    return faults


def faults_of(operation: Any, case: Any, answer: Any) -> Iterator[str]:
    """A status that the description does not know, or a refusal that is no problem document."""
    known = {str(status) for status in operation.definition.raw["responses"]}
    said = answer.headers.get("content-type", [""])[0]
    if str(answer.status_code) not in known:
        yield f"{answer.status_code} {case.method} {case.path}: {answer.text[:200]}"
    elif answer.status_code >= 400 and not said.startswith("application/problem+json"):
        yield f"{answer.status_code} {case.method} {case.path}: {said}"
