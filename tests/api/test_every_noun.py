"""Every noun of the router × who calls: how many rows are seen. And its rows in every form."""

import csv
import io

import pytest

from apps.agencies.models import Installation
from apps.api.urls import NOUNS
from apps.policies.models import Policy
from apps.sheets.workbooks import MEDIA_TYPE
from tests.api.worlds import PROGRAMS, a_world, programs
from tests.measures.cast_of_roles import read_table
from tests.sheets.reading import table, texts

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
webhooks      0            0            0            0            0            0
webhook-deliveries  0      0            0            0            0            0
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


def test_every_list_is_the_same_rows_in_every_form(world):
    caller = programs(world)["auditor"]
    for noun in NOUNS:
        rows = caller.get(noun).json()["results"]
        lines = list(csv.reader(io.StringIO(caller.get(f"{noun}?format=csv").content.decode())))
        book = caller.get(noun, Accept=MEDIA_TYPE)
        assert book.headers["Content-Type"] == MEDIA_TYPE, noun
        assert f'filename="{noun}.xlsx"' in book.headers["Content-Disposition"]
        cells = texts(book.content)
        assert len(lines) == len(cells) == len(rows) + 1, noun
        assert cells[0] == [name for each in lines[0] if (name := each.lstrip("\ufeff"))], noun
        ids = [str(row["id"]) for row in rows]
        assert ids == [line[0] for line in lines[1:]] == [row[0] for row in cells[1:]], noun


def test_a_table_of_a_demo_says_so(world):
    caller = programs(world)["auditor"]
    Installation.objects.create(pk=1, name="督查室", is_demo=True)
    book = caller.get("measures?format=xlsx").content
    assert texts(book, 2) == [["Demo data: not the actual work of any office"]]


def test_no_text_of_a_table_is_calculated(world):
    """Not in a list of words either."""
    caller = programs(world)["auditor"]
    Policy.objects.filter(code="P").update(name="=1+1", sources=["=cmd()", "@x"])
    asked = "policies?fields=code,name,sources&order=-code"
    line = caller.get(f"{asked}&format=csv").content.decode().splitlines()[1]
    assert line == "P,'=1+1,'=cmd() @x"
    row = table(caller.get(f"{asked}&format=xlsx").content)[1]
    assert [row[column] for column in "BC"] == [("inlineStr", "=1+1"), ("inlineStr", "=cmd() @x")]
