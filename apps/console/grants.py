"""What the application's database role may do: everything but rewrite what is written once."""

from collections.abc import Iterable, Sequence

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from pghistory.models import Event
from psycopg import sql

from apps.audit.models import AppendOnly

ORDINARY = ("SELECT", "INSERT", "UPDATE", "DELETE")
APPEND_ONLY = ("SELECT", "INSERT")
READ_ONLY = ("SELECT",)


def append_only_tables() -> set[str]:
    """Tables whose rows are written once: every AppendOnly model and every row history."""
    return {m._meta.db_table for m in apps.get_models() if issubclass(m, (AppendOnly, Event))}


def role_exists(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


@transaction.atomic
def grant_application(role: str) -> list[str]:
    """Give the role its rights anew; returns the append-only tables that it can still rewrite.

    Such a table is left only when the role owns it, is a superuser, or belongs to a role that
    may. Rights are replaced in one transaction, so a running application never lacks them.
    """
    tables = set(connection.introspection.table_names())
    append_only = append_only_tables() & tables
    read_only = {MigrationRecorder.Migration._meta.db_table}
    name = sql.Identifier(role)
    _execute("REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}", role=name)
    _execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}", role=name)
    _execute("GRANT USAGE ON SCHEMA {schema} TO {role}", role=name)
    _execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}", role=name)
    _grant(ORDINARY, tables - append_only - read_only, name)
    _grant(APPEND_ONLY, append_only, name)
    _grant(READ_ONLY, read_only, name)
    return _rewritable(role, sorted(append_only))


def _grant(rights: Sequence[str], tables: Iterable[str], role: sql.Identifier) -> None:
    _execute(
        "GRANT {rights} ON {tables} TO {role}",
        rights=sql.SQL(", ").join(map(sql.SQL, rights)),
        tables=sql.SQL(", ").join(map(sql.Identifier, sorted(tables))),
        role=role,
    )


def _execute(statement: str, **parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = sql.Identifier(cursor.fetchone()[0])
        cursor.execute(sql.SQL(statement).format(schema=schema, **parts))


def _rewritable(role: str, tables: Sequence[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT name FROM unnest(%(tables)s::text[]) AS name
               WHERE has_table_privilege(%(role)s, quote_ident(name), 'DELETE, TRUNCATE')
                  OR has_any_column_privilege(%(role)s, quote_ident(name), 'UPDATE')""",
            {"tables": list(tables), "role": role},
        )
        return [row[0] for row in cursor.fetchall()]
