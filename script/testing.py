"""Run the tests against a PostgreSQL and a broker of their own, which are gone afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from script import browser
from script.databases import create_database, create_roles
from script.places import held
from script.services import Postgres, Valkey
from script.steps import CHECKOUT, Trouble, step, tell_trouble

JOURNEYS = Path("tests/journeys")
PREFIX = "policytrack-test-"
WORKERS = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
MIGRATED = "POLICYTRACK_MIGRATED"
SETTINGS = {
    "SECRET_KEY": "for tests only: 0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLM",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "PLAIN_HTTP": "1",
}


def main() -> int:
    """Start what the tests need, run pytest with the arguments given, stop it all again."""
    given = sys.argv[1:]
    settings = {}
    found = browser.find_or_install() if want_journeys(given) else None
    if found:
        settings["POLICYTRACK_BROWSER"] = str(found)
    with servers() as addresses, a_database_to_copy(settings | addresses) as copied:
        return run_pytest(pytest_arguments(given), settings | addresses | copied)


def run_pytest(arguments: list[str], settings: dict[str, str]) -> int:
    """Run pytest; Ctrl-C and SIGTERM are its to answer, and we wait for its last words."""
    tests = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments], cwd=CHECKOUT, env=os.environ | settings
    )
    signal.signal(signal.SIGINT, lambda number, frame: None)  # the terminal told pytest as well
    signal.signal(signal.SIGTERM, lambda number, frame: tests.send_signal(signal.SIGINT))
    return tests.wait()


def pytest_arguments(given: Sequence[str]) -> list[str]:
    """Three workers, unless the caller chose a number or another set of plugins: where there are
    two cores, one waits for a browser or for a lock now and then.

    Each file goes to whoever is free, in the order of the files: its tests share what is made
    for it.
    """
    chosen = any(argument.startswith(("-n", "-p", "--numprocesses", "--pdb")) for argument in given)
    return [*([] if chosen else WORKERS), *given]


def want_journeys(given: Sequence[str]) -> bool:
    """Whether the tests that are asked for (all, when none is named) include the journeys."""
    named = [Path(argument.split("::")[0]) for argument in given]
    paths = [path for path in named if (CHECKOUT / path).exists()]
    return not paths or any(
        JOURNEYS.is_relative_to(path) or path.is_relative_to(JOURNEYS) for path in paths
    )


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """The settings that name this run's servers, which are gone afterwards."""
    remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711)  # PostgreSQL may run as another user than we
    postgres, valkey = Postgres(folder, throwaway=True), Valkey(folder, throwaway=True)
    with held(folder):
        try:
            with step("Starting a throwaway PostgreSQL and broker"):
                settings = SETTINGS | started(postgres, valkey)
            yield settings | {"EVIDENCE_DIR": str(folder / "evidence")}
        finally:
            valkey.stop()
            postgres.stop()
            shutil.rmtree(folder, ignore_errors=True)


def started(postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    """Start what DATABASE_URL and CELERY_BROKER_URL do not name already; the addresses."""
    addresses = {}
    if not os.environ.get("DATABASE_URL"):
        postgres.start()
        create_roles(postgres)
        create_database(postgres, "policytrack")
        addresses["DATABASE_URL"] = postgres.url("postgres", "policytrack")
    if not os.environ.get("CELERY_BROKER_URL"):
        valkey.start()
        addresses["CELERY_BROKER_URL"] = valkey.broker_url(0)
        addresses["CACHE_URL"] = valkey.cache_url(1)
    return addresses


@contextmanager
def a_database_to_copy(settings: dict[str, str]) -> Iterator[dict[str, str]]:
    """Migrate the database that we started while pytest looks for its tests: each of its workers
    waits for the file that is named, and takes a copy. Somebody else's database is left alone.
    """
    if "DATABASE_URL" not in settings:
        yield {}
        return
    done = Path(settings["EVIDENCE_DIR"]).with_name("migrated")
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    process = subprocess.Popen(migrate, cwd=CHECKOUT, env=os.environ | settings)
    noting = Thread(target=note_end, args=(process, done))
    noting.start()
    try:
        yield {MIGRATED: str(done)}
    finally:
        process.terminate()
        noting.join()


def note_end(process: subprocess.Popen[bytes], done: Path) -> None:
    """Write down how the process has ended; whoever waits for the file finds it whole."""
    part = done.with_suffix(".part")
    part.write_text(str(process.wait()))
    part.rename(done)


def remove_leftovers() -> None:
    """Remove the folders of runs that were killed: nobody holds their locks."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/lock"):
        with suppress(Trouble, OSError), held(lock.parent):
            shutil.rmtree(lock.parent, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(tell_trouble(main))
