"""A fault planted in a copy of the source is named by its check, which is content without it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from script.checks.__main__ import CHECKS
from script.environment import BUILD_SETTINGS
from script.steps import CHECKOUT

COPIED = ["apps", "locale", "policytrack", "script", "templates", "manage.py", "pyproject.toml"]
IMPORTS, RELATIONS, TRANSLATIONS = "who imports whom", "relations between apps", "translations"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source as it stands, free to be spoiled."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        if (CHECKOUT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.mo")
            shutil.copytree(CHECKOUT / name, folder / name, ignore=ignored)
        else:
            shutil.copyfile(CHECKOUT / name, folder / name)
    return folder


@pytest.fixture
def source(copy: Path) -> Iterator[Path]:
    """The copy, restored after each test."""
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    yield copy
    for path in copy.rglob("*"):
        if path.is_file() and path not in before:
            path.unlink()
    for path, content in before.items():
        if path.read_bytes() != content:
            path.write_bytes(content)


def findings(folder: Path, check: str) -> str:
    """What the check says of this source; nothing when it is content."""
    done = subprocess.run(
        CHECKS[check],
        cwd=folder,
        env=os.environ | BUILD_SETTINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    return " ".join((done.stdout + done.stderr).split()) if done.returncode else ""


def plant(path: Path, text: str) -> None:
    """Add a line to a file, which may be new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"\n{text}\n")


@pytest.mark.parametrize("check", [IMPORTS, RELATIONS, TRANSLATIONS])
def test_the_source_as_it_stands_is_clean(copy: Path, check: str) -> None:
    assert findings(copy, check) == ""


AGAINST_THE_ARCHITECTURE = [
    # An upward import, and a cycle between lifecycle and operations.
    (
        "apps/agencies/operations.py",
        "from apps.measures import models as above",
        "apps.agencies.operations -> apps.measures.models",
    ),
    (
        "apps/measures/lifecycle/table.py",
        "from apps.measures import operations",
        "apps.measures.lifecycle.table -> apps.measures.operations",
    ),
    # An app and a file that are not listed.
    ("apps/gadgets/__init__.py", "", "gadgets"),
    ("apps/policies/helpers.py", "", "helpers"),
    # An app that uses the scripts.
    (
        "apps/web/shortcut.py",
        "from script import services",
        "apps.web.shortcut -> script.services",
    ),
]


def test_imports_against_the_architecture_are_named(source: Path) -> None:
    for file, line, _named in AGAINST_THE_ARCHITECTURE:
        plant(source / file, line)
    found = findings(source, IMPORTS)
    assert [named for *_planted, named in AGAINST_THE_ARCHITECTURE if named not in found] == []


def test_a_reverse_accessor_across_apps_is_named(source: Path) -> None:
    model = (
        "class Planted(models.Model):\n"
        '    agency = models.ForeignKey("agencies.Agency", models.PROTECT)\n'
        '    quiet = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")\n'
        '    many = models.ManyToManyField("policies.Clause")\n'
    )
    plant(source / "apps/measures/models/measure.py", model)
    found = findings(source, RELATIONS)
    assert "measures.Planted.agency: points to agencies.Agency" in found
    assert "measures.Planted.many: points to policies.Clause" in found
    assert "quiet" not in found


def test_texts_and_translations_that_miss_each_other_are_named(source: Path) -> None:
    plant(source / "apps/web/planted.py", "from django.utils.translation import gettext as _\n")
    plant(source / "apps/web/planted.py", 'print(_("Planted %(what)s"))')
    plant(source / "apps/web/untold.py", 'LABEL = "植入"')
    plant(source / "templates/planted.html", '{% load i18n %}{% translate "Planted word" %}')
    plant(source / "templates/untold.html", '<p title="Planted title">Planted words</p>')
    catalogue = source / "locale/zh_Hans/LC_MESSAGES/django.po"
    plant(catalogue, 'msgid "Left over"\nmsgstr "剩余"')
    found = findings(source, TRANSLATIONS)
    assert "apps/web/planted.py:5: not in the Chinese catalogue: «Planted %(what)s»" in found
    assert "templates/planted.html:2: not in the Chinese catalogue: «Planted word»" in found
    assert "templates/untold.html:2: text without a translation tag: «Planted title»" in found
    assert "templates/untold.html:2: text without a translation tag: «Planted words»" in found
    assert "apps/web/untold.py:2: Chinese outside the catalogue: «植入»" in found
    assert "nowhere used: «Left over»" in found


def test_a_translation_is_wanted_and_says_what_the_text_says(source: Path) -> None:
    plant(source / "apps/web/planted.py", "from django.utils.translation import gettext as _\n")
    plant(source / "apps/web/planted.py", 'print(_("Planted %(what)s"))')
    subprocess.run([*CHECKS[TRANSLATIONS], "--update"], cwd=source, check=False)
    assert "no Chinese yet: «Planted %(what)s»" in findings(source, TRANSLATIONS)
    catalogue = source / "locale/zh_Hans/LC_MESSAGES/django.po"
    filled = catalogue.read_text().replace(
        'msgid "Planted %(what)s"\nmsgstr ""', 'msgid "Planted %(what)s"\nmsgstr "%(who)s"'
    )
    catalogue.write_text(filled)
    assert "the Chinese «%(who)s» has other placeholders" in findings(source, TRANSLATIONS)
