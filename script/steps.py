"""How the scripts speak: each step is named while it runs, and a failure is one clear sentence."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VAR = CHECKOUT / "var"
VENV = CHECKOUT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"

# What package managers print when the cause lies outside them.
KNOWN_CAUSES = {
    "the disk is full": ["No space left", "ENOSPC"],
    "the package registry is not reachable; check the network and its proxy settings": [
        "Max retries exceeded",
        "NewConnectionError",
        "NameResolutionError",
        "ProxyError",
        "ConnectTimeout",
        "ReadTimeout",
        "ENOTFOUND",
        "ECONNREFUSED",
        "EAI_AGAIN",
        "ETIMEDOUT",
        "EHOSTUNREACH",
        "ENETUNREACH",
    ],
}

# Errors that are the machine's and not ours, wherever they strike.
OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}


class Trouble(Exception):  # noqa: N818 - it is what the reader is told, not a bug in the script
    """Why the script cannot go on, as one sentence for the person who started it."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Name what is being done, then how long it took."""
    print(f"{name} … ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException as error:
        print("failed" if isinstance(error, Exception) else "stopped", flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def run(
    command: Sequence[str | Path],
    *,
    otherwise: str,
    cwd: Path = CHECKOUT,
    env: dict[str, str] | None = None,
    log: Path | None = None,
) -> str:
    """Run a command and return what it printed; when it fails, say so with its own last words."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            close_fds=False,  # the set-up's lock goes along
        )
    except OSError as error:
        raise Trouble(f"{otherwise}: {error}") from error
    output = done.stdout + done.stderr
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(output)
    if done.returncode:
        raise Trouble(f"{otherwise}: {_reason(output)}{f' (more in {log})' if log else ''}.")
    return done.stdout


def tell_trouble(main: Callable[[], int]) -> int:
    """Run a script's main function; trouble becomes one sentence and exit code 1."""
    try:
        return main()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in OF_THE_MACHINE:
            raise
        place = f": {error.filename}" if error.filename else ""
        print(f"{os.strerror(error.errno)}{place}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _reason(output: str) -> str:
    """Why a command failed: a known cause in plain words, or its last error, or its last line."""
    for cause, signs in KNOWN_CAUSES.items():
        if any(sign in output for sign in signs):
            return cause
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "fatal"))]
    return (errors or lines or ["it gave no reason"])[-1].rstrip(".")
