"""Two officers move clauses of one policy at once: no ring of parents comes of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from apps.core.errors import RuleBroken
from apps.policies.models import Clause, Policy
from apps.policies.operations import keep_clause

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_attempt", range(5))
def test_two_clauses_do_not_become_part_of_each_other(cast, _attempt):
    policy = Policy.objects.create(code="P", name="政策", level="CITY", kind="PLAN", use="OBLIGES")
    one = Clause.objects.create(policy=policy, code="P-1", position=1)
    two = Clause.objects.create(policy=policy, code="P-2", position=2)
    by, start = cast["supervisor"], Barrier(2)

    def put(clause: Clause, above: Clause) -> object:
        try:
            start.wait(timeout=10)
            return keep_clause(clause, {"parent": above}, seen=clause.version, by=by, at=cast.at())
        except RuleBroken as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(put, one, two), pool.submit(put, two, one)]
        outcomes = [act.result(timeout=30) for act in done]

    assert sum(isinstance(outcome, RuleBroken) for outcome in outcomes) == 1
    assert Clause.objects.filter(parent__isnull=False).count() == 1
