"""Find a browser for the journeys, or install Debian's."""

import os
import shutil
from pathlib import Path

from script.steps import Trouble, run, step

NAMES = ["chromium", "chromium-browser", "google-chrome"]
PACKAGES = ["chromium", "fonts-noto-cjk"]


def find_or_install() -> Path | None:
    """The browser's program; None, said in one line, where there is none and it cannot be had.

    In CI no journey is skipped: there it is trouble.
    """
    chosen = os.environ.get("POLICYTRACK_BROWSER")
    if chosen:
        return Path(chosen)
    if (_on_path() is None or not _has_chinese_fonts()) and _may_install():
        with step("Installing Debian's chromium and Chinese fonts for the journeys"):
            _install()
    found = _on_path()
    if found is None and os.environ.get("CI") == "true":
        raise Trouble("CI skips no journey, and there is no browser: install chromium.")
    if found is None:
        print("No browser: the journeys are skipped (install chromium, or start as root).")
    return found


def _install() -> None:
    settings = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], env=settings, otherwise="apt-get update failed")
    run(
        ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES],
        env=settings,
        otherwise="The browser cannot be installed",
    )


def _on_path() -> Path | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def _has_chinese_fonts() -> bool:
    fonts = Path("/usr/share/fonts")
    return any(fonts.glob("**/*CJK*")) if fonts.exists() else False


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None
