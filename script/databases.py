"""Roles and databases: an owner that migrates, and the application, which may do less."""

import psycopg
from psycopg import sql

from script.services import Postgres

OWNER = "policytrack_owner"
APPLICATION = "policytrack_app"


def create_roles(postgres: Postgres) -> None:
    """Create the owner and the application as roles that sign in with their generated passwords."""
    from script.places import own_secrets

    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as connection:
        for role in (OWNER, APPLICATION):
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(own_secrets(postgres.data)[role])
                    )
                )


def create_database(postgres: Postgres, name: str) -> None:
    """Create a database of the owner's, which nobody but owner and application may enter."""
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as connection:
        if _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            return
        names = {"name": sql.Identifier(name), "owner": sql.Identifier(OWNER)}
        for command in (
            "CREATE DATABASE {name} OWNER {owner}",
            "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {{name}} TO {APPLICATION}",
        ):
            connection.execute(sql.SQL(command).format(**names))


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query, [name]).fetchone() is not None
