"""How the scripts speak: each step is named while it runs, and a failure is one clear sentence."""

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


class Trouble(Exception):  # noqa: N818 - it is what the reader is told, not a bug in the script
    """Why the script cannot go on, as one sentence for the person who started it."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Name what is being done, then how long it took."""
    print(f"{name} … ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
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
        )
    except OSError as error:
        raise Trouble(f"{otherwise}: {error}") from error
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout + done.stderr)
    if done.returncode:
        raise Trouble(f"{otherwise}: {_last_words(done.stderr or done.stdout)}")
    return done.stdout


def tell_trouble(main: Callable[[], int]) -> int:
    """Run a script's main function; trouble becomes one sentence and exit code 1."""
    try:
        return main()
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _last_words(output: str) -> str:
    """The line of a failed command's output that says most: its last error, or its last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "fatal", "npm error"))]
    return (errors or lines or ["it gave no reason"])[-1]
