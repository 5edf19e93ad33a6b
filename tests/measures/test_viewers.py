"""Who sees a measure is kept with it: lead, supporters, all above them, and the relatives'."""

import pytest

from apps.measures import operations
from apps.measures.models import Measure
from tests.conftest import a_plan, an_estimate, drafted, fresh, issued, proposed


def names(cast, measure) -> set[str]:
    by_pk = {agency.pk: name for name, agency in cast.agencies.items()}
    return {by_pk[pk] for pk in fresh(measure).viewer_agencies}


def plan(cast, lead, *supporters, **changes):
    agencies = [cast.agencies[name] for name in supporters]
    return an_estimate(cast, lead=cast.agencies[lead], supporters=agencies, **changes)


def issue(cast, measure):
    return operations.issue_measure(
        measure, seen=fresh(measure).version, by=cast["director"], at=cast.at()
    )


def test_nobody_outside_the_office_before_issue(cast, clause):
    assert names(cast, drafted(cast, clause)) == set()
    assert names(cast, proposed(cast, clause, code="m-2")) == set()


def test_lead_and_supporters_and_all_above_them(cast, clause):
    measure = issued(cast, clause, plan=plan(cast, "section", "other"))
    assert names(cast, measure) == {"section", "bureau", "other"}
    led_above = issued(cast, clause, code="m-2", plan=plan(cast, "bureau", "district"))
    assert names(cast, led_above) == {"bureau", "district"}


def test_a_restricted_measure_leaves_out_those_above(cast, clause):
    measure = issued(cast, clause, plan=plan(cast, "section", "other", restricted=True))
    assert names(cast, measure) == {"section", "other"}


@pytest.fixture
def family(cast, clause):
    """Parent led by the bureau, child by the district, grandchild by the other bureau."""
    family = [
        proposed(cast, clause, code=lead, plan=plan(cast, lead))
        for lead in ("bureau", "district", "other")
    ]
    for parent, child in zip(family, family[1:], strict=False):
        Measure.objects.filter(pk=child.pk).update(parent=parent)
    return family


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_parent_and_direct_children_see_each_other(cast, family, order):
    for place in order:
        issue(cast, family[place])
    parent, child, grandchild = family
    assert names(cast, parent) == {"bureau", "district"}
    assert names(cast, child) == {"bureau", "district", "other"}
    assert names(cast, grandchild) == {"district", "other"}


def test_an_unissued_relative_adds_nobody(cast, family):
    parent, child, _grandchild = family
    issue(cast, parent)
    assert names(cast, parent) == {"bureau"}
    assert names(cast, child) == set()


def test_a_restricted_part_adds_nobody_and_is_seen_by_whoever_reviews_it(cast, clause):
    """That is the parent's lead, without those above or beside it."""
    parent = issued(cast, clause, plan=plan(cast, "section", "other"))
    secret = proposed(cast, clause, code="m-2", plan=plan(cast, "district", restricted=True))
    Measure.objects.filter(pk=secret.pk).update(parent=parent)
    issue(cast, secret)
    assert names(cast, parent) == {"section", "bureau", "other"}
    assert names(cast, secret) == {"district", "section"}


def test_relatives_keep_their_version(cast, family):
    """Who sees a measure is no change of it: nobody's open page becomes stale."""
    parent, child, _grandchild = family
    version = issue(cast, parent).version
    issue(cast, child)
    assert fresh(parent).version == version


def test_a_returned_proposal_was_never_seen(cast, clause):
    measure = operations.return_proposal(
        measure := proposed(cast, clause, plan=a_plan(cast)),
        reason="再议",
        seen=measure.version,
        by=cast["director"],
        at=cast.at(),
    )
    assert names(cast, measure) == set()
