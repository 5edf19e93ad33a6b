"""Entering people and what they hold."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

import policytrack.settings
from apps.accounts.models import Deputy, Membership, User
from apps.accounts.operations import add_user, end_role, give_role, name_deputy, use_account
from apps.audit.models import AuditEvent
from apps.core.actor import Role
from apps.core.errors import NotAllowed, RuleBroken
from tests.conftest import SET_UP, TODAY

DAY = timedelta(days=1)


def test_an_account_is_entered_with_its_password_hashed(cast, settings):
    settings.PASSWORD_HASHERS = policytrack.settings.PASSWORD_HASHERS
    user = add_user("zhang", name="张三", password="eleven plus one", by=SET_UP, at=cast.at())
    assert user.password.startswith("argon2")
    assert not user.is_staff
    assert not user.is_superuser
    event = AuditEvent.objects.get(act="accounts.add_user")
    assert "eleven" not in str(event.changes)


@pytest.mark.parametrize(
    ("password", "why"),
    [("short", "too short"), ("123456789012", "entirely numeric"), ("zhangsanfeng", "similar")],
)
def test_a_password_that_breaks_the_rules_is_refused_with_the_rule(cast, password, why):
    with pytest.raises(ValidationError, match=why):
        add_user("zhangsanfeng", name="张三丰", password=password, by=SET_UP, at=cast.at())
    assert not User.objects.filter(username="zhangsanfeng").exists()


@pytest.mark.parametrize(
    "name", ["liaison", "unit_leader", "supervisor", "director", "leader", "auditor"]
)
def test_only_an_administrator_keeps_people(cast, name):
    by, at = cast[name], cast.at()
    stranger = cast.users["stranger"]
    with pytest.raises(NotAllowed):
        add_user("x", name="x", password="eleven plus one", by=by, at=at)
    with pytest.raises(NotAllowed):
        give_role(
            stranger, Role.DIRECTOR, agency=cast.agencies["office"], from_on=TODAY, by=by, at=at
        )
    with pytest.raises(NotAllowed):
        end_role(stranger.memberships.get(), on=TODAY, by=by, at=at)
    with pytest.raises(NotAllowed):
        name_deputy(
            stranger,
            deputy=cast.users["drafter"],
            role=Role.LIAISON,
            from_on=TODAY,
            to_on=TODAY,
            by=by,
            at=at,
        )


def test_one_names_ones_own_deputy(cast):
    name_deputy(
        cast.users["director"],
        deputy=cast.users["supervisor"],
        role=Role.DIRECTOR,
        from_on=TODAY,
        to_on=TODAY,
        by=cast["director"],
        at=cast.at(),
    )
    assert Deputy.objects.get().deputy == cast.users["supervisor"]


def test_a_role_that_ended_stays_on_record(cast):
    membership = cast.users["liaison"].memberships.get()
    end_role(membership, on=TODAY, by=SET_UP, at=cast.at())
    event = AuditEvent.objects.get(act="accounts.end_role")
    assert event.changes == {"LIAISON to_on": [None, TODAY.isoformat()]}
    assert Membership.objects.filter(pk=membership.pk).exists()


def test_a_role_cannot_end_before_it_begins(cast):
    membership = cast.users["liaison"].memberships.get()
    with pytest.raises(RuleBroken):
        end_role(membership, on=membership.from_on - DAY, by=SET_UP, at=cast.at())
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(to_on=membership.from_on - DAY)


def test_nobody_is_their_own_deputy(cast):
    user = cast.users["director"]
    row = {"absent": user, "deputy": user, "role": Role.DIRECTOR, "from_on": TODAY, "to_on": TODAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputy.objects.create(**row)


def test_an_administrator_takes_no_role_and_no_place_for_themselves(cast):
    me, by = cast.users["administrator"], cast["administrator"]
    with pytest.raises(NotAllowed, match="Nobody gives a role to themselves"):
        give_role(
            me, Role.DIRECTOR, agency=cast.agencies["office"], from_on=TODAY, by=by, at=cast.at()
        )
    with pytest.raises(NotAllowed, match="Nobody gives a role to themselves"):
        name_deputy(
            cast.users["director"],
            deputy=me,
            role=Role.DIRECTOR,
            from_on=TODAY,
            to_on=TODAY,
            by=by,
            at=cast.at(),
        )
    assert cast["administrator"].roles == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ("liaison", Role.ADMINISTRATOR),
        ("director", Role.AUDITOR),
        ("auditor", Role.SUPERVISOR),
        ("auditor", Role.ADMINISTRATOR),
    ],
)
def test_the_duties_of_administrators_and_auditors_are_kept_apart(cast, person, role):
    office, user = cast.agencies["office"], cast.users[person]
    before = set(user.memberships.values_list("role", flat=True))
    with pytest.raises(RuleBroken, match="kept apart"):
        give_role(user, role, agency=office, from_on=TODAY, by=SET_UP, at=cast.at())
    with pytest.raises(RuleBroken, match="kept apart"):
        name_deputy(
            cast.users["second_supervisor"],
            deputy=user,
            role=role,
            from_on=TODAY,
            to_on=TODAY,
            by=SET_UP,
            at=cast.at(),
        )
    assert set(user.memberships.values_list("role", flat=True)) == before


def test_duties_held_one_after_the_other_are_apart(cast):
    user, office = cast.users["auditor"], cast.agencies["office"]
    end_role(user.memberships.get(), on=TODAY, by=SET_UP, at=cast.at())
    give_role(user, Role.SUPERVISOR, agency=office, from_on=TODAY + DAY, by=SET_UP, at=cast.at())
    assert user.memberships.count() == 2


def an_administrator(cast) -> User:
    other = add_user("second", name="second", password="eleven plus one", by=SET_UP, at=cast.at())
    office = cast.agencies["office"]
    give_role(other, Role.ADMINISTRATOR, agency=office, from_on=TODAY, by=SET_UP, at=cast.at())
    return other


def test_the_last_administrator_stays(cast):
    last = cast.users["administrator"].memberships.get()
    with pytest.raises(RuleBroken, match="Somebody else has to be an administrator first"):
        end_role(last, on=TODAY, by=SET_UP, at=cast.at())
    an_administrator(cast)
    end_role(last, on=TODAY, by=SET_UP, at=cast.at())
    assert cast["administrator"].holds(Role.ADMINISTRATOR)


def test_the_last_administrators_account_stays_open(cast):
    """Also against the machine: nobody could open it again."""
    last = cast.users["administrator"]
    with pytest.raises(RuleBroken, match="Somebody else has to be an administrator first") as told:
        use_account(last, is_active=False, seen=last.version, by=SET_UP, at=cast.at())
    assert told.value.field == "is_active"
    an_administrator(cast)
    use_account(last, is_active=False, seen=last.version, by=SET_UP, at=cast.at())
    assert not User.objects.get(pk=last.pk).is_active


def test_a_name_that_somebody_else_has_just_taken_is_a_sentence(cast):
    with pytest.raises(RuleBroken, match="Somebody signs in by this name already.") as told:
        add_user("liaison", name="x", password="eleven plus one", by=SET_UP, at=cast.at())
    assert told.value.field == "username"
