"""The nightly seal: whatever happens to sealed rows is found afterwards."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from apps.audit.models import AuditEvent, Seal
from apps.audit.operations import record, seal_tables
from apps.audit.seals import GENESIS, broken_seals
from apps.core.actor import Machine
from apps.workdays.models import CalendarYear

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
TABLE = AuditEvent._meta.db_table
CLOCK = Machine("clock")


def write(*acts: str) -> list[AuditEvent]:
    return [record(act, CalendarYear(pk=1, year=2026), by=CLOCK, at=NOW) for act in acts]


def seal() -> list[Seal]:
    return seal_tables(at=NOW, patience=0)


def as_owner(statement: str, *values: object) -> None:
    """Past every rule of the application."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def broken() -> list[tuple[int, int]]:
    """The last id and the number of rows found, of each broken seal."""
    return [(one.seal.last_id, one.rows_found) for one in broken_seals()]


@pytest.fixture
def sealed_twice(db) -> list[AuditEvent]:
    events = write("a", "b", "c")
    seal()
    events += write("d", "e")
    seal()
    return events


def test_each_seal_chains_to_the_one_before(sealed_twice):
    first, second = Seal.objects.order_by("id")
    assert (first.first_id, first.rows) == (0, 3)
    assert (second.first_id, second.rows) == (first.last_id, 2)
    assert second.last_id == sealed_twice[-1].pk
    assert len({first.digest, second.digest, GENESIS}) == 3
    assert broken() == []


def test_nothing_new_needs_no_seal(sealed_twice):
    assert seal() == []
    assert Seal.objects.count() == 2


def test_a_changed_byte_is_found(sealed_twice):
    as_owner(f"UPDATE {TABLE} SET note = 'x' WHERE id = %s", sealed_twice[0].pk)
    assert broken() == [(sealed_twice[2].pk, 3)]


@pytest.mark.parametrize(
    "column", [f.column for f in AuditEvent._meta.concrete_fields if f.column != "id"]
)
def test_no_column_is_left_out(sealed_twice, column):
    changed = {"at": "now()", "changes": "'[1]'", "actor_id": "99", "subject_id": "99"}
    changed["restricted"] = "true"
    value = changed.get(column, "'another'")
    as_owner(f"UPDATE {TABLE} SET {column} = {value} WHERE id = %s", sealed_twice[4].pk)
    assert broken() == [(sealed_twice[4].pk, 2)]


def test_a_deleted_row_is_found(sealed_twice):
    as_owner(f"DELETE FROM {TABLE} WHERE id = %s", sealed_twice[3].pk)
    assert broken() == [(sealed_twice[4].pk, 1)]


def test_a_row_slipped_in_under_an_old_id_is_found(sealed_twice):
    first = sealed_twice[0].pk
    as_owner(f"DELETE FROM {TABLE} WHERE id = %s", first + 1)
    AuditEvent.objects.create(
        pk=first + 1, at=NOW, act="forged", actor_name="clock", subject_label="2026"
    )
    assert broken() == [(sealed_twice[2].pk, 3)]


def test_a_row_slipped_in_before_all_others_is_found(sealed_twice):
    AuditEvent.objects.create(pk=-1, at=NOW, act="forged", actor_name="x", subject_label="x")
    assert broken() == [(sealed_twice[2].pk, 4)]


def test_a_seal_rewritten_to_fit_breaks_the_next(sealed_twice):
    as_owner(f"UPDATE {TABLE} SET note = 'x' WHERE id = %s", sealed_twice[0].pk)
    first = Seal.objects.order_by("id").first()
    Seal.objects.filter(pk=first.pk).update(digest="f" * 64)
    assert [last for last, _rows in broken()] == [sealed_twice[2].pk, sealed_twice[4].pk]


def test_rows_after_the_last_seal_are_nobodys_fault(sealed_twice):
    write("f")
    assert broken() == []


# --- Writers that are still at it ----------------------------------------------------------


@pytest.fixture
def open_writer(transactional_db) -> Iterator[threading.Event]:
    """Another connection wrote an event and has not committed; setting the event lets it."""
    wrote, may_commit = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with transaction.atomic():
                write("slow")
                wrote.set()
                may_commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert wrote.wait(20)
    yield may_commit
    may_commit.set()
    thread.join()


def test_a_seal_does_not_run_ahead_of_an_open_transaction(open_writer):
    write("quick")
    assert seal_tables(at=NOW, patience=0.2) == []
    assert not Seal.objects.exists()


def test_a_seal_waits_for_an_open_transaction(open_writer):
    write("quick")
    threading.Timer(0.3, open_writer.set).start()
    (one,) = seal_tables(at=NOW, patience=20)
    assert one.rows == 2
    assert broken() == []


def test_a_transaction_that_only_reads_is_not_waited_for(transactional_db):
    write("quick")
    read, may_end = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with transaction.atomic():
                AuditEvent.objects.count()
                CalendarYear.objects.create(year=2026)
                read.set()
                may_end.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert read.wait(20)
    try:
        assert len(seal_tables(at=NOW, patience=0)) == 1
    finally:
        may_end.set()
        thread.join()
