"""Making a backup: the database at one moment, then the evidence that it names."""

import os
import zipfile
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

from apps.audit.models import AuditEvent
from apps.console.backups.archive import DATABASE, MANIFEST, Manifest, add
from apps.console.backups.programs import Programs, address, programs_for, running, server_version
from apps.console.backups.trouble import BackupTrouble
from apps.measures.evidence_files import FileMissing, opened
from apps.measures.models import Evidence

LEFT_OUT = [
    f"--exclude-table-data=*.{name}" for name in ("django_session", "api_change", "api_feedepoch")
]
"""A restore signs nobody in again, and the feed begins anew: what it told of may not be so."""


def write_backup(path: Path, *, at: datetime) -> Manifest:
    """Write database and evidence into one file, complete or not at all.

    Evidence is read after the database, so that whatever the database names is in it; what is
    missing or damaged in the store itself is listed in the manifest.
    Raises BackupTrouble, or OSError when there is no room or no right to write.
    """
    fresh = path.with_name(f"{path.name}.part")
    programs = programs_for(server_version())
    manifest = Manifest(
        made_at=at.isoformat(),
        postgres=programs.major,
        key=key_mark(),
        migrations=migrations(),
        roles=_roles(),
    )
    try:
        with open(fresh, "xb", opener=_for_us_alone) as file:
            with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                _add_database(archive, manifest, programs)
                _add_evidence(archive, manifest)
                archive.writestr(MANIFEST, manifest.as_json())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except FileExistsError as error:
        raise BackupTrouble(
            f"{fresh} is there: another backup is writing it; or one was killed, then remove it."
        ) from error
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        if isinstance(error, OSError) and not error.filename:
            error.filename = str(path)  # a full disk does not say which one
        raise
    return manifest


def key_mark() -> str:
    """Tells whether two installations share a SECRET_KEY, and nothing about it."""
    return salted_hmac("policytrack.backup", "key", algorithm="sha256").hexdigest()


def migrations() -> list[str]:
    """What the database has been brought up to: `app.name`, in order of names."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _add_database(archive: zipfile.ZipFile, manifest: Manifest, programs: Programs) -> None:
    database, _environment = address()
    program = programs.folder / "pg_dump"
    options = ["--format=custom", "--no-owner", "--no-privileges", *LEFT_OUT]
    with running([program, *options, f"--dbname={database}"], read=True) as dump:
        assert dump.stdout
        manifest.files[DATABASE] = add(archive, DATABASE, dump.stdout)


def _add_evidence(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    for piece in Evidence.objects.order_by("sha256").distinct("sha256").iterator():
        name = f"evidence/{piece.sha256}"
        try:
            source = opened(piece)
        except FileMissing:
            manifest.missing.append(piece.sha256)
            continue
        with source:
            content = add(archive, name, source)
        manifest.files[name] = content
        if content.sha256 != piece.sha256:
            manifest.missing.append(piece.sha256)


def _roles() -> list[str]:
    """The roles beside the owner that have rights on the audit trail: the application's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT grantee::regrole::text
               FROM pg_class, aclexplode(relacl)
               WHERE oid = %s::regclass AND grantee NOT IN (0, relowner) ORDER BY 1""",
            [AuditEvent._meta.db_table],
        )
        return [row[0] for row in cursor.fetchall()]
