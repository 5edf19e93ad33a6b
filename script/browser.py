"""Find a browser for the journeys, or install Debian's."""

import os
import shutil
from pathlib import Path

from script.packages import apt_install, may_install
from script.steps import Trouble, step

NAMES = ["chromium", "chromium-browser", "google-chrome"]
PACKAGES = ["chromium", "fonts-noto-cjk"]


def find_or_install() -> Path | None:
    """The browser's program; None, said in one line, where there is none and it cannot be had.

    In CI no journey is skipped: there it is trouble.
    """
    chosen = os.environ.get("POLICYTRACK_BROWSER")
    if chosen:
        return Path(chosen)
    if (_on_path() is None or not _has_chinese_fonts()) and may_install():
        with step("Installing Debian's chromium and Chinese fonts for the journeys"):
            apt_install(*PACKAGES)
    found = _on_path()
    if found is None and os.environ.get("CI") == "true":
        raise Trouble("CI skips no journey, and there is no browser: install chromium.")
    if found is None:
        print("No browser: the journeys are skipped (install chromium, or start as root).")
    return found


def _on_path() -> Path | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def _has_chinese_fonts() -> bool:
    fonts = Path("/usr/share/fonts")
    return any(fonts.glob("**/*CJK*")) if fonts.exists() else False
