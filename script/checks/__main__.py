"""Run every check of the source, name each, and fail when any did. Needs no database."""

import os
import subprocess
import sys
import time
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


def main() -> int:
    """Run all checks, also after one has failed."""
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    if failed:
        print(f"\n{len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}.")
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    """Run one check and print its name, how it went, and what it found."""
    print(f"{name} … ", end="", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=os.environ | BUILD_SETTINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    print("FAILED" if done.returncode else f"ok, {time.monotonic() - began:.1f} s")
    if done.returncode:
        print((done.stdout + done.stderr).strip("\n"))
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
