"""A clause that is being retired starts no measure: whoever drafts waits for whoever enters."""

from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep

import pytest
from django.db import connection, connections, transaction
from django.utils import translation

from apps.core.errors import RuleBroken
from apps.measures.models import Measure
from apps.measures.operations import add_clauses, draft_measure
from apps.policies.models import Clause
from apps.policies.operations import Entry, edition_of, enter_clauses
from tests.conftest import a_plan, drafted

pytestmark = pytest.mark.django_db(transaction=True)
RETIRED = "A clause that is no longer in force starts no measure."


def while_it_is_retired(cast, clause: Clause, act) -> object:
    """Starts the act when the new text is written and not committed yet; what became of it."""

    def run() -> object:
        try:
            with translation.override("en"):
                return act()
        except RuleBroken as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            enter_clauses(
                clause.policy,
                [Entry(number="9", heading="New", text="New", level=0)],
                note="A new text",
                seen=edition_of(clause.policy).seen,
                by=cast["supervisor"],
                at=cast.at(),
            )
            done = pool.submit(run)
            until_it_waits_or_ends(done)
        return done.result(timeout=30)


def until_it_waits_or_ends(done: "Future[object]") -> None:
    sql = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _turn in range(200):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            if done.done() or cursor.fetchone()[0]:
                return
        sleep(0.02)


def test_a_draft_waits_and_is_refused(cast, clause):
    said = {"code": "m-1", "clauses": [clause], "by": cast["supervisor"], "at": cast.at()}
    outcome = while_it_is_retired(cast, clause, lambda: draft_measure(a_plan(cast), **said))
    assert str(outcome) == RETIRED
    assert not Measure.objects.exists()


def test_a_draft_takes_up_no_clause_that_is_being_retired(cast, clause):
    other = Clause.objects.create(policy=clause.policy, code="P-2", position=77)
    draft = drafted(cast, other)
    said = {"seen": draft.version, "by": cast["supervisor"], "at": cast.at()}
    outcome = while_it_is_retired(cast, clause, lambda: add_clauses(draft, [clause], **said))
    assert str(outcome) == RETIRED
    assert draft.carried_clauses.count() == 1
