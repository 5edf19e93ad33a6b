"""Restoring a backup: everything is looked at first, then the database changes at once or not."""

import shutil
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from apps.console.backups.archive import DATABASE, Content, Manifest, copy, opened, verified
from apps.console.backups.programs import EndedEarly, address, programs_for, running, server_version
from apps.console.backups.trouble import BackupTrouble
from apps.console.backups.writing import key_mark
from apps.console.grants import grant_application, role_exists
from apps.measures.evidence_files import is_kept
from apps.measures.models import Evidence

BEGINNING = b"\\set ON_ERROR_STOP on\nBEGIN;\nSET lock_timeout = '10s';\n"
EMPTYING = b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
ENDING = b"COMMIT;\n"
UNKNOWN_BEFORE_17 = b"SET transaction_timeout"
LINES_OF_SETTINGS = 40


def restore_backup(path: Path, *, replace: bool) -> tuple[Manifest, list[str]]:
    """Put a backup in the place of what is here; returns it and the roles that are unknown here.

    Nothing is touched before the whole file was read and the database and the evidence folder
    were found fit. Raises BackupTrouble, or OSError where there is no room or no right to write.
    """
    with opened(path) as archive:
        manifest = verified(archive)
        _sign_in_once()
        _refuse_unfit(manifest, replace=replace)
        _bring_back_evidence(archive, manifest)
        _bring_back_database(archive, manifest, replace=bool(_tables()))
    call_command("migrate", interactive=False, verbosity=0)
    return manifest, [role for role in manifest.roles if not _given_rights(role)]


def another_key(manifest: Manifest) -> bool:
    """Whether what the backup holds encrypted cannot be read with the key of here."""
    return manifest.key != key_mark()


def evidence_lost(manifest: Manifest) -> list[str]:
    """Evidence that the database names and neither the backup nor the store has."""
    lost = set(manifest.missing)
    pieces = Evidence.objects.filter(sha256__in=lost).order_by("sha256").distinct("sha256")
    return [piece.sha256 for piece in pieces if not is_kept(piece)]


# --- Before anything is touched -----------------------------------------------------------


def _refuse_unfit(manifest: Manifest, *, replace: bool) -> None:
    if unknown := sorted(set(manifest.migrations) - _known_migrations()):
        raise BackupTrouble(
            f"This backup was made by a newer version (it has {unknown[0]}): install that first."
        )
    if _tables() and not replace:
        raise BackupTrouble(
            "The database is not empty: to put the backup in the place of everything that is in "
            "it, say --replace."
        )
    if others := _others_after_a_while():
        raise BackupTrouble(
            f"{others} others are signed in to the database: stop web, worker and beat first."
        )
    _refuse_without_rights()
    _refuse_without_room(manifest)


def _known_migrations() -> set[str]:
    loader = MigrationLoader(None)
    replaced = (old for each in loader.disk_migrations.values() for old in each.replaces)
    return {f"{app}.{name}" for app, name in [*loader.disk_migrations, *replaced]}


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _sign_in_once() -> None:
    """A pool may keep a second session, which would be taken for somebody else's."""
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone
        del connection.settings_dict["OPTIONS"]["pool"]


def _others_after_a_while() -> int:
    """Who has just gone may still be counted."""
    for _turn in range(10):
        if not _others():
            return 0
        time.sleep(0.1)
    return _others()


def _others() -> int:
    """Other sessions in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        count: int = cursor.fetchone()[0]
        return count


def _refuse_without_rights() -> None:
    """Restoring makes tables, and drops those that are here: the owner's business."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, has_database_privilege(current_database(), 'CREATE')"
            " AND pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'public'"
        )
        login, may = cursor.fetchone() or ("", False)
    if not may:
        raise BackupTrouble(
            f"The login {login} may not restore: sign in as the database's owner, with "
            "DATABASE_URL=$DATABASE_OWNER_URL."
        )


def _refuse_without_room(manifest: Manifest) -> None:
    store = Path(settings.MEDIA_ROOT)
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    needed = sum(content.size for _sha256, content in _wanting(manifest))
    free = shutil.disk_usage(store).free
    if free < needed:
        raise BackupTrouble(
            f"Not enough disk space in {store}: {free // 1_000_000} MB are free and the evidence "
            f"needs {needed // 1_000_000 + 1} MB."
        )


# --- The evidence first: the database never names what is not there -------------------------


def _wanting(manifest: Manifest) -> Iterator[tuple[str, Content]]:
    """Evidence of the backup that the store has not, or only a part of."""
    for sha256, content in manifest.evidence.items():
        path = _stored_as(sha256)
        if not default_storage.exists(path) or default_storage.size(path) != content.size:
            yield sha256, content


def _bring_back_evidence(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    for sha256, _content in _wanting(manifest):
        path = _stored_as(sha256)
        default_storage.delete(path)
        with archive.open(f"evidence/{sha256}") as source:
            default_storage.save(path, File(source))


def _stored_as(sha256: str) -> str:
    return Evidence(sha256=sha256).stored_as


# --- Then the database, in one transaction --------------------------------------------------


def _bring_back_database(archive: zipfile.ZipFile, manifest: Manifest, *, replace: bool) -> None:
    """psql runs what pg_restore writes out, between BEGIN and COMMIT."""
    programs = programs_for(max(manifest.postgres, server_version()))
    database, _environment = address()
    quiet = ["--no-psqlrc", "--quiet", f"--dbname={database}", "--file=-"]
    connection.close()
    with running([programs.folder / "psql", *quiet], fed=True) as psql:
        assert psql.stdin
        psql.stdin.write(BEGINNING + (EMPTYING if replace else b""))
        unowned = ["--no-owner", "--no-privileges", "--file=-"]
        script: list[str | Path] = [programs.folder / "pg_restore", *unowned]
        with running(script, fed=True, read=True) as unpacking:
            _pass_on(archive, unpacking, psql.stdin)
        # Only here is it certain that the script was whole.
        psql.stdin.write(ENDING)
        psql.stdin.close()


def _pass_on(
    archive: zipfile.ZipFile, unpacking: "subprocess.Popen[bytes]", target: IO[bytes]
) -> None:
    """Feed the dump to pg_restore while passing on what it writes, but for what servers before
    PostgreSQL 17 do not know.
    """
    assert unpacking.stdin
    assert unpacking.stdout
    feeder = threading.Thread(target=_feed, args=(archive, unpacking.stdin))
    feeder.start()
    try:
        for _line in range(LINES_OF_SETTINGS):
            line = unpacking.stdout.readline()
            target.write(b"" if line.startswith(UNKNOWN_BEFORE_17) else line)
        shutil.copyfileobj(unpacking.stdout, target)
    except BrokenPipeError as error:
        unpacking.kill()
        raise EndedEarly from error
    finally:
        feeder.join()


def _feed(archive: zipfile.ZipFile, target: IO[bytes]) -> None:
    """pg_restore says itself why it ended early."""
    try:
        copy(archive, DATABASE, target)
        target.close()
    except BrokenPipeError:
        pass


def _given_rights(role: str) -> bool:
    """What was written once stays so: the role has the application's rights, as before."""
    return role_exists(role) and not grant_application(role)
