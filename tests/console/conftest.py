"""The application's database role, for tests that must run with no more rights than it has."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import sql

AsApplication = Callable[[], AbstractContextManager[None]]


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


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """Argon2 is slow by design, and the demo has many people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
