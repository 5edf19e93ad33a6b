"""Two people at the same cells at once: one of them is told, nothing is lost or counted twice."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import translation

from apps.core.errors import Refusal
from apps.kpis import operations
from apps.kpis.models import GridDraft, Observation, PeriodClosing, SubmissionReview
from tests.kpis.figuring import JANUARY, a_kpi, entered, entry, known

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a thread of its own, all begun together; the refusals."""
    refused, start = [], Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            with translation.override("en"):
                act()
        except Refusal as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.fixture
def kpi(cast):
    return a_kpi(cast)


def test_two_enter_the_same_cell(cast, kpi):
    def enter(who: str, value: int) -> Callable[[], object]:
        said = {"agency": cast.agencies["bureau"], "seen": 0, "by": cast[who], "at": cast.at()}
        return lambda: operations.enter_observations(kpi, [entry(value)], **said)

    refused = at_once(enter("liaison", 1), enter("drafter", 2))
    assert len(refused) == 1
    assert "since you opened them" in refused[0]
    assert Observation.objects.count() == 1


def test_two_review_the_same_sheet(cast, kpi):
    sheet = entered(cast, kpi, entry(1))

    def review(outcome: str) -> Callable[[], object]:
        said = {"reason": "核实", "by": cast["owner"], "at": cast.at()}
        return lambda: operations.review_observations(sheet, outcome, **said)

    assert at_once(review("APPROVED"), review("RETURNED")) == [
        "These figures have been reviewed already."
    ]
    assert SubmissionReview.objects.count() == 1


def test_two_close_the_same_period(cast, kpi):
    known(cast, kpi, entry(1))

    def close(who: str) -> Callable[[], object]:
        said = {"seen": 0, "by": cast[who], "at": cast.at()}
        return lambda: operations.close_period(kpi, JANUARY, **said)

    assert len(at_once(close("owner"), close("supervisor"))) == 1
    assert PeriodClosing.objects.count() == 1


def test_entering_while_the_period_is_closed(cast, kpi):
    """Either the figure came first and keeps the period open, or it comes too late."""
    said = {"seen": 0, "by": cast["owner"], "at": cast.at()}
    enter = {"agency": cast.agencies["bureau"], "seen": 0, "by": cast["liaison"], "at": cast.at()}
    refused = at_once(
        lambda: operations.close_period(kpi, JANUARY, **said),
        lambda: operations.enter_observations(kpi, [entry(1)], **enter),
    )
    assert len(refused) == 1
    assert (PeriodClosing.objects.count(), Observation.objects.count()) in ((1, 0), (0, 1))


def test_two_keep_the_same_draft(cast, kpi):
    def keep(who: str) -> Callable[[], object]:
        said = {"agency": cast.agencies["bureau"], "period": JANUARY, "seen": 0}
        by = {"by": cast[who], "at": cast.at()}
        return lambda: operations.save_grid(kpi, {"texts": {"a": who}}, **said, **by)

    refused = at_once(keep("liaison"), keep("drafter"))
    assert len(refused) == 1
    assert "colleague" in refused[0]
    assert GridDraft.objects.get().version == 1
