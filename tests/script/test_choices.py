"""What the scripts make of the few things a person may set."""

import socket

import pytest

from script.serve import cache_beside, free_port
from script.steps import Trouble
from script.testing import WORKERS, pytest_arguments, want_journeys


@pytest.mark.parametrize(
    ("broker", "cache"),
    [
        ("redis://:secret@host:6379/0", "redis://:secret@host:6379/1"),
        ("rediss://host/1", "rediss://host/2"),
        ("redis://host", "redis://host/1"),
        ("redis+socket:///run/valkey.sock", "unix:///run/valkey.sock?db=1"),
        ("redis+socket:///run/valkey.sock?virtual_host=1", "unix:///run/valkey.sock?db=2"),
    ],
)
def test_the_cache_is_another_database_of_the_broker(broker: str, cache: str) -> None:
    assert cache_beside(broker) == cache


def test_a_broker_that_cannot_cache_needs_a_cache_beside_it() -> None:
    with pytest.raises(Trouble, match="CACHE_URL"):
        cache_beside("amqp://host")


@pytest.mark.parametrize("wrong", ["http", "0", "65536", "-1", "80 80"])
def test_a_port_is_a_number(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(Trouble, match="PORT must be a number"):
        free_port()


def test_a_busy_port_is_told_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(Trouble, match=f"Port {port} cannot be used .* PORT=.* script/server"):
            free_port()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], True),
        (["-x", "-k", "measure"], True),
        (["tests"], True),
        (["tests/journeys/test_report.py"], True),
        (["tests/script"], False),
        (["tests/script/test_choices.py::test_a_port_is_a_number"], False),
    ],
)
def test_a_browser_is_fetched_for_the_journeys_only(given: list[str], wanted: bool) -> None:
    assert want_journeys(given) is wanted


def test_a_number_of_workers_is_the_callers_to_choose() -> None:
    assert pytest_arguments(["-k", "x"]) == [*WORKERS, "-k", "x"]
    assert pytest_arguments(["-n0", "-x"]) == ["-n0", "-x"]
