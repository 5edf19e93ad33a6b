"""What each reading of the router asks of the database: no more for a hundred rows than for one.

A list at most four queries, anything of one row or of figures at most six, without an exception,
signing in included, be it a program or a person; that somebody was here is written once a minute,
and not counted.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import django_filters
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from apps.api.shapes import names_of
from apps.api.urls import NOUNS
from apps.measures.models import Measure
from tests.api.calling import BASE, a_program
from tests.api.growing import MANY, a_hundred_of_everything
from tests.api.router import Endpoint, endpoints
from tests.api.worlds import a_world, with_files
from tests.conftest import applied, reopening_asked
from tests.measures.stories_in_every_state import part
from tests.measures.stories_of_adjustments import asked_for_everything
from tests.measures.stories_of_objections import objected
from tests.web.here import of_today

LIST, ONE = 4, 6
YESTERDAY = (localdate() - timedelta(days=1)).isoformat()
REFUSED = {
    "audit": ("not_allowed",),
    "report-draft": ("not_allowed", "not_found"),
    **dict.fromkeys(("reminders", "webhooks", "webhook-deliveries"), ("not_found",)),
    "changes": ("programs_only",),
}
"""What some callers are told instead."""
READ = [endpoint for endpoint in endpoints() if endpoint.method == "GET"]
NOT_ROWS = ("schema", "docs")
WAYS = {
    "districts": ("format=geojson",),
    "measures": ("order=-due_on", "q=举措", "light=RED"),
}
"""Ways to ask that are this noun's alone."""


@pytest.fixture
def world(cast, clause, replay):
    return with_files(replay("world of the interface", lambda: a_world(cast, clause)))


class Browser:
    """A person's, who is signed in."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, address: str) -> Any:
        return self.client.get(f"{BASE}/{address}")


def callers(world) -> list[Any]:
    """A program that sees everything, one that sees its agency's, and a person there."""
    programs = a_program(world, "AUDITOR", "office"), a_program(world, "LIAISON", "bureau")
    found = [*programs, Browser(world.signed_in("liaison"))]
    for each in found:
        each.get("changes")  # the very first one writes where the feed begins
    return found


def cost(caller: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = caller.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)  # closes the file
    if answer.status_code != 200:
        refused = answer.json()["code"]
        known = [code for word in re.split(r"[/?]", address) for code in REFUSED.get(word, ())]
        assert refused in known, address
    return sum(one["sql"].startswith(("SELECT", "WITH", "(")) for one in asked)


def ways_to_ask(endpoint: Endpoint) -> Iterator[str]:
    """The address alone; each field; all that can be expanded; each filter; a table."""
    yield ""
    view = NOUNS.get(endpoint.noun)
    if view is None or endpoint.address not in (endpoint.noun, f"{endpoint.noun}/{{pk}}"):
        return
    shape = view.serializer_class
    yield f"fields={','.join(names_of(shape)[:2])}"
    if shape.expandable:
        yield f"expand={','.join(shape.expandable)}"
    if not endpoint.is_of_one:
        yield "format=csv"
        if view.dated or view.versions:
            yield f"as_of={YESTERDAY}"
        yield from WAYS.get(endpoint.noun, ())
        for name, each in (view.filterset.base_filters if view.filterset else {}).items():
            yield f"{name}={meant(name, each)}"
            if view.versions and isinstance(each, django_filters.ModelChoiceFilter):
                yield f"{name}={meant(name, each)}&as_of={YESTERDAY}"


def meant(name: str, each: Any) -> str:
    """A value that the filter can mean."""
    if isinstance(each, django_filters.ModelChoiceFilter):
        found = each.queryset if each.queryset is not None else None
        return str(found.first().pk) if found else "none"
    if isinstance(each, django_filters.ChoiceFilter):
        return str(next(value for value, _label in each.extra["choices"]))
    if isinstance(each, django_filters.IsoDateTimeFilter):
        return "2026-01-01T00:00:00Z"
    return "2026-01-01" if isinstance(each, django_filters.DateFilter) else "1"


def costs(caller: Any) -> dict[str, int]:
    found = {}
    for endpoint in READ:
        if endpoint.noun in NOT_ROWS:
            continue
        for way in ways_to_ask(endpoint):
            address = endpoint.address.replace("{pk}", str(first_of(endpoint, caller)))
            found[f"{endpoint.address}?{way}"] = cost(caller, f"{address}?{way}")
    return found


def first_of(endpoint: Endpoint, caller: Any) -> int:
    if not endpoint.is_of_one:
        return 0
    if endpoint.noun == "measures":
        return Measure.objects.get(code="m-1").pk
    rows = caller.get(f"{endpoint.noun}?order=id&limit=1").json().get("results")
    return rows[0]["id"] if rows else 0


def test_no_reading_asks_more_than_its_budget_whatever_the_number_of_rows(world):
    asking = callers(world)
    few = [costs(each) for each in asking]
    a_hundred_of_everything()
    many = [costs(each) for each in asking]
    grew = {
        address: (one[address], n)
        for one, of_many in zip(few, many, strict=True)
        for address, n in of_many.items()
        if n != one[address]
    }
    assert grew == {}
    over = [{a: n for a, n in found.items() if n > budget(a)} for found in many]
    assert over == [{}, {}, {}]


def budget(address: str) -> int:
    place = address.partition("?")[0]
    return LIST if place in NOUNS else ONE


@pytest.mark.parametrize("story", [objected, asked_for_everything, applied, reopening_asked, part])
def test_what_may_be_done_is_within_the_budget_whatever_waits(cast, clause, story):
    """Whoever asks, and where a rule of its own stands behind nearly every action."""
    measure = story(of_today(cast), clause)
    people = ("liaison", "unit_leader", "supervisor", "director")
    address = f"measures/{measure.pk}/actions"
    found = {who: cost(Browser(cast.signed_in(who)), address) for who in people}
    assert {who: n for who, n in found.items() if n > ONE} == {}


def test_there_are_a_hundred_rows(world):
    a_hundred_of_everything()
    program = a_program(world, "AUDITOR", "office")
    counted = {
        noun: len(program.get(f"{noun}?limit=500&fields=id").json()["results"])
        for noun in NOUNS
        if noun not in ("reminders", "webhooks", "webhook-deliveries")  # everybody's own
    }
    assert {noun: n for noun, n in counted.items() if n < MANY - 1} == {}
