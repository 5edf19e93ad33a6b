"""Two writes at once: under one key, on one version, and one that is killed in between."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from apps.api.models import KeptAnswer
from apps.kpis.models import Submission
from apps.measures.models import Measure, ProgressReport
from tests.api.calling import BASE, Caller, a_program
from tests.conftest import an_estimate, in_progress
from tests.kpis.figuring import a_kpi, huangpu
from tests.sessions import end_whoever_waits_for_us
from tests.web.here import of_today

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def program(cast) -> Caller:
    return a_program(of_today(cast))


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each answered, in the order given."""
    answers: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        answers[place] = calls[place]()
        connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def report(program: Caller, measure: Measure, progress: str, **headers: str) -> Any:
    said = {"If_Match": f'"{measure.version}"'} | headers
    body = {"summary": "做了", "progress": progress}
    return program.post(f"measures/{measure.pk}/report", body, **said)


def test_of_two_on_one_version_one_is_told(cast, clause, program):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    answers = at_once(
        lambda: report(program, measure, "20"), lambda: report(program, measure, "30")
    )
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    assert ProgressReport.objects.count() == 1


def test_a_key_with_two_bodies_does_one_of_them(cast, clause, program):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    answers = at_once(
        lambda: report(program, measure, "20", Idempotency_Key="k"),
        lambda: report(program, measure, "30", Idempotency_Key="k"),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert refused.json()["code"] == "key_reused"
    assert (ProgressReport.objects.count(), KeptAnswer.objects.count()) == (1, 1)


def test_a_key_without_a_version_is_done_once_too(cast, program):
    """Figures lock no row that both would wait for: the key itself is where they meet."""
    body = {
        "kpi": a_kpi(cast).pk,
        "period": "2026-01",
        "value": "1",
        "district": huangpu().district_id,
        "agency": cast.agencies["bureau"].pk,
    }
    calls = [lambda: program.post("observations", body, Idempotency_Key="k")] * 4
    answers = at_once(*calls)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Submission.objects.count() == 1


def test_killed_in_between_nothing_was_done_and_it_is_done_again(cast, clause, program):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    said = {"Authorization": f"Bearer {program.key}", "If-Match": f'"{measure.version}"'}
    said |= {"Idempotency-Key": "k"}
    caller, body = Client(raise_request_exception=False), {"summary": "做了", "progress": "20"}

    def post() -> Any:
        where = f"{BASE}/measures/{measure.pk}/report"
        return caller.post(where, body, content_type="application/json", headers=said)

    with transaction.atomic():
        Measure.objects.select_for_update().get(pk=measure.pk)
        answers: list[Any] = []
        waiting = threading.Thread(target=lambda: (answers.append(post()), connection.close()))
        waiting.start()
        end_whoever_waits_for_us()
        waiting.join()
    assert answers[0].status_code == 500
    assert not ProgressReport.objects.exists()
    assert not KeptAnswer.objects.exists()
    assert [post().status_code for _ in "12"] == [201, 201]
    assert ProgressReport.objects.count() == 1
