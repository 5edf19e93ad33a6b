"""Triggers keep every version of a row, whichever way it was written."""

import pytest
from django.db import connection

from apps.agencies.models import Agency, District
from apps.measures.models import Measure, MeasureClause, Milestone, Support
from apps.policies.models import Clause, Policy
from tests.conftest import drafted, fresh, in_progress, reported


def kept(row, *fields) -> list[tuple[object, ...]]:
    """What the history has of a row, oldest first: what happened, and the fields asked for."""
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    return list(events.values_list("pgh_label", *fields))


def test_each_operation_is_a_version(cast, clause):
    measure = in_progress(cast, clause)
    reported(cast, measure)
    assert kept(measure, "version", "state") == [
        ("insert", 1, "DRAFT"),
        ("update", 2, "PROPOSED"),
        ("update", 3, "ISSUED"),
        ("update", 4, "IN_PROGRESS"),
        ("update", 5, "IN_PROGRESS"),
    ]


def test_update_is_kept(cast, clause):
    measure = drafted(cast, clause)
    Measure.objects.filter(pk=measure.pk).update(title="改过")
    assert kept(measure, "title") == [("insert", "一项举措"), ("update", "改过")]


def test_bulk_create_and_bulk_update_are_kept(cast, clause):
    measure = drafted(cast, clause)
    new = Milestone.objects.bulk_create(
        Milestone(measure=measure, position=n, title=f"{n}", due_on=cast.today) for n in (8, 9)
    )
    for milestone in new:
        milestone.weight = 5
    Milestone.objects.bulk_update(new, ["weight"])
    assert [kept(milestone, "weight") for milestone in new] == [[("insert", 1), ("update", 5)]] * 2


def test_deleting_is_kept(cast, clause):
    measure = drafted(cast, clause)
    milestone, support = measure.milestones.first(), measure.supports.first()
    gone = [milestone, support]
    histories = [(type(row), row.pk) for row in gone]
    Milestone.objects.filter(pk=milestone.pk).delete()
    support.delete()
    for model, pk in histories:
        labels = model.pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("pgh_id")
        assert list(labels.values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_sql_past_django_is_kept(cast, clause):
    measure = drafted(cast, clause)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measures_measure SET remark = '改' WHERE id = %s", [measure.pk])
    assert kept(measure, "remark")[-1] == ("update", "改")


def test_an_update_that_changes_nothing_is_no_version(cast, clause):
    measure = fresh(drafted(cast, clause))
    Measure.objects.filter(pk=measure.pk).update(title=measure.title)
    assert len(kept(measure)) == 1


@pytest.mark.parametrize(
    "model", [Measure, MeasureClause, Milestone, Support, Policy, Clause, Agency, District]
)
def test_the_tables_of_the_field_are_tracked(model):
    assert model.pgh_event_model.pgh_tracked_model is model
