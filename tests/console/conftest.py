"""The application's database role, for tests that must run with no more rights than it has."""

import io
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from psycopg import sql

AsApplication = Callable[[], AbstractContextManager[None]]
DEMO_DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Told:
    """What `load_demo` said, and where it put the evidence."""

    said: list[str]
    evidence_folder: str


def said_by(command: str, *arguments: str) -> list[str]:
    """The lines that a command prints."""
    said = io.StringIO()
    call_command(command, *arguments, stdout=said)
    return said.getvalue().splitlines()


@pytest.fixture
def application_role(db) -> str:
    """A role made for this test alone; it is rolled back with everything else."""
    role = f"app_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    call_command("grant_application", role, verbosity=0)
    return role


@pytest.fixture
def as_application(application_role) -> AsApplication:
    """`with as_application():` — inside, the connection has the application's rights only."""

    @contextmanager
    def acting() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(application_role)))
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")

    return acting


# --- Loaded once for a whole file: what a test changes is rolled back after it ------------------


@pytest.fixture(scope="module")
def _reference_data(django_db_setup, django_db_blocker) -> Iterator[list[str]]:
    """The reference data, loaded; gone after the last test of the file."""
    with django_db_blocker.unblock():
        yield said_by("load_reference")
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def _demo(_reference_data, django_db_blocker, tmp_path_factory) -> Told:
    """The demo as of a Monday, loaded with the reference data."""
    folder = str(tmp_path_factory.mktemp("evidence"))
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder):
        return Told(said_by("load_demo", "--as-of", DEMO_DAY.isoformat()), folder)


@pytest.fixture
def reference(_reference_data, db) -> list[str]:
    """What `load_reference` said."""
    return _reference_data


@pytest.fixture
def demo(_demo, db, settings) -> list[str]:
    """What `load_demo` said."""
    settings.MEDIA_ROOT = _demo.evidence_folder
    return _demo.said
