"""A page opened while rows are entered neither repeats nor skips, by every order that is offered.

And what has not changed is not sent again, wherever something is read.
"""

import re

import pytest

from apps.api.urls import NOUNS
from tests.api.growing import a_hundred_of_everything
from tests.api.router import endpoints
from tests.api.worlds import a_world, programs, with_files

EVERY_ORDER = [(noun, order) for noun, view in NOUNS.items() for order in view.orders]
NEVER_THE_SAME = ("audit", "changes", "docs")
"""A token's use is an event; the horizon moves with every transaction; a page carries a token."""


@pytest.fixture
def world(cast, clause, replay):
    return with_files(replay("world of the interface", lambda: a_world(cast, clause)))


def test_a_page_opened_while_rows_are_entered_neither_repeats_nor_skips(world):
    """Two pages of two are read, then a hundred rows enter everywhere, then the rest is read."""
    caller = programs(world)["auditor"]
    begun = {}
    for noun, order in EVERY_ORDER:
        for sign in ("", "-"):
            asked = f"{noun}?fields=id&order={sign}{order}"
            before = rows_of(caller.get(f"{asked}&limit=500"))
            first = caller.get(f"{asked}&limit=1")
            begun[asked] = (before, rows_of(first), first.json()["next"])
    a_hundred_of_everything()
    for asked, (before, seen, address) in begun.items():
        while address:
            answer = caller.get(re.sub(r"limit=\d+", "limit=40", address))
            seen += rows_of(answer)
            address = answer.json()["next"]
        assert len(seen) == len(set(seen)), asked
        assert [pk for pk in seen if pk in set(before)] == before, asked


def rows_of(answer) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def test_what_has_not_changed_is_not_sent_again_wherever_something_is_read(world):
    caller = programs(world)["lead"]
    again = {}
    for endpoint in endpoints():
        address = endpoint.address
        is_file = address.endswith("content")  # its digest is its name; this world's is not kept
        if endpoint.method != "GET" or endpoint.noun in NEVER_THE_SAME or is_file:
            continue
        if endpoint.is_of_one:
            rows = caller.get(f"{endpoint.noun}?fields=id&limit=1").json()["results"]
            address = address.replace("{pk}", str(rows[0]["id"] if rows else 0))
        for form in ("", "?format=csv", "?format=xlsx"):
            first = caller.get(address + form)
            if first.status_code == 200:
                tag = first.headers.get("ETag", "none")
                said = caller.get(address + form, If_None_Match=tag)
                again[address + form] = said.status_code
    assert len(again) > 100
    assert {address: status for address, status in again.items() if status != 304} == {}
