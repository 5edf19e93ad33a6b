"""Counts that are on every page: written into SQL once, and still true."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.web import inbox, workbench
from apps.web.causes import Held
from apps.web.counting import _written, count_of, written
from apps.web.desk import Desk
from apps.workdays.models import current_calendar
from tests.conftest import PEOPLE, in_progress, reported


def desk_of(cast, name: str) -> Desk:
    return Desk(cast[name], cast.today, current_calendar())


@pytest.mark.parametrize("name", ["liaison", "supervisor", "director", "leader", "unit_leader"])
def test_it_follows_what_people_do(cast, clause, name):
    desk = desk_of(cast, name)
    kinds = inbox.kinds(desk.standing)
    for code in ("m-1", "m-2"):
        assert inbox.count_of_all(desk) == inbox.count(desk, kinds)
        reported(cast, in_progress(cast, clause, code=code))
    assert inbox.count_of_all(desk_of(cast, name)) == inbox.count(desk_of(cast, name), kinds)


def test_nothing_is_read_to_write_it_and_one_query_counts(cast, clause):
    _written.cache_clear()
    desk = desk_of(cast, "director")
    before = workbench.count(desk), inbox.count_of_all(desk)
    reported(cast, in_progress(cast, clause))
    _written.cache_clear()
    for _ in range(2):  # written anew, and remembered
        with CaptureQueriesContext(connection) as asked:
            after = workbench.count(desk), inbox.count_of_all(desk)
        assert len(asked) == 2
        assert after == tuple(number + 1 for number in before)


@pytest.mark.parametrize("causes", [workbench.CAUSES, workbench.OTHERS], ids=["own", "others'"])
def test_nothing_is_read_to_write_what_lies_on_a_desk(cast, django_assert_num_queries, causes):
    """What is remembered can so be no older than the question."""
    desks = [desk_of(cast, name) for name in PEOPLE]
    _written.cache_clear()
    with django_assert_num_queries(0):
        asked = [written(Held(tuple(workbench.causes_of(d.standing, causes))), d) for d in desks]
    assert any(asked)


def test_whoever_can_have_no_row_asks_for_none(cast, django_assert_num_queries):
    desk = desk_of(cast, "administrator")
    with django_assert_num_queries(0):
        assert count_of(lambda desk: desk.seen.none(), desk) == 0
        assert count_of(lambda desk: None, desk) == 0
