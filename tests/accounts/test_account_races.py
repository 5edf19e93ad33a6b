"""Two administrators act on each other at once: one of them is left."""

import pytest

from apps.accounts.models import Membership, User
from apps.accounts.operations import add_user, end_role, give_role, use_account
from apps.accounts.standing import Standing
from apps.core.actor import Role
from apps.core.errors import RuleBroken
from tests.conftest import SET_UP, TODAY
from tests.measures.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(cast) -> list[User]:
    other = add_user("second", name="second", password="eleven plus one", by=SET_UP, at=cast.at())
    office = cast.agencies["office"]
    give_role(other, Role.ADMINISTRATOR, agency=office, from_on=TODAY, by=SET_UP, at=cast.at())
    return [cast.users["administrator"], other]


@pytest.mark.parametrize("_attempt", range(3))
def test_they_do_not_close_each_others_accounts(cast, two, _attempt):
    def closes(by: User, whose: User):
        standing = Standing.of(by, on=TODAY)
        said = {"is_active": False, "seen": whose.version, "by": standing, "at": cast.at()}
        return lambda: use_account(whose, **said)

    outcomes = race(closes(two[0], two[1]), closes(two[1], two[0]))

    assert [type(outcome) for outcome in outcomes].count(RuleBroken) == 1
    assert User.objects.filter(pk__in=[user.pk for user in two], is_active=True).count() == 1


@pytest.mark.parametrize("_attempt", range(3))
def test_they_do_not_end_each_others_roles(cast, two, _attempt):
    def ends(by: User, whose: User):
        standing, role = Standing.of(by, on=TODAY), whose.memberships.get()
        return lambda: end_role(role, on=TODAY, by=standing, at=cast.at())

    outcomes = race(ends(two[0], two[1]), ends(two[1], two[0]))

    assert [type(outcome) for outcome in outcomes].count(RuleBroken) == 1
    assert Membership.objects.filter(role=Role.ADMINISTRATOR, to_on=None).count() == 1
