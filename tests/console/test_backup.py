"""A backup restored elsewhere is the same office: every row, every file, the same rights."""

import hashlib
import json
import re
import resource
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from psycopg import sql

from apps.api.feed.reading import current_epoch
from apps.audit.operations import seal_tables
from apps.console.backups import programs
from apps.console.grants import append_only_tables
from tests.conftest import a_clause, at, calendar_of_two_years, closed, everybody
from tests.console.elsewhere import Elsewhere, empty_database, here

RIGHTS = """
    SELECT relname, privilege FROM pg_class,
      unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS privilege
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND has_table_privilege('%s', oid, privilege) ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Office:
    """A committed office with a closed measure, and a backup of it."""

    source: Elsewhere
    role: str
    file: Path

    @property
    def as_role(self) -> str:
        """The options of a connection with the application's rights."""
        return f"-c role={self.role}"


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Office]:
    folder, role = tmp_path_factory.mktemp("office"), f"app_{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=str(folder / "store")):
        _execute("CREATE ROLE {}", role)
        try:
            source = here(folder / "store")
            calendar_of_two_years()
            cast = everybody()
            closed(cast, a_clause())
            seal_tables(at=at(cast.today), patience=0)
            call_command("grant_application", role, verbosity=0)
            current_epoch()
            _execute("INSERT INTO django_session VALUES ({0}, 'signed in', now())", "s")
            call_command("backup", str(folder / "office.zip"), verbosity=0)
            yield Office(source, role, folder / "office.zip")
        finally:
            call_command("flush", interactive=False, verbosity=0)
            _execute("DROP OWNED BY {}", role)
            _execute("DROP ROLE {}", role)


@pytest.fixture(scope="module")
def restored(office, tmp_path_factory) -> Iterator[Elsewhere]:
    with empty_database(tmp_path_factory.mktemp("there") / "store") as there:
        done = there.manage("restore", office.file)
        assert done.ok, done.err
        assert (done.err, "Everybody signs in again." in done.out) == ("", True)
        yield there


def _execute(statement: str, name: str) -> None:
    word = sql.Literal(name) if "{0}" in statement else sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(word))


def test_every_row_of_every_table_is_there_again(office, restored):
    before, after = office.source.contents(), restored.contents()
    for left_out in ("django_session", "api_change", "api_feedepoch"):
        assert before.pop(left_out) != []
        assert after.pop(left_out) == []
    assert len(before["measures_measure"]) == 1
    assert before == after


def test_every_file_of_evidence_is_there_again(office, restored):
    def stored(there: Elsewhere) -> dict[str, bytes]:
        files = (path for path in there.evidence.rglob("*") if path.is_file())
        return {path.name: path.read_bytes() for path in files}

    assert stored(restored) == stored(office.source) != {}


def test_numbers_go_on_where_they_were_and_the_seals_hold(office, restored):
    sequences = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
    assert restored.rows(sequences) == office.source.rows(sequences)
    assert restored.manage("verify_audit").ok


def test_the_application_may_do_what_it_might_and_no_more(office, restored):
    rights = restored.rows(RIGHTS % office.role)
    assert rights == office.source.rows(RIGHTS % office.role)
    allowed = {privilege for table, privilege in rights if table in append_only_tables()}
    assert allowed == {"SELECT", "INSERT"}


def test_triggers_write_history_there_as_well(restored):
    count = "SELECT count(*) FROM measures_measureevent"
    before = restored.rows(count)
    with psycopg.connect(restored.url) as session:
        session.execute("UPDATE measures_measure SET remark = 'changed'")
        assert session.execute(count).fetchone()[0] == before[0][0] + 1
        session.rollback()


def test_what_is_there_is_replaced_only_when_it_is_said(office, restored):
    refused = restored.manage("restore", office.file)
    assert not refused.ok
    assert "The database is not empty" in refused.err
    with psycopg.connect(restored.url) as session:
        session.execute("CREATE TABLE mine ()")
        session.execute("UPDATE measures_measure SET remark = 'lost'")
    done = restored.manage("restore", office.file, "--replace")
    assert done.ok, done.err
    assert restored.rows("SELECT remark FROM measures_measure") == [("",)]
    assert restored.rows("SELECT to_regclass('mine')") == [(None,)]


def test_nobody_may_be_working_on_it(office, restored):
    with psycopg.connect(restored.url):
        refused = restored.manage("restore", office.file, "--replace")
    assert "1 others are signed in to the database: stop web" in refused.err


def test_what_went_wrong_is_told_and_not_that_a_program_was_ended_for_it(db):
    """What psql had not read yet cannot be delivered any more once it is killed."""
    psql = programs.programs_for(programs.server_version()).folder / "psql"
    with pytest.raises(programs.BackupTrouble, match="the dump ends early"):
        _feed_who_is_gone([psql, f"--dbname={programs.address()[0]}"])


def _feed_who_is_gone(command: list[str | Path]) -> None:
    with programs.running(command, fed=True) as process:
        process.kill()
        process.wait()
        process.stdin.write(b"x")  # lies in the buffer
        raise programs.BackupTrouble("the dump ends early")


def test_a_restore_that_breaks_off_leaves_everything_as_it_was(office, restored, tmp_path):
    """A dump that stops in the middle although its checksum fits: only a planted one does."""
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(office.file) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if name.endswith(".dump") else content)
    _write_manifest(broken)
    before = restored.contents()
    refused = restored.manage("restore", broken, "--replace")
    assert not refused.ok
    assert refused.err.startswith("pg_restore failed: ")
    assert restored.contents() == before


def _write_manifest(path: Path) -> None:
    """Make the manifest fit what the archive holds."""
    with zipfile.ZipFile(path) as archive:
        said = json.loads(archive.read("manifest.json"))
        files = {name: archive.read(name) for name in said["files"]}
    said["files"] = {
        name: {"size": len(held), "sha256": hashlib.sha256(held).hexdigest()}
        for name, held in files.items()
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, held in files.items():
            archive.writestr(name, held)
        archive.writestr("manifest.json", json.dumps(said))


# --- Sentences for what goes wrong: nothing is touched ------------------------------------


def _changed(office: Office, target: Path, change: dict[str, bytes | None]) -> Path:
    """The backup with some of its files changed, left out or added."""
    with zipfile.ZipFile(office.file) as old, zipfile.ZipFile(target, "w") as new:
        held = {name: old.read(name) for name in old.namelist()} | change
        for name, content in held.items():
            if content is not None:
                new.writestr(name, content)
    return target


def _refusal(file: Path, *arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("restore", str(file), *arguments)
    return str(refused.value)


def _manifest(office: Office, **changes: object) -> dict[str, bytes | None]:
    with zipfile.ZipFile(office.file) as archive:
        said = json.loads(archive.read("manifest.json")) | changes
    return {"manifest.json": json.dumps(said).encode()}


def test_a_file_that_was_cut_off_is_refused(office, db, tmp_path):
    short = tmp_path / "short.zip"
    short.write_bytes(office.file.read_bytes()[:-100])
    assert "is no backup, or was cut off" in _refusal(short, "--replace")


def test_a_flipped_bit_is_found(office, db, tmp_path):
    spoilt, held = tmp_path / "spoilt.zip", bytearray(office.file.read_bytes())
    held[len(held) // 2] ^= 1
    spoilt.write_bytes(held)
    assert _refusal(spoilt, "--replace") == (
        "The backup is damaged: database.dump is not what was written."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"database.dump": b"another"}, "database.dump is not what was written."),
        ({"database.dump": None}, "database.dump is missing or one too many."),
        ({"../../planted": b""}, "../../planted is missing or one too many."),
        ({"manifest.json": None}, "its manifest is missing."),
        ({"manifest.json": b"{}"}, "its manifest is missing."),
    ],
)
def test_what_is_not_as_it_was_written_is_refused(office, db, tmp_path, change, said):
    assert said in _refusal(_changed(office, tmp_path / "f.zip", change), "--replace")


def test_a_backup_of_a_newer_version_is_refused(office, db, tmp_path):
    newer = _changed(office, tmp_path / "f.zip", _manifest(office, migrations=["kpis.9999_x"]))
    assert "by a newer version (it has kpis.9999_x)" in _refusal(newer, "--replace")
    other = _changed(office, tmp_path / "g.zip", _manifest(office, format=2))
    assert "by a newer version: install that one first" in _refusal(other, "--replace")


def test_programs_that_are_too_old_are_named(office, db, tmp_path):
    with pytest.raises(programs.BackupTrouble, match=r"of PostgreSQL 99 or newer are needed \(fo"):
        programs.programs_for(99)


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_written_to(office, db, tmp_path):
    assert "No such file or directory" in _refusal(tmp_path / "none.zip")
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("backup", str(tmp_path / "none" / "f.zip"))


def test_a_full_disk_leaves_no_file_behind(office):
    """A limit on the size of files stands for the disk."""
    target = office.file.with_name("full.zip")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8000, limit[1]))
    try:
        done = office.source.manage("backup", target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert (done.ok, done.err) == (False, f"File too large: {target}.")
    assert [p.name for p in target.parent.glob("full*")] == []


def test_the_application_itself_cannot_restore(office):
    refused = office.source.manage("restore", office.file, "--replace", options=office.as_role)
    assert refused.err == (
        f"The login {office.role} may not restore: sign in as the database's owner, with "
        "DATABASE_URL=$DATABASE_OWNER_URL."
    )
    refused = office.source.manage("backup", office.file.with_name("f"), options=office.as_role)
    assert re.match(r"pg_dump failed: .*SELECT privilege|permission denied", refused.err)


def test_evidence_that_the_store_lost_is_told_and_the_rest_is_kept(office, tmp_path):
    pieces = [path for path in office.source.evidence.rglob("*") if path.is_file()]
    content = pieces[0].read_bytes()
    pieces[0].unlink()
    try:
        done = office.source.manage("backup", tmp_path / "f.zip")
        assert done.ok
        assert f"1 files of evidence are missing or damaged in the store: {pieces[0].name}" in (
            done.err
        )
        pieces[0].write_bytes(content[:-1])
        assert pieces[0].name in office.source.manage("backup", tmp_path / "c.zip").err
        pieces[0].write_bytes(b"x" * len(content))
        assert pieces[0].name in office.source.manage("backup", tmp_path / "g.zip").err
    finally:
        pieces[0].write_bytes(content)
