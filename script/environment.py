"""Prepare a checkout: Python environment, browser assets, translations, static files.

Started by script/setup with the machine's own Python, so it uses the standard library only. Each
part is skipped when the stamp it left the last time still fits; a stamp is written last, so that
an interrupted part is done again.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from script import assets
from script.packages import apt_install, may_install, pip_install
from script.steps import (
    CHECKOUT,
    VAR,
    VENV,
    VENV_PYTHON,
    Trouble,
    run,
    step,
    tell_trouble,
)

SPACE_NEEDED = {"runtime": 700_000_000, "dev": 1_000_000_000}
LOCKS = {"runtime": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}
# Enough for manage.py to start without any server; nothing is ever signed with this key.
BUILD_SETTINGS = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "DATABASE_POOL": "0",
    "CELERY_BROKER_URL": "redis://localhost/0",
    "CACHE_URL": "redis://localhost/1",
    "SECRET_KEY": "for building and checking only: 0123456789 abcdefghijklmnopqrstuvwxyz",
    "EVIDENCE_DIR": str(VAR / "none"),
    "ALLOWED_HOSTS": "localhost",
}


def main() -> int:
    """Prepare the checkout for running (or, with --dev, also for testing)."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("--dev", action="store_true", help="also what tests and checks need")
    dev = arguments.parse_args().dev
    with one_at_a_time():
        prepare_python(dev=dev)
        assets.prepare()
        compile_translations()
        collect_static_files()
    return 0


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the checkout's set-up lock; a second set-up waits for the first."""
    try:
        VAR.mkdir(exist_ok=True)
        lock = (VAR / "setup.lock").open("w")
        # Installers that outlive a killed set-up keep the lock until they are through.
        os.set_inheritable(lock.fileno(), True)
    except OSError as error:
        raise Trouble(f"The checkout {CHECKOUT} cannot be written to: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with step("Waiting for another set-up of this checkout"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare_python(*, dev: bool) -> None:
    """Create .venv from the locked requirements, unless the one that is there already fits."""
    wanted = "dev" if dev else "runtime"
    if any(_stamp(kind).current() for kind in ("dev", wanted)):
        return
    _check_space(SPACE_NEEDED[wanted])
    made = not VENV_PYTHON.exists() or not _stamp("place").current()
    try:
        if made:
            _make_venv()
        with step("Installing the Python packages"):
            _install(LOCKS[wanted])
    except BaseException:
        if made:  # an environment that never was complete must not be taken for one
            shutil.rmtree(VENV, ignore_errors=True)
        raise
    _stamp(wanted).write()


def compile_translations() -> None:
    """Compile locale/*/LC_MESSAGES/*.po with Babel where the result is missing or older."""
    sources = list(CHECKOUT.glob("locale/*/LC_MESSAGES/*.po"))
    if all(_newer(source.with_suffix(".mo"), source) for source in sources):
        return
    with step("Compiling the translations"):
        for source in sources:
            # Written beside and renamed: a server that is reading must never meet half a file.
            fresh = source.with_suffix(".mo.new")
            command: list[str | Path] = [VENV_PYTHON, "-m", "babel.messages.frontend", "-q"]
            command += ["compile", "-i", source, "-o", fresh, "-l", source.parts[-3]]
            run(command, otherwise=f"{source.relative_to(CHECKOUT)} cannot be compiled")
            fresh.replace(source.with_suffix(".mo"))


def collect_static_files() -> None:
    """Gather every app's static files in var/static, hashed and compressed."""
    manage = CHECKOUT / "manage.py"
    stamp = Stamp(VAR / "static.stamp", _static_sources())
    if stamp.current() or not manage.exists():
        return
    with step("Collecting the static files"):
        run(
            # The REST framework's own pages are not served.
            [VENV_PYTHON, manage, "collectstatic", "--noinput", "--ignore", "rest_framework"],
            env=BUILD_SETTINGS,
            otherwise="The static files cannot be collected",
            log=VAR / "log" / "collectstatic.log",
        )
    stamp.write()


class Stamp:
    """A file that remembers what something was made from."""

    def __init__(self, path: Path, parts: Iterable[str | bytes]) -> None:
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part.encode() if isinstance(part, str) else part)
            digest.update(b"\0")
        self.path, self.value = path, digest.hexdigest()

    def current(self) -> bool:
        """Whether it was made from exactly what is here now."""
        return self.path.exists() and self.path.read_text() == self.value

    def write(self) -> None:
        """Remember what it was made from."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.value)


def _stamp(kind: str) -> Stamp:
    """The environment's stamp: where it stands, whose Python it is, and (but for «place») which
    locks it was installed from."""
    place = [str(CHECKOUT), f"{sys.version_info.major}.{sys.version_info.minor}"]
    locks = [(CHECKOUT / name).read_bytes() for name in LOCKS.get(kind, [])]
    return Stamp(VENV / f"{kind}.stamp", [*place, *locks])


def _make_venv() -> None:
    _have_ensurepip()
    with step(f"Creating the environment .venv with Python {sys.version.split()[0]}"):
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV], otherwise=".venv cannot be created")
    _stamp("place").write()


def _have_ensurepip() -> None:
    """Debian's Python leaves out what fills a new environment; root has it installed."""
    if find_spec("ensurepip"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not may_install():
        raise Trouble(
            f"This Python cannot create environments; install the package {package} "
            f"(apt-get install {package}) and start again."
        )
    with step(f"Installing Debian's {package}, without which Python creates no environments"):
        apt_install(package)


def _install(locks: list[str]) -> None:
    for kind in LOCKS:
        _stamp(kind).path.unlink(missing_ok=True)
    pip_install(*[CHECKOUT / lock for lock in locks])


def _check_space(needed: int) -> None:
    free = shutil.disk_usage(CHECKOUT).free
    if free < needed:
        raise Trouble(
            f"Not enough disk space in {CHECKOUT}: {free // 1_000_000} MB are free and "
            f"{needed // 1_000_000} MB are needed."
        )


def _newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def _static_sources() -> Iterator[str | bytes]:
    """Name, size and time of each file that collectstatic may gather, and the locked packages."""
    yield (CHECKOUT / "requirements.txt").read_bytes()
    folders = [CHECKOUT / "static", VAR / "assets", *CHECKOUT.glob("apps/*/static")]
    for folder in sorted(folders):
        for path in sorted(folder.rglob("*")):
            facts = path.stat()
            yield f"{path.relative_to(CHECKOUT)} {facts.st_size} {facts.st_mtime_ns}"


if __name__ == "__main__":
    sys.exit(tell_trouble(main))
