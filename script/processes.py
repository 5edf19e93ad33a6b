"""Processes of ours: they die with us, are stopped by their own id, and are known again later."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from script.steps import Trouble

PR_SET_PDEATHSIG = 1
LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None) if LINUX else None


@dataclass
class Child:
    """One process under our care, with its log and a pid file that a later start can judge."""

    name: str
    command: Sequence[str | Path]
    log: Path
    pid_file: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    user: int | None = None
    cwd: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.stop()
        stop_leftover(self.pid_file, self.stop_signal, self.patience)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            try:
                self.process = subprocess.Popen(
                    [str(part) for part in self.command],
                    env=self.env,
                    cwd=self.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    user=self.user,
                    group=self.user,
                    extra_groups=None if self.user is None else [],
                    preexec_fn=_die_with_parent(self.stop_signal),
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise Trouble(f"Starting {self.name} failed: {error}.") from error
        pid = self.process.pid
        self.pid_file.write_text(f"{pid} {born(pid)}")

    @property
    def pid(self) -> int:
        """Its process id; 0 when it was never started."""
        return self.process.pid if self.process else 0

    def ended(self) -> int | None:
        """Its exit code (negative: the signal that ended it), or None while it runs."""
        return self.process.poll() if self.process else None

    def ask_to_stop(self) -> None:
        """Tell it to stop, without waiting."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask it to stop, wait, insist; then end what it may have left in its session."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(self.stop_signal)
            if not wait(lambda: process.poll() is not None, self.patience):
                process.kill()
                process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        self.pid_file.unlink(missing_ok=True)

    def last_words(self, lines: int = 3) -> str:
        """The end of its log."""
        return " / ".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop_leftover(pid_file: Path, stop_signal: signal.Signals, patience: float) -> None:
    """Stop what an earlier supervisor left behind; spare whoever has its process id by now."""
    try:
        pid_text, _, born_at = pid_file.read_text().partition(" ")
        pid = int(pid_text)
    except (FileNotFoundError, ValueError):
        pid, born_at = 0, ""
    if pid and born_at and born(pid) == born_at:
        os.kill(pid, stop_signal)
        if not wait(lambda: born(pid) != born_at, patience):
            os.kill(pid, signal.SIGKILL)
            wait(lambda: born(pid) != born_at, patience)
    pid_file.unlink(missing_ok=True)


def born(pid: int) -> str:
    """When the process began, in the system's own words: with the pid it is unmistakable.

    Empty when there is no such process (a zombie counts as none).
    """
    if LINUX:
        try:
            facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if facts[0] in "ZX" else facts[19]
    asked = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


def wait_until(ready: Callable[[], bool], child: Child, patience: float) -> None:
    """Wait for a child to be ready; its early end or a long silence is trouble."""
    if wait(lambda: child.ended() is not None or ready(), patience) and child.ended() is None:
        return
    words = child.last_words()
    child.stop()
    raise Trouble(f"Starting {child.name} failed: {words} (more in {child.log}).")


def wait(done: Callable[[], bool], patience: float) -> bool:
    """Whether it came about within so many seconds."""
    deadline = time.monotonic() + patience
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """What the child does between fork and exec (Linux): ask to be told when we are gone."""
    parent = os.getpid()

    def arrange() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, with_signal)
            if os.getppid() != parent:
                os._exit(1)

    return arrange
