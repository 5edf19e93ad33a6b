"""Hand-overs that start together with each other, or with the end of what they hand over."""

from datetime import timedelta

import pytest

from apps.accounts.models import Membership, User
from apps.accounts.operations import end_role
from apps.core.errors import Refusal, Stale
from apps.measures import operations
from tests.conftest import SET_UP, TODAY, a_plan, drafted, fresh
from tests.measures.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def handing_over(cast, who: str, to: str):
    person = User.objects.get(username=who)
    how = {"seen": person.version, "by": cast["administrator"], "at": cast.at()}
    return lambda: operations.hand_over(person, to=cast.users[to], **how)


def refused(results: list[object]) -> list[object]:
    return [each for each in results if isinstance(each, Refusal)]


def holders(role: str) -> set[str]:
    """Who holds the role after today."""
    held = Membership.objects.filter(role=role).active(on=TODAY + timedelta(days=1))
    return set(held.values_list("user__username", flat=True))


@pytest.mark.parametrize("round_", range(3))
def test_of_two_hand_overs_one_is_told(cast, clause, round_):
    cast.users |= {n: User.objects.create(username=n) for n in ("first", "second")}
    draft = drafted(cast, clause, plan=a_plan(cast, restricted=True))
    results = race(*(handing_over(cast, "supervisor", to) for to in ("first", "second")))
    assert [type(each) for each in refused(results)] == [Stale]
    taken = holders("SUPERVISOR") - {"second_supervisor"}
    assert len(taken) == 1
    readers = User.objects.filter(pk__in=fresh(draft).reader_ids)
    assert {user.username for user in readers} == taken


@pytest.mark.parametrize("round_", range(3))
def test_two_hand_over_to_each_other(cast, round_):
    """Nobody waits in a circle, and the second does not pass on what its page never showed."""
    results = race(
        handing_over(cast, "liaison", "drafter"), handing_over(cast, "drafter", "liaison")
    )
    assert [type(each) for each in refused(results)] == [Stale]
    both = {"liaison", "drafter"}
    assert holders("LIAISON") & both == holders("DRAFTER") & both
    assert len(holders("DRAFTER")) == 1


@pytest.mark.parametrize("round_", range(3))
def test_the_role_is_ended_meanwhile(cast, round_):
    """Ended first there is nothing to hand over; otherwise the successor has it."""
    cast.users["successor"] = User.objects.create(username="successor")
    role = cast.users["director"].memberships.get()
    results = race(
        handing_over(cast, "director", "successor"),
        lambda: end_role(role, on=TODAY, by=SET_UP, at=cast.at()),
    )
    said = [str(each) for each in refused(results)]
    if said:
        assert "nothing to hand over" in said[0]
    assert holders("DIRECTOR") == (set() if said else {"successor"})
    role.refresh_from_db()
    assert role.to_on == TODAY


@pytest.mark.parametrize("round_", range(3))
def test_the_draft_is_revised_meanwhile(cast, clause, round_):
    """The second to come is told, or carries the first's reading along."""
    cast.users["successor"] = User.objects.create(username="successor")
    draft = fresh(drafted(cast, clause, plan=a_plan(cast, restricted=True)))
    director, version = cast["director"], draft.version
    plan = a_plan(cast, restricted=True, title="改", reader_ids=draft.reader_ids)
    results = race(
        handing_over(cast, "supervisor", "successor"),
        lambda: operations.revise_draft(draft, plan, seen=version, by=director, at=cast.at(12)),
    )
    assert {type(each) for each in refused(results)} <= {Stale}
    assert cast.users["successor"].pk in fresh(draft).reader_ids
    assert cast.users["supervisor"].pk not in fresh(draft).reader_ids
    assert fresh(draft).version == version + len(results) - len(refused(results))
