"""Run the tests against a PostgreSQL and a broker of their own, which are gone afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from script.databases import create_database, create_roles
from script.services import Postgres, Valkey
from script.steps import CHECKOUT, step, tell_trouble


def main() -> int:
    """Start what the tests need, run pytest with the arguments given, stop it all again."""
    with servers() as settings:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *pytest_arguments(sys.argv[1:])],
            cwd=CHECKOUT,
            env={**os.environ, **settings},
            check=False,
        )
    return done.returncode


def pytest_arguments(given: Sequence[str]) -> list[str]:
    """Two workers, unless the caller chose a number or another plugin set-up."""
    chosen = any(argument.startswith(("-n", "-p", "--numprocesses")) for argument in given)
    return [*([] if chosen else ["-n", "2", "--dist", "loadscope"]), *given]


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """The settings that name this run's servers; throwaway ones unless DATABASE_URL is set."""
    folder = Path(tempfile.mkdtemp(prefix="policytrack-test-"))
    folder.chmod(0o711)  # PostgreSQL may run as another user than we
    postgres, valkey = Postgres(folder, throwaway=True), Valkey(folder, throwaway=True)
    try:
        settings = {
            "SECRET_KEY": "used by tests only, long enough to please check --deploy, 0123456789",
            "EVIDENCE_DIR": str(folder / "evidence"),
            "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
            "PLAIN_HTTP": "1",
        }
        with step("Starting a throwaway PostgreSQL and broker"):
            if "DATABASE_URL" not in os.environ:
                postgres.start()
                create_roles(postgres)
                create_database(postgres, "policytrack")
                settings["DATABASE_URL"] = postgres.url("postgres", "policytrack")
            if "CELERY_BROKER_URL" not in os.environ:
                valkey.start()
                settings["CELERY_BROKER_URL"] = valkey.broker_url(0)
                settings["CACHE_URL"] = valkey.cache_url(1)
        yield settings
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(tell_trouble(main))
