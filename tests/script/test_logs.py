"""Logs are put aside while their process goes on writing, and deleted when they are old."""

import gzip
import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from script import logs
from script.logs import A_DAY, Logs, days_kept, put_aside
from script.steps import Trouble

AT = datetime(2026, 11, 23, 14, 54, tzinfo=UTC)


def test_a_process_goes_on_in_the_same_file(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab") as target:
        told = ["sh", "-c", "echo before; read line; echo after"]
        process = subprocess.Popen(told, stdin=subprocess.PIPE, stdout=target)
        while not log.stat().st_size:
            time.sleep(0.01)
        packed = put_aside(log, at=AT)
        process.communicate(b"\n")
    assert log.read_text() == "after\n"
    assert packed.name == "web.log.20261123T145400.gz"
    assert gzip.decompress(packed.read_bytes()) == b"before\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log", packed.name]


def test_what_has_grown_is_put_aside_and_what_is_old_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGEST", 3)
    for name, days in {
        "web.log": 0,
        "beat.log": 0,
        "web.log.1.gz": 189,
        "web.log.2.gz": 191,
    }.items():
        path = tmp_path / name
        path.write_text("long" if name == "web.log" else "x")
        then = time.time() - days * A_DAY
        os.utime(path, (then, then))
    keeper = Logs(tmp_path)
    keeper.look()
    found = {path.name for path in tmp_path.iterdir()}
    assert {"web.log", "beat.log", "web.log.1.gz"} < found
    assert "web.log.2.gz" not in found
    assert ((tmp_path / "web.log").read_text(), len(found)) == ("", 4)
    (tmp_path / "web.log").write_text("long")
    keeper.look()  # an hour has not gone by
    assert (tmp_path / "web.log").read_text() == "long"


def test_a_disk_that_is_full_leaves_the_log_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "web.log"
    log.write_text("kept")
    (tmp_path / "web.log.20261123T145400.part").mkdir()  # nothing can be written there
    with pytest.raises(OSError, match="directory"):
        put_aside(log, at=AT)
    assert log.read_text() == "kept"


@pytest.mark.parametrize("wrong", ["", "30", "183", "half a year"])
def test_six_months_are_kept_at_least(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("LOG_RETENTION_DAYS", wrong)
    with pytest.raises(Trouble, match="six months are kept"):
        days_kept()


def test_how_long_is_said_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert days_kept() == 190
    monkeypatch.setenv("LOG_RETENTION_DAYS", "400")
    assert days_kept() == 400
