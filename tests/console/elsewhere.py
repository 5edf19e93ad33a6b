"""Another database of the same server with an owner of its own and commands that run on it."""

import io
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from psycopg import sql


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    ok: bool
    out: str
    err: str


@dataclass(frozen=True)
class Elsewhere:
    """A database that is not the test's, and its evidence folder."""

    name: str
    evidence: Path
    owner: str

    @property
    def url(self) -> str:
        """The address of it, as the owner."""
        parts = urlsplit(os.environ["DATABASE_URL"])
        whole, place = parts.netloc.rsplit("@", 1)
        who = f"{self.owner}:{self.owner}" if self.owner else whole
        return parts._replace(netloc=f"{who}@{place}", path=f"/{self.name}").geturl()

    def manage(self, command: str, *arguments: object, options: str = "") -> Said:
        """Run a management command on it, signed in as its owner."""
        out, err = io.StringIO(), io.StringIO()
        with self._signed_in(options), override_settings(MEDIA_ROOT=str(self.evidence)):
            try:
                call_command(command, *map(str, arguments), stdout=out, stderr=err)
            except CommandError as error:
                return Said(False, out.getvalue(), str(error))
        return Said(True, out.getvalue(), err.getvalue())

    @contextmanager
    def _signed_in(self, options: str) -> Iterator[None]:
        login = {"NAME": self.name}
        login |= {"USER": self.owner, "PASSWORD": self.owner} if self.owner else {}
        kept = dict(connection.settings_dict)
        _hang_up()
        connection.settings_dict.update(login, OPTIONS=kept["OPTIONS"] | {"options": options})
        try:
            yield
        finally:
            _hang_up()
            connection.settings_dict.update(kept)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as asked:
            return asked.execute(statement).fetchall()

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table as text, but for sessions and what Django counts by itself."""
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        names = [str(row[0]) for row in self.rows(tables)]
        return {n: self.rows(f'SELECT t::text FROM "{n}" t ORDER BY 1') for n in names}


def here(evidence: Path) -> Elsewhere:
    """The test database itself, which pytest makes only if a chosen test asks for `db`."""
    name = str(connection.settings_dict["NAME"])
    assert name.startswith("test_"), "choose a test that asks for db as well"
    return Elsewhere(name, evidence, owner="")


def _hang_up() -> None:
    connection.close()
    connection.close_pool()


@contextmanager
def empty_database(evidence: Path) -> Iterator[Elsewhere]:
    """A new database whose owner is no superuser; gone afterwards."""
    name = f"elsewhere_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        word = sql.Identifier(name)
        server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(word, sql.Literal(name)))
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(word, word))
        try:
            yield Elsewhere(name, evidence, owner=name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(word))
            server.execute(sql.SQL("DROP ROLE {}").format(word))
