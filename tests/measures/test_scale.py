"""Visibility and lights use their indexes, and cost the same number of queries at any size."""

import json
from datetime import date

import pytest
from django.db import connection
from django.db.models import QuerySet

from apps.measures.lights import Light, in_light, light_expression
from apps.measures.models import Measure
from tests.conftest import issued

MANY = 20_000
TODAY = date(2026, 3, 2)
COPIES = """
    INSERT INTO measures_measure ({columns})
    SELECT {values} FROM measures_measure, generate_series(1, %(many)s) AS n WHERE id = %(model)s
"""
PER_COPY = {
    "code": "'copy-' || n",
    "state": "'IN_PROGRESS'",
    # The bureau of the cast sees one in two hundred, other agencies the rest.
    "viewer_agencies": (
        "CASE n %% 200 WHEN 0 THEN ARRAY[%(mine)s]::bigint[]"
        " ELSE ARRAY[1000000 + n %% 199]::bigint[] END"
    ),
    # One in a hundred is red from some day of the past year, the others later.
    "overdue_from_on": "date '2026-03-02' + (CASE n %% 100 WHEN 0 THEN -(n %% 365) ELSE 60 END)",
    "due_soon_from_on": "date '2026-04-20'",
    "unacknowledged_from_on": "NULL",
}


@pytest.fixture
def many(cast, clause) -> None:
    """Twenty thousand measures beside the one they are copied from."""
    model = issued(cast, clause)
    fields = [f for f in Measure._meta.concrete_fields if not f.generated and not f.primary_key]
    columns = [f.column for f in fields]
    statement = COPIES.format(
        columns=", ".join(columns),
        values=", ".join(PER_COPY.get(column, column) for column in columns),
    )
    said = {"many": MANY, "model": model.pk, "mine": cast.agencies["bureau"].pk}
    with connection.cursor() as cursor:
        # Only the rows are wanted: without their history the copies take a second.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE measures_measure DISABLE TRIGGER USER")
        cursor.execute(statement, said)
        cursor.execute("ALTER TABLE measures_measure ENABLE TRIGGER USER")
        cursor.execute("ANALYZE measures_measure")


def indexes_used(rows: "QuerySet[Measure]") -> set[str]:
    plan = json.loads(rows.explain(format="json"))
    return set(_index_names(plan))


def _index_names(node: object):
    if isinstance(node, dict):
        if "Index Name" in node:
            yield node["Index Name"]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _index_names(part)


@pytest.mark.usefixtures("many")
def test_restricted_people_are_served_by_indexes(cast, django_assert_num_queries):
    liaison = cast["liaison"]
    mine = Measure.objects.visible_to(liaison)
    assert "measure_viewers" in indexes_used(mine)
    assert "measure_viewers" in indexes_used(mine.order_by("due_key", "id")[:50])
    red = Measure.objects.filter(in_light(Light.RED, on=TODAY))
    assert "measure_red" in indexes_used(red)
    assert indexes_used(mine.filter(in_light(Light.RED, on=TODAY))) & {
        "measure_viewers",
        "measure_red",
    }
    with django_assert_num_queries(1):
        assert mine.count() == MANY // 200 + 1
    with django_assert_num_queries(1):
        assert red.count() == MANY // 100
    with django_assert_num_queries(1):
        page = mine.select_related("lead").annotate(light=light_expression(on=TODAY))[:50]
        assert len({(str(m), str(m.lead), m.light) for m in page}) == 50
    strangers = Measure.objects.visible_to(cast["district_liaison"])
    assert "measure_viewers" in indexes_used(strangers)
    assert not strangers.exists()


@pytest.mark.usefixtures("many")
def test_the_review_queue_and_deadlines_have_their_indexes(cast):
    everything = Measure.objects.visible_to(cast["director"])
    assert "measure_review_queue" in indexes_used(everything.review_waiting())
    assert "measure_by_deadline" in indexes_used(everything.order_by("due_key", "id")[:50])


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("word", ["装备", "链", "机器换人", "jqhr", "equipment"])
def test_words_are_found_by_their_index(cast, word):
    found = Measure.objects.visible_to(cast["director"]).matching([word])
    assert "measure_words" in indexes_used(found)
    assert "measure_words" in indexes_used(found.order_by("code")[:50])
    mine = Measure.objects.visible_to(cast["liaison"]).matching([word])
    assert indexes_used(mine) & {"measure_words", "measure_viewers"}
