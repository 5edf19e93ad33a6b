"""Append-only tables cannot be rewritten by the application, whatever its code does."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from pghistory.models import Event
from psycopg.errors import InsufficientPrivilege

from apps.audit.models import AuditEvent, Seal
from apps.audit.operations import seal_tables
from apps.console.grants import append_only_tables
from apps.measures.models import (
    Decision,
    Evidence,
    LeadTerm,
    Measure,
    ProgressReport,
    Request,
    RequestEvidence,
    Review,
)
from apps.measures.operations import approve_report
from tests.conftest import closed, fresh, in_progress, reported

TABLES = sorted(append_only_tables())


def attempt(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def refused(statement: str) -> None:
    with pytest.raises(ProgrammingError) as caught:
        attempt(statement)
    assert isinstance(caught.value.__cause__, InsufficientPrivilege)


def first_column(table: str) -> str:
    with connection.cursor() as cursor:
        return connection.introspection.get_table_description(cursor, table)[0].name


@pytest.mark.parametrize("table", TABLES)
def test_what_is_written_once_is_neither_changed_nor_deleted(as_application, table):
    column = connection.ops.quote_name(first_column(table))
    with as_application():
        refused(f"UPDATE {table} SET {column} = {column}")
        refused(f"DELETE FROM {table}")
        refused(f"TRUNCATE {table}")
        attempt(f"INSERT INTO {table} SELECT * FROM {table}")


def test_the_records_and_every_row_history_are_among_them():
    records = {AuditEvent, Seal, ProgressReport, Review, Evidence, LeadTerm}
    records |= {Request, RequestEvidence, Decision}
    assert {m._meta.db_table for m in records} <= set(TABLES)
    histories = {m._meta.db_table for m in apps.get_models() if issubclass(m, Event)}
    assert Measure.pgh_event_model._meta.db_table in histories
    assert histories <= set(TABLES)


def test_the_application_works_with_these_rights(as_application, cast, clause):
    with as_application():
        measure = in_progress(cast, clause)
        report = reported(cast, measure)
        approve_report(report, seen=fresh(measure).version, by=cast["supervisor"], at=cast.at())
        Measure.objects.filter(pk=measure.pk).update(remark="an ordinary table")
        assert closed(cast, clause, code="done").closed_on == cast.today
        seal_tables(at=cast.at(), patience=0)
    assert measure.reports.get().reviews.count() == 1


def test_nothing_but_rows_is_the_applications(as_application):
    with as_application():
        refused("TRUNCATE measures_support")
        refused("DELETE FROM django_migrations")
        refused("INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())")
        refused("CREATE TABLE mine ()")
        refused("DROP TABLE measures_support")
        refused("CREATE TRIGGER t AFTER INSERT ON measures_support EXECUTE FUNCTION now()")
        attempt("SELECT count(*) FROM django_migrations")


def test_it_can_be_run_again(application_role, as_application):
    call_command("grant_application", application_role)
    with as_application():
        refused("DELETE FROM audit_auditevent")
        attempt("DELETE FROM measures_support")


def test_rights_given_by_hand_are_taken_back(application_role, as_application):
    attempt(f"GRANT ALL ON audit_auditevent TO {application_role}")
    call_command("grant_application", application_role)
    with as_application():
        refused("DELETE FROM audit_auditevent")


def test_an_unknown_role_is_refused(db):
    with pytest.raises(CommandError, match="The database knows no role «nobody_here»."):
        call_command("grant_application", "nobody_here")


def test_a_role_that_rights_cannot_be_taken_from_is_refused(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="could still rewrite .*audit_auditevent.*lesser role"):
        call_command("grant_application", owner)


def test_rights_that_come_from_everybody_are_noticed(application_role):
    attempt("GRANT UPDATE ON audit_seal TO PUBLIC")
    with pytest.raises(CommandError, match="could still rewrite audit_seal"):
        call_command("grant_application", application_role)
