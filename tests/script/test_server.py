"""script/server as a whole: up, healthy, mended after a kill, and gone without a trace."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from script.processes import born
from script.steps import CHECKOUT

ADMINISTRATOR = {
    "POLICYTRACK_ADMIN_USERNAME": "first",
    "POLICYTRACK_ADMIN_PASSWORD": "a passphrase for tests 42",
}
# What the test run itself has set and a user's shell has not.
OF_THE_RUN = {"DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "SECRET_KEY", "EVIDENCE_DIR"}


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    """A started script/server --blank on data and a port of its own."""
    data = Path(tempfile.mkdtemp(prefix="policytrack-test-"))
    data.chmod(0o711)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_RUN}
    process = subprocess.Popen(
        [sys.executable, "-m", "script.serve", "--blank"],
        cwd=CHECKOUT,
        env=kept | ADMINISTRATOR | {"PORT": str(port), "POLICYTRACK_DATA": str(data)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.terminate()
    process.communicate()
    shutil.rmtree(data)


def read_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """The lines up to the one with these words."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if words in line:
            return lines
    pytest.fail("\n".join([f"never said «{words}»:", *lines]))


def test_a_server_from_start_to_stop(server: subprocess.Popen[str]) -> None:
    said = read_until(server, "policytrack runs at")
    assert [line for line in said if "failed" in line] == []
    address, data = said[-1].split()[3], Path(said[-2].split(" in ")[-1].rstrip("."))
    with urllib.request.urlopen(f"{address}/healthz") as answer:
        assert json.load(answer)["status"] == "ok"

    pids = {path.stem: int(path.read_text().split()[0]) for path in data.glob("run/*.pid")}
    assert pids.keys() == {"postgres", "valkey", "web", "worker", "beat"}
    os.kill(pids["worker"], signal.SIGKILL)
    read_until(server, "The worker process ended with signal SIGKILL; starting it again")
    pids["worker"] = int((data / "run" / "worker.pid").read_text().split()[0])

    server.terminate()
    read_until(server, "Stopping")
    assert server.wait(30) == 0
    assert [name for name, pid in pids.items() if born(pid)] == []
