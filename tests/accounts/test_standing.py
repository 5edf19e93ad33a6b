"""Standing: what somebody may be taken for on a day."""

from datetime import date, timedelta

import pytest

from apps.accounts.models import Membership, User
from apps.accounts.operations import end_role, give_role, name_deputy
from apps.accounts.standing import NOBODY, Standing
from apps.core.actor import Role
from apps.measures.models import Measure
from apps.measures.permissions import may_draft
from tests.conftest import SET_UP, TODAY, in_progress

DAY = timedelta(days=1)


def roles(cast, name: str, on: date = TODAY) -> set[Role]:
    return set(Standing.of(cast.users[name], on=on).roles)


@pytest.mark.parametrize(
    ("day", "held"), [(-1, set()), (0, {Role.DIRECTOR}), (9, {Role.DIRECTOR}), (10, set())]
)
def test_a_role_is_held_from_its_first_day_through_its_last(cast, day, held):
    user = User.objects.create(username="new", name="new")
    office = cast.agencies["office"]
    role = give_role(user, Role.DIRECTOR, agency=office, from_on=TODAY, by=SET_UP, at=cast.at())
    end_role(role, on=TODAY + 9 * DAY, by=SET_UP, at=cast.at())
    assert Standing.of(user, on=TODAY + day * DAY).roles == held


def test_roles_in_several_agencies_add_up(cast):
    user, other = cast.users["liaison"], cast.agencies["other"]
    give_role(user, Role.DRAFTER, agency=other, from_on=TODAY, by=SET_UP, at=cast.at())
    standing = cast["liaison"]
    assert standing.roles == {Role.LIAISON, Role.DRAFTER}
    assert standing.viewing_agencies == sorted([cast.agencies["bureau"].pk, other.pk])
    assert standing.holds_for({Role.DRAFTER}, other)
    assert not standing.holds_for({Role.LIAISON}, other)


def test_a_role_reaches_down_the_tree_and_never_up(cast):
    bureau, section, other = (cast.agencies[name] for name in ("bureau", "section", "other"))
    assert cast["liaison"].holds_for({Role.LIAISON}, section)
    assert cast["section_liaison"].holds_for({Role.LIAISON}, section)
    assert not cast["section_liaison"].holds_for({Role.LIAISON}, bureau)
    assert not cast["liaison"].holds_for({Role.LIAISON}, other)
    assert not cast["liaison"].holds_for({Role.UNIT_LEADER}, bureau)


@pytest.mark.parametrize(
    ("day", "held"),
    [(-1, {Role.SUPERVISOR}), (0, {Role.SUPERVISOR, Role.DIRECTOR}), (3, {Role.SUPERVISOR})],
)
def test_a_deputy_holds_the_role_while_the_absence_lasts(cast, day, held):
    name_deputy(
        cast.users["director"],
        deputy=cast.users["supervisor"],
        role=Role.DIRECTOR,
        from_on=TODAY,
        to_on=TODAY + 2 * DAY,
        by=SET_UP,
        at=cast.at(),
    )
    assert roles(cast, "supervisor", TODAY + day * DAY) == held


def test_a_deputy_is_no_more_than_the_absent(cast):
    """A deputy gets the named role alone, and only while the absent person holds it."""
    absent, deputy = cast.users["director"], cast.users["supervisor"]
    said = {"role": Role.DIRECTOR, "from_on": TODAY, "to_on": TODAY + 9 * DAY}
    name_deputy(absent, deputy=deputy, **said, by=SET_UP, at=cast.at())
    office = cast.agencies["office"]
    give_role(
        absent, Role.SUPERVISING_LEADER, agency=office, from_on=TODAY, by=SET_UP, at=cast.at()
    )
    assert roles(cast, "supervisor") == {Role.SUPERVISOR, Role.DIRECTOR}
    post = next(p for p in cast["supervisor"].posts if p.role == Role.DIRECTOR)
    assert post.absent_name == "director"
    Membership.objects.filter(user=absent, role=Role.DIRECTOR).update(to_on=TODAY - DAY)
    assert roles(cast, "supervisor") == {Role.SUPERVISOR}


def test_nobody_holds_nothing(db):
    assert not NOBODY.roles
    assert NOBODY.pk is None
    assert not may_draft(NOBODY)
    assert not Measure.objects.visible_to(NOBODY).exists()


def test_being_a_superuser_decides_nothing(cast, clause):
    in_progress(cast, clause)
    user = User.objects.create_superuser("root", password="no role at all 1", name="root")
    standing = Standing.of(user, on=TODAY)
    assert not standing.roles
    assert not may_draft(standing)
    assert not Measure.objects.visible_to(standing).exists()


def test_it_is_loaded_by_one_query(cast, django_assert_num_queries):
    user = cast.users["liaison"]
    with django_assert_num_queries(1):
        standing = Standing.of(user, on=TODAY)
        assert standing.home.agency_name == "bureau 局"
        assert standing.viewing_agencies
