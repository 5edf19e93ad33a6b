"""The embedded servers as they meet real life: killed, restarted, left over, in odd places."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from script.databases import APPLICATION, OWNER, embedded_logins, external_logins
from script.places import held, socket_folder
from script.processes import Child, born, stop_leftover, wait, wait_until
from script.services import Postgres, Valkey
from script.steps import CHECKOUT, Trouble

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc")


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the servers' user can reach, too (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="policytrack-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def postgres(data: Path) -> Iterator[Postgres]:
    """A running PostgreSQL."""
    server = Postgres(data, throwaway=True)
    server.start()
    yield server
    server.stop()


def count(postgres: Postgres) -> int:
    """How many rows the table has."""
    with psycopg.connect(postgres.url("postgres", "postgres")) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row
    return int(row[0])


def keep_a_row(postgres: Postgres) -> None:
    """Commit a row that has to survive."""
    with psycopg.connect(postgres.url("postgres", "postgres")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def running_on(data: Path) -> list[int]:
    """The processes whose command line names the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            named = bytes(data) in (process / "cmdline").read_bytes()
        except OSError:
            continue
        if named and born(int(process.name)):
            found.append(int(process.name))
    return found


def test_committed_rows_survive_kill_9(data: Path) -> None:
    postgres = Postgres(data)
    postgres.start()
    keep_a_row(postgres)
    assert postgres.child
    os.kill(postgres.child.pid, signal.SIGKILL)
    assert wait(lambda: postgres.ended() == -signal.SIGKILL, 5)
    postgres.start()
    try:
        assert count(postgres) == 1
    finally:
        postgres.stop()


def test_queued_messages_survive_kill_9(data: Path) -> None:
    valkey = Valkey(data)
    valkey.start()
    redis.from_url(valkey.cache_url(0)).rpush("queue", "message")
    assert valkey.child
    os.kill(valkey.child.pid, signal.SIGKILL)
    valkey.start()
    try:
        assert redis.from_url(valkey.cache_url(0)).lrange("queue", 0, -1) == [b"message"]
    finally:
        valkey.stop()


@linux
def test_servers_die_with_a_killed_supervisor_and_start_again(data: Path) -> None:
    supervisor = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "from script.services import Postgres, Valkey\n"
            "for server in (Postgres, Valkey): server(Path(sys.argv[1])).start()\n"
            "print('ready', flush=True); time.sleep(60)",
            data,
        ],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
    )
    assert supervisor.stdout
    assert supervisor.stdout.readline() == b"ready\n"
    assert len(running_on(data)) >= 2
    supervisor.kill()
    supervisor.communicate()
    successor = Postgres(data)
    successor.start()  # at once: what is left of the other must not stand in its way
    successor.stop()
    assert wait(lambda: not running_on(data), 10)


@linux
def test_stop_leaves_nothing_running(data: Path) -> None:
    postgres, valkey = Postgres(data, throwaway=True), Valkey(data, throwaway=True)
    postgres.start()
    valkey.start()
    assert running_on(data)
    with psycopg.connect(postgres.url("postgres", "postgres")):
        valkey.stop()
        postgres.stop()  # although a session is still open
    assert running_on(data) == []


def test_stale_pid_file_of_postgres_is_no_obstacle(postgres: Postgres) -> None:
    keep_a_row(postgres)
    pid_file = postgres.cluster / "postmaster.pid"
    stale = pid_file.read_text().split("\n")
    postgres.stop()
    stale[0] = str(os.getppid())  # a process that lives and is not PostgreSQL
    pid_file.write_text("\n".join(stale))
    shutil.chown(pid_file, postgres.cluster.owner())
    postgres.start()
    assert count(postgres) == 1


def test_a_process_that_inherited_the_pid_is_spared(tmp_path: Path) -> None:
    innocent = subprocess.Popen(["sleep", "30"])
    pid_file = tmp_path / "web.pid"
    pid_file.write_text(f"{innocent.pid} 12345")
    stop_leftover(pid_file, signal.SIGTERM, 5)
    assert innocent.poll() is None
    assert not pid_file.exists()
    innocent.kill()
    innocent.wait()


def test_an_interrupted_first_start_is_done_again(data: Path) -> None:
    (data / "postgres.new" / "base").mkdir(parents=True)
    postgres = Postgres(data, throwaway=True)
    postgres.start()
    postgres.stop()
    assert not (data / "postgres.new").exists()


def test_sockets_of_a_deep_data_folder_stand_elsewhere(data: Path) -> None:
    deep = data / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    postgres = Postgres(deep, throwaway=True)
    postgres.start()
    try:
        keep_a_row(postgres)
        assert not socket_folder(deep).is_relative_to(deep)
    finally:
        postgres.stop()
        shutil.rmtree(socket_folder(deep))


def test_a_data_folder_serves_one_at_a_time(data: Path) -> None:
    with held(data):
        second = subprocess.run(
            [sys.executable, "-m", "script.serve"],
            cwd=CHECKOUT,
            env={**os.environ, "POLICYTRACK_DATA": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 1
    assert f"policytrack already runs on the data in {data} (process {os.getpid()})" in (
        second.stderr
    )
    assert second.stderr.count("\n") == 1


def test_only_owner_and_application_enter_and_with_their_passwords(postgres: Postgres) -> None:
    logins = embedded_logins(postgres, "policytrack")
    embedded_logins(postgres, "policytrack")  # a second start changes nothing
    for url, role, idle in (
        (logins.owner, OWNER, "0"),
        (logins.application, APPLICATION, "10min"),
    ):
        with psycopg.connect(url) as connection:
            assert connection.info.user == role
            limit = connection.execute("SHOW idle_in_transaction_session_timeout").fetchone()
            assert limit == (idle,)
    with psycopg.connect(postgres.url("postgres", "postgres")) as connection:
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'known'")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(logins.application, password="guessed")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(logins.application, user="stranger", password="known")


def test_a_servers_login_runs_the_application_with_the_lesser_role(postgres: Postgres) -> None:
    embedded_logins(postgres, "elsewhere")
    with psycopg.connect(postgres.url("postgres", "elsewhere")) as connection:
        connection.execute(f"DROP OWNED BY {APPLICATION}; DROP ROLE {APPLICATION}")
    with pytest.raises(Trouble, match=f"CREATE ROLE {APPLICATION} NOLOGIN"):
        external_logins(postgres.url(OWNER, "elsewhere"), None)
    with psycopg.connect(postgres.url("postgres", "elsewhere")) as connection:
        connection.execute(f"ALTER ROLE {OWNER} CREATEROLE")
    for _ in range(2):
        logins = external_logins(postgres.url(OWNER, "elsewhere"), None)
        with psycopg.connect(logins.application) as connection:
            row = connection.execute("SELECT session_user, current_user").fetchone()
        assert row == (OWNER, APPLICATION)


def test_child_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = Child(
        "the child", ["sh", "-c", "echo no luck; exit 3"], tmp_path / "log", tmp_path / "pid"
    )
    child.start()
    with pytest.raises(Trouble, match="Starting the child failed: no luck"):
        wait_until(lambda: False, child, 5)


def test_stubborn_child_is_ended_with_what_it_started(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 60 & echo $! > other; wait; wait"
    child = Child(
        "stubborn", ["sh", "-c", script], tmp_path / "log", tmp_path / "pid", cwd=tmp_path
    )
    child.patience = 0.5
    child.start()
    other = tmp_path / "other"
    assert wait(lambda: other.exists() and other.read_text().endswith("\n"), 5)
    began = time.monotonic()
    child.stop()
    assert time.monotonic() - began < 5
    assert wait(lambda: not born(int(other.read_text())), 5)
