"""Who sees which measure: role × state × restricted, by rows and by the rule for one measure."""

import pytest

from apps.accounts.standing import NOBODY
from apps.measures.models import Measure, State
from apps.measures.models.states import UNISSUED
from apps.measures.permissions import may_see
from tests.conftest import a_plan, drafted, issued, proposed
from tests.measures.cast_of_roles import PEOPLE, complete, read_table
from tests.measures.stories_of_rest import put_into

SEEN = read_table("""
                   draft proposal issued secret_draft secret_proposal secret_issued
liaison            -     -        sees   -            -               sees
drafter            -     -        sees   -            -               sees
unit_leader        -     -        sees   -            -               sees
unit_head          -     -        sees   -            -               sees
section_liaison    -     -        -      -            -               -
stranger           -     -        sees   -            -               sees
district_liaison   -     -        -      -            -               -
supervisor         sees  sees     sees   sees         sees            sees
second_supervisor  sees  sees     sees   -            -               -
director           sees  sees     sees   sees         sees            sees
deputy             sees  sees     sees   sees         sees            sees
former_director    -     -        -      -            -               -
leader             -     -        sees   -            -               -   
kpi_owner          -     -        -      -            -               -
auditor            -     -        sees   -            -               -
administrator      -     -        -      -            -               -
integrator         -     -        -      -            -               -
reader             -     -        -      -            -               sees
superuser          -     -        -      -            -               -
""")


@pytest.fixture
def measures(cast, clause):
    complete(cast)
    secret = a_plan(cast, restricted=True, reader_ids=[cast.users["reader"].pk])
    for name, story in (("draft", drafted), ("proposal", proposed), ("issued", issued)):
        story(cast, clause, code=name)
        story(cast, clause, code=f"secret_{name}", plan=secret)


def seen_by(cast, who: str) -> list[str]:
    return list(Measure.objects.visible_to(cast[who]).order_by("pk").values_list("code", flat=True))


@pytest.mark.usefixtures("measures")
def test_who_sees_what(cast):
    assert set(SEEN) == set(PEOPLE)
    found = {who: sorted(seen_by(cast, who)) for who in PEOPLE}
    assert found == {
        who: sorted(code for code, cell in SEEN[who].items() if cell == "sees") for who in PEOPLE
    }


@pytest.mark.usefixtures("measures")
def test_one_query_each(cast, django_assert_num_queries):
    for who in PEOPLE:
        standing = cast[who]
        with django_assert_num_queries(1):
            list(Measure.objects.visible_to(standing))


@pytest.mark.usefixtures("measures")
def test_nobody_sees_a_row_that_the_rule_for_one_measure_hides(cast):
    for who in PEOPLE:
        standing = cast[who]
        assert all(may_see(standing, m) for m in Measure.objects.visible_to(standing)), who


@pytest.mark.usefixtures("measures")
@pytest.mark.parametrize("state", [state for state in State if state not in UNISSUED])
def test_every_state_after_issue_is_seen_alike(cast, state):
    before = {who: seen_by(cast, who) for who in PEOPLE}
    Measure.objects.issued().update(**put_into(state, cast.today))
    assert {who: seen_by(cast, who) for who in PEOPLE} == before


@pytest.mark.usefixtures("measures")
def test_a_stranger_without_account_sees_nothing(cast):
    assert not Measure.objects.visible_to(NOBODY).exists()
