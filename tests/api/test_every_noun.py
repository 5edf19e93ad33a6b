"""Every noun of the router × who calls: how many rows are seen. And what each call may cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.urls import NOUNS
from tests.api.worlds import PROGRAMS, a_world, programs
from tests.measures.cast_of_roles import read_table

MANY = 9
SEEN = read_table("""
              lead         supporter    outside      kpi_owner    supervisor   auditor
measures      2            1            0            0            1            1
milestones    4            2            0            0            2            2
reports       2            1            0            0            1            1
requests      1            1            0            0            1            1
deadlines     1            1            0            0            1            1
instructions  1            1            0            0            1            1
evidence      2            1            0            0            1            1
contribution-requests  1   1            0            0            1            1
contributions 1            1            0            0            1            1
coordination-items  1      1            0            0            1            1
policies      2            2            2            2            2            2
clauses       1            1            1            1            1            1
chains        1            1            1            1            1            1
problems      1            1            1            1            1            1
agencies      5            5            5            5            5            5
districts     1            1            1            1            1            1
kpis          1            1            1            1            1            1
targets       1            0            0            0            1            1
baselines     1            0            0            0            1            1
observations  1            0            1            0            1            1
reminders     0            0            0            0            0            0
audit         not_allowed  not_allowed  not_allowed  not_allowed  not_allowed  some
""")


@pytest.fixture
def world(cast, clause, replay):
    return replay("world of the interface", lambda: a_world(cast, clause))


def test_every_noun_has_its_line():
    assert set(SEEN) == set(NOUNS)
    assert all(set(row) == set(PROGRAMS) for row in SEEN.values())


def test_who_sees_how_many(world):
    callers = programs(world)
    found = {
        noun: {who: seen(caller.get(noun)) for who, caller in callers.items()} for noun in NOUNS
    }
    assert found == SEEN


def seen(answer) -> str:
    """The number of rows, or why there is no answer."""
    if answer.status_code != 200:
        return answer.json()["code"]
    rows = len(answer.json()["results"])
    return "some" if rows > MANY else str(rows)


def test_a_call_costs_the_same_for_any_number_of_rows(world):
    caller = programs(world)["auditor"]
    caller.get("measures")  # its use has been noted now
    costs = {}
    for noun in NOUNS:
        address = f"{noun}?limit="
        one, many = (cost(caller, address + limit) for limit in ("1", "500"))
        assert one == many, noun
        costs[noun] = many
        rows = caller.get(noun).json()["results"]
        if rows:
            costs[f"{noun}/1"] = cost(caller, f"{noun}/{rows[0]['id']}")
    assert {name: n for name, n in costs.items() if n > (6 if "/" in name else 4)} == {}


def cost(caller, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert caller.get(address).status_code == 200, address
    return len(asked)


def test_what_one_does_not_see_in_a_list_is_not_found_either(world):
    callers = programs(world)
    every = {noun: ids(callers["supervisor"], noun) | ids(callers["lead"], noun) for noun in NOUNS}
    for noun in NOUNS:
        for who, caller in callers.items():
            visible = ids(caller, noun)
            hidden = every[noun] - visible
            for pk in list(hidden)[:2]:
                assert caller.get(f"{noun}/{pk}").status_code in (403, 404), (noun, who)
            for pk in list(visible)[:1]:
                assert caller.get(f"{noun}/{pk}").status_code == 200, (noun, who)


def ids(caller, noun: str) -> set[int]:
    answer = caller.get(f"{noun}?fields=id&limit=500")
    return {row["id"] for row in answer.json().get("results", ())}


@pytest.mark.parametrize("form", ["json", "csv"])
def test_every_noun_in_every_form(world, form):
    caller = programs(world)["auditor"]
    for noun in NOUNS:
        assert caller.get(f"{noun}?format={form}").status_code == 200, noun
