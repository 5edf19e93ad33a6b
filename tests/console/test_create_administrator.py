"""The first administrator, asked for at a terminal or taken from the environment."""

import io
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Membership, User
from apps.agencies.models import Agency
from apps.console.management.commands import create_administrator
from apps.core.actor import Role

GOOD = "eleven plus one"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch):
    """What somebody types at a terminal, line by line; passwords go the same way."""

    def type_in(*lines: str) -> None:
        answers: Iterator[str] = iter(lines)

        def answer(prompt: str = "") -> str:
            try:
                return next(answers)
            except StopIteration as error:
                raise EOFError from error

        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr(create_administrator, "getpass", answer)

    return type_in


@pytest.fixture
def environment(monkeypatch):
    def set_to(username: str, password: str) -> None:
        monkeypatch.setenv(create_administrator.USERNAME, username)
        monkeypatch.setenv(create_administrator.PASSWORD, password)

    monkeypatch.setattr("sys.stdin", io.StringIO())
    return set_to


def run() -> tuple[str, str]:
    said, complained = io.StringIO(), io.StringIO()
    call_command("create_administrator", stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def test_the_terminal_is_asked(db, typed):
    typed("wang", GOOD, GOOD)
    assert run() == ("«wang» is now the administrator.\n", "")
    (membership,) = Membership.objects.all()
    assert (membership.role, membership.agency.code) == (Role.ADMINISTRATOR, "office")
    assert membership.agency.path == [membership.agency_id]
    user = User.objects.get()
    assert user.check_password(GOOD)
    assert not user.is_superuser


def test_it_asks_again_and_says_why(db, typed):
    typed(
        "wang", "short", "short", "wang", GOOD, "other", "no spaces!", GOOD, GOOD, "li", GOOD, GOOD
    )
    said, complained = run()
    assert said == "«li» is now the administrator.\n"
    assert "This password is too short. It must contain at least 12 characters." in complained
    assert "The two passwords differ." in complained
    assert "Enter a valid username." in complained
    assert User.objects.count() == 1


def test_giving_up_creates_nobody(db, typed):
    typed("wang")
    with pytest.raises(CommandError, match="No administrator was created."):
        run()
    assert not User.objects.exists()


def test_without_a_terminal_the_environment_says_who(db, environment):
    environment("wang", GOOD)
    run()
    assert User.objects.get().username == "wang"


def test_without_either_it_says_what_to_do(db, environment):
    with pytest.raises(CommandError, match="set POLICYTRACK_ADMIN_USERNAME and POLICYTRACK_ADMIN"):
        run()


def test_a_weak_password_of_the_environment_is_refused(db, environment):
    environment("wang", "wang")
    with pytest.raises(CommandError, match="too short"):
        run()
    assert not User.objects.exists()
    assert not Agency.objects.exists()


def test_it_is_quiet_when_there_is_one(cast, environment):
    assert run() == ("", "")


@pytest.mark.parametrize("gone", ["signed off", "ended"])
def test_one_who_is_gone_does_not_count(cast, environment, gone):
    if gone == "signed off":
        User.objects.filter(username="administrator").update(is_active=False)
    else:
        Membership.objects.filter(role=Role.ADMINISTRATOR).update(to_on=date(2025, 12, 31))
    environment("wang", GOOD)
    run()
    assert Agency.objects.filter(code="office").count() == 1
    assert User.objects.filter(username="wang").exists()
