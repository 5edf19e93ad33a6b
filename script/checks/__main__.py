"""Run every check of the source, name each, and fail when any did. Needs no database."""

import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from script.environment import BUILD_SETTINGS
from script.steps import CHECKOUT

PYTHON = [sys.executable]
# The only thing this check asks of a database is whether it was migrated in order.
WITHOUT_DATABASE = "ignore:Got an error checking a consistent migration history:RuntimeWarning"
CHECKS = {
    "style and errors": [*PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "formatting": [*PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "types": [*PYTHON, "-m", "mypy", "--no-error-summary"],
    "who imports whom": [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
    "relations between apps": [*PYTHON, "-m", "script.checks.related_names"],
    "translations": [*PYTHON, "-m", "script.checks.translations"],
    "migrations complete": [
        *PYTHON,
        *("-W", WITHOUT_DATABASE),
        *("manage.py", "makemigrations", "--check", "--dry-run"),
    ],
    "interface described": [
        *PYTHON,
        *("manage.py", "spectacular", "--lang", "en", "--fail-on-warn", "--validate"),
        *("--file", os.devnull),
    ],
    "settings fit for production": [
        *PYTHON,
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    ],
}


@dataclass(frozen=True)
class Outcome:
    """How a check went: what it found, nothing when it is content, and how long it took."""

    found: str | None
    seconds: float


def main() -> int:
    """Run all checks, also after one has failed: as many at once as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        under_way = {name: pool.submit(run, command) for name, command in CHECKS.items()}
        failed = [name for name, check in under_way.items() if not passed(name, check)]
    if failed:
        print(f"\n{len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}.")
    return 1 if failed else 0


def run(command: list[str]) -> Outcome:
    """Run one check."""
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=os.environ | BUILD_SETTINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    found = (done.stdout + done.stderr).strip("\n") if done.returncode else None
    return Outcome(found, time.monotonic() - began)


def passed(name: str, check: Future[Outcome]) -> bool:
    """Wait for one check and print its name, how it went, and what it found."""
    print(f"{name} … ", end="", flush=True)
    outcome = check.result()
    if outcome.found is None:
        print(f"ok, {outcome.seconds:.1f} s")
        return True
    print(f"FAILED\n{outcome.found}")
    return False


if __name__ == "__main__":
    sys.exit(main())
