"""Install packages: Python's from the locked requirements, Debian's where root allows it."""

import os
import shutil
from pathlib import Path

from script.steps import VAR, VENV_PYTHON, run


def pip_install(*locks: Path, into: Path | None = None) -> None:
    """Install locked packages into .venv, or into a folder beside it; nothing is compiled."""
    command: list[str | Path] = [VENV_PYTHON, "-m", "pip", "install", "--require-hashes"]
    command += ["--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
    command += ["--timeout=30", "--retries=2"]
    if into:
        command += ["--target", into]
    for lock in locks:
        command += ["-r", lock]
    otherwise = "The Python packages cannot be installed"
    run(command, otherwise=otherwise, log=VAR / "log" / "pip.log")


def may_install() -> bool:
    """Whether Debian's packages can be installed here without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages and nothing that they merely recommend."""
    settings = {"DEBIAN_FRONTEND": "noninteractive"}
    otherwise = f"{' and '.join(packages)} cannot be installed"
    run(["apt-get", "update"], env=settings, otherwise=otherwise)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    run(command, env=settings, otherwise=otherwise)
