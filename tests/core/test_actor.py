"""Who acts: a person's standing or a machine, by the same protocol."""

from apps.core.actor import Machine, Role


def test_a_machine_holds_what_it_was_given():
    machine = Machine("nightly seal", frozenset({Role.AUDITOR}))
    assert (str(machine), machine.pk) == ("nightly seal", None)
    assert machine.holds(Role.AUDITOR)
    assert not machine.holds(Role.DIRECTOR)


def test_a_machine_without_roles_holds_none():
    assert not any(Machine("load").holds(role) for role in Role)


def test_a_standing_is_an_actor(cast):
    director = cast["director"]
    assert (str(director), director.pk) == ("director", cast.users["director"].pk)
    assert director.holds(Role.DIRECTOR)
    assert not director.holds(Role.SUPERVISOR)
